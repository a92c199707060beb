facts_sources = \
	%D%/batch.c %D%/batch.h \
	%D%/biography.c %D%/biography.h \
	%D%/exposures.c %D%/exposures.h \
	%D%/fact_set.c %D%/fact_set.h \
	%D%/frequencies.c %D%/frequencies.h \
	%D%/lines.c %D%/lines.h \
	%D%/pool.c %D%/pool.h \
	%D%/population.c %D%/population.h \
	%D%/question.c %D%/question.h \
	%D%/sampling.c %D%/sampling.h \
	%D%/template.c %D%/template.h \
	%D%/vocabulary.c %D%/vocabulary.h \
	%D%/words.c %D%/words.h
