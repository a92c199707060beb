/* Outliers. At the curve's end a Hampel filter (gsl_filter_impulse) over OUTLIER_WINDOW points
 * marks those further than OUTLIER_DEVIATIONS robust standard deviations (median absolute
 * deviation) from the median of their neighbours, and they count nothing. A monotone curve, however
 * steep, is never marked but at a sudden bend at its very end, until more points follow; spikes on
 * a steep part may not be marked either. On a segment, when each point has neighbours on both
 * sides, a point is left out if it is OUTLIER_DEVIATIONS times the noise from the moving median
 * (gsl_movstat) of five; that leaves any monotone curve as it is, and the noise comes from second
 * differences, which know no slope.
 *
 * The end. A line is fitted to the points behind the last one,
 *
 *   y = level + slope (x - x_now),  weights (1 - u^3)^3, u = (x_now - x) / width
 *
 * (local linear regression; the width reaches back over LOCAL_WIDTH in ln step, and over
 * PHASE_CURVE_LEAST points at least). */
#include "measure/phase_curve.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_statistics.h>

#include "base/gsl.h"
#include "base/memory.h"

#define LEAST_RATIO        1e-9
#define OUTLIER_LEAST      1e-3          /* a loss within 0.1 % of its neighbours is no outlier */
#define LOCAL_WIDTH        (0.5 * M_LN2) /* in ln step: the last 30 % of the steps */
#define OUTLIER_DEVIATIONS 5.0 /* robust ones: of 7 points they are known to a third only */

enum {
    OUTLIER_WINDOW = 7,
    LOCAL_MOST = 64, /* points; more would only cost time */
};

bool phase_curve_init(struct phase_curve *curve, struct error *err)
{
    gsl_keep_from_aborting();
    *curve = (struct phase_curve){
        .filter = gsl_filter_impulse_alloc(OUTLIER_WINDOW),
        .median = gsl_movstat_alloc(2 * PHASE_CURVE_SIDE + 1),
    };
    if (curve->filter && curve->median)
        return true;
    phase_curve_free(curve);
    return error_set(err, ERROR_MEMORY, "out of memory for the phase detector");
}

void phase_curve_free(struct phase_curve *curve)
{
    if (curve->filter)
        gsl_filter_impulse_free(curve->filter);
    if (curve->median)
        gsl_movstat_free(curve->median);
    memory_free(curve->x);
    memory_free(curve->y);
    memory_free(curve->step);
    *curve = (struct phase_curve){0};
}

static bool grow(double **array, size_t room, struct error *err)
{
    double *grown = memory_resize(*array, room, sizeof *grown, err);
    *array = grown ? grown : *array;
    return grown != NULL;
}

bool phase_curve_add(struct phase_curve *curve, double step, double ratio, struct error *err)
{
    if (curve->count == curve->room) {
        size_t room = curve->room ? 2 * curve->room : LOCAL_MOST;
        if (!grow(&curve->x, room, err) || !grow(&curve->y, room, err) ||
            !grow(&curve->step, room, err))
            return false;
        curve->room = room;
    }
    curve->x[curve->count] = log(step);
    curve->y[curve->count] = log(fmax(ratio, LEAST_RATIO));
    curve->step[curve->count++] = step;
    return true;
}

