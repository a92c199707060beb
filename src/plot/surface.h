/* A sheet to draw on, written as SVG or PNG: the only place that knows of cairo.
 *
 * Places are in points (1/72 inch) from the upper left corner, down and to the right. Text is drawn
 * as outlines, so that a file looks the same everywhere; in SVG all of it is also in <desc>, where
 * programs find it. The same calls make the same bytes. */
#ifndef MNEME_PLOT_SURFACE_H
#define MNEME_PLOT_SURFACE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "plot/line_style.h"

#define SHEET_POINTS_PER_MILLIMETRE (72 / 25.4)

enum { SHEET_DOTS_PER_INCH = 300 }; /* of a PNG */

struct place {
    double x, y;
};

struct box {
    double left, top, right, bottom;
};

enum align { ALIGN_LEFT, ALIGN_MIDDLE, ALIGN_RIGHT };
enum mark { MARK_DISC, MARK_RING, MARK_SQUARE, MARK_TRIANGLE };

/* How text is written. */
struct font {
    double size; /* points */
    bool bold;
    struct color color;
};

struct sheet;

/* Checks that the path ends in .svg or .png; ERROR_INPUT otherwise, and where this program was
 * built without cairo. */
bool sheet_check_path(const char *path, struct error *err);

/* A sheet of that size in points for a file that sheet_check_path allows. */
struct sheet *sheet_new(const char *path, double width, double height, struct error *err);

void sheet_line(struct sheet *sheet, const struct look *look, const struct place *place,
                size_t count);
void sheet_area(struct sheet *sheet, struct color color, const struct place *place, size_t count);
void sheet_box(struct sheet *sheet, struct color color, const struct box *box);
void sheet_mark(struct sheet *sheet, enum mark mark, struct color color, struct place centre,
                double size);

/* Writes a line of text whose baseline begins, is centred on, or ends at a place. "x^{y}" raises
 * what is in braces. */
void sheet_text(struct sheet *sheet, const struct font *font, enum align align, struct place place,
                const char *text);

/* The same, read from bottom to top and centred on the place. */
void sheet_text_upright(struct sheet *sheet, const struct font *font, struct place place,
                        const char *text);

/* Points from the beginning to the end of such a line. */
double sheet_text_width(struct sheet *sheet, const struct font *font, const char *text);

/* What is drawn between the two leaves nothing outside the box. */
void sheet_clip(struct sheet *sheet, const struct box *box);
void sheet_unclip(struct sheet *sheet);

/* Writes the file, whole or not at all, in place of what was there. */
bool sheet_write(struct sheet *sheet, struct error *err);
void sheet_free(struct sheet *sheet);

#endif
