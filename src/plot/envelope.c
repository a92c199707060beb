/* Map of this file: a picture's columns; points; values; smoothing; several as one. */
#include "plot/envelope.h"

#include <math.h>

#include "base/memory.h"

/* A picture's columns */

void envelope_forget(struct envelope *envelope)
{
    for (size_t c = 0; c < envelope->columns; c++)
        envelope->column[c].points = 0;
    envelope->taken = 0;
    envelope->has_before = envelope->has_after = false;
    envelope->gap = envelope->after_is_apart = false;
}

void envelope_free(struct envelope *envelope)
{
    memory_free(envelope->column);
    *envelope = (struct envelope){.columns = 0};
}

static bool is_same(const struct step_span *a, const struct step_span *b)
{
    return a->logarithmic == b->logarithmic && !(a->first < b->first) && !(a->first > b->first) &&
           !(a->last < b->last) && !(a->last > b->last);
}

bool envelope_fit(struct envelope *envelope, const struct step_span *span, size_t columns,
                  struct error *err)
{
    if (columns == envelope->columns && is_same(&envelope->span, span))
        return true;
    if (columns != envelope->columns) {
        envelope_free(envelope);
        envelope->column = memory_new(columns, sizeof *envelope->column, err);
        if (!envelope->column)
            return false;
        envelope->columns = columns;
    }
    envelope->span = *span;
    envelope_forget(envelope);
    return true;
}

/* Points */

size_t envelope_column(const struct envelope *envelope, double x)
{
    double last = (double)envelope->columns - 1;
    double place = round(step_span_share(&envelope->span, x) * last);
    return (size_t)fmin(fmax(place, 0), last);
}

double envelope_step(const struct envelope *envelope, size_t column)
{
    double share = (double)column / fmax((double)envelope->columns - 1, 1);
    return step_span_step(&envelope->span, share);
}

static void add_inside(struct envelope *envelope, struct envelope_point point)
{
    struct envelope_column *column = &envelope->column[envelope_column(envelope, point.x)];
    if (column->points == 0)
        *column = (struct envelope_column){
            .first = point, .least = point.y, .most = point.y, .after_gap = envelope->gap};
    column->points++;
    column->last = point;
    column->least = fmin(column->least, point.y);
    column->most = fmax(column->most, point.y);
    column->sum += point.y;
}

void envelope_add(struct envelope *envelope, double x, double y)
{
    const struct envelope_point point = {x, y};
    envelope->taken++;
    if (!isfinite(y)) {
        envelope->gap = true;
        return;
    }
    if (step_span_holds(&envelope->span, x))
        add_inside(envelope, point);
    else if (x < envelope->span.first) {
        envelope->before = point;
        envelope->has_before = true;
    } else if (!envelope->has_after) {
        envelope->after = point;
        envelope->has_after = true;
        envelope->after_is_apart = envelope->gap;
    }
    envelope->gap = false;
}

/* Values */

bool envelope_range(const struct envelope *envelope, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t c = 0; c < envelope->columns; c++)
        if (envelope->column[c].points > 0) {
            *low = fmin(*low, envelope->column[c].least);
            *high = fmax(*high, envelope->column[c].most);
        }
    return *low <= *high;
}

static double mean_of(const struct envelope_column *column)
{
    return column->sum / (double)column->points;
}

/* The last point before a column without any; false where there is none. */
static bool find_before(const struct envelope *envelope, size_t column,
                        struct envelope_point *point)
{
    while (column > 0)
        if (envelope->column[--column].points > 0) {
            *point = envelope->column[column].last;
            return true;
        }
    *point = envelope->before;
    return envelope->has_before;
}

static bool find_after(const struct envelope *envelope, size_t column, struct envelope_point *point,
                       bool *apart)
{
    for (column++; column < envelope->columns; column++)
        if (envelope->column[column].points > 0) {
            *point = envelope->column[column].first;
            *apart = envelope->column[column].after_gap;
            return true;
        }
    *point = envelope->after;
    *apart = envelope->after_is_apart;
    return envelope->has_after;
}

double envelope_value(const struct envelope *envelope, size_t column)
{
    struct envelope_point from, to;
    bool apart = false;
    if (envelope->column[column].points > 0)
        return mean_of(&envelope->column[column]);
    if (!find_before(envelope, column, &from) || !find_after(envelope, column, &to, &apart) ||
        apart)
        return NAN;
    double x = envelope_step(envelope, column);
    return from.y + fmin(fmax((x - from.x) / (to.x - from.x), 0), 1) * (to.y - from.y);
}

/* Smoothing */

/* A column of a curve that was made: one value, within what it stands for. */
static void set_column(struct envelope *made, size_t c, double value, double least, double most,
                       size_t points)
{
    const struct envelope_point point = {envelope_step(made, c), value};
    made->column[c] = (struct envelope_column){.points = points,
                                               .first = point,
                                               .last = point,
                                               .least = least,
                                               .most = most,
                                               .sum = value * (double)points};
}

/* The first and the last column with points; false where there is none. */
static bool find_ends(const struct envelope *envelope, size_t *first, size_t *last)
{
    *first = envelope->columns;
    for (size_t c = 0; c < envelope->columns; c++)
        if (envelope->column[c].points > 0) {
            *first = *first < c ? *first : c;
            *last = c;
        }
    return *first < envelope->columns;
}

static double mean_around(const struct envelope *from, size_t c, size_t reach)
{
    double sum = 0, points = 0;
    for (size_t at = c - reach; at <= c + reach; at++)
        if (from->column[at].points > 0) {
            sum += from->column[at].sum;
            points += (double)from->column[at].points;
        }
    return sum / points;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

bool envelope_smooth(struct envelope *smooth, const struct envelope *from, size_t radius,
                     struct error *err)
{
    size_t first, last = 0;
    if (!envelope_fit(smooth, &from->span, from->columns, err))
        return false;
    envelope_forget(smooth);
    if (!find_ends(from, &first, &last))
        return true;
    for (size_t c = first; c <= last; c++) {
        const struct envelope_column *column = &from->column[c];
        if (column->points == 0)
            continue;
        /* The same on both sides: what is straight stays, and the ends are where they were. */
        size_t reach = smaller(radius, smaller(c - first, last - c));
        set_column(smooth, c, mean_around(from, c, reach), column->least, column->most,
                   column->points);
        smooth->column[c].after_gap = column->after_gap;
    }
    return true;
}

/* Several as one */

bool envelope_join(struct envelope *joint, const struct envelope *const *from, size_t count,
                   struct error *err)
{
    if (!envelope_fit(joint, &from[0]->span, from[0]->columns, err))
        return false;
    envelope_forget(joint);
    for (size_t c = 0; c < joint->columns; c++) {
        double sum = 0, least = INFINITY, most = -INFINITY;
        size_t having = 0;
        for (size_t e = 0; e < count; e++) {
            double value = envelope_value(from[e], c);
            if (!isfinite(value))
                continue;
            bool own = from[e]->column[c].points > 0;
            sum += value;
            least = fmin(least, own ? from[e]->column[c].least : value);
            most = fmax(most, own ? from[e]->column[c].most : value);
            having++;
        }
        if (having > 0)
            set_column(joint, c, sum / (double)having, least, most, having);
    }
    return true;
}
