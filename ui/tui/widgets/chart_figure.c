/* Map of this file: lines; curves and baselines; what stands around them; taking; drawing. */
#include "ui/tui/widgets/chart_figure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "plot/envelope.h"

/* Lines */

static struct figure_line *add_line(struct chart_figure *figure, const char *name,
                                    struct line_style style)
{
    void *array = figure->line;
    char *copy = figure->failed ? NULL : memory_string(name ? name : "", NULL);
    if (!copy ||
        !memory_make_room(&array, figure->lines, &figure->room, sizeof *figure->line, NULL)) {
        memory_free(copy);
        figure->failed = true;
        return NULL;
    }
    figure->line = array;
    struct figure_line *line = &figure->line[figure->lines++];
    *line = (struct figure_line){.name = copy, .style = style};
    return line;
}

static void add_point(struct chart_figure *figure, struct figure_line *line, size_t *room, double x,
                      double y)
{
    double factor = figure->panel[figure->panels].factor;
    if (line && !series_add(&line->series, room, x, factor * y, NULL))
        figure->failed = true;
}

/* Curves and baselines */

static bool is_shown(const struct chart *chart, double y)
{
    return isfinite(y) && (chart->linear || y > 0);
}

/* The points of the span, with the one before it and the one behind it; a line ends where one has
 * no value. */
static void take_points(struct chart_figure *figure, const struct chart *chart,
                        const struct chart_series *series, const char *name,
                        struct line_style style, bool is_level)
{
    struct figure_line *line = NULL;
    size_t begin = 0, room = 0;
    while (begin + 1 < series->count &&
           series->point(series->from, begin + 1).x <= chart->span.first)
        begin++;
    for (size_t i = begin; i < series->count && !figure->failed; i++) {
        struct chart_point point = series->point(series->from, i);
        if (!is_shown(chart, point.y)) {
            line = NULL;
            continue;
        }
        if (!line) {
            room = 0;
            line = add_line(figure, name, style);
            if (line)
                line->is_level = is_level;
        }
        add_point(figure, line, &room, point.x, point.y);
        if (point.x > chart->span.last)
            break;
    }
}

/* The means of columns, and what they lie between as a band around a line that is not drawn. */
static void take_envelope(struct chart_figure *figure, const struct chart *chart,
                          const struct envelope *made, const char *name, struct line_style style)
{
    struct line_style unseen = style;
    size_t room = 0, band_room = 0, count = 0;
    unseen.width = 0;
    unseen.dash = DASH_NONE;
    double *deviation = memory_new(made->columns, sizeof *deviation, NULL);
    if (!add_line(figure, "", unseen) || !add_line(figure, name, style) || !deviation)
        figure->failed = true;
    for (size_t c = 0; c < made->columns && !figure->failed; c++) {
        const struct envelope_column *column = &made->column[c];
        double x = envelope_step(made, c);
        if (column->points == 0 || !is_shown(chart, column->least))
            continue;
        add_point(figure, &figure->line[figure->lines - 2], &band_room, x,
                  (column->least + column->most) / 2);
        add_point(figure, &figure->line[figure->lines - 1], &room, x,
                  column->sum / (double)column->points);
        deviation[count++] =
            figure->panel[figure->panels].factor * (column->most - column->least) / 2;
    }
    if (figure->failed)
        memory_free(deviation);
    else
        figure->line[figure->lines - 2].deviation = deviation;
}

/* A curve of the same name has the same style in every panel, and no other one has it. */
static struct line_style style_of(struct chart_figure *figure, const char *name)
{
    for (size_t i = 0; name && i < figure->lines; i++)
        if (strcmp(figure->line[i].name, name) == 0)
            return figure->line[i].style;
    return line_style_distinct(figure->styles++);
}

/* The last one in front, as on the screen, and the first in the legend. */
static void take_curves(struct chart_figure *figure, const struct chart *chart)
{
    for (size_t c = chart->curves; c-- > 0;) {
        const struct chart_curve *curve = &chart->curve[c];
        const char *name = curve->name ? curve->name : curve->tag;
        struct line_style style = style_of(figure, name);
        if (curve->made)
            take_envelope(figure, chart, curve->made, name, style);
        else
            take_points(figure, chart, &curve->series, name, style, false);
    }
}

static void take_baselines(struct chart_figure *figure, const struct chart *chart)
{
    static const struct {
        const char *name;
        enum dash dash;
    } looks[CHART_BASELINES] = {{"baseline", DASH_SHORT}, {"baseline of new", DASH_DOTS}};
    bool only = chart->top > 0; /* a line of nothing beside others than losses */
    for (size_t b = 0; b < chart->baselines; b++)
        take_points(figure, chart, &chart->baseline[b], only ? "" : looks[b].name,
                    (struct line_style){color_grey, looks[b].dash, 1}, true);
}

/* What stands around them */

static struct color band_color(enum style style)
{
    static const struct {
        enum style style;
        size_t color; /* of line_style_distinct */
    } colors[] = {{STYLE_STATISTICS, 6}, {STYLE_PLATEAU, 5}, {STYLE_KNOWLEDGE, 2}};
    const double shade = 0.12;
    for (size_t c = 0; c < sizeof colors / sizeof *colors; c++)
        if (colors[c].style == style)
            return color_faded(line_style_distinct(colors[c].color).color, shade);
    return color_faded(color_grey, shade);
}

