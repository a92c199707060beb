/* Map of this file: texts and their places; the legend; axes; what lies behind curves; curves and
 * points; a panel; the plot. */
#include "plot/plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"

const struct font plot_title_font = {10, true, {0.1, 0.1, 0.1, 1}};
const struct font plot_label_font = {8.5, false, {0.1, 0.1, 0.1, 1}};
const struct font plot_small_font = {7.5, false, {0.1, 0.1, 0.1, 1}};

/* Points. */
#define ASCENT          0.74 /* of a font's size: how far digits and capitals reach up */
#define LINE_HEIGHT     11.0
#define SMALL_TICK      1.8
#define AXIS_WIDTH      0.7
#define SAMPLE          20.0 /* of a line, in the legend */
#define ENTRY_GAP       12.0
#define PANEL_GAP       9.0
#define POINT_SIZE      4.5
#define WHISKER         2.2  /* half of its width */
#define FINEST          0.15 /* points of a curve that are nearer add nothing */
#define X_TICK_DISTANCE 42.0 /* room for one label */
#define Y_TICK_DISTANCE 17.0
#define BAND_OPACITY    0.22
#define INTERVAL_SHADE  0.16

enum { LABEL_ROOM = 96, TURN_LINES = 3 };

/* Texts and their places */

bool plot_space_labels(double *centre, const double *width, size_t count, double low, double high,
                       double gap)
{
    double needed = count > 0 ? gap * (double)(count - 1) : 0;
    for (size_t i = 0; i < count; i++)
        needed += width[i];
    if (needed > high - low)
        return false;
    for (size_t i = 0; i < count; i++) {
        double least = i > 0 ? centre[i - 1] + width[i - 1] / 2 + gap : low;
        centre[i] = fmax(centre[i], least + width[i] / 2);
    }
    for (size_t i = count; i-- > 0;) {
        double most = i + 1 < count ? centre[i + 1] - width[i + 1] / 2 - gap : high;
        centre[i] = fmin(centre[i], most - width[i] / 2);
    }
    return true;
}

void plot_draw_title(struct surface *surface, const char *title, struct box *box)
{
    if (!title)
        return;
    surface_text(
        surface, &plot_title_font, ALIGN_MIDDLE,
        (struct place){(box->left + box->right) / 2, box->top + ASCENT * plot_title_font.size},
        title);
    box->top += plot_title_font.size + 2 * PLOT_TEXT_GAP;
}

/* The legend */

struct legend_entry {
    const char *name;
    const struct line_style *style; /* of a line, or */
    const struct plot_point *point; /* a point; both null: no sample */
    bool has_band;
};

struct legend {
    struct legend_entry *entry; /* [count] */
    size_t count;
};

static void add_entry(struct legend *legend, struct legend_entry entry)
{
    for (size_t i = 0; i < legend->count; i++)
        if (strcmp(legend->entry[i].name, entry.name) == 0)
            return;
    legend->entry[legend->count++] = entry;
}

static void collect_panel(struct legend *legend, const struct plot_panel *panel)
{
    for (size_t i = 0; i < panel->curves; i++)
        if (panel->curve[i].name)
            add_entry(legend, (struct legend_entry){panel->curve[i].name, &panel->curve[i].style,
                                                    NULL, panel->curve[i].deviation != NULL});
    for (size_t i = 0; i < panel->levels; i++)
        if (panel->level[i].name)
            add_entry(legend, (struct legend_entry){.name = panel->level[i].name,
                                                    .style = &panel->level[i].style});
    for (size_t i = 0; i < panel->points; i++)
        if (panel->point[i].name)
            add_entry(legend, (struct legend_entry){.name = panel->point[i].name,
                                                    .point = &panel->point[i]});
}

static bool collect_legend(const struct plot *plot, struct legend *legend, struct error *err)
{
    size_t most = 1; /* the remark */
    for (size_t i = 0; i < plot->panels; i++)
        most += plot->panel[i].curves + plot->panel[i].levels + plot->panel[i].points;
    *legend = (struct legend){.entry = memory_new(most, sizeof *legend->entry, err)};
    if (!legend->entry)
        return false;
    for (size_t i = 0; i < plot->panels; i++)
        collect_panel(legend, &plot->panel[i]);
    if (plot->remark)
        add_entry(legend, (struct legend_entry){.name = plot->remark});
    return true;
}

