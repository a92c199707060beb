sweeps_data = \
	%D%/celebrities.ini \
	%D%/fine-tuning.ini \
	%D%/lr.ini \
	%D%/paper-celebrities.ini \
	%D%/paper-fine-tuning.ini \
	%D%/paper-lr.ini \
	%D%/paper-patching.ini \
	%D%/paper-power-law.ini \
	%D%/paper-replay.ini \
	%D%/paper-scaling-law.ini \
	%D%/paper-sequential.ini \
	%D%/paper-variety.ini \
	%D%/paper-warm-up.ini \
	%D%/patching.ini \
	%D%/power-law.ini \
	%D%/replay.ini \
	%D%/scaling-law.ini \
	%D%/sequential.ini \
	%D%/toy-memory-replay.ini \
	%D%/toy-memory.ini \
	%D%/variety.ini \
	%D%/warm-up.ini
