lab_sources = \
	%D%/benchmark.c %D%/benchmark.h \
	%D%/estimate.c %D%/estimate.h \
	%D%/export.c %D%/export.h \
	%D%/fact_record.c %D%/fact_record.h \
	%D%/fork.c %D%/fork.h \
	%D%/groups.c %D%/groups.h \
	%D%/lessons.c %D%/lessons.h \
	%D%/restore.c %D%/restore.h \
	%D%/run_queue.c %D%/run_queue.h \
	%D%/run_result.c %D%/run_result.h \
	%D%/session.c %D%/session.h \
	%D%/session_request.c %D%/session_request.h \
	%D%/sweep.c %D%/sweep.h \
	%D%/sweep_file.c %D%/sweep_file.h \
	%D%/sweep_result.c %D%/sweep_result.h \
	%D%/target.c %D%/target.h