static void draw_sample(struct surface *surface, const struct legend_entry *entry, double x,
                        double middle)
{
    const struct place ends[] = {{x, middle}, {x + SAMPLE, middle}};
    const double half_band = 3;
    if (entry->point) {
        surface_mark(surface, entry->point->mark, entry->point->color,
                     (struct place){x + SAMPLE / 2, middle}, POINT_SIZE);
        return;
    }
    if (entry->has_band)
        surface_box(surface, color_faded(entry->style->color, BAND_OPACITY),
                    &(struct box){x, middle - half_band, x + SAMPLE, middle + half_band});
    surface_line(surface, entry->style, ends, 2);
}

/* Bytes of a text, one character at least, that are no wider than that: up to the last comma, else
 * the last blank, where the text goes on behind them and there is one. */
static size_t break_text(struct surface *surface, const struct font *font, const char *text,
                         double width)
{
    struct text piece = {0};
    size_t at = 0, blank = 0, comma = 0;
    while (text[at] != '\0') {
        size_t length = utf8_length(text + at);
        length = length > 0 ? length : 1;
        text_add_bytes(&piece, text + at, length);
        if (piece.failed || (at > 0 && surface_text_width(surface, font, piece.bytes) > width))
            break;
        at += length;
        if (text[at] == ' ')
            blank = at;
        if (blank == at && text[at - 1] == ',')
            comma = at;
    }
    text_free(&piece);
    return text[at] == '\0' ? at : comma > 0 ? comma : blank > 0 ? blank : at;
}

/* A name from its place on, in rows that are broken where they would leave the box. Gives where it
 * ends. */
static double draw_name(struct surface *surface, const char *name, double x, struct box *box)
{
    double end = x;
    while (*name != '\0') {
        size_t bytes = break_text(surface, &plot_small_font, name, box->right - x);
        struct text row = {0};
        text_add_bytes(&row, name, bytes);
        if (row.failed)
            return end;
        surface_text(surface, &plot_small_font, ALIGN_LEFT,
                     (struct place){x, box->top + ASCENT * plot_small_font.size}, row.bytes);
        end = x + surface_text_width(surface, &plot_small_font, row.bytes);
        text_free(&row);
        name += bytes;
        name += strspn(name, " ");
        if (*name != '\0')
            box->top += LINE_HEIGHT;
    }
    return end;
}

/* Row under row, and takes their height off the box, of which half is the curves' in any case. */
static void draw_legend(struct surface *surface, const struct legend *legend, struct box *box)
{
    char rest[LABEL_ROOM];
    double x = box->left, lowest = (box->top + box->bottom) / 2;
    for (size_t i = 0; i < legend->count; i++) {
        const struct legend_entry *entry = &legend->entry[i];
        double sample = entry->style || entry->point ? SAMPLE + PLOT_TEXT_GAP : 0;
        double width = sample + surface_text_width(surface, &plot_small_font, entry->name);
        if (x > box->left && x + width > box->right) {
            x = box->left;
            box->top += LINE_HEIGHT;
        }
        if (box->top + LINE_HEIGHT > lowest) {
            snprintf(rest, sizeof rest, "and %zu more", legend->count - i);
            draw_name(surface, rest, box->left, box);
            break;
        }
        if (sample > 0)
            draw_sample(surface, entry, x, box->top + ASCENT * plot_small_font.size / 2);
        x = draw_name(surface, entry->name, x + sample, box) + ENTRY_GAP;
    }
    if (legend->count > 0)
        box->top += LINE_HEIGHT + PLOT_TEXT_GAP;
}

/* Axes */

/* Where a panel's values lie on the surface. */
struct frame {
    struct box box;
    const struct axis *x, *y;
};

static double across(const struct frame *frame, double x)
{
    return frame->box.left + axis_share(frame->x, x) * (frame->box.right - frame->box.left);
}

