/* Map of this file: the order; moving; what is said above; a row; the table. */
#include "ui/tui/widgets/heads_table.h"

#include <math.h>

#include "base/memory.h"
#include "base/text.h"
#include "record/measure.h"
#include "ui/format.h"
#include "ui/tui/widgets/circuits_chart.h"
#include "ui/tui/widgets/list_cursor.h"
#include "ui/tui/widgets/sparkline.h"

/* The order */

double heads_table_share(const struct heads_table *table, const struct circuit_track *track,
                         size_t at, enum circuit circuit, size_t head)
{
    struct circuits_point point = circuit_track_point(track, at);
    const struct circuits *circuits = table->is_of_new ? &point.held_out : &point.known;
    return circuits_of_head(circuits, circuit, head / track->heads, head % track->heads);
}

/* Whether a share stands before another one. */
static bool is_larger(double share, double other)
{
    return isfinite(share) && !(other >= share);
}

size_t heads_table_order(const struct heads_table *table, const struct view *view, size_t *head)
{
    const struct circuit_track *track = &view->curves.circuits;
    size_t heads = track->layers * track->heads, at;
    if (!circuits_point_shown(view, &at))
        return 0;
    for (size_t h = 0; h < heads; h++) {
        size_t place = h;
        if (table->order != HEADS_BY_LAYER)
            for (enum circuit c = (enum circuit)table->order;
                 place > 0 && is_larger(heads_table_share(table, track, at, c, h),
                                        heads_table_share(table, track, at, c, head[place - 1]));
                 place--)
                head[place] = head[place - 1];
        head[place] = h;
    }
    return heads;
}

void heads_table_sort(struct heads_table *table)
{
    table->order = (table->order + 1) % (HEADS_BY_LAYER + 1);
}

/* Moving */

static size_t place_of(const size_t *head, size_t heads, size_t selected)
{
    size_t place = 0;
    while (place < heads && head[place] != selected)
        place++;
    return place < heads ? place : 0;
}

void heads_table_move(struct heads_table *table, const struct view *view, int rows)
{
    const struct circuit_track *track = &view->curves.circuits;
    size_t *head = memory_new(track->layers * track->heads, sizeof *head, NULL);
    size_t heads = head ? heads_table_order(table, view, head) : 0;
    if (heads > 0) {
        size_t place = place_of(head, heads, table->selected);
        table->selected = head[list_cursor_move(place, heads, rows)];
    }
    memory_free(head);
}

/* What is said above */

/* In the order of their columns; the last ones are left out where there is no room for all. */
static const enum circuit columns[CIRCUITS] = {CIRCUIT_WITHIN_NAME, CIRCUIT_ATTRIBUTE_TO_NAME,
                                               CIRCUIT_ATTRIBUTE_TO_TEXT, CIRCUIT_SHARPNESS,
                                               CIRCUIT_NAME_TO_NAMES};

enum { MARGIN = 1, LABEL_COLS = 8, NUMBER_COLS = 4, GAP = 2, LEAST_CURVE = 3 };

struct heads_plan {
    size_t circuits; /* columns */
    int cols;        /* of each, with the gap behind it */
    int rows;        /* of each head */
    int heads;       /* shown */
    struct rect table;
};

static struct heads_plan make_plan(size_t heads, struct rect rect)
{
    enum { HEAD_ROWS = 2, ROWS_MOST = 6 };
    int free_cols = rect.cols - MARGIN - LABEL_COLS, least = NUMBER_COLS + 1;
    int rows = rect.rows - HEAD_ROWS;
    struct heads_plan plan = {
        .circuits = CIRCUITS,
        .table = {rect.row + HEAD_ROWS, rect.col, rows > 0 ? rows : 0, rect.cols},
    };
    while (plan.circuits > 1 && free_cols / (int)plan.circuits < least)
        plan.circuits--;
    plan.cols = free_cols / (int)plan.circuits;
    plan.rows = heads > 0 ? rows / (int)heads : 1;
    plan.rows = plan.rows < 1 ? 1 : plan.rows > ROWS_MOST ? ROWS_MOST : plan.rows;
    plan.heads = rows > 0 ? rows / plan.rows : 0;
    return plan;
}