static void take_bands(struct chart_figure *figure, const struct chart *chart)
{
    for (size_t b = 0; b < chart->bands; b++) {
        const struct chart_band *band = &chart->band[b];
        double from = fmax(band->from, figure->x.low), to = fmin(band->to, figure->x.high);
        if (from >= to)
            continue;
        char *name = figure->span_name[figure->spans];
        snprintf(name, CHART_FIGURE_TEXT, "%s", band->label ? band->label : "");
        figure->span[figure->spans++] = (struct plot_span){name, band_color(band->style), from, to};
    }
}

static void take_turn(struct chart_figure *figure, double step, const char *label)
{
    if (!isfinite(step) || figure->turns == CHART_FIGURE_TURNS)
        return;
    char *text = figure->turn_text[figure->turns];
    snprintf(text, CHART_FIGURE_TEXT, "%s", label ? label : "");
    figure->turn[figure->turns++] = (struct plot_turn){step, text};
}

/* Taking */

static void take_surroundings(struct chart_figure *figure, const struct chart *chart)
{
    bool logarithmic = chart->span.logarithmic;
    double first = chart->span.first;
    figure->x = axis_exact(logarithmic ? fmax(first, 1) : first, chart->span.last,
                           logarithmic ? AXIS_LOGARITHMIC : AXIS_LINEAR);
    figure->spans = figure->turns = 0;
    figure->mark = chart->mark;
    snprintf(figure->mark_text, sizeof figure->mark_text, "%s",
             chart->mark_label ? chart->mark_label : "");
    take_bands(figure, chart);
    for (size_t t = 0; t < chart->turns; t++)
        take_turn(figure, chart->turn[t].step, chart->turn[t].label);
    take_turn(figure, chart->cut, chart->cut_label);
}

void chart_figure_take(void *context, const struct chart *chart)
{
    struct chart_figure *figure = context;
    struct chart_panel *panel = &figure->panel[figure->panels];
    double low, high;
    if (figure->panels == CHART_FIGURE_PANELS)
        return;
    panel->factor = chart->factor > 0 ? chart->factor : 1;
    chart_range(chart, &low, &high);
    panel->y = axis_exact(panel->factor * low, panel->factor * high,
                          chart->linear ? AXIS_LINEAR : AXIS_LOGARITHMIC);
    panel->uniform = panel->factor * chart->uniform;
    snprintf(panel->label, sizeof panel->label, "%s", chart->label ? chart->label : "");
    take_curves(figure, chart);
    take_baselines(figure, chart);
    take_surroundings(figure, chart);
    panel->end = figure->lines;
    figure->panels++;
}

void chart_figure_free(struct chart_figure *figure)
{
    for (size_t i = 0; i < figure->lines; i++) {
        memory_free(figure->line[i].name);
        memory_free(figure->line[i].deviation);
        series_free(&figure->line[i].series);
    }
    memory_free(figure->line);
    *figure = (struct chart_figure){0};
}

/* Drawing */

static const char *name_of(const struct figure_line *line)
{
    return line->name[0] ? line->name : NULL;
}

/* Curves and levels lie one panel's behind the other's. */
static void fill_panel(const struct chart_figure *figure, size_t p, struct plot_panel *panel,
                       struct plot_curve *curve, struct plot_level *level)
{
    const struct chart_panel *from = &figure->panel[p];
    *panel = (struct plot_panel){
        .label = from->label,
        .y = from->y,
        .share = 1 / (double)figure->panels,
        .curve = curve,
        .level = level,
        .has_marker_text = p + 1 == figure->panels,
    };
    for (size_t i = p > 0 ? from[-1].end : 0; i < from->end; i++) {
        const struct figure_line *line = &figure->line[i];
        if (line->series.count > 0 && line->is_level)
            level[panel->levels++] =
                (struct plot_level){name_of(line), line->style, 0, &line->series};
        else if (line->series.count > 0)
            curve[panel->curves++] =
                (struct plot_curve){name_of(line), line->style, &line->series, line->deviation};
    }
    if (isfinite(from->uniform))
        level[panel->levels++] =
            (struct plot_level){"uniform", {color_grey, DASH_MIXED, 1}, from->uniform, NULL};
}

static void fill_panels(const struct chart_figure *figure, struct plot_panel *panel,
                        struct plot_curve *curve, struct plot_level *level)
{
    for (size_t p = 0; p < figure->panels; p++) {
        fill_panel(figure, p, &panel[p], curve, level);
        curve += panel[p].curves;
        level += panel[p].levels;
    }
}

bool chart_figure_draw(const struct chart_figure *figure, struct surface *surface, double width,
                       double height, struct error *err)
{
    size_t lines = figure->lines + CHART_FIGURE_PANELS;
    struct plot_panel panel[CHART_FIGURE_PANELS];
    struct plot_curve *curve = memory_new(lines, sizeof *curve, err);
    struct plot_level *level = curve ? memory_new(lines, sizeof *level, err) : NULL;
    const struct plot_marker marker = {figure->mark, NAN, NAN, {figure->mark_text, NULL}};
    bool marked = figure->mark >= figure->x.low && figure->mark <= figure->x.high;
    const struct plot plot = {
        .title = figure->title[0] ? figure->title : NULL,
        .label = "training step",
        .x = figure->x,
        .panel = panel,
        .panels = figure->panels,
        .span = figure->span,
        .spans = figure->spans,
        .marker = marked ? &marker : NULL,
        .turn = figure->turn,
        .turns = figure->turns,
    };
    if (level)
        fill_panels(figure, panel, curve, level);
    bool drawn = level && plot_draw(&plot, surface, width, height, err);
    memory_free(curve);
    memory_free(level);
    return drawn;
}
