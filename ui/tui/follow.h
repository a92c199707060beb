/* What the workbench shows follows what happens beside it. */
#ifndef MNEME_TUI_FOLLOW_H
#define MNEME_TUI_FOLLOW_H

struct workbench;

/* Takes over what the trainer of the open session has done since the last time, and tells what is
 * worth a sentence. */
void follow_trainer(struct workbench *workbench);

/* What changes though the trainer has said nothing: a long step, an answer that is waited for. */
void follow_time(struct workbench *workbench, unsigned long frame);

#endif
