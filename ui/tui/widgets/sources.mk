tui_widgets_sources = \
	%D%/canvas.c %D%/canvas.h \
	%D%/cells.c %D%/cells.h \
	%D%/chart.c %D%/chart.h \
	%D%/circuits_chart.c %D%/circuits_chart.h \
	%D%/hint_line.c %D%/hint_line.h \
	%D%/keys.c %D%/keys.h \
	%D%/layout.c %D%/layout.h \
	%D%/loss_chart.c %D%/loss_chart.h \
	%D%/match_list.c %D%/match_list.h \
	%D%/panel.c %D%/panel.h \
	%D%/prompt_history.c %D%/prompt_history.h \
	%D%/prompt_line.c %D%/prompt_line.h \
	%D%/question_chart.c %D%/question_chart.h \
	%D%/reply.c %D%/reply.h \
	%D%/target_list.c %D%/target_list.h \
	%D%/transcript.c %D%/transcript.h \
	%D%/view.c %D%/view.h
