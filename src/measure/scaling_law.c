/* Fitted as
 *
 *   y / g = exp(level + b (ln N - m)),  m = mean ln N,  g = geometric mean of y
 *
 * whose two parameters are of size 1 and nearly uncorrelated, while a and b are anything but:
 * N is far from 1, where a is the law's value. a and its error follow from
 *
 *   ln a = ln g + level - b m.
 */
#include "measure/scaling_law.h"

#include <math.h>

#include <gsl/gsl_multifit_nlinear.h>

#include "base/gsl.h"
#include "base/memory.h"

enum { LEVEL, EXPONENT, PARAMETERS };
enum { MOST_ITERATIONS = 200 };

#define TOLERANCE  1e-10 /* of a parameter's last change, and of the gradient */
#define CLOSE_FIT  1e-6  /* of the gradient, where rounding allows no further step */
#define EXACT_ROOT 1e-13 /* root mean square of the residuals, relative to y */

/* The points as they are fitted. */
struct points {
    double *log_n; /* [count] ln N - m */
    double *y;     /* [count] y / g */
    size_t count;
    double mean_log_n, mean_log_y; /* m, ln g */
};

static size_t different(const double *n, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        size_t before = 0;
        while (before < i && n[before] != n[i])
            before++;
        found += before == i;
    }
    return found;
}

static bool check(const double *n, const double *y, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        if (!(n[i] > 0 && y[i] > 0 && isfinite(n[i]) && isfinite(y[i])))
            return error_set(err, ERROR_INPUT, "no power law goes through y = %g at N = %g", y[i],
                             n[i]);
    size_t distinct = different(n, count);
    if (distinct < SCALING_LAW_LEAST)
        return error_set(err, ERROR_INPUT,
                         "a law a N^b with standard errors needs plateau ends at %d different N "
                         "at least, and there are %zu",
                         SCALING_LAW_LEAST, distinct);
    return true;
}

static double mean_log(const double *value, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += log(value[i]);
    return sum / (double)count;
}

static void points_free(struct points *points)
{
    memory_free(points->log_n);
    memory_free(points->y);
}

static bool points_init(struct points *points, const double *n, const double *y, size_t count,
                        struct error *err)
{
    *points = (struct points){
        .count = count,
        .mean_log_n = mean_log(n, count),
        .mean_log_y = mean_log(y, count),
    };
    points->log_n = memory_new(count, sizeof *points->log_n, err);
    points->y = memory_new(count, sizeof *points->y, err);
    if (!points->log_n || !points->y) {
        points_free(points);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        points->log_n[i] = log(n[i]) - points->mean_log_n;
        points->y[i] = exp(log(y[i]) - points->mean_log_y);
    }
    return true;
}

static double model(const gsl_vector *parameters, double log_n)
{
    return exp(gsl_vector_get(parameters, LEVEL) + gsl_vector_get(parameters, EXPONENT) * log_n);
}

static int residuals(const gsl_vector *parameters, void *context, gsl_vector *residual)
{
    const struct points *points = context;
    for (size_t i = 0; i < points->count; i++)
        gsl_vector_set(residual, i, model(parameters, points->log_n[i]) - points->y[i]);
    return GSL_SUCCESS;
}

static int jacobian(const gsl_vector *parameters, void *context, gsl_matrix *slope)
{
    const struct points *points = context;
    for (size_t i = 0; i < points->count; i++) {
        double value = model(parameters, points->log_n[i]);
        gsl_matrix_set(slope, i, LEVEL, value);
        gsl_matrix_set(slope, i, EXPONENT, value * points->log_n[i]);
    }
    return GSL_SUCCESS;
}

/* The straight line in logarithms; its level is at the mean of both, which is 0. */
static double start_exponent(const struct points *points)
{
    double rise = 0, run = 0;
    for (size_t i = 0; i < points->count; i++) {
        rise += points->log_n[i] * log(points->y[i]);
        run += points->log_n[i] * points->log_n[i];
    }
    return rise / run;
}