static double down(const struct frame *frame, double y)
{
    return frame->box.bottom - axis_share(frame->y, y) * (frame->box.bottom - frame->box.top);
}

static size_t ticks_that_fit(double length, double distance)
{
    size_t most = (size_t)fmax(length / distance, 0);
    return most < 2 ? 2 : most;
}

static size_t y_ticks(const struct frame *frame, struct tick tick[AXIS_TICKS])
{
    double height = frame->box.bottom - frame->box.top;
    return axis_ticks(frame->y, ticks_that_fit(height, Y_TICK_DISTANCE), tick);
}

static void draw_straight(struct surface *surface, double x1, double y1, double x2, double y2)
{
    const struct line_style style = {color_black, DASH_NONE, AXIS_WIDTH};
    surface_line(surface, &style, (const struct place[]){{x1, y1}, {x2, y2}}, 2);
}

static bool needs_two_lines(struct surface *surface, const char *label, double height)
{
    return strstr(label, " (") && surface_text_width(surface, &plot_label_font, label) > height;
}

/* A label beside its panel, "loss (nats)" on two lines where one would be longer than the panel is
 * high, and smaller where that is not enough. */
static void draw_y_label(struct surface *surface, const struct box *box, const char *label,
                         double label_x)
{
    struct font font = plot_label_font;
    struct place place = {label_x, (box->top + box->bottom) / 2};
    char first[LABEL_ROOM];
    double height = box->bottom - box->top;
    const char *unit = strstr(label, " (");
    if (!needs_two_lines(surface, label, height)) {
        font.size *= fmin(1, height / surface_text_width(surface, &font, label));
        surface_text_upright(surface, &font, place, label);
        return;
    }
    snprintf(first, sizeof first, "%.*s", (int)(unit - label), label);
    font.size *= fmin(1, height / surface_text_width(surface, &font, first));
    surface_text_upright(surface, &font, place, first);
    place.x += LINE_HEIGHT;
    surface_text_upright(surface, &font, place, unit + 1);
}

static void draw_y_axis(struct surface *surface, const struct frame *frame, const char *label,
                        double label_x)
{
    struct tick tick[AXIS_TICKS];
    const struct box *box = &frame->box;
    size_t ticks = y_ticks(frame, tick);
    draw_straight(surface, box->left, box->top, box->left, box->bottom);
    for (size_t i = 0; i < ticks; i++) {
        double y = down(frame, tick[i].value), length = tick[i].text[0] ? PLOT_TICK : SMALL_TICK;
        draw_straight(surface, box->left - length, y, box->left, y);
        surface_text(surface, &plot_small_font, ALIGN_RIGHT,
                     (struct place){box->left - PLOT_TICK - PLOT_TEXT_GAP,
                                    y + ASCENT * plot_small_font.size / 2},
                     tick[i].text);
    }
    draw_y_label(surface, box, label, label_x);
}

static void draw_x_axis(struct surface *surface, const struct frame *frame, bool with_text)
{
    struct tick tick[AXIS_TICKS];
    const struct box *box = &frame->box;
    size_t most = ticks_that_fit(box->right - box->left, X_TICK_DISTANCE);
    size_t ticks = axis_ticks(frame->x, most, tick);
    draw_straight(surface, box->left, box->bottom, box->right, box->bottom);
    for (size_t i = 0; i < ticks; i++) {
        double x = across(frame, tick[i].value), length = tick[i].text[0] ? PLOT_TICK : SMALL_TICK;
        draw_straight(surface, x, box->bottom, x, box->bottom + length);
        if (with_text)
            surface_text(surface, &plot_small_font, ALIGN_MIDDLE,
                         (struct place){x, box->bottom + PLOT_TICK + PLOT_TEXT_GAP +
                                               ASCENT * plot_small_font.size},
                         tick[i].text);
    }
}

/* What lies behind curves */

static struct box column(const struct frame *frame, double from, double to)
{
    const struct box *box = &frame->box;
    return (struct box){fmin(fmax(across(frame, from), box->left), box->right), box->top,
                        fmin(fmax(across(frame, to), box->left), box->right), box->bottom};
}

