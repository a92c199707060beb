engine_sources = \
	%D%/engine.c %D%/engine.h \
	%D%/engine_ops.h %D%/engine_options.h \
	%D%/gradient_sum.c %D%/gradient_sum.h \
	%D%/optimizer.c %D%/optimizer.h \
	%D%/shards.c %D%/shards.h \
	%D%/threads.c
