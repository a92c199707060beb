/* The help page: the table of requests, laid out. */
#ifndef MNEME_TUI_HELP_H
#define MNEME_TUI_HELP_H

#include "ui/tui/page.h"

extern const struct page_ops help_page;

struct hint;
struct request_keys;

/* What the text is about. */
struct help_subject {
    const struct request_keys *keys; /* null: those of the table */
    const struct hint
        *own;              /* keys of the page that it was opened on, a null behind them; or null */
    unsigned place;        /* enum page_place of that page: what works there comes first */
    const char *precision; /* of the run that is open; null: there is none */
    const char *typed;     /* lines that have each of these words are left, and such lines of other
                              pages' own keys are added; "" leaves all */
};

/* Draws it from its row `first` on; returns its rows, so that a caller can keep `first` in range.
 */
int help_draw(struct cells *cells, struct rect rect, int first, const struct help_subject *subject);

#endif
