tui_sources = \
	%D%/announcing.c %D%/announcing.h \
	%D%/ask.c %D%/ask.h \
	%D%/beside.c %D%/beside.h \
	%D%/changing.c %D%/changing.h \
	%D%/comparing.c %D%/comparing.h \
	%D%/completion.c %D%/completion.h \
	%D%/configuring.c %D%/configuring.h \
	%D%/drawing.c %D%/drawing.h \
	%D%/follow.c %D%/follow.h \
	%D%/following.c %D%/following.h \
	%D%/frame.c %D%/frame.h \
	%D%/greeting.c %D%/greeting.h \
	%D%/keeping.c %D%/keeping.h \
	%D%/listing.c %D%/listing.h \
	%D%/looking.c %D%/looking.h \
	%D%/marks.c %D%/marks.h \
	%D%/opening.c %D%/opening.h \
	%D%/options.h \
	%D%/page.c %D%/page.h \
	%D%/past.c %D%/past.h \
	%D%/picking.c %D%/picking.h \
	%D%/performing.c %D%/performing.h \
	%D%/refusing.c %D%/refusing.h \
	%D%/request_keys.c %D%/request_keys.h \
	%D%/request_table.c \
	%D%/screen.c %D%/screen.h \
	%D%/state.c %D%/state.h \
	%D%/subtracting.c %D%/subtracting.h \
	%D%/tabs.c %D%/tabs.h \
	%D%/talk.c %D%/talk.h \
	%D%/target_files.c %D%/target_files.h \
	%D%/targets.c %D%/targets.h \
	%D%/theme.c %D%/theme.h \
	%D%/training.c %D%/training.h \
	%D%/watching.c %D%/watching.h \
	%D%/workbench.c %D%/workbench.h \
	%D%/worker.c %D%/worker.h
