tui_sources = \
	%D%/actions.c \
	%D%/completion.c %D%/completion.h \
	%D%/frame.c \
	%D%/requests.c %D%/requests.h \
	%D%/screen.c %D%/screen.h \
	%D%/state.h \
	%D%/tasks.c \
	%D%/workbench.c %D%/workbench.h \
	%D%/worker.c %D%/worker.h
