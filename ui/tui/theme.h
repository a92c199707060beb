/* The look of every style, by theme and by what the terminal can show. */
#ifndef MNEME_TUI_THEME_H
#define MNEME_TUI_THEME_H

#include <curses.h>

#include "config/themes.h"
#include "ui/tui/widgets/cells.h"

/* What colours a terminal has. */
enum colour_depth {
    COLOURS_NONE, /* attributes alone */
    COLOURS_8,    /* those of its palette */
    COLOURS_256,  /* xterm's cube of 6 x 6 x 6 and its 24 greys behind the first 16 */
    COLOURS_TRUE, /* a colour's number is 0xRRGGBB */
    COLOUR_DEPTHS
};

/* How a cell is drawn: numbers of colours as curses takes them, -1 for the terminal's own. */
struct look {
    int colour, ground;
    attr_t attributes;
};

struct look theme_look(enum theme_kind theme, enum style style, enum colour_depth depth);

/* The number of the colour of xterm's 256 beyond its palette that is nearest to 0xRRGGBB. */
int theme_nearest(int rgb);

#endif
