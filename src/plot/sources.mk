plot_sources = \
	%D%/axis.c %D%/axis.h \
	%D%/heatmap.c %D%/heatmap.h \
	%D%/look.c %D%/look.h \
	%D%/page.c %D%/page.h \
	%D%/sheet.h \
	%D%/ticks.c %D%/ticks.h
if CAIRO
plot_sources += %D%/sheet.c
else
plot_sources += %D%/no_sheet.c
endif
