/* Map of this file: the status line; small curves; tables; the panel. */
#include "ui/tui/widgets/panel.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "record/measure.h"
#include "ui/format.h"
#include "ui/tui/widgets/chart.h"
#include "ui/tui/widgets/sparkline.h"

/* The status line */

enum { FIELD_SIZE = 64, WIDE_COLS = 90 };

enum field_name {
    FIELD_PROGRAM,
    FIELD_PRESET,
    FIELD_STATE,
    FIELD_STEP,
    FIELD_AT,
    FIELD_PHASE,
    FIELD_SPEED,
    FIELD_LR,
    FIELD_BESIDE,
    FIELD_LEFT,
    FIELDS
};

struct field {
    char text[FIELD_SIZE];
    int width;    /* columns kept for it */
    size_t brief; /* bytes of the text that do where there is little room; 0: all of it */
    enum style style;
};

/* What is given up first where the line is short: room that the text does not need, so that what
 * follows may move with it; a part of the text; all of it. The phase goes only for the step that is
 * asked. */
enum sacrifice { GIVES_ROOM, IS_BRIEF, GOES };

static const struct {
    enum field_name field;
    enum sacrifice how;
} least_needed[] = {
    {FIELD_PROGRAM, GOES}, {FIELD_LR, GOES},         {FIELD_PHASE, GIVES_ROOM},
    {FIELD_SPEED, GOES},   {FIELD_PHASE, IS_BRIEF},  {FIELD_LEFT, GOES},
    {FIELD_PRESET, GOES},  {FIELD_BESIDE, IS_BRIEF}, {FIELD_BESIDE, GOES},
    {FIELD_STEP, GOES},    {FIELD_STATE, GOES},      {FIELD_PHASE, GOES},
};

/* Columns in front of a field; numbers on the right of theirs need fewer. */
static int field_gap(int field)
{
    return field == FIELD_STEP || field == FIELD_SPEED ? 1 : 2;
}

/* Of a run that another process trains. */
static void write_followed(const struct view *view, struct field *field)
{
    static const struct {
        const char *text;
        enum style style;
    } states[] = {
        [FOLLOWER_SEES_WRITER] = {"▶ following", STYLE_RUNNING},
        [FOLLOWER_HEARS_NONE] = {"‖ stalled", STYLE_PAUSED},
        [FOLLOWER_LEFT] = {"■ stopped", STYLE_STRONG},
        [FOLLOWER_ORPHANED] = {"✗ abandoned", STYLE_ERROR},
    };
    const struct follower_report *report = &view->followed;
    bool rests = report->state == FOLLOWER_SEES_WRITER && report->rests;
    bool made = report->state == FOLLOWER_LEFT && view->status.state == TRAINER_FINISHED;
    field->width = 11;
    field->style = rests ? STYLE_PAUSED : states[report->state].style;
    snprintf(field->text, FIELD_SIZE, "%s",
             made    ? "■ done"
             : rests ? "‖ following"
                     : states[report->state].text);
}

static void write_state(const struct trainer_status *status, struct field *field)
{
    static const struct {
        const char *text;
        enum style style;
    } states[] = {
        [TRAINER_PAUSED] = {"‖ paused", STYLE_PAUSED},
        [TRAINER_RUNNING] = {"▶ running", STYLE_RUNNING},
        [TRAINER_FINISHED] = {"■ done", STYLE_STRONG},
        [TRAINER_FAILED] = {"✗ failed", STYLE_ERROR},
    };
    double step_seconds =
        status->seconds_left / fmax((double)status->steps - (double)status->step, 1);
    bool is_slow = step_seconds > 1; /* so that a step's progress is told */
    field->width = is_slow ? 10 : 9;
    field->style = states[status->state].style;
    snprintf(field->text, FIELD_SIZE, "%s", states[status->state].text);
    if (status->evaluating && status->state != TRAINER_RUNNING)
        snprintf(field->text, FIELD_SIZE, "▶ asking");
    else if (status->pausing) {
        field->style = STYLE_PAUSED;
        snprintf(field->text, FIELD_SIZE, "‖ pausing");
    } else if (status->state == TRAINER_RUNNING && is_slow)
        snprintf(field->text, FIELD_SIZE, "▶ step %2.0f%%", fmin(99, 100 * status->step_share));
}

