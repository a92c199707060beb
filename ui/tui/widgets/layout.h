/* Where everything goes on a screen of any size: a pure function. */
#ifndef MNEME_TUI_LAYOUT_H
#define MNEME_TUI_LAYOUT_H

#include <stdbool.h>

#include "ui/tui/widgets/cells.h"

/* A smaller terminal gets one sentence instead of the workbench. */
enum { LAYOUT_MIN_ROWS = 5, LAYOUT_MIN_COLS = 20 };

struct layout_wish {
    bool large_talk; /* more rows for questions and answers, fewer for the chart; else, */
    bool knows_talk; /* where this is known, */
    int talk_rows;   /* as many as they have, and as one answer needs, at most */
};

/* Parts that have no room have no rows. They go in this order as the screen gets smaller: the side
 * panel, the ribbon of phases, the candidates of an answer; the status with the phase, the curve
 * and the prompt are always there. */
struct layout {
    bool too_small;     /* nothing below is set */
    struct rect status; /* names of pages are behind it */
    struct rect legend;
    struct rect plot; /* with the labels of the loss axis on its left */
    struct rect ribbon;
    struct rect axis; /* steps */
    struct rect side;
    struct rect rule; /* between the chart and the talk */
    struct rect talk; /* questions and answers */
    struct rect prompt;
    struct rect hints;
    bool candidates; /* an answer has room for its candidates */
};

struct layout layout_make(int rows, int cols, struct layout_wish wish);

#endif
