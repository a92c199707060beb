/* In place of sheet.c where there is no cairo: nobody gets a sheet, so nothing is drawn on one. */
#include "plot/surface.h"

bool sheet_check_path(const char *path, struct error *err)
{
    return error_set(err, ERROR_INPUT,
                     "%s cannot be drawn: this mneme was built without cairo, which draws figures",
                     path);
}

struct sheet *sheet_new(const char *path, double width, double height, struct error *err)
{
    (void)width, (void)height;
    sheet_check_path(path, err);
    return NULL;
}

void sheet_line(struct sheet *sheet, const struct look *look, const struct place *place,
                size_t count)
{
    (void)sheet, (void)look, (void)place, (void)count;
}

void sheet_area(struct sheet *sheet, struct color color, const struct place *place, size_t count)
{
    (void)sheet, (void)color, (void)place, (void)count;
}

void sheet_box(struct sheet *sheet, struct color color, const struct box *box)
{
    (void)sheet, (void)color, (void)box;
}

void sheet_mark(struct sheet *sheet, enum mark mark, struct color color, struct place centre,
                double size)
{
    (void)sheet, (void)mark, (void)color, (void)centre, (void)size;
}

void sheet_text(struct sheet *sheet, const struct font *font, enum align align, struct place place,
                const char *text)
{
    (void)sheet, (void)font, (void)align, (void)place, (void)text;
}

void sheet_text_upright(struct sheet *sheet, const struct font *font, struct place place,
                        const char *text)
{
    (void)sheet, (void)font, (void)place, (void)text;
}

double sheet_text_width(struct sheet *sheet, const struct font *font, const char *text)
{
    (void)sheet, (void)font, (void)text;
    return 0;
}

void sheet_clip(struct sheet *sheet, const struct box *box)
{
    (void)sheet, (void)box;
}

void sheet_unclip(struct sheet *sheet)
{
    (void)sheet;
}

bool sheet_write(struct sheet *sheet, struct error *err)
{
    (void)sheet, (void)err;
    return false;
}

void sheet_free(struct sheet *sheet)
{
    (void)sheet;
}