static void write_steps(const struct trainer_status *status, struct field *field)
{
    char step[FORMAT_SIZE], steps[FORMAT_SIZE];
    int digits = text_columns(format_count(steps, status->steps));
    snprintf(field->text, FIELD_SIZE, "%*s/%s", digits, format_count(step, status->step), steps);
    field->width = 2 * digits + 1;
    field->style = STYLE_PLAIN;
}

/* Whose model is asked, where that is not the live one; else it takes no room. */
static void write_at(const struct view *view, struct field *field)
{
    char step[FORMAT_SIZE];
    *field = (struct field){.style = STYLE_SELECTED};
    if (view->is_at)
        snprintf(field->text, FIELD_SIZE, "at step %s", format_count(step, view->at));
    field->width = text_columns(field->text);
}

/* Another run that goes on. */
static void write_beside(const struct view_beside *beside, struct field *field)
{
    char step[FORMAT_SIZE], steps[FORMAT_SIZE];
    const char *word = beside->is_parent ? "parent" : "beside";
    snprintf(field->text, FIELD_SIZE, "%s ▶ %s", word, format_count(step, beside->step));
    field->brief = strlen(word) + strlen(" ▶");
    field->style = STYLE_RUNNING;
    field->width = text_columns(word) + 3 + text_columns(format_count(steps, beside->steps));
}

static void write_phase(const struct view *view, struct field *field)
{
    const struct phase_report *report = &view->status.phase;
    char since[FORMAT_SIZE], steps[FORMAT_SIZE], name[FIELD_SIZE / 4];
    double start = view_phase_start(view, report->phase);
    bool tuned = view_is_tuned(view);
    if (tuned)
        start = (double)view->tuned_after;
    snprintf(name, sizeof name, "%s", tuned ? "fine-tuning" : phase_name(report->phase));
    for (char *letter = name; *letter; letter++)
        if (*letter >= 'a' && *letter <= 'z') /* in a Turkish locale too */
            *letter = (char)(*letter - 'a' + 'A');
    field->style = tuned ? STYLE_TUNED : phase_style(report->phase);
    if (report->remark == PHASE_REMARK_DIVERGED) {
        field->style = STYLE_ERROR;
        snprintf(field->text, FIELD_SIZE, "DIVERGED");
    } else if ((tuned || report->phase != PHASE_STATISTICS) && isfinite(start)) {
        field->brief = strlen(name);
        snprintf(field->text, FIELD_SIZE, "%s since %s", name,
                 format_count(since, (uint64_t)llround(start)));
    } else
        snprintf(field->text, FIELD_SIZE, "%s", name);
    field->width = text_columns(view->tuned_after > 0 ? "FINE-TUNING since " : "KNOWLEDGE since ") +
                   text_columns(format_count(steps, view->status.steps));
}

/* As many whole characters as there is room for. */
static void write_cut(struct field *field, const char *text)
{
    enum { MOST_COLUMNS = 20 };
    size_t bytes = 0;
    for (size_t length; text[bytes] && bytes + UTF8_MOST < FIELD_SIZE; bytes += length) {
        length = utf8_length(text + bytes);
        length += length == 0;
        if (text_columns_of(text, bytes + length) > MOST_COLUMNS)
            break;
    }
    snprintf(field->text, FIELD_SIZE, "%.*s", (int)bytes, text);
    field->width = text_columns(field->text);
}