/* Weights weight[points] of 0 for the outliers among the last points. */
static bool pass_over_outliers(const struct phase_curve *curve, size_t points, double *weight,
                               struct error *err)
{
    size_t seen = points + OUTLIER_WINDOW < curve->count ? points + OUTLIER_WINDOW : curve->count;
    double *scratch = memory_new(3 * seen, sizeof *scratch, err);
    int *is_outlier = scratch ? memory_new(seen, sizeof *is_outlier, err) : NULL;
    if (is_outlier) {
        size_t outliers;
        gsl_vector_const_view in =
            gsl_vector_const_view_array(curve->y + curve->count - seen, seen);
        gsl_vector_view out = gsl_vector_view_array(scratch, seen);
        gsl_vector_view median = gsl_vector_view_array(scratch + seen, seen);
        gsl_vector_view deviation = gsl_vector_view_array(scratch + 2 * seen, seen);
        gsl_vector_int_view mark = gsl_vector_int_view_array(is_outlier, seen);
        gsl_filter_impulse(GSL_FILTER_END_TRUNCATE, GSL_FILTER_SCALE_MAD, OUTLIER_DEVIATIONS,
                           &in.vector, &out.vector, &median.vector, &deviation.vector, &outliers,
                           &mark.vector, curve->filter);
        for (size_t i = 0; i < points; i++)
            weight[i] *= !is_outlier[seen - points + i];
    }
    memory_free(scratch);
    memory_free(is_outlier);
    return is_outlier != NULL;
}

/* The line through the last points by their weights; its level is that at x = origin. */
static void fit_line(const struct phase_curve *curve, size_t points, const double *weight,
                     double origin, double *x, struct phase_line *line)
{
    double variance_level, covariance, variance_slope, squares;
    size_t used = 0;
    line->first = curve->count - points;
    for (size_t i = 0; i < points; i++) {
        x[i] = curve->x[line->first + i] - origin;
        used += weight[i] > 0;
    }
    gsl_fit_wlinear(x, 1, weight, 1, curve->y + line->first, 1, points, &line->level, &line->slope,
                    &variance_level, &covariance, &variance_slope, &squares);
    line->freedom = (double)used - 2;
    line->error = sqrt(variance_slope * squares / line->freedom);
}

double phase_line_falls(const struct phase_line *line, double slope)
{
    double off = line->slope - slope;
    return line->error > 0 ? gsl_cdf_tdist_P(off / line->error, line->freedom) : off >= 0;
}

double phase_line_rises(const struct phase_line *line, double slope)
{
    double off = line->slope - slope;
    return line->error > 0 ? gsl_cdf_tdist_Q(off / line->error, line->freedom) : off <= 0;
}

/* How many of the last points lie within LOCAL_WIDTH, kept between PHASE_CURVE_LEAST and
 * LOCAL_MOST. */
static size_t local_points(const struct phase_curve *curve)
{
    size_t last = curve->count - 1, points = 1;
    while (points < curve->count && points < LOCAL_MOST &&
           (points < PHASE_CURVE_LEAST || curve->x[last] - curve->x[last - points] <= LOCAL_WIDTH))
        points++;
    return points;
}

bool phase_curve_end(const struct phase_curve *curve, struct phase_line *line, struct error *err)
{
    size_t points = local_points(curve);
    double x[LOCAL_MOST], weight[LOCAL_MOST];
    double now = curve->x[curve->count - 1];
    double width = now - curve->x[curve->count - points];
    width *= (double)points / ((double)points - 1); /* the furthest point still counts a little */
    for (size_t i = 0; i < points; i++)
        weight[i] = gsl_pow_3(1 - gsl_pow_3((now - curve->x[curve->count - points + i]) / width));
    if (!pass_over_outliers(curve, points, weight, err))
        return false;
    fit_line(curve, points, weight, now, x, line);
    return true;
}

/* How many points reach back over a doubling of the steps; 0 where not all of it was seen. */
static size_t doubling_points(const struct phase_curve *curve)
{
    size_t last = curve->count - 1, points = 1;
    while (points < curve->count && curve->step[last] < 2 * curve->step[last + 1 - points])
        points++;
    return curve->step[last] < 2 * curve->step[last + 1 - points] ? 0 : points;
}

bool phase_curve_doubling(const struct phase_curve *curve, struct phase_line *line, bool *found,
                          struct error *err)
{
    size_t points = doubling_points(curve);
    *found = points >= PHASE_CURVE_LEAST;
    if (!*found)
        return true;
    double *weight = memory_new(2 * points, sizeof *weight, err);
    for (size_t i = 0; weight && i < points; i++)
        weight[i] = 1;
    bool ok = weight && pass_over_outliers(curve, points, weight, err);
    double middle = (curve->x[curve->count - 1] + curve->x[curve->count - points]) / 2;
    if (ok)
        fit_line(curve, points, weight, middle, weight + points, line);
    memory_free(weight);
    *found = ok && line->freedom > 0;
    return ok;
}

