/* What the model answered, as plain text: to be copied, and to be looked through. */
#ifndef MNEME_TUI_PLAIN_REPLY_H
#define MNEME_TUI_PLAIN_REPLY_H

#include "base/text.h"
#include "facts/fact_set.h"
#include "measure/answer.h"
#include "ui/inquiry.h"

/* The sentence, a line for each candidate with its probability, and the truth. */
void plain_reply_answer(struct text *out, const struct answer *answer);

/* The question, a line for each attribute with what is believed and what is true, and lists item by
 * item. */
void plain_reply_finding(struct text *out, const char *question, const struct finding *finding,
                         const struct fact_set *facts);

#endif
