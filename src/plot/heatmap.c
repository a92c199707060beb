#include "plot/heatmap.h"

#include <math.h>
#include <string.h>

#include "plot/plot.h"

/* Points. */
#define LABEL_ROOM 14.0
#define BAR_WIDTH  9.0 /* of the scale of colours */
#define BAR_GAP    10.0
#define CELL_GAP   1.0
#define BAR_STEPS  64
#define TICK_ROOM  20.0
#define ASCENT     0.74 /* of a font's size */
#define LIGHT      0.30 /* a cell on which black is read better than white */

static struct axis value_axis(const struct heatmap *map)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < map->rows * map->columns; i++)
        if (isfinite(map->value[i])) {
            low = fmin(low, map->value[i]);
            high = fmax(high, map->value[i]);
        }
    return axis_exact(low, high, map->scale);
}

static double middle_line(double top, double bottom, const struct font *font)
{
    return (top + bottom) / 2 + ASCENT * font->size / 2;
}

/* One cell, its text black or white. */
static void draw_cell(const struct heatmap *map, const struct axis *axis, double value,
                      struct surface *surface, const struct box *box)
{
    char text[AXIS_TEXT] = "\u2013";
    struct font font = plot_small_font;
    struct color color = color_pale;
    if (isfinite(value)) {
        color = color_shade(axis_share(axis, value));
        font.color = color_lightness(color) > LIGHT ? color_black : color_white;
        map->write(text, value);
    }
    surface_box(surface, color, box);
    if (surface_text_width(surface, &font, text) < box->right - box->left &&
        font.size < box->bottom - box->top)
        surface_text(
            surface, &font, ALIGN_MIDDLE,
            (struct place){(box->left + box->right) / 2, middle_line(box->top, box->bottom, &font)},
            text);
}

static void draw_cells(const struct heatmap *map, const struct axis *axis, struct surface *surface,
                       const struct box *plot)
{
    double wide = (plot->right - plot->left) / (double)map->columns;
    double high = (plot->bottom - plot->top) / (double)map->rows;
    for (size_t r = 0; r < map->rows; r++)
        for (size_t c = 0; c < map->columns; c++) {
            double left = plot->left + wide * (double)c, bottom = plot->bottom - high * (double)r;
            const struct box box = {left + CELL_GAP / 2, bottom - high + CELL_GAP / 2,
                                    left + wide - CELL_GAP / 2, bottom - CELL_GAP / 2};
            draw_cell(map, axis, map->value[r * map->columns + c], surface, &box);
        }
}

static double widest(struct surface *surface, const char *const *text, size_t count)
{
    double width = 0;
    for (size_t i = 0; i < count; i++)
        width = fmax(width, surface_text_width(surface, &plot_small_font, text[i]));
    return width;
}

static void draw_settings(const struct heatmap *map, struct surface *surface,
                          const struct box *plot, const struct box *all)
{
    double wide = (plot->right - plot->left) / (double)map->columns;
    double high = (plot->bottom - plot->top) / (double)map->rows;
    double below = plot->bottom + PLOT_TEXT_GAP + ASCENT * plot_small_font.size;
    for (size_t c = 0; c < map->columns; c++)
        surface_text(surface, &plot_small_font, ALIGN_MIDDLE,
                     (struct place){plot->left + wide * ((double)c + 0.5), below}, map->column[c]);
    for (size_t r = 0; r < map->rows; r++) {
        double bottom = plot->bottom - high * (double)r;
        surface_text(surface, &plot_small_font, ALIGN_RIGHT,
                     (struct place){plot->left - PLOT_TEXT_GAP,
                                    middle_line(bottom - high, bottom, &plot_small_font)},
                     map->row[r]);
    }
    surface_text(surface, &plot_label_font, ALIGN_MIDDLE,
                 (struct place){(plot->left + plot->right) / 2, all->bottom - PLOT_TEXT_GAP},
                 map->x_label);
    surface_text_upright(
        surface, &plot_label_font,
        (struct place){all->left + ASCENT * plot_label_font.size, (plot->top + plot->bottom) / 2},
        map->y_label);
}

static size_t bar_ticks(const struct axis *axis, double height, struct tick tick[AXIS_TICKS])
{
    size_t most = (size_t)(height / TICK_ROOM);
    return axis_ticks(axis, most < 2 ? 2 : most, tick);
}

static double bar_text_width(const struct axis *axis, struct surface *surface, double height)
{
    struct tick tick[AXIS_TICKS];
    double width = 0;
    size_t ticks = bar_ticks(axis, height, tick);
    for (size_t i = 0; i < ticks; i++)
        width = fmax(width, surface_text_width(surface, &plot_small_font, tick[i].text));
    return width;
}

/* The scale of colours, beside the cells. */
static void draw_bar(const struct heatmap *map, const struct axis *axis, struct surface *surface,
                     const struct box *plot, const struct box *all)
{
    struct tick tick[AXIS_TICKS];
    double left = plot->right + BAR_GAP, height = plot->bottom - plot->top;
    for (int i = 0; i < BAR_STEPS; i++) { /* each over the upper part of the one before */
        double bottom = plot->bottom - height * i / BAR_STEPS;
        surface_box(surface, color_shade((i + 0.5) / BAR_STEPS),
                    &(struct box){left, plot->top, left + BAR_WIDTH, bottom});
    }
    size_t ticks = bar_ticks(axis, height, tick);
    for (size_t i = 0; i < ticks; i++) {
        const struct line_style style = {color_black, DASH_NONE, 0.7};
        double y = plot->bottom - height * axis_share(axis, tick[i].value);
        double right = left + BAR_WIDTH, length = tick[i].text[0] ? PLOT_TICK : PLOT_TICK / 2.0;
        surface_line(surface, &style, (const struct place[]){{right, y}, {right + length, y}}, 2);
        surface_text(
            surface, &plot_small_font, ALIGN_LEFT,
            (struct place){right + PLOT_TICK + PLOT_TEXT_GAP, middle_line(y, y, &plot_small_font)},
            tick[i].text);
    }
    surface_text_upright(surface, &plot_label_font,
                         (struct place){all->right - PLOT_TEXT_GAP, (plot->top + plot->bottom) / 2},
                         map->value_label);
}

void heatmap_draw(const struct heatmap *map, struct surface *surface, double width, double height)
{
    struct box all = {PLOT_MARGIN, PLOT_MARGIN, width - PLOT_MARGIN, height - PLOT_MARGIN};
    struct axis axis = value_axis(map);
    plot_draw_title(surface, map->title, &all);
    struct box plot = all;
    plot.bottom -= 2 * LABEL_ROOM;
    plot.left += LABEL_ROOM + widest(surface, map->row, map->rows) + PLOT_TEXT_GAP;
    plot.right -= LABEL_ROOM + BAR_GAP + BAR_WIDTH + PLOT_TICK + 2 * PLOT_TEXT_GAP +
                  bar_text_width(&axis, surface, plot.bottom - plot.top);
    draw_cells(map, &axis, surface, &plot);
    draw_settings(map, surface, &plot, &all);
    draw_bar(map, &axis, surface, &plot, &all);
}
