/* What came of a reproduction, on one page for people and as JSON for programs. */
#ifndef MNEME_PAPER_REPORT_H
#define MNEME_PAPER_REPORT_H

#include "base/error.h"
#include "base/text.h"
#include "paper/reproduction.h"

/* Adds the page: HTML 5 that needs no other file. The table of verdicts comes first, then every
 * claim, its checks beside what was measured, its figures as far as they were
 * drawn, and the commands that repeat its runs. */
bool report_add_html(struct text *out, const struct reproduction *r, struct error *err);

/* Adds one JSON object for each chosen claim, each on a line: id, title, claim, paper,
 * presets, verdict and failure (null where there is none), checks, each with its criterion and,
 * where `judged`, what was measured, and seeds where they were given. */
bool report_add_json(struct text *out, const struct reproduction *r, bool judged,
                     struct error *err);

#endif
