/* What came of a reproduction, on one page for people and as JSON for programs. */
#ifndef MNEME_PAPER_REPORT_H
#define MNEME_PAPER_REPORT_H

#include "base/error.h"
#include "base/text.h"
#include "paper/reproduction.h"

/* Draws the figures of what was judged and not failed, and writes the report and verdicts.jsonl.
 * The report is HTML 5 that needs no other file: the table of verdicts, then every claim, its
 * checks beside what was measured, its figures and the commands that repeat its runs. *undrawn
 * tells why there are no figures in the report; its kind is ERROR_NONE where there are. */
bool report_write(const struct reproduction *r, struct error *undrawn, struct error *err);

/* Adds one JSON object for each chosen claim, each on a line: id, title, claim, paper,
 * presets, verdict and failure (null where there is none), checks, each with its criterion and,
 * where `judged`, what was measured, and seeds where they were given. */
bool report_add_json(struct text *out, const struct reproduction *r, bool judged,
                     struct error *err);

#endif
