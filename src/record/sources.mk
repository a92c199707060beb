record_sources = \
	%D%/measure.c %D%/measure.h \
	%D%/metrics.c %D%/metrics.h \
	%D%/metrics_line.c %D%/metrics_line.h \
	%D%/run.c %D%/run.h \
	%D%/run_files.c %D%/run_files.h \
	%D%/run_list.c %D%/run_list.h \
	%D%/run_lock.c %D%/run_lock.h \
	%D%/run_record.c %D%/run_record.h
