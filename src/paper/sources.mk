paper_sources = \
	%D%/experiments.c %D%/experiments.h \
	%D%/quantity.c %D%/quantity.h \
	%D%/report.c %D%/report.h \
	%D%/reproduction.c %D%/reproduction.h \
	%D%/trials.c %D%/trials.h \
	%D%/verdict.c %D%/verdict.h
