#include "base/series.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

enum { FIRST_ROOM = 64 };

static bool grow(double **values, size_t room, struct error *err)
{
    double *grown = memory_resize(*values, room, sizeof *grown, err);
    if (grown)
        *values = grown;
    return grown != NULL;
}

bool series_add(struct series *series, size_t *room, double x, double y, struct error *err)
{
    if (series->count >= *room) {
        size_t wanted = *room ? 2 * *room : FIRST_ROOM;
        if (!grow(&series->x, wanted, err) || !grow(&series->y, wanted, err))
            return false;
        *room = wanted;
    }
    series->x[series->count] = x;
    series->y[series->count] = y;
    series->count++;
    return true;
}

void series_free(struct series *series)
{
    memory_free(series->x);
    memory_free(series->y);
    *series = (struct series){0};
}

/* The first point that is not before x; the last one where all are. */
static size_t point_from(const struct series *series, double x)
{
    size_t low = 0, high = series->count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (series->x[middle] < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

double series_at(const struct series *series, double x)
{
    size_t to = point_from(series, x);
    if (to == 0 || series->x[to] <= x)
        return series->y[to];
    double share = (x - series->x[to - 1]) / (series->x[to] - series->x[to - 1]);
    return series->y[to - 1] + share * (series->y[to] - series->y[to - 1]);
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Every x between first and last once, ascending; *places receives how many. */
static double *common_places(const struct series *series, size_t count, size_t *places,
                             struct error *err)
{
    double first = -INFINITY, last = INFINITY;
    size_t points = 0;
    for (size_t i = 0; i < count; i++) {
        points += series[i].count;
        first = series[i].count ? fmax(first, series[i].x[0]) : INFINITY;
        last = series[i].count ? fmin(last, series[i].x[series[i].count - 1]) : -INFINITY;
    }
    double *place = memory_new(points, sizeof *place, err);
    if (!place)
        return NULL;
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < series[i].count; j++)
            if (series[i].x[j] >= first && series[i].x[j] <= last)
                place[found++] = series[i].x[j];
    qsort(place, found, sizeof *place, compare);
    *places = 0;
    for (size_t i = 0; i < found; i++)
        if (i == 0 || place[i] > place[*places - 1])
            place[(*places)++] = place[i];
    return place;
}

static void average_at(struct series_mean *average, const struct series *series, size_t point)
{
    double mean = 0, squares = 0, x = average->mean.x[point];
    for (size_t i = 0; i < average->count; i++)
        mean += series_at(&series[i], x) / (double)average->count;
    for (size_t i = 0; i < average->count; i++)
        squares += pow(series_at(&series[i], x) - mean, 2);
    average->mean.y[point] = mean;
    average->deviation[point] =
        average->count > 1 ? sqrt(squares / (double)(average->count - 1)) : 0;
}

bool series_average(struct series_mean *average, const struct series *series, size_t count,
                    struct error *err)
{
    *average = (struct series_mean){.count = count};
    struct series *mean = &average->mean;
    mean->x = common_places(series, count, &mean->count, err);
    mean->y = mean->x ? memory_new(mean->count, sizeof *mean->y, err) : NULL;
    average->deviation = mean->y ? memory_new(mean->count, sizeof *average->deviation, err) : NULL;
    if (!average->deviation) {
        series_mean_free(average);
        return false;
    }
    for (size_t i = 0; i < mean->count; i++)
        average_at(average, series, i);
    return true;
}

void series_mean_free(struct series_mean *average)
{
    series_free(&average->mean);
    memory_free(average->deviation);
    *average = (struct series_mean){0};
}
