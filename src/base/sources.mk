base_sources = \
	%D%/ascii.h \
	%D%/background.c %D%/background.h \
	%D%/base64.c %D%/base64.h \
	%D%/child.c %D%/child.h \
	%D%/clock.c %D%/clock.h \
	%D%/condition.c %D%/condition.h \
	%D%/csv.c %D%/csv.h \
	%D%/dictionary.c %D%/dictionary.h \
	%D%/error.c %D%/error.h \
	%D%/file.c %D%/file.h \
	%D%/fuzzy.c %D%/fuzzy.h \
	%D%/gsl.c %D%/gsl.h \
	%D%/ini.c %D%/ini.h \
	%D%/instruction_set.c %D%/instruction_set.h \
	%D%/json_read.c %D%/json_read.h \
	%D%/json_write.c %D%/json_write.h \
	%D%/memory.c %D%/memory.h \
	%D%/multiversion.h \
	%D%/number.c %D%/number.h \
	%D%/process.c %D%/process.h \
	%D%/processors.c %D%/processors.h \
	%D%/random.c %D%/random.h \
	%D%/sequences.h \
	%D%/series.c %D%/series.h \
	%D%/shell.c %D%/shell.h \
	%D%/stopwatch.c %D%/stopwatch.h \
	%D%/strings.c %D%/strings.h \
	%D%/subnormals.h \
	%D%/suggest.c %D%/suggest.h \
	%D%/text.c %D%/text.h \
	%D%/text_file.c %D%/text_file.h \
	%D%/thread.c %D%/thread.h \
	%D%/utf8.c %D%/utf8.h
