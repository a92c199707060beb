engine_sources = \
	%D%/engine.c %D%/engine.h \
	%D%/engine_ops.h %D%/engine_options.h \
	%D%/gradient_exchange.h \
	%D%/gradient_sum.c %D%/gradient_sum.h \
	%D%/launch.c %D%/launch.h \
	%D%/optimizer.c %D%/optimizer.h \
	%D%/rank_lesson.h %D%/rank_messages.h \
	%D%/rank_order.h %D%/rank_parts.h \
	%D%/rank_service.h %D%/ranks.h \
	%D%/shards.c %D%/shards.h \
	%D%/threads.c

if MPI
engine_sources += \
	%D%/gradient_exchange.c \
	%D%/rank_engine.c \
	%D%/rank_lesson.c \
	%D%/rank_messages.c \
	%D%/rank_parts.c \
	%D%/rank_service.c \
	%D%/ranks.c
else
engine_sources += %D%/no_ranks.c
endif
