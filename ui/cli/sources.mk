cli_sources = \
	%D%/ask.c \
	%D%/attribute_rows.c %D%/attribute_rows.h \
	%D%/batch_script.c %D%/batch_script.h \
	%D%/bench.c \
	%D%/bench_ranks.c %D%/bench_ranks.h \
	%D%/circuits.c \
	%D%/cli.c %D%/cli.h \
	%D%/columns.c %D%/columns.h \
	%D%/eval.c \
	%D%/export.c \
	%D%/facts.c \
	%D%/facts_init.c \
	%D%/json.c %D%/json.h \
	%D%/listing.c %D%/listing.h \
	%D%/output.c %D%/output.h \
	%D%/phase_words.c %D%/phase_words.h \
	%D%/phases.c \
	%D%/plot.c \
	%D%/presets.c \
	%D%/progress.c %D%/progress.h \
	%D%/queued_run.c %D%/queued_run.h \
	%D%/reproduce.c \
	%D%/result_notes.c %D%/result_notes.h \
	%D%/runs.c \
	%D%/sample.c \
	%D%/score.c \
	%D%/sweep.c \
	%D%/sweep_cells.c %D%/sweep_cells.h \
	%D%/table.c %D%/table.h \
	%D%/train.c