static void draw_spans(struct surface *surface, const struct plot *plot, const struct frame *frame)
{
    for (size_t i = 0; i < plot->spans; i++) {
        struct box box = column(frame, plot->span[i].from, plot->span[i].to);
        surface_box(surface, plot->span[i].color, &box);
    }
}

/* Names above the panel, each as near the middle of its span as the others let it. */
static bool name_spans(struct surface *surface, const struct plot *plot, const struct frame *frame,
                       struct error *err)
{
    double *centre = memory_new(2 * plot->spans, sizeof *centre, err);
    if (!centre)
        return false;
    double *width = centre + plot->spans;
    for (size_t i = 0; i < plot->spans; i++) {
        struct box box = column(frame, plot->span[i].from, plot->span[i].to);
        centre[i] = (box.left + box.right) / 2;
        width[i] = surface_text_width(surface, &plot_small_font, plot->span[i].name);
    }
    if (plot_space_labels(centre, width, plot->spans, frame->box.left, frame->box.right,
                          2 * PLOT_TEXT_GAP))
        for (size_t i = 0; i < plot->spans; i++)
            surface_text(surface, &plot_small_font, ALIGN_MIDDLE,
                         (struct place){centre[i], frame->box.top - PLOT_TEXT_GAP},
                         plot->span[i].name);
    memory_free(centre);
    return true;
}

static void draw_marker(struct surface *surface, const struct plot_marker *marker,
                        const struct frame *frame)
{
    const struct line_style style = {color_grey, DASH_NONE, 0.9};
    double x = across(frame, marker->x);
    if (isfinite(marker->low) && isfinite(marker->high)) {
        struct box box = column(frame, marker->low, marker->high);
        surface_box(surface, color_faded(color_grey, INTERVAL_SHADE), &box);
    }
    surface_line(surface, &style,
                 (const struct place[]){{x, frame->box.top}, {x, frame->box.bottom}}, 2);
}

/* At the foot of the panel, where curves are last; before the marker if there is room. */
static void write_marker(struct surface *surface, const struct plot_marker *marker,
                         const struct frame *frame)
{
    double width = 0, gap = 2 * PLOT_TEXT_GAP;
    size_t lines = 0;
    for (; lines < PLOT_LINES && marker->text[lines]; lines++)
        width = fmax(width, surface_text_width(surface, &plot_small_font, marker->text[lines]));
    double left = column(frame, fmin(marker->x, marker->low), marker->x).left;
    double right = column(frame, marker->x, fmax(marker->x, marker->high)).right;
    bool before = left - gap - width >= frame->box.left;
    for (size_t i = 0; i < lines; i++)
        surface_text(surface, &plot_small_font, before ? ALIGN_RIGHT : ALIGN_LEFT,
                     (struct place){before ? left - gap : right + gap,
                                    frame->box.bottom - 2 * PLOT_TEXT_GAP -
                                        LINE_HEIGHT * (double)(lines - 1 - i)},
                     marker->text[i]);
}

static bool is_on_axis(const struct axis *axis, double x)
{
    return x >= axis->low && x <= axis->high;
}

static void draw_turns(struct surface *surface, const struct plot *plot, const struct frame *frame)
{
    const struct line_style style = {color_grey, DASH_SHORT, 0.7};
    for (size_t i = 0; i < plot->turns; i++) {
        double x = across(frame, plot->turn[i].x);
        if (is_on_axis(frame->x, plot->turn[i].x))
            surface_line(surface, &style,
                         (const struct place[]){{x, frame->box.top}, {x, frame->box.bottom}}, 2);
    }
}

/* In the first lines of the panel, one under the other, where there is more room on one side. */
static void write_turns(struct surface *surface, const struct plot *plot, const struct frame *frame)
{
    double gap = PLOT_TEXT_GAP, middle = (frame->box.left + frame->box.right) / 2;
    for (size_t i = 0, line = 0; i < plot->turns; i++) {
        double x = across(frame, plot->turn[i].x);
        if (!is_on_axis(frame->x, plot->turn[i].x))
            continue;
        line = line % TURN_LINES + 1;
        surface_text(surface, &plot_small_font, x > middle ? ALIGN_RIGHT : ALIGN_LEFT,
                     (struct place){x > middle ? x - gap : x + gap,
                                    frame->box.top + LINE_HEIGHT * (double)line},
                     plot->turn[i].text);
    }
}

