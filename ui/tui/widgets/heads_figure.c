#include "ui/tui/widgets/heads_figure.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "plot/plot.h"
#include "record/measure.h"

static struct series *line_of(const struct heads_figure *figure, size_t circuit, size_t head)
{
    return &figure->line[circuit * figure->layers * figure->heads + head];
}

static bool take_head(struct heads_figure *figure, const struct heads_table *table,
                      const struct circuit_track *track, enum circuit circuit, size_t head,
                      struct error *err)
{
    size_t room = 0;
    bool taken = true;
    for (size_t at = 0; taken && at < track->points; at++) {
        double step = (double)track->step[at];
        double share = heads_table_share(table, track, at, circuit, head);
        if (isfinite(share) && step_span_holds(&figure->span, step))
            taken = series_add(line_of(figure, circuit, head), &room, step, share, err);
    }
    return taken;
}

bool heads_figure_take(struct heads_figure *figure, const struct heads_table *table,
                       const struct view *view, struct error *err)
{
    const struct circuit_track *track = &view->curves.circuits;
    size_t heads = track->layers * track->heads;
    *figure = (struct heads_figure){track->layers, track->heads, view_span(view), NULL, ""};
    if (track->points == 0)
        return error_set(err, ERROR_INPUT, "no circuits were measured yet");
    figure->line = memory_new(CIRCUITS * heads, sizeof *figure->line, err);
    bool taken = figure->line;
    for (enum circuit c = 0; taken && c < CIRCUITS; c++)
        for (size_t h = 0; taken && h < heads; h++)
            taken = take_head(figure, table, track, c, h, err);
    if (!taken)
        heads_figure_free(figure);
    return taken;
}

void heads_figure_free(struct heads_figure *figure)
{
    for (size_t i = 0; figure->line && i < CIRCUITS * figure->layers * figure->heads; i++)
        series_free(&figure->line[i]);
    memory_free(figure->line);
    *figure = (struct heads_figure){0};
}

/* A colour for each head, or where those are too many, for each layer. */
enum { OWN_COLORS = 8, NAME = 48 };

static void add_curves(const struct heads_figure *figure, size_t circuit, char (*name)[NAME],
                       struct plot_curve *curve, struct plot_panel *panel)
{
    size_t heads = figure->layers * figure->heads;
    bool own = heads <= OWN_COLORS;
    panel->curve = curve;
    for (size_t h = 0; h < heads; h++) {
        const struct series *line = line_of(figure, circuit, h);
        size_t layer = h / figure->heads;
        struct line_style style =
            own ? line_style_ordered(h, heads) : line_style_ordered(layer, figure->layers);
        style.width = 1;
        if (line->count > 0)
            curve[panel->curves++] = (struct plot_curve){name[h], style, line, NULL};
    }
}

static void write_names(const struct heads_figure *figure, char (*name)[NAME])
{
    size_t heads = figure->layers * figure->heads;
    for (size_t h = 0; h < heads; h++)
        if (heads <= OWN_COLORS)
            snprintf(name[h], NAME, "L%zu H%zu", h / figure->heads + 1, h % figure->heads + 1);
        else
            snprintf(name[h], NAME, "layer %zu", h / figure->heads + 1);
}

bool heads_figure_draw(const struct heads_figure *figure, struct surface *surface, double width,
                       double height, struct error *err)
{
    size_t heads = figure->layers * figure->heads;
    bool logarithmic = figure->span.logarithmic;
    struct plot_panel panel[CIRCUITS];
    struct plot_curve *curve = memory_new(CIRCUITS * heads, sizeof *curve, err);
    char(*name)[NAME] = curve ? memory_new(heads, sizeof *name, err) : NULL;
    const struct plot plot = {
        .title = figure->title[0] ? figure->title : NULL,
        .label = "training step",
        .x = axis_exact(logarithmic ? fmax(figure->span.first, 1) : figure->span.first,
                        figure->span.last, logarithmic ? AXIS_LOGARITHMIC : AXIS_LINEAR),
        .panel = panel,
        .panels = CIRCUITS,
    };
    if (name)
        write_names(figure, name);
    for (enum circuit c = 0; name && c < CIRCUITS; c++) {
        panel[c] = (struct plot_panel){.label = measure_of_circuit(c, false)->short_label,
                                       .y = axis_exact(0, 1, AXIS_LINEAR),
                                       .share = 1.0 / CIRCUITS};
        add_curves(figure, c, name, curve + c * heads, &panel[c]);
    }
    bool drawn = name && plot_draw(&plot, surface, width, height, err);
    memory_free(curve);
    memory_free(name);
    return drawn;
}
