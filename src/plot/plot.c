/* Map of this file: texts and their places; the legend; axes; what lies behind curves; curves and
 * points; a panel; the page. */
#include "plot/plot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

const struct font page_title_font = {10, true, {0.1, 0.1, 0.1, 1}};
const struct font page_label_font = {8.5, false, {0.1, 0.1, 0.1, 1}};
const struct font page_small_font = {7.5, false, {0.1, 0.1, 0.1, 1}};

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

bool page_space_labels(double *centre, const double *width, size_t count, double low, double high,
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

void page_draw_title(struct sheet *sheet, const char *title, struct box *box)
{
    if (!title)
        return;
    sheet_text(
        sheet, &page_title_font, ALIGN_MIDDLE,
        (struct place){(box->left + box->right) / 2, box->top + ASCENT * page_title_font.size},
        title);
    box->top += page_title_font.size + 2 * PAGE_TEXT_GAP;
}

/* The legend */

struct entry {
    const char *name;
    const struct look *look;        /* of a line, or */
    const struct page_point *point; /* a point; both null: no sample */
    bool has_band;
};

struct legend {
    struct entry *entry; /* [count] */
    size_t count;
};

static void add_entry(struct legend *legend, struct entry entry)
{
    for (size_t i = 0; i < legend->count; i++)
        if (strcmp(legend->entry[i].name, entry.name) == 0)
            return;
    legend->entry[legend->count++] = entry;
}

static void collect_panel(struct legend *legend, const struct page_panel *panel)
{
    for (size_t i = 0; i < panel->curves; i++)
        if (panel->curve[i].name)
            add_entry(legend, (struct entry){panel->curve[i].name, &panel->curve[i].look, NULL,
                                             panel->curve[i].deviation != NULL});
    for (size_t i = 0; i < panel->levels; i++)
        if (panel->level[i].name)
            add_entry(legend,
                      (struct entry){.name = panel->level[i].name, .look = &panel->level[i].look});
    for (size_t i = 0; i < panel->points; i++)
        if (panel->point[i].name)
            add_entry(legend,
                      (struct entry){.name = panel->point[i].name, .point = &panel->point[i]});
}

static bool collect_legend(const struct page *page, struct legend *legend, struct error *err)
{
    size_t most = 1; /* the remark */
    for (size_t i = 0; i < page->panels; i++)
        most += page->panel[i].curves + page->panel[i].levels + page->panel[i].points;
    *legend = (struct legend){.entry = memory_new(most, sizeof *legend->entry, err)};
    if (!legend->entry)
        return false;
    for (size_t i = 0; i < page->panels; i++)
        collect_panel(legend, &page->panel[i]);
    if (page->remark)
        add_entry(legend, (struct entry){.name = page->remark});
    return true;
}

static void draw_sample(struct sheet *sheet, const struct entry *entry, double x, double middle)
{
    const struct place ends[] = {{x, middle}, {x + SAMPLE, middle}};
    const double half_band = 3;
    if (entry->point) {
        sheet_mark(sheet, entry->point->mark, entry->point->color,
                   (struct place){x + SAMPLE / 2, middle}, POINT_SIZE);
        return;
    }
    if (entry->has_band)
        sheet_box(sheet, look_faded(entry->look->color, BAND_OPACITY),
                  &(struct box){x, middle - half_band, x + SAMPLE, middle + half_band});
    sheet_line(sheet, entry->look, ends, 2);
}

/* Bytes of a text, one character at least, that are no wider than that: up to the last comma, else
 * the last blank, where the text goes on behind them and there is one. */
static size_t break_text(struct sheet *sheet, const struct font *font, const char *text,
                         double width)
{
    struct text piece = {0};
    size_t at = 0, blank = 0, comma = 0;
    while (text[at] != '\0') {
        size_t length = utf8_length(text + at);
        length = length > 0 ? length : 1;
        text_add_bytes(&piece, text + at, length);
        if (piece.failed || (at > 0 && sheet_text_width(sheet, font, piece.bytes) > width))
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
static double draw_name(struct sheet *sheet, const char *name, double x, struct box *box)
{
    double end = x;
    while (*name != '\0') {
        size_t bytes = break_text(sheet, &page_small_font, name, box->right - x);
        struct text row = {0};
        text_add_bytes(&row, name, bytes);
        if (row.failed)
            return end;
        sheet_text(sheet, &page_small_font, ALIGN_LEFT,
                   (struct place){x, box->top + ASCENT * page_small_font.size}, row.bytes);
        end = x + sheet_text_width(sheet, &page_small_font, row.bytes);
        text_free(&row);
        name += bytes;
        name += strspn(name, " ");
        if (*name != '\0')
            box->top += LINE_HEIGHT;
    }
    return end;
}

/* Row under row, and takes their height off the box, of which half is the curves' in any case. */
static void draw_legend(struct sheet *sheet, const struct legend *legend, struct box *box)
{
    char rest[LABEL_ROOM];
    double x = box->left, lowest = (box->top + box->bottom) / 2;
    for (size_t i = 0; i < legend->count; i++) {
        const struct entry *entry = &legend->entry[i];
        double sample = entry->look || entry->point ? SAMPLE + PAGE_TEXT_GAP : 0;
        double width = sample + sheet_text_width(sheet, &page_small_font, entry->name);
        if (x > box->left && x + width > box->right) {
            x = box->left;
            box->top += LINE_HEIGHT;
        }
        if (box->top + LINE_HEIGHT > lowest) {
            snprintf(rest, sizeof rest, "and %zu more", legend->count - i);
            draw_name(sheet, rest, box->left, box);
            break;
        }
        if (sample > 0)
            draw_sample(sheet, entry, x, box->top + ASCENT * page_small_font.size / 2);
        x = draw_name(sheet, entry->name, x + sample, box) + ENTRY_GAP;
    }
    if (legend->count > 0)
        box->top += LINE_HEIGHT + PAGE_TEXT_GAP;
}

/* Axes */

/* Where a panel's values lie on the sheet. */
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

static void draw_straight(struct sheet *sheet, double x1, double y1, double x2, double y2)
{
    const struct look look = {look_black, DASH_NONE, AXIS_WIDTH};
    sheet_line(sheet, &look, (const struct place[]){{x1, y1}, {x2, y2}}, 2);
}

static bool needs_two_lines(struct sheet *sheet, const char *label, double height)
{
    return strstr(label, " (") && sheet_text_width(sheet, &page_label_font, label) > height;
}

/* A label beside its panel, "loss (nats)" on two lines where one would be longer than the panel is
 * high, and smaller where that is not enough. */
static void draw_y_label(struct sheet *sheet, const struct box *box, const char *label,
                         double label_x)
{
    struct font font = page_label_font;
    struct place place = {label_x, (box->top + box->bottom) / 2};
    char first[LABEL_ROOM];
    double height = box->bottom - box->top;
    const char *unit = strstr(label, " (");
    if (!needs_two_lines(sheet, label, height)) {
        font.size *= fmin(1, height / sheet_text_width(sheet, &font, label));
        sheet_text_upright(sheet, &font, place, label);
        return;
    }
    snprintf(first, sizeof first, "%.*s", (int)(unit - label), label);
    font.size *= fmin(1, height / sheet_text_width(sheet, &font, first));
    sheet_text_upright(sheet, &font, place, first);
    place.x += LINE_HEIGHT;
    sheet_text_upright(sheet, &font, place, unit + 1);
}

static void draw_y_axis(struct sheet *sheet, const struct frame *frame, const char *label,
                        double label_x)
{
    struct tick tick[AXIS_TICKS];
    const struct box *box = &frame->box;
    size_t ticks = y_ticks(frame, tick);
    draw_straight(sheet, box->left, box->top, box->left, box->bottom);
    for (size_t i = 0; i < ticks; i++) {
        double y = down(frame, tick[i].value), length = tick[i].text[0] ? PAGE_TICK : SMALL_TICK;
        draw_straight(sheet, box->left - length, y, box->left, y);
        sheet_text(sheet, &page_small_font, ALIGN_RIGHT,
                   (struct place){box->left - PAGE_TICK - PAGE_TEXT_GAP,
                                  y + ASCENT * page_small_font.size / 2},
                   tick[i].text);
    }
    draw_y_label(sheet, box, label, label_x);
}

static void draw_x_axis(struct sheet *sheet, const struct frame *frame, bool with_text)
{
    struct tick tick[AXIS_TICKS];
    const struct box *box = &frame->box;
    size_t most = ticks_that_fit(box->right - box->left, X_TICK_DISTANCE);
    size_t ticks = axis_ticks(frame->x, most, tick);
    draw_straight(sheet, box->left, box->bottom, box->right, box->bottom);
    for (size_t i = 0; i < ticks; i++) {
        double x = across(frame, tick[i].value), length = tick[i].text[0] ? PAGE_TICK : SMALL_TICK;
        draw_straight(sheet, x, box->bottom, x, box->bottom + length);
        if (with_text)
            sheet_text(sheet, &page_small_font, ALIGN_MIDDLE,
                       (struct place){x, box->bottom + PAGE_TICK + PAGE_TEXT_GAP +
                                             ASCENT * page_small_font.size},
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

static void draw_stretches(struct sheet *sheet, const struct page *page, const struct frame *frame)
{
    for (size_t i = 0; i < page->stretches; i++) {
        struct box box = column(frame, page->stretch[i].from, page->stretch[i].to);
        sheet_box(sheet, page->stretch[i].color, &box);
    }
}

/* Names above the panel, each as near the middle of its stretch as the others let it. */
static bool name_stretches(struct sheet *sheet, const struct page *page, const struct frame *frame,
                           struct error *err)
{
    double *centre = memory_new(2 * page->stretches, sizeof *centre, err);
    double *width = centre + page->stretches;
    if (!centre)
        return false;
    for (size_t i = 0; i < page->stretches; i++) {
        struct box box = column(frame, page->stretch[i].from, page->stretch[i].to);
        centre[i] = (box.left + box.right) / 2;
        width[i] = sheet_text_width(sheet, &page_small_font, page->stretch[i].name);
    }
    if (page_space_labels(centre, width, page->stretches, frame->box.left, frame->box.right,
                          2 * PAGE_TEXT_GAP))
        for (size_t i = 0; i < page->stretches; i++)
            sheet_text(sheet, &page_small_font, ALIGN_MIDDLE,
                       (struct place){centre[i], frame->box.top - PAGE_TEXT_GAP},
                       page->stretch[i].name);
    memory_free(centre);
    return true;
}

static void draw_milestone(struct sheet *sheet, const struct page_milestone *milestone,
                           const struct frame *frame)
{
    const struct look look = {look_grey, DASH_NONE, 0.9};
    double x = across(frame, milestone->x);
    if (isfinite(milestone->low) && isfinite(milestone->high)) {
        struct box box = column(frame, milestone->low, milestone->high);
        sheet_box(sheet, look_faded(look_grey, INTERVAL_SHADE), &box);
    }
    sheet_line(sheet, &look, (const struct place[]){{x, frame->box.top}, {x, frame->box.bottom}},
               2);
}

/* At the foot of the panel, where curves are last; before the milestone if there is room. */
static void write_milestone(struct sheet *sheet, const struct page_milestone *milestone,
                            const struct frame *frame)
{
    double width = 0, gap = 2 * PAGE_TEXT_GAP;
    size_t lines = 0;
    for (; lines < PAGE_LINES && milestone->text[lines]; lines++)
        width = fmax(width, sheet_text_width(sheet, &page_small_font, milestone->text[lines]));
    double left = column(frame, fmin(milestone->x, milestone->low), milestone->x).left;
    double right = column(frame, milestone->x, fmax(milestone->x, milestone->high)).right;
    bool before = left - gap - width >= frame->box.left;
    for (size_t i = 0; i < lines; i++)
        sheet_text(sheet, &page_small_font, before ? ALIGN_RIGHT : ALIGN_LEFT,
                   (struct place){before ? left - gap : right + gap,
                                  frame->box.bottom - 2 * PAGE_TEXT_GAP -
                                      LINE_HEIGHT * (double)(lines - 1 - i)},
                   milestone->text[i]);
}

static bool is_on_axis(const struct axis *axis, double x)
{
    return x >= axis->low && x <= axis->high;
}

static void draw_turns(struct sheet *sheet, const struct page *page, const struct frame *frame)
{
    const struct look look = {look_grey, DASH_SHORT, 0.7};
    for (size_t i = 0; i < page->turns; i++) {
        double x = across(frame, page->turn[i].x);
        if (is_on_axis(frame->x, page->turn[i].x))
            sheet_line(sheet, &look,
                       (const struct place[]){{x, frame->box.top}, {x, frame->box.bottom}}, 2);
    }
}

/* In the first lines of the panel, one under the other, where there is more room on one side. */
static void write_turns(struct sheet *sheet, const struct page *page, const struct frame *frame)
{
    double gap = PAGE_TEXT_GAP, middle = (frame->box.left + frame->box.right) / 2;
    for (size_t i = 0, line = 0; i < page->turns; i++) {
        double x = across(frame, page->turn[i].x);
        if (!is_on_axis(frame->x, page->turn[i].x))
            continue;
        line = line % TURN_LINES + 1;
        sheet_text(sheet, &page_small_font, x > middle ? ALIGN_RIGHT : ALIGN_LEFT,
                   (struct place){x > middle ? x - gap : x + gap,
                                  frame->box.top + LINE_HEIGHT * (double)line},
                   page->turn[i].text);
    }
}

/* Curves and points */

static bool can_be_drawn(const struct frame *frame, double x)
{
    return frame->x->scale == AXIS_LINEAR || x > 0;
}

static bool draw_band(struct sheet *sheet, const struct page_curve *curve,
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
    sheet_area(sheet, look_faded(curve->look.color, BAND_OPACITY), edge, edges);
    memory_free(edge);
    return true;
}

static bool draw_line(struct sheet *sheet, const struct look *look, const struct series *line,
                      const struct frame *frame, struct error *err)
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
    sheet_line(sheet, look, place, places);
    memory_free(place);
    return true;
}

static bool draw_level(struct sheet *sheet, const struct page_level *level,
                       const struct frame *frame, struct error *err)
{
    double y = down(frame, level->y);
    if (level->line)
        return draw_line(sheet, &level->look, level->line, frame, err);
    sheet_line(sheet, &level->look,
               (const struct place[]){{frame->box.left, y}, {frame->box.right, y}}, 2);
    return true;
}

static void draw_point(struct sheet *sheet, const struct page_point *point,
                       const struct frame *frame)
{
    double x = across(frame, point->x);
    if (isfinite(point->low) && isfinite(point->high)) {
        double top = down(frame, point->high), bottom = down(frame, point->low);
        const struct look look = {point->color, DASH_NONE, 0.9};
        sheet_line(sheet, &look, (const struct place[]){{x, top}, {x, bottom}}, 2);
        sheet_line(sheet, &look, (const struct place[]){{x - WHISKER, top}, {x + WHISKER, top}}, 2);
        sheet_line(sheet, &look,
                   (const struct place[]){{x - WHISKER, bottom}, {x + WHISKER, bottom}}, 2);
    }
    sheet_mark(sheet, point->mark, point->color, (struct place){x, down(frame, point->y)},
               POINT_SIZE);
}

/* A panel */

static bool draw_contents(const struct page *page, const struct page_panel *panel,
                          const struct frame *frame, struct sheet *sheet, struct error *err)
{
    bool ok = true;
    draw_stretches(sheet, page, frame);
    if (page->milestone)
        draw_milestone(sheet, page->milestone, frame);
    draw_turns(sheet, page, frame);
    for (size_t i = 0; ok && i < panel->levels; i++)
        ok = draw_level(sheet, &panel->level[i], frame, err);
    for (size_t i = 0; ok && i < panel->curves; i++)
        ok = !panel->curve[i].deviation || draw_band(sheet, &panel->curve[i], frame, err);
    for (size_t i = panel->curves; ok && i-- > 0;) /* the first on top */
        ok = draw_line(sheet, &panel->curve[i].look, panel->curve[i].line, frame, err);
    for (size_t i = 0; ok && i < panel->points; i++)
        draw_point(sheet, &panel->point[i], frame);
    return ok;
}

static void write_notes(struct sheet *sheet, const struct page_panel *panel,
                        const struct frame *frame)
{
    for (size_t i = 0; i < PAGE_LINES && panel->note[i]; i++)
        sheet_text(sheet, &page_label_font, ALIGN_LEFT,
                   (struct place){frame->box.left + 3 * PAGE_TEXT_GAP,
                                  frame->box.top + 1.2 * LINE_HEIGHT * ((double)i + 1)},
                   panel->note[i]);
}

static bool draw_panel(const struct page *page, const struct page_panel *panel,
                       const struct frame *frame, struct sheet *sheet, struct error *err)
{
    sheet_clip(sheet, &frame->box);
    bool ok = draw_contents(page, panel, frame, sheet, err);
    sheet_unclip(sheet);
    write_notes(sheet, panel, frame);
    if (page->milestone && panel->has_milestone_text)
        write_milestone(sheet, page->milestone, frame);
    return ok;
}

/* The page */

/* The widest text beside any vertical axis, for panels of these heights. */
static double widest_tick(const struct page *page, struct sheet *sheet, double height)
{
    double widest = 0;
    for (size_t i = 0; i < page->panels; i++) {
        struct tick tick[AXIS_TICKS];
        const struct frame frame = {
            {0, 0, 1, height * page->panel[i].share}, &page->x, &page->panel[i].y};
        size_t ticks = y_ticks(&frame, tick);
        for (size_t t = 0; t < ticks; t++)
            widest = fmax(widest, sheet_text_width(sheet, &page_small_font, tick[t].text));
    }
    return widest;
}

static bool draw_panels(const struct page *page, struct sheet *sheet, struct box box,
                        struct error *err)
{
    double label_x = box.left + ASCENT * page_label_font.size;
    double label_y = box.bottom - PAGE_TEXT_GAP;
    box.bottom -= LINE_HEIGHT + ASCENT * page_small_font.size + 2 * PAGE_TEXT_GAP + PAGE_TICK;
    double height = box.bottom - box.top - PANEL_GAP * (double)(page->panels - 1);
    box.left =
        label_x + 2 * PAGE_TEXT_GAP + widest_tick(page, sheet, height) + PAGE_TEXT_GAP + PAGE_TICK;
    for (size_t i = 0; i < page->panels; i++)
        if (needs_two_lines(sheet, page->panel[i].label, height * page->panel[i].share)) {
            box.left += LINE_HEIGHT;
            break;
        }
    box.right -= 2 * PAGE_MARGIN; /* half of a label at the very end */
    bool ok = true;
    for (size_t i = 0; ok && i < page->panels; i++) {
        const struct page_panel *panel = &page->panel[i];
        struct frame frame = {box, &page->x, &panel->y};
        frame.box.bottom = box.top + height * panel->share;
        ok = draw_panel(page, panel, &frame, sheet, err) &&
             (i > 0 || name_stretches(sheet, page, &frame, err));
        if (i == 0)
            write_turns(sheet, page, &frame);
        draw_y_axis(sheet, &frame, panel->label, label_x);
        draw_x_axis(sheet, &frame, i + 1 == page->panels);
        box.top = frame.box.bottom + PANEL_GAP;
    }
    sheet_text(sheet, &page_label_font, ALIGN_MIDDLE,
               (struct place){(box.left + box.right) / 2, label_y}, page->label);
    return ok;
}

bool page_draw(const struct page *page, struct sheet *sheet, double width, double height,
               struct error *err)
{
    struct box box = {PAGE_MARGIN, PAGE_MARGIN, width - PAGE_MARGIN, height - PAGE_MARGIN};
    struct legend legend;
    if (!collect_legend(page, &legend, err))
        return false;
    page_draw_title(sheet, page->title, &box);
    draw_legend(sheet, &legend, &box);
    if (page->stretches > 0)
        box.top += LINE_HEIGHT;
    memory_free(legend.entry);
    return draw_panels(page, sheet, box, err);
}
