paper_sources = \
	%D%/claims.c %D%/claims.h \
	%D%/replicates.c %D%/replicates.h \
	%D%/report.c %D%/report.h \
	%D%/reproduction.c %D%/reproduction.h \
	%D%/statistic.c %D%/statistic.h \
	%D%/verdict.c %D%/verdict.h