static double sum_of_squares(const gsl_vector *residual)
{
    double sum = 0;
    for (size_t i = 0; i < residual->size; i++)
        sum += gsl_vector_get(residual, i) * gsl_vector_get(residual, i);
    return sum;
}

/* Goes down to the least squares; false where they are not found. */
static bool descend(gsl_multifit_nlinear_workspace *work, size_t count)
{
    int reason;
    double start = sum_of_squares(gsl_multifit_nlinear_residual(work));
    if (start <= EXACT_ROOT * EXACT_ROOT * (double)count)
        return true; /* nothing to gain, which the driver takes for a failure */
    if (gsl_multifit_nlinear_driver(MOST_ITERATIONS, TOLERANCE, TOLERANCE, 0, NULL, NULL, &reason,
                                    work) == GSL_SUCCESS)
        return true;
    return gsl_multifit_nlinear_test(0, CLOSE_FIT, 0, &reason, work) == GSL_SUCCESS;
}

static double total_squares(const struct points *points)
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < points->count; i++)
        mean += points->y[i] / (double)points->count;
    for (size_t i = 0; i < points->count; i++)
        squares += (points->y[i] - mean) * (points->y[i] - mean);
    return squares;
}

/* Back from the parameters as fitted to a and b. */
static void read_law(struct scaling_law *law, const struct points *points,
                     const gsl_multifit_nlinear_workspace *work)
{
    double entry[PARAMETERS * PARAMETERS];
    gsl_matrix_view covariance = gsl_matrix_view_array(entry, PARAMETERS, PARAMETERS);
    gsl_multifit_nlinear_covar(gsl_multifit_nlinear_jac(work), 0, &covariance.matrix);
    double left = sum_of_squares(gsl_multifit_nlinear_residual(work));
    double variance = left / (double)(points->count - PARAMETERS), m = points->mean_log_n;
    const gsl_vector *at = gsl_multifit_nlinear_position(work);
    double total = total_squares(points);
    double relative = gsl_matrix_get(&covariance.matrix, LEVEL, LEVEL) -
                      2 * m * gsl_matrix_get(&covariance.matrix, LEVEL, EXPONENT) +
                      m * m * gsl_matrix_get(&covariance.matrix, EXPONENT, EXPONENT);
    law->b = gsl_vector_get(at, EXPONENT);
    law->a = exp(points->mean_log_y + gsl_vector_get(at, LEVEL) - law->b * m);
    law->a_error = law->a * sqrt(variance * relative);
    law->b_error = sqrt(variance * gsl_matrix_get(&covariance.matrix, EXPONENT, EXPONENT));
    law->r_squared = total > 0 ? 1 - left / total : NAN;
    law->points = points->count;
}

static bool fit(struct scaling_law *law, struct points *points, struct error *err)
{
    gsl_multifit_nlinear_fdf problem = {
        .f = residuals, .df = jacobian, .n = points->count, .p = PARAMETERS, .params = points};
    double start[PARAMETERS] = {[LEVEL] = 0, [EXPONENT] = start_exponent(points)};
    const gsl_multifit_nlinear_parameters options = gsl_multifit_nlinear_default_parameters();
    gsl_vector_view first = gsl_vector_view_array(start, PARAMETERS);
    gsl_multifit_nlinear_workspace *work =
        gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &options, points->count, PARAMETERS);
    if (!work)
        return error_set(err, ERROR_MEMORY, "out of memory fitting a law");
    bool found = gsl_multifit_nlinear_init(&first.vector, &problem, work) == GSL_SUCCESS &&
                 descend(work, points->count);
    if (found)
        read_law(law, points, work);
    gsl_multifit_nlinear_free(work);
    return found || error_set(err, ERROR_INPUT, "no law a N^b fits these plateau ends");
}

bool scaling_law_fit(struct scaling_law *law, const double *n, const double *y, size_t count,
                     struct error *err)
{
    struct points points;
    gsl_keep_from_aborting();
    if (!check(n, y, count, err) || !points_init(&points, n, y, count, err))
        return false;
    bool done = fit(law, &points, err);
    points_free(&points);
    return done;
}

double scaling_law_at(const struct scaling_law *law, double n)
{
    return law->a * pow(n, law->b);
}
