/* A surface to draw on, written as SVG or PNG: the only place that knows of cairo.
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

#define SURFACE_POINTS_PER_MILLIMETRE (72 / 25.4)

enum { SURFACE_DOTS_PER_INCH = 300 }; /* of a PNG */

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

struct surface;

/* Checks that the path ends in .svg or .png; ERROR_INPUT otherwise, and where this program was
 * built without cairo. */
bool surface_check_path(const char *path, struct error *err);

/* A surface of that size in points for a file that surface_check_path allows. */
struct surface *surface_new(const char *path, double width, double height, struct error *err);

void surface_line(struct surface *surface, const struct line_style *style,
                  const struct place *place, size_t count);
void surface_area(struct surface *surface, struct color color, const struct place *place,
                  size_t count);
void surface_box(struct surface *surface, struct color color, const struct box *box);
void surface_mark(struct surface *surface, enum mark mark, struct color color, struct place centre,
                  double size);

/* Writes a line of text whose baseline begins, is centred on, or ends at a place. "x^{y}" raises
 * what is in braces. */
void surface_text(struct surface *surface, const struct font *font, enum align align,
                  struct place place, const char *text);

/* The same, read from bottom to top and centred on the place. */
void surface_text_upright(struct surface *surface, const struct font *font, struct place place,
                          const char *text);

/* Points from the beginning to the end of such a line. */
double surface_text_width(struct surface *surface, const struct font *font, const char *text);

/* What is drawn between the two leaves nothing outside the box. */
void surface_clip(struct surface *surface, const struct box *box);
void surface_unclip(struct surface *surface);

/* Writes the file, whole or not at all, in place of what was there. */
bool surface_write(struct surface *surface, struct error *err);
void surface_free(struct surface *surface);

#endif
