/* Requests to the trainer of an open run: what each does is in the table of request_table.c. */
#ifndef MNEME_TUI_TRAINING_H
#define MNEME_TUI_TRAINING_H

#include "ui/requests.h"

void training_run_or_pause(const struct request_call *call);
void training_run(const struct request_call *call);
void training_pause(const struct request_call *call);
void training_step(const struct request_call *call);
void training_evaluate(const struct request_call *call);
void training_save(const struct request_call *call);

/* The first and the last but one of them where no request was made: a key of the empty prompt, and
 * a signal. */
void training_toggle(struct workbench *workbench);
void training_save_now(struct workbench *workbench);

#endif
