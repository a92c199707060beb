/* A grid of cells: what a screen shows, before a terminal shows it.
 *
 * Everything is drawn into a grid; screen.c copies the finished grid to the terminal. So every
 * picture can be looked at without a terminal, and there is one place (cells_put) where a
 * terminal without UTF-8 gets ASCII in place of every other character. */
#ifndef MNEME_TUI_CELLS_H
#define MNEME_TUI_CELLS_H

#include <stddef.h>
#include <wchar.h>

#include "base/error.h"

/* Curves of runs shown together that have a look of their own; more begin anew. */
enum { SERIES_STYLES = 8 };

/* What a cell means; theme.c gives each a colour and attributes. */
enum style {
    STYLE_PLAIN,
    STYLE_FAINT,  /* labels, what can be passed over */
    STYLE_STRONG, /* what is looked for */
    STYLE_KNOWN,  /* known individuals */
    STYLE_NEW,    /* new individuals */
    STYLE_TUNED,  /* fine-tuned individuals */
    STYLE_BASELINE,
    STYLE_PARENT,     /* the run that another one is a branch of */
    STYLE_STATISTICS, /* the three phases */
    STYLE_PLATEAU,
    STYLE_KNOWLEDGE,
    STYLE_WITHIN_NAME, /* the circuits */
    STYLE_TO_NAME,
    STYLE_TO_TEXT,
    STYLE_TO_NAMES,
    STYLE_SHARPNESS,
    STYLE_RUNNING,
    STYLE_PAUSED,
    STYLE_RIGHT,
    STYLE_WRONG,
    STYLE_ERROR,
    STYLE_KEY,      /* a key one can press */
    STYLE_SELECTED, /* the line that Enter acts on */
    STYLE_SERIES,   /* the first of SERIES_STYLES for runs shown together */
    STYLE_SERIES_LAST = STYLE_SERIES + SERIES_STYLES - 1,
    STYLES,
    STYLE_LOOKS = 2 * STYLES, /* these, and behind them a faint shade of each */
};

/* The style of the i-th run of those shown together. */
enum style style_of_series(size_t i);

/* The faint shade of a style, and whether one is a shade. */
enum style style_shade(enum style style);
bool style_is_shade(enum style style);

struct rect {
    int row, col, rows, cols; /* nothing is there when rows or cols is 0 */
};

struct cell {
    wchar_t glyph;       /* 0: the right half of the wide character before it */
    wchar_t mark;        /* a combining character on top, or 0 */
    unsigned char style; /* enum style */
};

struct cells {
    struct cell *cell; /* [rows][cols] */
    int rows, cols;
    bool ascii; /* the terminal shows nothing else */
};

/* Sets the size and blanks everything. rows and cols may be 0. */
bool cells_resize(struct cells *cells, int rows, int cols, struct error *err);
void cells_free(struct cells *cells);
void cells_clear(struct cells *cells);

/* Whatever lies outside the grid is not drawn. */
void cells_put(struct cells *cells, int row, int col, wchar_t glyph, enum style style);
void cells_fill(struct cells *cells, struct rect rect, wchar_t glyph, enum style style);
void cells_restyle(struct cells *cells, struct rect rect, enum style style);

/* What is there; a blank outside the grid. */
wchar_t cells_glyph(const struct cells *cells, int row, int col);

/* Draws UTF-8 text in at most `width` columns, with an ellipsis where it is cut; returns the
 * columns used. */
int cells_text(struct cells *cells, int row, int col, int width, enum style style,
               const char *text);

/* The same with the ellipsis in the middle, for names whose ends tell them apart. */
int cells_text_ends(struct cells *cells, int row, int col, int width, enum style style,
                    const char *text);

/* The same as cells_text for a printf format. */
int cells_format(struct cells *cells, int row, int col, int width, enum style style,
                 const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Draws text that ends before column `end`, cut on its right where it is wider than `width`. */
void cells_right(struct cells *cells, int row, int end, int width, enum style style,
                 const char *text);

/* Copies the rows first .. first+to.rows-1 of `from` to the place `to`. */
void cells_copy(struct cells *cells, struct rect to, const struct cells *from, int first);

/* Columns a UTF-8 text takes. */
int text_columns(const char *text);

/* Columns of its first `bytes` bytes. */
int text_columns_of(const char *text, size_t bytes);

/* Bytes of the text that go on a line of `width` columns, broken at a blank where there is one;
 * *next receives where the following line begins. */
size_t text_wrap(const char *text, int width, size_t *next);

/* The characters of a row as UTF-8, without blanks at the end. */
struct text;
void cells_row_text(const struct cells *cells, int row, struct text *out);

#endif
