/* The envelope of a curve: what a picture of so many columns shows of it, however many points it
 * has. A column knows its first and its last point, the least and the largest value and their mean,
 * so that no spike is lost.
 *
 * Points are added as they come, so that a curve that grows costs what is new of it; with another
 * span or number of columns all are added anew. */
#ifndef MNEME_PLOT_ENVELOPE_H
#define MNEME_PLOT_ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "plot/step_span.h"

struct envelope_point {
    double x, y;
};

struct envelope_column {
    size_t points; /* with a value; 0: nothing below means anything */
    struct envelope_point first, last;
    double least, most, sum;
    bool after_gap; /* points without a value lie between the first one and the one before it */
};

/* All zero is an empty one. */
struct envelope {
    struct step_span span;
    struct envelope_column *column; /* [columns] */
    size_t columns;
    size_t taken;    /* points that were added */
    bool has_before; /* the last point before the span */
    bool has_after;  /* the first one behind it */
    struct envelope_point before, after;
    bool gap, after_is_apart; /* as after_gap: of the next point, of `after` */
};

/* Makes it ready for a picture; true where it holds points already, taken of them. On false with an
 * error there is no memory for it, and it is empty. */
bool envelope_fit(struct envelope *envelope, const struct step_span *span, size_t columns,
                  struct error *err);

/* As if no point had been added. */
void envelope_forget(struct envelope *envelope);
void envelope_free(struct envelope *envelope);

/* Adds the next point: x ascends. y that is not finite is no value. */
void envelope_add(struct envelope *envelope, double x, double y);

/* The column that a step lies in; outside of the span, that at its end. */
size_t envelope_column(const struct envelope *envelope, double x);

/* The step in the middle of a column. */
double envelope_step(const struct envelope *envelope, size_t column);

/* The least and the largest value of the points in the span; false where there is none. */
bool envelope_range(const struct envelope *envelope, double *low, double *high);

/* What the curve is at the middle of a column: the mean of its points where it has any, else a
 * value on the straight line between those around it; NAN before the first point and behind the
 * last. */
double envelope_value(const struct envelope *envelope, size_t column);

/* Makes the mean of `radius` columns on each side of every column that has points, with the least
 * and the largest value of that column alone: a smooth curve within what it hides. */
bool envelope_smooth(struct envelope *smooth, const struct envelope *from, size_t radius,
                     struct error *err);

/* Makes the mean of several envelopes of the same picture in every column, with the least and the
 * largest of their values, and points the number of those that have one there. */
bool envelope_join(struct envelope *joint, const struct envelope *const *from, size_t count,
                   struct error *err);

#endif
