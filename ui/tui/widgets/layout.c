#include "ui/tui/widgets/layout.h"

#include "ui/tui/widgets/tab_line.h"

/* What a part needs to be worth its place. Rows and columns of the whole screen; where one part is
 * dropped before another, its numbers are the larger ones. */
enum {
    HINTS_ROWS = 7,
    LEGEND_ROWS = 8,
    TALK_ROWS = 9,
    AXIS_ROWS = 11,
    CANDIDATES_ROWS = 15,
    CANDIDATES_COLS = 56,
    RIBBON_ROWS = 17,
    RIBBON_COLS = 56,
    SIDE_ROWS = 19,
    SIDE_COLS = 72,
    RULE_ROWS = 19,
};

enum { MARGIN = 1, MIN_PLOT_ROWS = 2, MIN_TALK_ROWS = 2, ANSWER_ROWS = 6, NARROW_ANSWER_ROWS = 10 };

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static int side_cols(int rows, int cols)
{
    if (rows < SIDE_ROWS || cols < SIDE_COLS)
        return 0;
    return cols < 96 ? 25 : cols < 130 ? 28 : 44;
}

/* Rows of the talk, from the rows that it shares with the plot. */
static int talk_rows(int shared, int rows, struct layout_wish wish)
{
    if (rows < TALK_ROWS)
        return 0;
    int wanted = wish.large_talk ? shared * 2 / 3 : (shared * 2 + 2) / 5;
    int least = rows >= CANDIDATES_ROWS ? ANSWER_ROWS : MIN_TALK_ROWS;
    if (wish.knows_talk && !wish.large_talk && wish.talk_rows < wanted)
        wanted = wish.talk_rows;
    if (wanted < least)
        wanted = least;
    return clamp(wanted, 0, shared - MIN_PLOT_ROWS);
}

/* Gives the next `rows` rows of the screen to a part. */
static struct rect take(int *row, int rows, int cols)
{
    struct rect rect = {*row, 0, rows, cols};
    *row += rows;
    return rect;
}

struct layout layout_make(int rows, int cols, struct layout_wish wish)
{
    struct layout layout = {0};
    if (rows < LAYOUT_MIN_ROWS || cols < LAYOUT_MIN_COLS) {
        layout.too_small = true;
        return layout;
    }
    int legend = rows >= LEGEND_ROWS, axis = rows >= AXIS_ROWS, hints = rows >= HINTS_ROWS;
    int ribbon = rows >= RIBBON_ROWS && cols >= RIBBON_COLS;
    int rule = rows >= RULE_ROWS;
    int side = side_cols(rows, cols);
    int shared = rows - 2 - legend - axis - hints - ribbon - rule; /* 2: status and prompt */
    int talk = talk_rows(shared, rows, wish);
    int chart_cols = side > 0 ? cols - side - 2 : cols;
    int row = 0;
    layout.status = take(&row, 1, cols - tab_line_columns(cols));
    int chart_row = row;
    layout.legend = take(&row, legend, chart_cols);
    layout.plot = take(&row, shared - talk, chart_cols);
    layout.ribbon = take(&row, ribbon, chart_cols);
    layout.axis = take(&row, axis, chart_cols);
    if (side > 0)
        layout.side = (struct rect){chart_row, cols - side, row - chart_row, side};
    layout.rule = take(&row, rule, cols);
    layout.talk = take(&row, talk, cols);
    layout.prompt = take(&row, 1, cols);
    layout.talk.col = layout.prompt.col = MARGIN;
    layout.talk.cols = layout.prompt.cols = cols - 2 * MARGIN;
    layout.hints = take(&row, hints, cols);
    layout.candidates = talk >= (cols >= CANDIDATES_COLS ? ANSWER_ROWS : NARROW_ANSWER_ROWS);
    return layout;
}
