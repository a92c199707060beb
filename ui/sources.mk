ui_sources = \
	%D%/format.c %D%/format.h \
	%D%/inquiry.c %D%/inquiry.h \
	%D%/requests.c %D%/requests.h \
	%D%/signals.c %D%/signals.h \
	%D%/terminal.c %D%/terminal.h
