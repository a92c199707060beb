figure_sources = \
	%D%/figure.c %D%/figure.h \
	%D%/figure_baselines.c %D%/figure_baselines.h \
	%D%/figure_calibration.c \
	%D%/figure_circuits.c \
	%D%/figure_curves.c \
	%D%/figure_heatmap.c \
	%D%/figure_law.c \
	%D%/figure_measure.c %D%/figure_measure.h \
	%D%/figure_ops.c %D%/figure_ops.h \
	%D%/figure_phases.c %D%/figure_phases.h \
	%D%/figure_sketch.c %D%/figure_sketch.h \
	%D%/figure_trajectory.c \
	%D%/figures.c %D%/figures.h
