tui_sources = \
	%D%/actions.c \
	%D%/canvas.c %D%/canvas.h \
	%D%/cells.c %D%/cells.h \
	%D%/chart.c %D%/chart.h \
	%D%/chooser.c %D%/chooser.h \
	%D%/circuits_view.c %D%/circuits_view.h \
	%D%/completion.c %D%/completion.h \
	%D%/frame.c \
	%D%/help.c %D%/help.h \
	%D%/layout.c %D%/layout.h \
	%D%/map.c %D%/map.h \
	%D%/panel.c %D%/panel.h \
	%D%/prompt_line.c %D%/prompt_line.h \
	%D%/reply.c %D%/reply.h \
	%D%/requests.c %D%/requests.h \
	%D%/screen.c %D%/screen.h \
	%D%/state.h \
	%D%/tasks.c \
	%D%/transcript.c %D%/transcript.h \
	%D%/view.c %D%/view.h \
	%D%/workbench.c %D%/workbench.h \
	%D%/worker.c %D%/worker.h
