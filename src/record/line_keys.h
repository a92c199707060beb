/* What lines of a record are told by, written and read, besides their measures. See mneme-run(5).
 */
#ifndef MNEME_RECORD_LINE_KEYS_H
#define MNEME_RECORD_LINE_KEYS_H

#include "train/event.h"

/* In a line of circuits, an object with the keys of the line: what each head does. */
#define LINE_HEADS "heads"

/* In an answer to a watched question. */
#define LINE_PROMPT            "prompt"
#define LINE_TRUTH             "truth"
#define LINE_TRUTH_PROBABILITY "truth_prob"
#define LINE_VALUES            "values"

/* What an event is called. */
const char *line_event_name(enum event_kind kind);

#endif
