/* A canvas of dots finer than cells: braille (2 x 4 dots a cell), or ASCII (1 x 3). */
#ifndef MNEME_TUI_CANVAS_H
#define MNEME_TUI_CANVAS_H

#include "ui/tui/widgets/cells.h"

struct canvas {
    int rows, cols;    /* in cells */
    int width, height; /* in dots */
    bool ascii;
    unsigned char *dots;  /* [rows][cols] a bit for each dot of the cell */
    unsigned char *style; /* [rows][cols] of the last dot that was set */
};

/* Dots across a cell. */
int canvas_across(bool ascii);

bool canvas_init(struct canvas *canvas, int rows, int cols, bool ascii, struct error *err);
void canvas_free(struct canvas *canvas);

/* Sets a dot; x grows to the right, y downwards. Outside nothing happens. Dots of a shade make way
 * for one of a style in the same cell, which can have one colour. */
void canvas_dot(struct canvas *canvas, int x, int y, enum style style);

/* Sets the dots of a straight line, both ends included. */
void canvas_line(struct canvas *canvas, int x0, int y0, int x1, int y1, enum style style);

/* Draws the cells that have dots; what is under the others stays. */
void canvas_draw(const struct canvas *canvas, struct cells *cells, int row, int col);

#endif
