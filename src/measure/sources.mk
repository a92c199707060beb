measure_sources = \
	%D%/answer.c %D%/answer.h \
	%D%/calibration.c %D%/calibration.h \
	%D%/capacity.c %D%/capacity.h \
	%D%/circuit_track.c %D%/circuit_track.h \
	%D%/circuits.c %D%/circuits.h \
	%D%/continuation.c %D%/continuation.h \
	%D%/knowledge.c %D%/knowledge.h \
	%D%/knowledge_list.c %D%/knowledge_list.h \
	%D%/phase.c %D%/phase.h \
	%D%/phase_curve.c %D%/phase_curve.h \
	%D%/question_track.c %D%/question_track.h \
	%D%/recall.c %D%/recall.h \
	%D%/scaling_law.c %D%/scaling_law.h \
	%D%/segmented.c %D%/segmented.h \
	%D%/summary.c %D%/summary.h \
	%D%/top_values.c %D%/top_values.h
