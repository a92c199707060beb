/* One line of metrics.jsonl, written. Keys are a promise to other programs: see mneme-run(5). */
#ifndef MNEME_RECORD_LINE_WRITE_H
#define MNEME_RECORD_LINE_WRITE_H

#include "facts/fact_set.h"
#include "train/event.h"
#include "train/history.h"

struct text;

/* Each adds one whole line to out. Numbers are written so that they read back to the same bits;
 * those that are not finite become null. */
void line_write_training(struct text *out, const struct training_point *point);
void line_write_evaluation(struct text *out, const struct evaluation_point *point,
                           const struct fact_set *facts);
void line_write_circuits(struct text *out, const struct circuits_point *point);
void line_write_event(struct text *out, const struct event *event);

#endif