/* Curves and points */

static bool can_be_drawn(const struct frame *frame, double x)
{
    return frame->x->scale == AXIS_LINEAR || x > 0;
}

static bool draw_band(struct surface *surface, const struct plot_curve *curve,
                      const struct frame *frame, struct error *err)
{
    const struct series *line = curve->line;
    struct place *edge = memory_new(2 * line->count, sizeof *edge, err);
    size_t edges = 0;
    if (!edge)
        return false;
    for (size_t i = 0; i < line->count; i++)
        if (can_be_drawn(frame, line->x[i]))
            edge[edges++] = (struct place){across(frame, line->x[i]),
                                           down(frame, line->y[i] + curve->deviation[i])};
    for (size_t i = line->count; i-- > 0;)
        if (can_be_drawn(frame, line->x[i]))
            edge[edges++] = (struct place){across(frame, line->x[i]),
                                           down(frame, line->y[i] - curve->deviation[i])};
    surface_area(surface, color_faded(curve->style.color, BAND_OPACITY), edge, edges);
    memory_free(edge);
    return true;
}

static bool draw_line(struct surface *surface, const struct line_style *style,
                      const struct series *line, const struct frame *frame, struct error *err)
{
    struct place *place = memory_new(line->count, sizeof *place, err);
    size_t places = 0;
    if (!place)
        return false;
    for (size_t i = 0; i < line->count; i++) {
        struct place at = {across(frame, line->x[i]), down(frame, line->y[i])};
        bool near = places > 0 && i + 1 < line->count &&
                    hypot(at.x - place[places - 1].x, at.y - place[places - 1].y) < FINEST;
        if (!near && can_be_drawn(frame, line->x[i]))
            place[places++] = at;
    }
    surface_line(surface, style, place, places);
    memory_free(place);
    return true;
}

static bool draw_level(struct surface *surface, const struct plot_level *level,
                       const struct frame *frame, struct error *err)
{
    double y = down(frame, level->y);
    if (level->line)
        return draw_line(surface, &level->style, level->line, frame, err);
    surface_line(surface, &level->style,
                 (const struct place[]){{frame->box.left, y}, {frame->box.right, y}}, 2);
    return true;
}

static void draw_point(struct surface *surface, const struct plot_point *point,
                       const struct frame *frame)
{
    double x = across(frame, point->x);
    if (isfinite(point->low) && isfinite(point->high)) {
        double top = down(frame, point->high), bottom = down(frame, point->low);
        const struct line_style style = {point->color, DASH_NONE, 0.9};
        surface_line(surface, &style, (const struct place[]){{x, top}, {x, bottom}}, 2);
        surface_line(surface, &style,
                     (const struct place[]){{x - WHISKER, top}, {x + WHISKER, top}}, 2);
        surface_line(surface, &style,
                     (const struct place[]){{x - WHISKER, bottom}, {x + WHISKER, bottom}}, 2);
    }
    surface_mark(surface, point->mark, point->color, (struct place){x, down(frame, point->y)},
                 POINT_SIZE);
}

/* A panel */

static bool draw_contents(const struct plot *plot, const struct plot_panel *panel,
                          const struct frame *frame, struct surface *surface, struct error *err)
{
    bool ok = true;
    draw_spans(surface, plot, frame);
    if (plot->marker)
        draw_marker(surface, plot->marker, frame);
    draw_turns(surface, plot, frame);
    for (size_t i = 0; ok && i < panel->levels; i++)
        ok = draw_level(surface, &panel->level[i], frame, err);
    for (size_t i = 0; ok && i < panel->curves; i++)
        ok = !panel->curve[i].deviation || draw_band(surface, &panel->curve[i], frame, err);
    for (size_t i = panel->curves; ok && i-- > 0;) /* the first on top */
        ok = draw_line(surface, &panel->curve[i].style, panel->curve[i].line, frame, err);
    for (size_t i = 0; ok && i < panel->points; i++)
        draw_point(surface, &panel->point[i], frame);
    return ok;
}

