#include "ui/tui/widgets/map_figure.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/text.h"
#include "plot/plot.h"

enum { LABELS = 76, LINE = 11, LEGEND_LINES = 3, BAND_GAP = 4, LEAST_CELL = 2, MOST_CELL = 8 };

static double cell_width(const struct map_figure *figure)
{
    return (figure->width - 2 * PLOT_MARGIN - LABELS) / (double)figure->across;
}

/* As wide as they fit into one band, or as narrow as can be seen. */
static void lay_out(struct map_figure *figure)
{
    double room = figure->width - 2 * PLOT_MARGIN - LABELS;
    size_t most = (size_t)(room / LEAST_CELL), least = (size_t)(room / MOST_CELL);
    figure->across = figure->individuals < most ? figure->individuals : most;
    if (figure->across < least)
        figure->across = least;
    figure->bands = (figure->individuals + figure->across - 1) / figure->across;
    figure->height = 2 * PLOT_MARGIN + (2 + LEGEND_LINES) * LINE +
                     (double)figure->bands * ((double)figure->attributes * LINE + BAND_GAP);
}

static bool take_names(struct map_figure *figure, const struct fact_set *facts, struct error *err)
{
    figure->name = memory_new(figure->attributes, sizeof *figure->name, err);
    bool taken = figure->name;
    for (size_t a = 0; taken && a < figure->attributes; a++)
        taken = (figure->name[a] = memory_string(facts->attribute[a].name, err));
    return taken;
}

bool map_figure_take(struct map_figure *figure, const struct fact_map *map,
                     const struct fact_set *facts, double width, struct error *err)
{
    const struct map_list *list = &map->list;
    struct text words = {0};
    size_t first = list->count > MAP_FIGURE_MOST ? map_list_place(list) / 1000 * 1000 : 0;
    size_t left = list->count - first;
    *figure = (struct map_figure){
        .individuals = left < MAP_FIGURE_MOST ? left : MAP_FIGURE_MOST,
        .attributes = map->knowledge.attributes,
        .width = width,
    };
    figure->state = memory_new(figure->individuals, figure->attributes, err);
    if (!figure->state || !take_names(figure, facts, err)) {
        map_figure_free(figure);
        return false;
    }
    for (size_t i = 0; i < figure->individuals; i++)
        for (size_t a = 0; a < figure->attributes; a++)
            figure->state[i * figure->attributes + a] =
                (unsigned char)fact_map_state(map, first + i, a);
    fact_map_say(map, &words);
    if (figure->individuals < list->count)
        text_format(&words, " \u00b7 here %zu to %zu", first + 1, first + figure->individuals);
    snprintf(figure->words, sizeof figure->words, "%s", words.failed ? "" : words.bytes);
    text_free(&words);
    lay_out(figure);
    return true;
}

void map_figure_free(struct map_figure *figure)
{
    for (size_t a = 0; figure->name && a < figure->attributes; a++)
        memory_free(figure->name[a]);
    memory_free(figure->name);
    memory_free(figure->state);
    *figure = (struct map_figure){0};
}

/* Blue, vermilion and grey, which everybody tells apart, by lightness as well. */
static struct color color_of(unsigned char state)
{
    return state == FACT_KNOWN       ? line_style_distinct(0).color
           : state == FACT_FORGOTTEN ? line_style_distinct(5).color
           : state == FACT_NEVER     ? color_pale
                                     : color_white;
}

/* Neighbours in the same state are one box. */
static void draw_row(const struct map_figure *figure, size_t first, size_t end, size_t attribute,
                     double top, struct surface *surface)
{
    double left = PLOT_MARGIN + LABELS, cell = cell_width(figure);
    surface_text(surface, &plot_small_font, ALIGN_LEFT, (struct place){PLOT_MARGIN, top + LINE - 2},
                 figure->name[attribute]);
    for (size_t i = first, next; i < end; i = next) {
        unsigned char state = figure->state[i * figure->attributes + attribute];
        for (next = i + 1;
             next < end && figure->state[next * figure->attributes + attribute] == state; next++)
            ;
        if (state != FACT_UNTOLD)
            surface_box(surface, color_of(state),
                        &(struct box){left + cell * (double)(i - first), top,
                                      left + cell * (double)(next - first), top + LINE - 1});
    }
}

static void draw_legend(double left, double top, struct surface *surface)
{
    static const struct {
        unsigned char state;
        const char *name;
    } items[] = {{FACT_KNOWN, "known"}, {FACT_FORGOTTEN, "forgotten"}, {FACT_NEVER, "never known"}};
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        surface_box(surface, color_of(items[i].state),
                    &(struct box){left, top + 2, left + LINE - 3, top + LINE - 1});
        left += LINE;
        surface_text(surface, &plot_small_font, ALIGN_LEFT, (struct place){left, top + LINE - 2},
                     items[i].name);
        left += surface_text_width(surface, &plot_small_font, items[i].name) + 2 * LINE;
    }
}

void map_figure_draw(const struct map_figure *figure, struct surface *surface)
{
    struct box box = {PLOT_MARGIN, PLOT_MARGIN, figure->width - PLOT_MARGIN,
                      figure->height - PLOT_MARGIN};
    plot_draw_title(surface, figure->title, &box);
    surface_text(surface, &plot_small_font, ALIGN_LEFT, (struct place){box.left, box.top + LINE},
                 figure->words);
    double top = box.top + 2 * LINE;
    for (size_t b = 0; b < figure->bands; b++) {
        size_t first = b * figure->across, end = first + figure->across;
        end = end < figure->individuals ? end : figure->individuals;
        for (size_t a = 0; a < figure->attributes; a++, top += LINE)
            draw_row(figure, first, end, a, top, surface);
        top += BAND_GAP;
    }
    draw_legend(PLOT_MARGIN + LABELS, top, surface);
}