static void write_fields(const struct view *view, int cols, struct field field[FIELDS])
{
    const struct trainer_status *status = &view->status;
    char number[FORMAT_SIZE];
    struct field *f = &field[FIELD_PROGRAM];
    *f = (struct field){.text = "mneme", .width = 5, .style = STYLE_FAINT};
    f = &field[FIELD_PRESET];
    write_cut(f, view->preset);
    f->style = STYLE_STRONG;
    if (view->is_followed)
        write_followed(view, &field[FIELD_STATE]);
    else
        write_state(status, &field[FIELD_STATE]);
    write_steps(status, &field[FIELD_STEP]);
    write_at(view, &field[FIELD_AT]);
    write_phase(view, &field[FIELD_PHASE]);
    if (view->beside.goes_on)
        write_beside(&view->beside, &field[FIELD_BESIDE]);
    f = &field[FIELD_SPEED];
    const char *unit = cols < WIDE_COLS ? "t/s" : "tok/s";
    if (status->tokens_per_second > 0)
        snprintf(f->text, FIELD_SIZE, "%5s %s", format_short(number, status->tokens_per_second),
                 unit);
    f->width = 6 + text_columns(unit);
    f->style = STYLE_PLAIN;
    f = &field[FIELD_LR];
    snprintf(f->text, FIELD_SIZE, "lr %s", format_rate(number, status->lr));
    f->width = 10;
    f->style = STYLE_PLAIN;
    f = &field[FIELD_LEFT];
    if (status->state == TRAINER_FINISHED)
        snprintf(f->text, FIELD_SIZE, "took %s", format_duration(number, status->seconds));
    else if (isfinite(status->seconds_left))
        snprintf(f->text, FIELD_SIZE, "%s left", format_duration(number, status->seconds_left));
    f->width = 9;
    f->style = STYLE_PLAIN;
    for (f = field; f < field + FIELDS; f++)
        if (f->width < text_columns(f->text))
            f->width = text_columns(f->text);
}

/* Returns the columns that it saves. */
static int save_columns(struct field *field, enum sacrifice how)
{
    int before = field->width;
    if (how == IS_BRIEF && field->brief > 0)
        field->text[field->brief] = '\0';
    field->width = how == GOES ? 0 : text_columns(field->text);
    return before - field->width;
}

/* Finds what there is no room for. */
static void drop_fields(const struct view *view, int cols, struct field field[FIELDS],
                        bool dropped[FIELDS])
{
    int needed = 1 - field_gap(FIELD_PRESET); /* the first has none in front */
    dropped[FIELD_AT] = !view->is_at;
    dropped[FIELD_BESIDE] = !view->beside.goes_on;
    for (int f = 0; f < FIELDS; f++)
        needed += dropped[f] ? 0 : field_gap(f) + field[f].width;
    for (size_t d = 0; d < sizeof least_needed / sizeof least_needed[0] && needed > cols; d++) {
        const enum field_name name = least_needed[d].field;
        if (dropped[name] || (name == FIELD_PHASE && least_needed[d].how == GOES && !view->is_at))
            continue;
        needed -= save_columns(&field[name], least_needed[d].how);
        dropped[name] = least_needed[d].how == GOES;
        if (dropped[name])
            needed -= field_gap(name);
    }
}

void panel_draw_status(const struct view *view, struct rect rect, struct cells *cells)
{
    struct field field[FIELDS] = {0};
    bool dropped[FIELDS] = {false};
    write_fields(view, rect.cols, field);
    drop_fields(view, rect.cols, field, dropped);
    int first = rect.col + 1, col = first;
    for (int f = 0; f < FIELDS; f++)
        if (!dropped[f]) {
            col += col > first ? field_gap(f) : 0;
            cells_text(cells, rect.row, col, rect.col + rect.cols - col, field[f].style,
                       field[f].text);
            col += field[f].width;
        }
}

/* Small curves */

static double sum_of(const struct curves *curves, size_t from, size_t to)
{
    double sum = 0;
    if (curves->loss_sum)
        return curves->loss_sum[to - 1] - (from > 0 ? curves->loss_sum[from - 1] : 0);
    for (size_t t = from; t < to; t++)
        sum += curves->training[t].train_loss;
    return sum;
}

