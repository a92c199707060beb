tui_pages_sources = \
	%D%/help.c %D%/help.h \
	%D%/map.c %D%/map.h
