/* Weighted least squares of
 *
 *   z = level + b x,  x = ln N - m,  z = ln y,  m = mean ln N,  ln a = level - b m
 *
 * with weights 1 / (own^2 + scatter^2). The scatter is that with which the weighted squares of the
 * residuals are as many as there are degrees of freedom, their expectation (Paule and Mandel 1982);
 * 0 where the points' own errors explain more than there is. Where no point has an error of its own
 * this is the usual line with the usual errors. */
#include "measure/scaling_law.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>

#include "base/gsl.h"
#include "base/memory.h"

enum { PARAMETERS = 2, BISECTIONS = 100 };

#define CONFIDENCE 0.95
#define LEAST_OWN                                                                                  \
    1e-6 /* no end is known better; where others have errors this keeps weights finite */

/* The points as they are fitted. */
struct points {
    double *x, *z, *variance, *weight; /* [count]; variance is own^2 */
    size_t count;
    double mean_log_n; /* m */
};

/* A line through them; covariances are those of its parameters. */
struct line {
    double level, b;
    double level_level, level_b, b_b;
    double squares; /* of the residuals, weighted by 1 / variance */
};

static size_t different(const struct scaling_law_point *point, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        size_t before = 0;
        while (before < i && fabs(point[before].n - point[i].n) > 0)
            before++;
        found += before == i;
    }
    return found;
}

static bool check(const struct scaling_law_point *point, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        double n = point[i].n, y = point[i].y;
        if (!(n > 0 && y > 0 && isfinite(n) && isfinite(y)))
            return error_set(err, ERROR_INPUT, "no power law goes through y = %g at N = %g", y, n);
    }
    size_t distinct = different(point, count);
    if (distinct < SCALING_LAW_LEAST)
        return error_set(err, ERROR_INPUT,
                         "a law a N^b with standard errors needs plateau ends of at least %d "
                         "different N; there are %zu",
                         SCALING_LAW_LEAST, distinct);
    return true;
}

/* Variances of their own; all 0 where none is known. */
static void find_variances(struct points *points, const struct scaling_law_point *point)
{
    double largest = 0;
    for (size_t i = 0; i < points->count; i++)
        largest = fmax(largest, isfinite(point[i].own) ? point[i].own : 0);
    for (size_t i = 0; i < points->count; i++) {
        double own = isfinite(point[i].own) ? point[i].own : largest;
        points->variance[i] = largest > 0 ? pow(fmax(own, LEAST_OWN), 2) : 0;
    }
}

static bool points_init(struct points *points, const struct scaling_law_point *point, size_t count,
                        struct error *err)
{
    double *storage = memory_new(4 * count, sizeof *storage, err);
    *points = (struct points){.count = count};
    if (!storage)
        return false;
    points->x = storage;
    points->z = storage + count;
    points->variance = storage + 2 * count;
    points->weight = storage + 3 * count;
    for (size_t i = 0; i < count; i++)
        points->mean_log_n += log(point[i].n) / (double)count;
    for (size_t i = 0; i < count; i++) {
        points->x[i] = log(point[i].n) - points->mean_log_n;
        points->z[i] = log(point[i].y);
    }
    find_variances(points, point);
    return true;
}

static void points_free(struct points *points)
{
    memory_free(points->x);
}

/* Weights are relative to the mean variance, which may be 0. */
static void fit_line(struct points *points, double scatter, struct line *line)
{
    double mean = scatter * scatter, squares;
    for (size_t i = 0; i < points->count; i++)
        mean += points->variance[i] / (double)points->count;
    for (size_t i = 0; i < points->count; i++)
        points->weight[i] = mean > 0 ? mean / (points->variance[i] + scatter * scatter) : 1;
    gsl_fit_wlinear(points->x, 1, points->weight, 1, points->z, 1, points->count, &line->level,
                    &line->b, &line->level_level, &line->level_b, &line->b_b, &squares);
    line->level_level *= mean;
    line->level_b *= mean;
    line->b_b *= mean;
    line->squares = mean > 0 ? squares / mean : squares > 0 ? INFINITY : 0;
}

static double freedom(const struct points *points)
{
    return (double)(points->count - PARAMETERS);
}

/* Weights that are all the same need a scatter of this size, others no larger one. */
static double largest_scatter(const struct points *points)
{
    double level, b, level_level, level_b, b_b, squares;
    gsl_fit_linear(points->x, 1, points->z, 1, points->count, &level, &b, &level_level, &level_b,
                   &b_b, &squares);
    return sqrt(squares / freedom(points));
}

static double find_scatter(struct points *points)
{
    struct line line;
    double low = 0, high = largest_scatter(points);
    fit_line(points, 0, &line);
    if (line.squares <= freedom(points))
        return 0;
    for (int i = 0; i < BISECTIONS; i++) {
        double middle = (low + high) / 2;
        fit_line(points, middle, &line);
        if (line.squares > freedom(points))
            low = middle;
        else
            high = middle;
    }
    return high;
}

/* Of ln y by the weights of the last line. */
static double r_squared(const struct points *points, const struct line *line)
{
    double sum = 0, mean = 0, total = 0, left = 0, low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < points->count; i++) {
        low = fmin(low, points->z[i]);
        high = fmax(high, points->z[i]);
        sum += points->weight[i];
        mean += points->weight[i] * points->z[i];
    }
    for (size_t i = 0; i < points->count; i++) {
        double residual = points->z[i] - line->level - line->b * points->x[i];
        total += points->weight[i] * pow(points->z[i] - mean / sum, 2);
        left += points->weight[i] * residual * residual;
    }
    return high > low ? 1 - left / total : NAN;
}

static void read_law(struct scaling_law *law, struct points *points)
{
    struct line line;
    double scatter = find_scatter(points), m = points->mean_log_n;
    double t = gsl_cdf_tdist_Pinv((1 + CONFIDENCE) / 2, freedom(points));
    fit_line(points, scatter, &line);
    double log_a = line.level - line.b * m;
    double log_a_error = sqrt(line.level_level - 2 * m * line.level_b + m * m * line.b_b);
    double b_error = sqrt(line.b_b);
    *law = (struct scaling_law){
        .a = exp(log_a),
        .b = line.b,
        .a_error = exp(log_a) * log_a_error,
        .b_error = b_error,
        .a_low = exp(log_a - t * log_a_error),
        .a_high = exp(log_a + t * log_a_error),
        .b_low = line.b - t * b_error,
        .b_high = line.b + t * b_error,
        .scatter = scatter,
        .r_squared = r_squared(points, &line),
        .points = points->count,
    };
}

bool scaling_law_fit(struct scaling_law *law, const struct scaling_law_point *point, size_t count,
                     struct error *err)
{
    struct points points;
    gsl_keep_from_aborting();
    if (!check(point, count, err) || !points_init(&points, point, count, err))
        return false;
    read_law(law, &points);
    points_free(&points);
    return true;
}

double scaling_law_at(const struct scaling_law *law, double n)
{
    return law->a * pow(n, law->b);
}