/* Means of at most `room` spans of the training loss. */
static size_t training_losses(const struct curves *curves, double *value, size_t room)
{
    size_t count = curves->trainings < room ? curves->trainings : room;
    for (size_t v = 0; v < count; v++) {
        size_t from = v * curves->trainings / count, to = (v + 1) * curves->trainings / count;
        value[v] = sum_of(curves, from, to) / (double)(to - from);
    }
    return count;
}

static size_t accuracies(const struct curves *curves, double *value, size_t room)
{
    size_t count = curves->evaluations < room ? curves->evaluations : room;
    for (size_t v = 0; v < count; v++)
        value[v] = curves->evaluation[(v + 1) * curves->evaluations / count - 1].known.accuracy;
    return count;
}

static void draw_pair(struct cells *cells, struct rect rect, const char *label, const char *value,
                      enum style style)
{
    cells_text(cells, rect.row, rect.col, rect.cols, STYLE_FAINT, label);
    cells_right(cells, rect.row, rect.col + rect.cols, rect.cols - text_columns(label) - 1, style,
                value);
}

/* A label with its value, and a small curve of `rows` rows under it. */
static bool draw_accuracy(const struct view *view, struct rect rect, struct cells *cells,
                          struct error *err)
{
    char text[FORMAT_SIZE];
    const struct evaluation_point *point = view_evaluation(view);
    size_t room = 2 * (size_t)rect.cols;
    double *value = memory_new(room, sizeof *value, err);
    if (!value)
        return false;
    draw_pair(cells, rect, measure_find("attr_acc")->short_label,
              format_percent(text, point ? point->known.accuracy : NAN), STYLE_STRONG);
    rect.row++;
    rect.rows--;
    bool drawn = sparkline_draw(value, accuracies(&view->curves, value, room), 0, 1, rect,
                                STYLE_KNOWN, cells, err);
    memory_free(value);
    return drawn;
}

/* Without a cursor with the rate and the time of now. */
static struct training_point step_looked_at(const struct view *view)
{
    const struct training_point *made = view_training(view);
    struct training_point step = {.lr = NAN, .train_loss = NAN, .grad_norm = NAN};
    if (made)
        step = *made;
    if (!view->has_cursor) {
        step.lr = view->status.lr;
        step.seconds = view->status.seconds;
    }
    return step;
}

static bool draw_training_loss(const struct view *view, struct rect rect, struct cells *cells,
                               struct error *err)
{
    char text[FORMAT_SIZE];
    size_t room = 2 * (size_t)rect.cols;
    double *value = memory_new(room, sizeof *value, err);
    if (!value)
        return false;
    draw_pair(cells, rect, measure_find("train_loss")->short_label,
              format_number(text, step_looked_at(view).train_loss), STYLE_STRONG);
    rect.row++;
    rect.rows--;
    bool drawn = sparkline_draw(value, training_losses(&view->curves, value, room), 0, 0, rect,
                                STYLE_PLAIN, cells, err);
    memory_free(value);
    return drawn;
}

/* Tables */

enum { CONFIDENCE_ROWS = 3, VALUE_COLS = 7, HEAD_ROWS = 1 };

void panel_draw_two_values(struct cells *cells, struct rect rect, const char *label,
                           const char *known, const char *held_out, enum style known_style,
                           enum style new_style)
{
    int end = rect.col + rect.cols;
    cells_text(cells, rect.row, rect.col, rect.cols, STYLE_FAINT, label);
    if (held_out)
        cells_right(cells, rect.row, end, VALUE_COLS - 1, new_style, held_out);
    end -= held_out ? VALUE_COLS : 0;
    cells_right(cells, rect.row, end, VALUE_COLS - 1, known_style, known);
}

const char *panel_word_for_new(const struct view *view)
{
    return view->all_known ? NULL : view->facts->table ? "held" : "new";
}

