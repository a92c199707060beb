/* A series: a number over an axis, as the points that were measured; and several of them as one. */
#ifndef MNEME_BASE_SERIES_H
#define MNEME_BASE_SERIES_H

#include <stddef.h>

#include "base/error.h"

struct series {
    double *x, *y; /* [count] x ascending, all finite */
    size_t count;
};

/* Adds a point at the end; *room is the writer's own, 0 at first. */
bool series_add(struct series *series, size_t *room, double x, double y, struct error *err);
void series_free(struct series *series);

/* y at x, on the straight line between the points around it; x within the series. */
double series_at(const struct series *series, double x);

/* The mean of several series and how they differ. */
struct series_mean {
    struct series mean;
    double
        *deviation; /* [mean.count] standard deviation of the series, with count - 1; 0 for one */
    size_t count;   /* of the series */
};

/* At every x that any of the series has, from where the last of them begins to where the first
 * ends; each is interpolated there. Series without a range in common have an empty mean. */
bool series_average(struct series_mean *average, const struct series *series, size_t count,
                    struct error *err);
void series_mean_free(struct series_mean *average);

#endif
