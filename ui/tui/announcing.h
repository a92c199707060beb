/* What is announced beyond the screen: a phase that begins, by the bell and by the user's command,
 * and the end of training, by the bell. */
#ifndef MNEME_TUI_ANNOUNCING_H
#define MNEME_TUI_ANNOUNCING_H

struct workbench;

/* How an opened run stands is no news. */
void announcing_begin(struct workbench *workbench);

/* The trainer has something new, and the view its status. */
void announcing_follow(struct workbench *workbench);

/* Looks after commands that were started. */
void announcing_look(struct workbench *workbench);

#endif