/* A number of the newest evaluation, or of the one under the cursor. */
static double number_of(const struct view *view, const struct measure *measure)
{
    const struct evaluation_point *point = view_evaluation(view);
    return point ? measure_number(measure, point, 0) : NAN;
}

static void draw_confidence(const struct view *view, struct rect rect, struct cells *cells)
{
    static const char *const shown[CONFIDENCE_ROWS - HEAD_ROWS] = {"max_prob", "entropy"};
    char known[FORMAT_SIZE], held_out[FORMAT_SIZE];
    panel_draw_two_values(cells, rect, "confidence", "known", panel_word_for_new(view), STYLE_KNOWN,
                          STYLE_NEW);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        const struct measure *measure = measure_find(shown[i]), *of_new = measure_of_new(measure);
        rect.row++;
        panel_draw_two_values(
            cells, rect, measure->short_label, format_number(known, number_of(view, measure)),
            view->all_known ? NULL : format_number(held_out, number_of(view, of_new)), STYLE_PLAIN,
            STYLE_PLAIN);
    }
}

/* Accuracy and loss of every attribute on known individuals. */
static void draw_attributes(const struct view *view, struct rect rect, struct cells *cells)
{
    const struct evaluation_point *point = view_evaluation(view);
    const int label_cols = 14, percent_cols = 8, loss_cols = 7;
    int end = rect.col + rect.cols;
    int bar_cols = rect.cols - label_cols - percent_cols - loss_cols - 2;
    cells_text(cells, rect.row, rect.col, rect.cols, STYLE_FAINT, "by attribute");
    cells_right(cells, rect.row, end - loss_cols, percent_cols, STYLE_FAINT, "accuracy");
    cells_right(cells, rect.row, end, loss_cols - 1, STYLE_FAINT, "loss");
    for (size_t a = 0; a < view->facts->attributes && (int)a + 1 < rect.rows; a++) {
        char text[FORMAT_SIZE], bar[FORMAT_BAR_SIZE];
        int row = rect.row + 1 + (int)a;
        cells_text(cells, row, rect.col, label_cols - 1, STYLE_PLAIN,
                   view->facts->attribute[a].name);
        if (!point)
            continue;
        double accuracy = point->known.attribute_accuracy[a];
        cells_text(cells, row, rect.col + label_cols, bar_cols, STYLE_KNOWN,
                   format_bar(bar, bar_cols, accuracy));
        cells_right(cells, row, end - loss_cols, percent_cols, STYLE_PLAIN,
                    format_percent(text, accuracy));
        cells_right(cells, row, end, loss_cols - 1, STYLE_PLAIN,
                    format_number(text, point->known.attribute_loss[a]));
    }
}

static void draw_precision(const struct view *view, struct rect rect, struct cells *cells)
{
    draw_pair(cells, rect, "products in", view->precision ? view->precision : "", STYLE_PLAIN);
}

/* Two numbers with their names on one row. */
static void draw_numbers(struct cells *cells, struct rect rect, const char *left_label,
                         const char *left, const char *right_label, const char *right)
{
    int half = (rect.cols + 1) / 2, gap = rect.cols < 30 ? 1 : 2;
    draw_pair(cells, (struct rect){rect.row, rect.col, 1, half}, left_label, left, STYLE_PLAIN);
    draw_pair(cells, (struct rect){rect.row, rect.col + half + gap, 1, rect.cols - half - gap},
              right_label, right, STYLE_PLAIN);
}

enum { NUMBER_ROWS = 3, MORE_NUMBER_ROWS = 1, PRECISION_ROWS = 1 };

/* Of known individuals. */
static void draw_measures(const struct view *view, struct rect rect, struct cells *cells)
{
    const struct measure *first = measure_find("bits_per_parameter"), *second = measure_find("ece");
    char left[FORMAT_SIZE], right[FORMAT_SIZE];
    draw_numbers(cells, rect, first->short_label, format_number(left, number_of(view, first)),
                 second->short_label, format_number(right, number_of(view, second)));
}

