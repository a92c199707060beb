/* What the model answered, drawn: the sentence it completes, what it believes with which
 * probability, and whether that is right, known or made up.
 *
 * Each function draws from row 0 of a page, in all its columns, and returns the rows it took. A
 * page of REPLY_ROWS rows holds any of them. */
#ifndef MNEME_TUI_REPLY_H
#define MNEME_TUI_REPLY_H

#include "base/text.h"
#include "facts/fact_set.h"
#include "measure/answer.h"
#include "ui/inquiry.h"
#include "ui/tui/widgets/cells.h"

enum { REPLY_ROWS = 64 };

/* An answer; without candidates in as few rows as possible. */
int reply_answer(struct cells *page, const struct answer *answer, const struct fact_set *facts,
                 bool candidates);

/* What a command found out, under `question`: all attributes of an individual as a table, or lists
 * in columns. */
int reply_finding(struct cells *page, const char *question, const struct finding *finding,
                  const struct fact_set *facts);

/* A sentence under `question`, which may be null. */
int reply_note(struct cells *page, const char *question, const char *note, enum style style);

/* How sure an answer of this entropy is against what a model that knows nobody has: "sure" ...
 * "knows nothing"; "nothing to know" where an attribute has one value alone. */
const char *reply_confidence(double entropy, double nobody);

/* Adds "known person, birth place", and "sure: entropy 0.45 of 3.67 nats". */
void reply_say_subject(struct text *out, const struct answer *answer, const struct fact_set *facts);
void reply_say_confidence(struct text *out, const struct answer *answer);

bool reply_is_truth(const struct answer *answer, size_t candidate);

#endif
