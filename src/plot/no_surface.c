/* In place of surface.c where there is no cairo: nobody gets a surface, so nothing is drawn on one.
 */
#include "plot/surface.h"

bool surface_check_path(const char *path, struct error *err)
{
    return error_set(err, ERROR_INPUT,
                     "%s cannot be drawn: this mneme was built without cairo, which draws figures",
                     path);
}

struct surface *surface_new(const char *path, double width, double height, struct error *err)
{
    (void)width, (void)height;
    surface_check_path(path, err);
    return NULL;
}

void surface_line(struct surface *surface, const struct line_style *style,
                  const struct place *place, size_t count)
{
    (void)surface, (void)style, (void)place, (void)count;
}

void surface_area(struct surface *surface, struct color color, const struct place *place,
                  size_t count)
{
    (void)surface, (void)color, (void)place, (void)count;
}

void surface_box(struct surface *surface, struct color color, const struct box *box)
{
    (void)surface, (void)color, (void)box;
}

void surface_mark(struct surface *surface, enum mark mark, struct color color, struct place centre,
                  double size)
{
    (void)surface, (void)mark, (void)color, (void)centre, (void)size;
}

void surface_text(struct surface *surface, const struct font *font, enum align align,
                  struct place place, const char *text)
{
    (void)surface, (void)font, (void)align, (void)place, (void)text;
}

void surface_text_upright(struct surface *surface, const struct font *font, struct place place,
                          const char *text)
{
    (void)surface, (void)font, (void)place, (void)text;
}

double surface_text_width(struct surface *surface, const struct font *font, const char *text)
{
    (void)surface, (void)font, (void)text;
    return 0;
}

void surface_clip(struct surface *surface, const struct box *box)
{
    (void)surface, (void)box;
}

void surface_unclip(struct surface *surface)
{
    (void)surface;
}

bool surface_write(struct surface *surface, struct error *err)
{
    (void)surface, (void)err;
    return false;
}

void surface_free(struct surface *surface)
{
    (void)surface;
}