static void draw_run(const struct view *view, struct rect rect, struct cells *cells)
{
    const struct training_point step = step_looked_at(view);
    char left[FORMAT_SIZE], right[FORMAT_SIZE];
    draw_numbers(cells, rect, "lr", format_rate(left, step.lr),
                 measure_find("grad_norm")->short_label, format_number(right, step.grad_norm));
    rect.row++;
    uint64_t drawn = view->status.drawn, all = view->individuals;
    bool part = drawn > 0 && drawn < all;
    draw_numbers(cells, rect, "params", format_short(left, (double)view->parameters),
                 part ? "drawn" : "N",
                 part ? format_short(right, (double)drawn) : format_count(right, all));
    rect.row++;
    draw_numbers(cells, rect, "eval", format_count(left, view->evaluate_every), "time",
                 format_duration(right, step.seconds));
}

/* The panel */

enum { LEAST_CURVE_ROWS = 1, MOST_CURVE_ROWS = 9, BLANKS = 3, BY_ATTRIBUTE_COLS = 40 };

/* How the rows of a panel are shared out. */
struct shares {
    int curve;      /* rows of each small curve */
    int attributes; /* rows of the table of attributes; 0 without one */
    int measures;   /* rows of more numbers; 0 without them */
    int precision;  /* rows of it; 0 without */
    int blank;      /* rows between parts */
};

static struct shares share_rows(const struct view *view, struct rect rect)
{
    struct shares shares = {.curve = LEAST_CURVE_ROWS};
    int needed = 2 * (1 + LEAST_CURVE_ROWS) + CONFIDENCE_ROWS + NUMBER_ROWS;
    int table = HEAD_ROWS + (int)view->facts->attributes;
    int spare = rect.rows - needed;
    if (rect.cols >= BY_ATTRIBUTE_COLS && spare >= table + 1 + BLANKS) {
        shares.attributes = table;
        spare -= table + 1;
    }
    if (spare >= BLANKS + 2) {
        shares.blank = 1;
        spare -= BLANKS;
    }
    if (spare > 2) { /* curves grow first */
        shares.measures = MORE_NUMBER_ROWS;
        spare -= MORE_NUMBER_ROWS;
    }
    if (spare > 2 && shares.blank > 0 && view->precision) {
        shares.precision = PRECISION_ROWS;
        spare -= PRECISION_ROWS;
    }
    if (spare > 0)
        shares.curve += spare / 2;
    if (shares.curve > MOST_CURVE_ROWS)
        shares.curve = MOST_CURVE_ROWS;
    return shares;
}

/* Takes the upper `rows` rows off a rectangle, and `blank` rows under them; false where it does
 * not have them. */
static bool take_rows(struct rect *left, int rows, int blank, struct rect *part)
{
    if (rows == 0 || left->rows < rows)
        return false;
    *part = *left;
    part->rows = rows;
    left->row += rows + blank;
    left->rows -= rows + blank;
    return true;
}

bool panel_draw_side(const struct view *view, struct rect rect, struct cells *cells,
                     struct error *err)
{
    struct shares shares = share_rows(view, rect);
    struct rect part;
    if (take_rows(&rect, 1 + shares.curve, shares.blank, &part) &&
        !draw_accuracy(view, part, cells, err))
        return false;
    if (take_rows(&rect, 1 + shares.curve, shares.blank, &part) &&
        !draw_training_loss(view, part, cells, err))
        return false;
    if (take_rows(&rect, CONFIDENCE_ROWS, shares.blank, &part))
        draw_confidence(view, part, cells);
    if (take_rows(&rect, shares.attributes, 1, &part))
        draw_attributes(view, part, cells);
    if (take_rows(&rect, NUMBER_ROWS, 0, &part))
        draw_run(view, part, cells);
    if (take_rows(&rect, shares.measures, 0, &part))
        draw_measures(view, part, cells);
    if (take_rows(&rect, shares.precision, 0, &part))
        draw_precision(view, part, cells);
    return true;
}
