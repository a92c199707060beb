engine_sources = \
	%D%/engine.c %D%/engine.h \
	%D%/engine_ops.h %D%/engine_options.h \
	%D%/gradient_sum.c %D%/gradient_sum.h \
	%D%/launch.c %D%/launch.h \
	%D%/optimizer.c %D%/optimizer.h \
	%D%/rank_messages.h %D%/ranks.h \
	%D%/shards.c %D%/shards.h \
	%D%/threads.c

if MPI
engine_sources += %D%/rank_engine.c %D%/ranks.c
else
engine_sources += %D%/no_ranks.c
endif
