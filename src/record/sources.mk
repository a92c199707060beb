record_sources = \
	%D%/heartbeat.c %D%/heartbeat.h \
	%D%/holder.c %D%/holder.h \
	%D%/line_keys.c %D%/line_keys.h \
	%D%/line_read.c %D%/line_read.h \
	%D%/line_write.c %D%/line_write.h \
	%D%/lines.c %D%/lines.h \
	%D%/local_locks.c %D%/local_locks.h \
	%D%/measure.c %D%/measure.h \
	%D%/metrics.c %D%/metrics.h \
	%D%/metrics_drawn.c %D%/metrics_drawn.h \
	%D%/run.c %D%/run.h \
	%D%/run_facts.c %D%/run_facts.h \
	%D%/run_files.c %D%/run_files.h \
	%D%/run_list.c %D%/run_list.h \
	%D%/run_lock.c %D%/run_lock.h \
	%D%/run_names.c %D%/run_names.h \
	%D%/run_record.c %D%/run_record.h
