claims_data = \
	%D%/adaptive.ini \
	%D%/celebrities.ini \
	%D%/circuits.ini \
	%D%/fine-tuning.ini \
	%D%/grow.ini \
	%D%/hallucination.ini \
	%D%/patching.ini \
	%D%/plateau-law.ini \
	%D%/power-law.ini \
	%D%/rare-known.ini \
	%D%/replay.ini \
	%D%/robustness.ini \
	%D%/sequential.ini \
	%D%/three-phases.ini \
	%D%/toy-memory.ini \
	%D%/variety.ini \
	%D%/warm-up.ini