static void write_notes(struct surface *surface, const struct plot_panel *panel,
                        const struct frame *frame)
{
    for (size_t i = 0; i < PLOT_LINES && panel->note[i]; i++)
        surface_text(surface, &plot_label_font, ALIGN_LEFT,
                     (struct place){frame->box.left + 3 * PLOT_TEXT_GAP,
                                    frame->box.top + 1.2 * LINE_HEIGHT * ((double)i + 1)},
                     panel->note[i]);
}

static bool draw_panel(const struct plot *plot, const struct plot_panel *panel,
                       const struct frame *frame, struct surface *surface, struct error *err)
{
    surface_clip(surface, &frame->box);
    bool ok = draw_contents(plot, panel, frame, surface, err);
    surface_unclip(surface);
    write_notes(surface, panel, frame);
    if (plot->marker && panel->has_marker_text)
        write_marker(surface, plot->marker, frame);
    return ok;
}

/* The plot */

/* The widest text beside any vertical axis, for panels of these heights. */
static double widest_tick(const struct plot *plot, struct surface *surface, double height)
{
    double widest = 0;
    for (size_t i = 0; i < plot->panels; i++) {
        struct tick tick[AXIS_TICKS];
        const struct frame frame = {
            {0, 0, 1, height * plot->panel[i].share}, &plot->x, &plot->panel[i].y};
        size_t ticks = y_ticks(&frame, tick);
        for (size_t t = 0; t < ticks; t++)
            widest = fmax(widest, surface_text_width(surface, &plot_small_font, tick[t].text));
    }
    return widest;
}

static bool draw_panels(const struct plot *plot, struct surface *surface, struct box box,
                        struct error *err)
{
    double label_x = box.left + ASCENT * plot_label_font.size;
    double label_y = box.bottom - PLOT_TEXT_GAP;
    box.bottom -= LINE_HEIGHT + ASCENT * plot_small_font.size + 2 * PLOT_TEXT_GAP + PLOT_TICK;
    double height = box.bottom - box.top - PANEL_GAP * (double)(plot->panels - 1);
    box.left = label_x + 2 * PLOT_TEXT_GAP + widest_tick(plot, surface, height) + PLOT_TEXT_GAP +
               PLOT_TICK;
    for (size_t i = 0; i < plot->panels; i++)
        if (needs_two_lines(surface, plot->panel[i].label, height * plot->panel[i].share)) {
            box.left += LINE_HEIGHT;
            break;
        }
    box.right -= 2 * PLOT_MARGIN; /* half of a label at the very end */
    bool ok = true;
    for (size_t i = 0; ok && i < plot->panels; i++) {
        const struct plot_panel *panel = &plot->panel[i];
        struct frame frame = {box, &plot->x, &panel->y};
        frame.box.bottom = box.top + height * panel->share;
        ok = draw_panel(plot, panel, &frame, surface, err) &&
             (i > 0 || name_spans(surface, plot, &frame, err));
        if (i == 0)
            write_turns(surface, plot, &frame);
        draw_y_axis(surface, &frame, panel->label, label_x);
        draw_x_axis(surface, &frame, i + 1 == plot->panels);
        box.top = frame.box.bottom + PANEL_GAP;
    }
    surface_text(surface, &plot_label_font, ALIGN_MIDDLE,
                 (struct place){(box.left + box.right) / 2, label_y}, plot->label);
    return ok;
}

bool plot_draw(const struct plot *plot, struct surface *surface, double width, double height,
               struct error *err)
{
    struct box box = {PLOT_MARGIN, PLOT_MARGIN, width - PLOT_MARGIN, height - PLOT_MARGIN};
    struct legend legend;
    if (!collect_legend(plot, &legend, err))
        return false;
    plot_draw_title(surface, plot->title, &box);
    draw_legend(surface, &legend, &box);
    if (plot->spans > 0)
        box.top += LINE_HEIGHT;
    memory_free(legend.entry);
    return draw_panels(plot, surface, box, err);
}