static void draw_words(const struct heads_table *table, const struct view *view, size_t at,
                       struct rect rect, struct cells *cells)
{
    char step[FORMAT_SIZE];
    struct text text = {0};
    const struct circuit_track *track = &view->curves.circuits;
    text_format(&text, "step %s \u00b7 %s individuals \u00b7 ", format_count(step, track->step[at]),
                table->is_of_new ? view_word_for_new(view) : "known");
    if (table->order == HEADS_BY_LAYER)
        text_add(&text, "by layer");
    else
        text_format(&text, "most %s first",
                    measure_of_circuit((enum circuit)table->order, false)->short_label);
    text_format(&text, " \u00b7 shares of attention");
    cells_text(cells, rect.row, rect.col + MARGIN, rect.cols - MARGIN, STYLE_PLAIN,
               text.failed ? "" : text.bytes);
    text_free(&text);
}

static void draw_headings(const struct heads_plan *plan, struct rect rect, struct cells *cells)
{
    static const char *const brief[] = {
        [CIRCUIT_WITHIN_NAME] = "name",        [CIRCUIT_NAME_TO_NAMES] = "→all",
        [CIRCUIT_ATTRIBUTE_TO_NAME] = "→name", [CIRCUIT_ATTRIBUTE_TO_TEXT] = "→text",
        [CIRCUIT_SHARPNESS] = "sharp",
    };
    for (size_t c = 0; c < plan->circuits; c++) {
        const struct measure *row = measure_of_circuit(columns[c], false);
        int col = rect.col + MARGIN + LABEL_COLS + (int)c * plan->cols, room = plan->cols - 1;
        const char *const labels[] = {row->chart_label, row->short_label, brief[columns[c]]};
        size_t l = 0;
        while (l + 1 < sizeof labels / sizeof *labels && text_columns(labels[l]) > room)
            l++;
        cells_text(cells, rect.row + 1, col, room, circuits_style(columns[c]), labels[l]);
    }
}

/* A row */

/* The least and the largest share of each of `dots` pieces of the evaluations that are shown, so
 * that none is hidden; all of them where they are fewer. Returns how many numbers those are. */
static size_t gather(const struct heads_table *table, const struct view *view, enum circuit circuit,
                     size_t head, size_t dots, double *value)
{
    const struct circuit_track *track = &view->curves.circuits;
    struct step_span span = view_span(view);
    size_t begin = 0, end = track->points, count = 0;
    while (begin < end && (double)track->step[begin] < span.first)
        begin++;
    while (end > begin && (double)track->step[end - 1] > span.last)
        end--;
    size_t points = end - begin, pieces = points < 2 * dots ? points : dots;
    for (size_t p = 0; p < pieces; p++) {
        double least = NAN, most = NAN;
        for (size_t i = begin + p * points / pieces; i < begin + (p + 1) * points / pieces; i++) {
            double share = heads_table_share(table, track, i, circuit, head);
            least = fmin(least, share);
            most = fmax(most, share);
        }
        value[count++] = least;
        if (pieces < points)
            value[count++] = most;
    }
    return count;
}

static bool draw_curve(const struct heads_table *table, const struct view *view,
                       enum circuit circuit, size_t head, struct rect rect, struct cells *cells,
                       struct error *err)
{
    size_t dots = 2 * (size_t)rect.cols;
    double *value = memory_new(2 * dots, sizeof *value, err);
    if (!value)
        return false;
    size_t count = gather(table, view, circuit, head, dots, value);
    bool drawn = sparkline_draw(value, count, 0, 1, rect, circuits_style(circuit), cells, err);
    memory_free(value);
    return drawn;
}

