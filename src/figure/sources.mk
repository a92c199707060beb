figure_sources = \
	%D%/figure_calibration.c %D%/figure_calibration.h \
	%D%/figure_heatmap.c %D%/figure_heatmap.h \
	%D%/figure_measure.c %D%/figure_measure.h \
	%D%/figure_sketch.c %D%/figure_sketch.h \
	%D%/figures.c %D%/figures.h
