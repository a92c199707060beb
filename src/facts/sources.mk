facts_sources = \
	%D%/bare_words.c %D%/bare_words.h \
	%D%/batch.c %D%/batch.h \
	%D%/biography.c %D%/biography.h \
	%D%/exposures.c %D%/exposures.h \
	%D%/fact_files.c %D%/fact_files.h \
	%D%/fact_set.c %D%/fact_set.h \
	%D%/fact_set_load.c %D%/fact_set_load.h \
	%D%/fact_table.c %D%/fact_table.h \
	%D%/frequencies.c %D%/frequencies.h \
	%D%/hint.c %D%/hint.h \
	%D%/lines.c %D%/lines.h \
	%D%/name_finder.c %D%/name_finder.h \
	%D%/name_match.c %D%/name_match.h \
	%D%/name_reader.c %D%/name_reader.h \
	%D%/pairs.c %D%/pairs.h \
	%D%/places.c %D%/places.h \
	%D%/pool.c %D%/pool.h \
	%D%/pool_entropy.c %D%/pool_entropy.h \
	%D%/population.c %D%/population.h \
	%D%/question.c %D%/question.h \
	%D%/sampling.c %D%/sampling.h \
	%D%/sampling/adaptive.c \
	%D%/sampling/celebrities.c \
	%D%/sampling/checks.c %D%/sampling/checks.h \
	%D%/sampling/column.c \
	%D%/sampling/crowds.c %D%/sampling/crowds.h \
	%D%/sampling/discrete.c %D%/sampling/discrete.h \
	%D%/sampling/grow.c \
	%D%/sampling/keys.c %D%/sampling/keys.h \
	%D%/sampling/mixture.c %D%/sampling/mixture.h \
	%D%/sampling/power_law.c \
	%D%/sampling/sequential.c \
	%D%/sampling/uniform.c \
	%D%/sampling/warm_up.c \
	%D%/template.c %D%/template.h \
	%D%/vocabulary.c %D%/vocabulary.h \
	%D%/wordings.c %D%/wordings.h \
	%D%/words.c %D%/words.h
