tui_pages_sources = \
	%D%/chooser.c %D%/chooser.h \
	%D%/help.c %D%/help.h \
	%D%/map.c %D%/map.h