static bool draw_head(const struct heads_table *table, const struct view *view, size_t at,
                      size_t head, const struct heads_plan *plan, int row, struct cells *cells,
                      struct error *err)
{
    const struct circuit_track *track = &view->curves.circuits;
    int col = plan->table.col + MARGIN, number_row = row + plan->rows - 1;
    bool drawn = true;
    cells_format(cells, number_row, col, LABEL_COLS - 1,
                 head == table->selected ? STYLE_SELECTED : STYLE_FAINT, "L%zu H%zu",
                 head / track->heads + 1, head % track->heads + 1);
    col += LABEL_COLS;
    for (size_t c = 0; drawn && c < plan->circuits; c++, col += plan->cols) {
        char number[FORMAT_SIZE];
        int cols = plan->cols - NUMBER_COLS - 1 - GAP;
        cells_right(cells, number_row, col + NUMBER_COLS, NUMBER_COLS, circuits_style(columns[c]),
                    format_number(number, heads_table_share(table, track, at, columns[c], head)));
        if (cols >= LEAST_CURVE)
            drawn =
                draw_curve(table, view, columns[c], head,
                           (struct rect){row, col + NUMBER_COLS + 1, plan->rows, cols}, cells, err);
    }
    return drawn;
}

/* The table */

static bool draw_rows(struct heads_table *table, const struct view *view, size_t at,
                      const size_t *head, size_t heads, const struct heads_plan *plan,
                      struct cells *cells, struct error *err)
{
    size_t shown = (size_t)plan->heads, place = place_of(head, heads, table->selected);
    bool drawn = true;
    if (table->first > place)
        table->first = place;
    if (shown > 0 && place >= table->first + shown)
        table->first = place - shown + 1;
    if (heads <= shown)
        table->first = 0;
    for (size_t i = 0; drawn && i < shown && table->first + i < heads; i++)
        drawn = draw_head(table, view, at, head[table->first + i], plan,
                          plan->table.row + (int)i * plan->rows, cells, err);
    return drawn;
}

bool heads_table_draw(struct heads_table *table, const struct view *view, struct rect rect,
                      struct cells *cells, struct error *err)
{
    static const char none[] =
        "no circuits were measured: eval.circuits is 0, or there is no attention";
    const struct circuit_track *track = &view->curves.circuits;
    size_t at;
    if (rect.rows <= 0 || rect.cols <= MARGIN + LABEL_COLS + NUMBER_COLS)
        return true;
    if (!circuits_point_shown(view, &at)) {
        cells_text(cells, rect.row, rect.col + MARGIN, rect.cols - MARGIN, STYLE_FAINT,
                   view->curves.evaluations > 0 ? none : "no evaluation yet");
        return true;
    }
    size_t *head = memory_new(track->layers * track->heads, sizeof *head, err);
    if (!head)
        return false;
    size_t heads = heads_table_order(table, view, head);
    struct heads_plan plan = make_plan(heads, rect);
    draw_words(table, view, at, rect, cells);
    if (rect.rows > 1)
        draw_headings(&plan, rect, cells);
    bool drawn = draw_rows(table, view, at, head, heads, &plan, cells, err);
    memory_free(head);
    return drawn;
}

bool heads_table_select_at(struct heads_table *table, const struct view *view, struct rect rect,
                           int row, bool *again)
{
    const struct circuit_track *track = &view->curves.circuits;
    size_t *head = memory_new(track->layers * track->heads, sizeof *head, NULL);
    size_t heads = head ? heads_table_order(table, view, head) : 0;
    const struct heads_plan plan = make_plan(heads, rect);
    const int below = row - plan.table.row;
    const size_t at = table->first + (size_t)(below < 0 ? 0 : below / plan.rows);
    bool found = below >= 0 && below < plan.heads * plan.rows && at < heads;
    if (found) {
        *again = head[at] == table->selected;
        table->selected = head[at];
    }
    memory_free(head);
    return found;
}
