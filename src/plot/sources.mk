plot_sources = \
	%D%/axis.c %D%/axis.h \
	%D%/envelope.c %D%/envelope.h \
	%D%/heatmap.c %D%/heatmap.h \
	%D%/line_style.c %D%/line_style.h \
	%D%/plot.c %D%/plot.h \
	%D%/step_span.c %D%/step_span.h \
	%D%/surface.h \
	%D%/ticks.c %D%/ticks.h \
	%D%/value_span.c %D%/value_span.h
if CAIRO
plot_sources += %D%/surface.c
else
plot_sources += %D%/no_surface.c
endif
