lab_sources = \
	%D%/benchmark.c %D%/benchmark.h \
	%D%/estimate.c %D%/estimate.h \
	%D%/export.c %D%/export.h \
	%D%/fork.c %D%/fork.h \
	%D%/groups.c %D%/groups.h \
	%D%/jobs.c %D%/jobs.h \
	%D%/learned.c %D%/learned.h \
	%D%/lessons.c %D%/lessons.h \
	%D%/outcome.c %D%/outcome.h \
	%D%/session.c %D%/session.h \
	%D%/sweep.c %D%/sweep.h \
	%D%/sweep_file.c %D%/sweep_file.h \
	%D%/target.c %D%/target.h