double phase_curve_steady(const struct phase_curve *curve, size_t i)
{
    if (i == 0 || i + 1 == curve->count)
        return curve->y[i];
    double a = curve->y[i - 1], b = curve->y[i], c = curve->y[i + 1];
    return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

bool phase_curve_median(const struct phase_curve *curve, struct segment segment, double *median,
                        struct error *err)
{
    size_t count = segment.last - segment.first;
    double *sorted = memory_new(count, sizeof *sorted, err);
    if (!sorted)
        return false;
    for (size_t i = 0; i < count; i++)
        sorted[i] = curve->y[segment.first + i];
    *median = gsl_stats_median(sorted, 1, count);
    memory_free(sorted);
    return true;
}

/* From the second differences, which slopes do not reach, by their median, which bends and spikes
 * do not. 0 for fewer than three points. scratch[2 * count]. */
static double find_noise(const double *y, size_t count, double *scratch)
{
    double *bend = scratch, *work = scratch + count;
    for (size_t i = 1; i + 1 < count; i++)
        bend[i - 1] = y[i] - (y[i - 1] + y[i + 1]) / 2; /* variance 1 + 1/4 + 1/4 */
    return count < 3 ? 0 : gsl_stats_mad(bend, 1, count - 2, work) / sqrt(1.5);
}

double phase_curve_noise(const struct phase_curve *curve, struct segment segment)
{
    double scratch[2 * LOCAL_MOST];
    size_t count = segment.last - segment.first;
    count = count < LOCAL_MOST ? count : LOCAL_MOST;
    return find_noise(curve->y + segment.last - count, count, scratch);
}

/* Copies the points of a segment to x and y without the spikes among them. scratch[2 * points]. */
static size_t copy_without_spikes(const struct phase_curve *curve, struct segment segment,
                                  double *x, double *y, double *scratch)
{
    size_t count = segment.last - segment.first, kept = 0;
    double noise = find_noise(curve->y + segment.first, count, scratch);
    double far = fmax(OUTLIER_DEVIATIONS * noise, OUTLIER_LEAST);
    size_t first = segment.first < PHASE_CURVE_SIDE ? 0 : segment.first - PHASE_CURVE_SIDE;
    size_t last = curve->count - segment.last < PHASE_CURVE_SIDE ? curve->count
                                                                 : segment.last + PHASE_CURVE_SIDE;
    gsl_vector_const_view all = gsl_vector_const_view_array(curve->y + first, last - first);
    gsl_vector_view median = gsl_vector_view_array(scratch, last - first);
    gsl_movstat_median(GSL_MOVSTAT_END_TRUNCATE, &all.vector, &median.vector, curve->median);
    for (size_t i = segment.first; i < segment.last; i++) {
        bool surrounded = i >= PHASE_CURVE_SIDE && i + PHASE_CURVE_SIDE < curve->count;
        if (surrounded && fabs(curve->y[i] - scratch[i - first]) > far)
            continue;
        x[kept] = curve->x[i];
        y[kept++] = curve->y[i];
    }
    return kept;
}

bool phase_curve_bend(const struct phase_curve *curve, struct segment segment,
                      enum segmented_kind kind, const double *other, struct segmented *segmented,
                      bool *found, struct error *err)
{
    size_t room = segment.last - segment.first + 2 * PHASE_CURVE_SIDE;
    double *x = memory_new(4 * room, sizeof *x, err);
    if (!x)
        return false;
    double *y = x + room, *scratch = y + room;
    size_t count = copy_without_spikes(curve, segment, x, y, scratch);
    bool done = segmented_fit(segmented, kind, x, y, count, other, scratch, found, err);
    memory_free(x);
    return done;
}
