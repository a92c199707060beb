tui_pages_sources = \
	%D%/chooser.c %D%/chooser.h \
	%D%/form.c %D%/form.h \
	%D%/heads.c %D%/heads.h \
	%D%/help.c %D%/help.h \
	%D%/learn.c %D%/learn.h \
	%D%/map.c %D%/map.h \
	%D%/palette.c %D%/palette.h \
	%D%/path.c %D%/path.h \
	%D%/picker.c %D%/picker.h \
	%D%/prompt.c %D%/prompt.h \
	%D%/runs.c %D%/runs.h \
	%D%/text_entry.c %D%/text_entry.h \
	%D%/waiting.c %D%/waiting.h \
	%D%/yes_or_no.c %D%/yes_or_no.h
