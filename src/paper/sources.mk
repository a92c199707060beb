paper_sources = \
	%D%/claim_checks.c %D%/claim_checks.h \
	%D%/claim_file.c %D%/claim_file.h \
	%D%/claim_pins.c %D%/claim_pins.h \
	%D%/claim_reader.c %D%/claim_reader.h \
	%D%/claim_reading.c %D%/claim_reading.h \
	%D%/claim_records.c %D%/claim_attributes.h \
	%D%/claim_runs.c %D%/claim_runs.h \
	%D%/claim_set.c %D%/claim_set.h \
	%D%/claim_value.c %D%/claim_value.h \
	%D%/claims.c %D%/claims.h \
	%D%/replicates.c %D%/replicates.h \
	%D%/report.c %D%/report.h \
	%D%/reproduction.c %D%/reproduction.h \
	%D%/statistic.c %D%/statistic.h \
	%D%/verdict.c %D%/verdict.h
