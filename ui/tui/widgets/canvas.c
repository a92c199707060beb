#include "ui/tui/widgets/canvas.h"

#include <stdlib.h>

#include "base/memory.h"

enum { BRAILLE_ACROSS = 2, BRAILLE_DOWN = 4, ASCII_DOWN = 3 };

int canvas_across(bool ascii)
{
    return ascii ? 1 : BRAILLE_ACROSS;
}

bool canvas_init(struct canvas *canvas, int rows, int cols, bool ascii, struct error *err)
{
    size_t count = (size_t)rows * (size_t)cols;
    *canvas = (struct canvas){
        .rows = rows,
        .cols = cols,
        .width = cols * canvas_across(ascii),
        .height = ascii ? rows * ASCII_DOWN : rows * BRAILLE_DOWN,
        .ascii = ascii,
        .dots = memory_new(count, 1, err),
        .style = memory_new(count, 1, err),
    };
    if (canvas->dots && canvas->style)
        return true;
    canvas_free(canvas);
    return false;
}

void canvas_free(struct canvas *canvas)
{
    memory_free(canvas->dots);
    memory_free(canvas->style);
    *canvas = (struct canvas){0};
}

/* The bit of a dot in its cell: braille numbers its dots column by column, the fourth row last. */
static unsigned char dot_bit(const struct canvas *canvas, int x, int y)
{
    static const unsigned char braille[BRAILLE_DOWN][BRAILLE_ACROSS] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    if (canvas->ascii)
        return (unsigned char)(1 << y % ASCII_DOWN);
    return braille[y % BRAILLE_DOWN][x % BRAILLE_ACROSS];
}

void canvas_dot(struct canvas *canvas, int x, int y, enum style style)
{
    if (x < 0 || y < 0 || x >= canvas->width || y >= canvas->height)
        return;
    int row = y / (canvas->ascii ? ASCII_DOWN : BRAILLE_DOWN);
    int col = x / (canvas->ascii ? 1 : BRAILLE_ACROSS);
    size_t at = (size_t)row * (size_t)canvas->cols + (size_t)col;
    if (!style_is_shade(style) && style_is_shade(canvas->style[at]))
        canvas->dots[at] = 0;
    canvas->dots[at] |= dot_bit(canvas, x, y);
    canvas->style[at] = (unsigned char)style;
}

void canvas_line(struct canvas *canvas, int x0, int y0, int x1, int y1, enum style style)
{
    /* Bresenham's line. */
    int across = abs(x1 - x0), down = -abs(y1 - y0);
    int right = x0 < x1 ? 1 : -1, below = y0 < y1 ? 1 : -1;
    int balance = across + down;
    for (;;) {
        canvas_dot(canvas, x0, y0, style);
        if (x0 == x1 && y0 == y1)
            return;
        int twice = 2 * balance;
        if (twice >= down) {
            balance += down;
            x0 += right;
        }
        if (twice <= across) {
            balance += across;
            y0 += below;
        }
    }
}

void canvas_draw(const struct canvas *canvas, struct cells *cells, int row, int col)
{
    /* By which of the upper, middle and lower dot are set. */
    static const wchar_t ascii[] = {L' ', L'\'', L'-', L'"', L'.', L':', L',', L'|'};
    const wchar_t braille = 0x2800;
    for (int r = 0; r < canvas->rows; r++)
        for (int c = 0; c < canvas->cols; c++) {
            size_t at = (size_t)r * (size_t)canvas->cols + (size_t)c;
            unsigned char dots = canvas->dots[at];
            if (dots)
                cells_put(cells, row + r, col + c,
                          canvas->ascii ? ascii[dots] : (wchar_t)(braille + dots),
                          (enum style)canvas->style[at]);
        }
}
