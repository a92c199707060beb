/* How the phases are read.
 *
 * The curve. Loss is compared with the baseline B of its step as a ratio and steps with each other
 * as ratios, since runs of other populations differ by factors in both:
 *
 *   x = ln step,  y = ln (loss / B)
 *
 * Step 0 has no logarithm and takes no part; neither do losses that are not finite. A loss of 0 is
 * read as B times LEAST_RATIO.
 *
 * Outliers. Live, a Hampel filter (gsl_filter_impulse) over OUTLIER_WINDOW points marks those
 * further than OUTLIER_DEVIATIONS robust standard deviations (median absolute deviation) from the
 * median of their neighbours, and they count nothing. A monotone curve, however steep, is never
 * marked, but spikes on a steep part may not be either. After the fact, when each point has
 * neighbours on both sides, a point is left out if it is OUTLIER_DEVIATIONS times the noise from
 * the moving median (gsl_movstat) of five; that leaves any monotone curve as it is, and the noise
 * comes from second differences, which know no slope.
 *
 * Live. At each evaluation a line is fitted to the points behind it,
 *
 *   y = level + slope (x - x_now),  weights (1 - u^3)^3, u = (x_now - x) / width
 *
 * (local linear regression; the width reaches back over LOCAL_WIDTH in ln step, and over
 * LOCAL_LEAST points at least). level is the smoothed curve now. Whether it moves is Student's t
 * of the slope against -FLAT_SLOPE. That number follows from the band: a curve that is not steeper
 * needs twice the steps it has made to cross the band, so it waits there as long as it took to
 * come. The rules:
 *
 *   statistics -> plateau    level within the band and the test does not say that it is moving
 *   statistics -> knowledge  level has left below without that: no plateau
 *   plateau -> knowledge     level has left below, or lies below and is surely moving down
 *   knowledge -> plateau     level is back, and the test does not say that it is moving
 *   plateau -> statistics    level is well above the band
 *
 * each when true at HOLD evaluations in a row; the distance between leaving and coming back is the
 * hysteresis. Below and above are counted from the plateau's own level, the median of y since it
 * began, for the individuals that are asked may be a little easier or harder than the baseline;
 * the level is trusted as far as the band reaches.
 *
 * The plateau starts at the first evaluation within the band, or where only the smoothed curve had
 * got there when it began, at the first that asked for it. Its end is at first the evaluation
 * that showed it; once the curve has fallen to DEPTH, that is replaced by the estimate below, which
 * needs no later points and so stays.
 *
 * After the fact. The same reader goes over the whole curve. Around the departure it found, from
 * the plateau without its first third (in ln step; the arrival may reach into that) down to DEPTH,
 *
 *   y = a - c max(0, x - ln end) + noise
 *
 * is fitted by least squares (measure/hinge.h), with an interval from the profile of the residuals.
 * The start is the first knot of the line with three pieces, from HEIGHT above the baseline on,
 *
 *   y = a + b max(0, ln start - x) - c max(0, x - ln end) + noise.
 *
 * Where the points do not carry a fit, the live estimates stand, without an interval.
 *
 * What "end" means. Curves leave the plateau smoothly, slowly at first. The end is where the first
 * part of the fall, continued backwards as a power of the step, meets the level of the plateau: a
 * little after the first step at which a test could tell the two apart, when the loss is some
 * percent below. The number hardly depends on DEPTH (between 0.9 and 0.8 it moved by 2 % in a run
 * of 512 individuals). The interval is that of this knot under noise; it does not speak of what
 * another definition would give. */
#include "measure/phase.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_filter.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_movstat.h>
#include <gsl/gsl_statistics.h>

#include "base/gsl.h"
#include "base/memory.h"
#include "measure/hinge.h"

/* Ratios of the loss to the baseline, or to the plateau's own level. */
#define BAND_TOP    1.03 /* at the baseline: who is asked, and how well, differs by 1 or 2 % */
#define LEFT_BELOW  0.95 /* the plateau is left: out of reach of what BAND_TOP allows for */
#define BACK_BELOW  0.97 /* it was not left after all */
#define LEFT_ABOVE  1.10
#define AWAY_AGAIN  1.06 /* an arrival that was none: twice the band */
#define DEPTH       0.80 /* how much of the fall belongs to the departure */
#define HEIGHT      1.15 /* how much of the curve before belongs to the arrival */
#define DIVERGED    1.50 /* above the baseline, and above the lowest level that was seen */
#define LEAST_RATIO 1e-9

#define FLAT_SLOPE         (log(BAND_TOP / LEFT_BELOW) / M_LN2)
#define MOVING             0.05  /* a level of significance: enough to not call it a plateau */
#define SURELY_MOVING      0.001 /* and to call it left; there are hundreds of evaluations */
#define OUTLIER_LEAST      1e-3  /* a loss within 0.1 % of its neighbours is no outlier */
#define LOCAL_WIDTH        (0.5 * M_LN2) /* in ln step: the last 30 % of the steps */
#define OUTLIER_DEVIATIONS 5.0 /* robust ones: of 7 points they are known to a third only */

enum {
    OUTLIER_WINDOW = 7,
    LOCAL_LEAST = 5,
    LOCAL_MOST = 64, /* points; more would only cost time */
    HOLD = 2,
    MEDIAN_SIDE = 2,
    SIDE_LEAST = 4, /* points on either side of a knot that a fit should have */
};

/* Growing arrays of the points that count. */
struct curve {
    double *x, *y, *step; /* [count] */
    size_t count, room;
};

/* The smoothed curve at its last point. */
struct local {
    double level;
    double falling; /* probability of a slope as steep as this one where the curve is flat */
};

struct phase_detector {
    double baseline;
    struct curve curve;
    double last_step;
    bool has_step;
    bool lost; /* the last loss was not finite */
    gsl_filter_impulse_workspace *filter;
    gsl_movstat_workspace *median;
    double lowest, level; /* of the smoothed curve: least so far, and now */
    enum phase phase, pending;
    size_t streak; /* evaluations in a row that ask for the pending phase */
    bool has_arrived;
    size_t arrival;    /* point at which the band was entered */
    size_t departure;  /* first of the points that ended the plateau */
    bool settled;      /* the end was estimated from the whole departure */
    double own_level;  /* of the plateau */
    double start, end; /* steps, as reported */
};

const char *phase_name(enum phase phase)
{
    static const char *const names[] = {
        [PHASE_STATISTICS] = "statistics",
        [PHASE_PLATEAU] = "plateau",
        [PHASE_KNOWLEDGE] = "knowledge",
    };
    return names[phase];
}

const char *phase_remark_text(enum phase_remark remark)
{
    static const char *const texts[] = {
        [PHASE_REMARK_NONE] = "",
        [PHASE_REMARK_TOO_FEW_POINTS] = "too few evaluations to say",
        [PHASE_REMARK_STILL_FALLING] = "still falling to the baseline",
        [PHASE_REMARK_NO_PLATEAU] = "went through the baseline without a plateau",
        [PHASE_REMARK_STILL_THERE] = "still at the baseline",
        [PHASE_REMARK_DIVERGED] = "the loss diverged",
    };
    return texts[remark];
}

static bool check_baseline(double baseline, struct error *err)
{
    return (isfinite(baseline) && baseline > 0) ||
           error_set(err, ERROR_INPUT,
                     "the no-knowledge baseline is %g nats: it must be above 0 to have phases",
                     baseline);
}

struct phase_detector *phase_detector_new(double baseline, struct error *err)
{
    if (!check_baseline(baseline, err))
        return NULL;
    gsl_keep_from_aborting();
    struct phase_detector *detector = memory_new(1, sizeof *detector, err);
    if (!detector)
        return NULL;
    *detector = (struct phase_detector){
        .baseline = baseline,
        .filter = gsl_filter_impulse_alloc(OUTLIER_WINDOW),
        .median = gsl_movstat_alloc(2 * MEDIAN_SIDE + 1),
        .lowest = INFINITY,
        .level = NAN,
        .start = NAN,
        .end = NAN,
    };
    if (!detector->filter || !detector->median) {
        phase_detector_free(detector);
        error_set(err, ERROR_MEMORY, "out of memory for the phase detector");
        return NULL;
    }
    return detector;
}

void phase_detector_free(struct phase_detector *detector)
{
    if (!detector)
        return;
    if (detector->filter)
        gsl_filter_impulse_free(detector->filter);
    if (detector->median)
        gsl_movstat_free(detector->median);
    memory_free(detector->curve.x);
    memory_free(detector->curve.y);
    memory_free(detector->curve.step);
    memory_free(detector);
}

static bool grow(double **array, size_t room, struct error *err)
{
    double *grown = memory_resize(*array, room, sizeof *grown, err);
    *array = grown ? grown : *array;
    return grown != NULL;
}

static bool curve_add(struct curve *curve, double step, double ratio, struct error *err)
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

/* Marks the outliers among count values. False where memory ran out. */
static bool mark_outliers(gsl_filter_impulse_workspace *filter, const double *y, size_t count,
                          int *is_outlier, struct error *err)
{
    double *scratch = memory_new(3 * count, sizeof *scratch, err);
    if (!scratch)
        return false;
    gsl_vector_const_view in = gsl_vector_const_view_array(y, count);
    gsl_vector_view out = gsl_vector_view_array(scratch, count);
    gsl_vector_view median = gsl_vector_view_array(scratch + count, count);
    gsl_vector_view deviation = gsl_vector_view_array(scratch + 2 * count, count);
    gsl_vector_int_view mark = gsl_vector_int_view_array(is_outlier, count);
    size_t outliers;
    gsl_filter_impulse(GSL_FILTER_END_TRUNCATE, GSL_FILTER_SCALE_MAD, OUTLIER_DEVIATIONS,
                       &in.vector, &out.vector, &median.vector, &deviation.vector, &outliers,
                       &mark.vector, filter);
    memory_free(scratch);
    return true;
}

/* How many of the last points lie within LOCAL_WIDTH, kept between LOCAL_LEAST and LOCAL_MOST. */
static size_t local_points(const struct curve *curve)
{
    size_t last = curve->count - 1, points = 1;
    while (points < curve->count && points < LOCAL_MOST &&
           (points < LOCAL_LEAST || curve->x[last] - curve->x[last - points] <= LOCAL_WIDTH))
        points++;
    return points;
}

/* The line through the end of the curve, which has LOCAL_LEAST points or more. */
static bool local_fit(const struct phase_detector *detector, struct local *local, struct error *err)
{
    const struct curve *curve = &detector->curve;
    size_t points = local_points(curve);
    size_t seen = points + OUTLIER_WINDOW < curve->count ? points + OUTLIER_WINDOW : curve->count;
    int is_outlier[LOCAL_MOST + OUTLIER_WINDOW];
    if (!mark_outliers(detector->filter, curve->y + curve->count - seen, seen, is_outlier, err))
        return false;
    double x[LOCAL_MOST], weight[LOCAL_MOST];
    const double *y = curve->y + curve->count - points;
    double now = curve->x[curve->count - 1];
    double width = now - curve->x[curve->count - points];
    width *= (double)points / ((double)points - 1); /* the furthest point still counts a little */
    size_t used = 0;
    for (size_t i = 0; i < points; i++) {
        x[i] = curve->x[curve->count - points + i] - now;
        double u = -x[i] / width;
        weight[i] = is_outlier[seen - points + i] ? 0 : gsl_pow_3(1 - gsl_pow_3(u));
        used += weight[i] > 0;
    }
    double level, slope, variance_level, covariance, variance_slope, squares;
    gsl_fit_wlinear(x, 1, weight, 1, y, 1, points, &level, &slope, &variance_level, &covariance,
                    &variance_slope, &squares);
    double freedom = (double)used - 2;
    double error = sqrt(variance_slope * squares / freedom);
    double from_flat = slope + FLAT_SLOPE;
    *local = (struct local){
        .level = level,
        .falling = error > 0 ? gsl_cdf_tdist_P(from_flat / error, freedom) : from_flat >= 0,
    };
    return true;
}

static double clamp(double value, double low, double high)
{
    return fmin(fmax(value, low), high);
}

/* The median of y since the plateau began, as far from the baseline as the band reaches. */
static bool find_own_level(struct phase_detector *detector, struct error *err)
{
    const struct curve *curve = &detector->curve;
    size_t count = curve->count - detector->arrival;
    double *sorted = memory_new(count, sizeof *sorted, err);
    if (!sorted)
        return false;
    for (size_t i = 0; i < count; i++)
        sorted[i] = curve->y[detector->arrival + i];
    double median = gsl_stats_median(sorted, 1, count);
    detector->own_level = clamp(median, -log(BAND_TOP), log(BAND_TOP));
    memory_free(sorted);
    return true;
}

/* The phase that the smoothed curve asks for at this evaluation. */
static enum phase phase_asked(const struct phase_detector *detector, const struct local *local)
{
    double level = local->level - detector->own_level;
    switch (detector->phase) {
    case PHASE_STATISTICS:
        if (level < log(LEFT_BELOW))
            return PHASE_KNOWLEDGE;
        if (level <= log(BAND_TOP) && local->falling > MOVING)
            return PHASE_PLATEAU;
        return PHASE_STATISTICS;
    case PHASE_PLATEAU:
        if (level < log(LEFT_BELOW) || (level < 0 && local->falling < SURELY_MOVING))
            return PHASE_KNOWLEDGE;
        if (level > log(LEFT_ABOVE))
            return PHASE_STATISTICS;
        return PHASE_PLATEAU;
    case PHASE_KNOWLEDGE:
        return level > log(BACK_BELOW) && local->falling > MOVING ? PHASE_PLATEAU : PHASE_KNOWLEDGE;
    }
    return detector->phase;
}

/* Points of a curve that a fit uses: from first up to, not including, last. */
struct stretch {
    size_t first, last;
};

/* y without a single spike: the median of three points, the point itself at the ends. */
static double steady(const struct curve *curve, size_t i)
{
    if (i == 0 || i + 1 == curve->count)
        return curve->y[i];
    double a = curve->y[i - 1], b = curve->y[i], c = curve->y[i + 1];
    return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

/* The points around the departure: the plateau without its first third, and the fall to DEPTH. */
static struct stretch around_departure(const struct phase_detector *detector)
{
    const struct curve *curve = &detector->curve;
    struct stretch stretch = {detector->departure, detector->departure};
    double third = (2 * curve->x[detector->arrival] + curve->x[detector->departure]) / 3;
    while (stretch.first > detector->arrival && (curve->x[stretch.first - 1] >= third ||
                                                 detector->departure - stretch.first < SIDE_LEAST))
        stretch.first--;
    double floor = detector->own_level + log(DEPTH);
    while (stretch.last < curve->count && (steady(curve, stretch.last) >= floor ||
                                           stretch.last - detector->departure < SIDE_LEAST))
        stretch.last++;
    return stretch;
}

/* The points around the arrival: from HEIGHT down, and the plateau and its departure. */
static struct stretch around_arrival(const struct phase_detector *detector, size_t last)
{
    const struct curve *curve = &detector->curve;
    struct stretch stretch = {detector->arrival, last};
    double ceiling = log(HEIGHT), floor = detector->own_level + log(LEFT_BELOW);
    while (stretch.first > 0) {
        double y = steady(curve, stretch.first - 1);
        bool near = y <= ceiling || detector->arrival - stretch.first < SIDE_LEAST;
        if (!near || y < floor) /* below: it came back from knowledge */
            break;
        stretch.first--;
    }
    return stretch;
}

/* The standard deviation of the noise on a stretch of y: from the second differences, which slopes
 * do not reach, by their median, which bends and spikes do not. 0 for fewer than three points. */
static double find_noise(const double *y, size_t count, double *scratch)
{
    double *bend = scratch, *work = scratch + count;
    for (size_t i = 1; i + 1 < count; i++)
        bend[i - 1] = y[i] - (y[i - 1] + y[i + 1]) / 2; /* variance 1 + 1/4 + 1/4 */
    return count < 3 ? 0 : gsl_stats_mad(bend, 1, count - 2, work) / sqrt(1.5);
}

/* Copies the points of a stretch to x and y without the spikes among them. scratch[2 * points]. */
static size_t copy_without_spikes(const struct phase_detector *detector, struct stretch stretch,
                                  double *x, double *y, double *scratch)
{
    const struct curve *curve = &detector->curve;
    size_t count = stretch.last - stretch.first, kept = 0;
    double noise = find_noise(curve->y + stretch.first, count, scratch);
    double far = fmax(OUTLIER_DEVIATIONS * noise, OUTLIER_LEAST);
    size_t first = stretch.first < MEDIAN_SIDE ? 0 : stretch.first - MEDIAN_SIDE;
    size_t last =
        curve->count - stretch.last < MEDIAN_SIDE ? curve->count : stretch.last + MEDIAN_SIDE;
    gsl_vector_const_view all = gsl_vector_const_view_array(curve->y + first, last - first);
    gsl_vector_view median = gsl_vector_view_array(scratch, last - first);
    gsl_movstat_median(GSL_MOVSTAT_END_TRUNCATE, &all.vector, &median.vector, detector->median);
    for (size_t i = stretch.first; i < stretch.last; i++) {
        bool surrounded = i >= MEDIAN_SIDE && i + MEDIAN_SIDE < curve->count;
        if (surrounded && fabs(curve->y[i] - scratch[i - first]) > far)
            continue;
        x[kept] = curve->x[i];
        y[kept++] = curve->y[i];
    }
    return kept;
}

/* hinge_fit over a stretch of the curve without its spikes. */
static bool fit_stretch(const struct phase_detector *detector, struct stretch stretch,
                        enum hinge_kind kind, const double *other, struct hinge *hinge, bool *found,
                        struct error *err)
{
    size_t room = stretch.last - stretch.first + 2 * MEDIAN_SIDE;
    double *x = memory_new(4 * room, sizeof *x, err);
    if (!x)
        return false;
    double *y = x + room, *scratch = y + room;
    size_t count = copy_without_spikes(detector, stretch, x, y, scratch);
    bool done = hinge_fit(hinge, kind, x, y, count, other, scratch, found, err);
    memory_free(x);
    return done;
}

/* The plateau's end, and its interval where the points carry one. */
static bool find_end(const struct phase_detector *detector, struct phase_report *report,
                     struct error *err)
{
    struct hinge hinge;
    bool found;
    if (!fit_stretch(detector, around_departure(detector), HINGE_LEVEL_BEFORE, NULL, &hinge, &found,
                     err))
        return false;
    report->plateau_end = detector->curve.step[detector->departure];
    report->plateau_end_low = report->plateau_end_high = NAN;
    if (found && hinge.rise < 0) {
        report->plateau_end = exp(hinge.knot);
        report->plateau_end_low = exp(hinge.low);
        report->plateau_end_high = exp(hinge.high);
    }
    return true;
}

/* Replaces the first estimate of the end once the whole departure has been seen. */
static bool settle_end(struct phase_detector *detector, struct error *err)
{
    if (detector->phase != PHASE_KNOWLEDGE || isnan(detector->start) || detector->settled ||
        around_departure(detector).last + MEDIAN_SIDE > detector->curve.count)
        return true;
    struct phase_report report;
    if (!find_end(detector, &report, err))
        return false;
    detector->end = report.plateau_end;
    detector->settled = true;
    return true;
}

static void begin_plateau(struct phase_detector *detector, size_t arrival)
{
    detector->arrival = arrival;
    detector->start = detector->curve.step[arrival];
    detector->end = NAN;
    detector->settled = false;
}

/* Whether the curve went so deep since its departure that this was no false alarm. */
static bool has_fallen(const struct phase_detector *detector)
{
    double floor = detector->own_level + log(DEPTH);
    for (size_t i = detector->departure; i < detector->curve.count; i++)
        if (detector->curve.y[i] < floor)
            return true;
    return false;
}

static void change_phase(struct phase_detector *detector, enum phase phase)
{
    enum phase before = detector->phase;
    size_t since = detector->curve.count - HOLD;
    detector->phase = phase;
    detector->streak = 0;
    if (phase == PHASE_STATISTICS) {
        detector->has_arrived = false;
        detector->own_level = 0;
        detector->start = detector->end = NAN;
    } else if (phase == PHASE_PLATEAU) {
        bool anew = before == PHASE_KNOWLEDGE && (isnan(detector->start) || has_fallen(detector));
        begin_plateau(detector, anew || !detector->has_arrived ? since : detector->arrival);
    } else if (before == PHASE_PLATEAU) {
        detector->departure = since;
        detector->end = detector->curve.step[since];
        detector->settled = false;
    }
}

/* Takes note of where the band was entered, for a plateau that may begin. */
static void note_arrival(struct phase_detector *detector, double level)
{
    if (detector->phase != PHASE_STATISTICS)
        return;
    double now = detector->curve.y[detector->curve.count - 1];
    if (!detector->has_arrived && level <= log(BAND_TOP) && now <= log(BAND_TOP)) {
        size_t first = detector->curve.count - 1;
        while (first > 0 && detector->curve.y[first - 1] <= log(BAND_TOP) &&
               detector->curve.y[first - 1] >= log(LEFT_BELOW))
            first--;
        detector->has_arrived = true;
        detector->arrival = first;
    } else if (level > log(AWAY_AGAIN))
        detector->has_arrived = false;
}

static bool advance(struct phase_detector *detector, struct error *err)
{
    if (detector->curve.count < LOCAL_LEAST)
        return true;
    struct local local;
    if (!local_fit(detector, &local, err))
        return false;
    detector->level = local.level;
    detector->lowest = fmin(detector->lowest, local.level);
    note_arrival(detector, local.level);
    if (detector->phase == PHASE_PLATEAU && !find_own_level(detector, err))
        return false;
    enum phase asked = phase_asked(detector, &local);
    detector->streak = asked == detector->phase     ? 0
                       : asked == detector->pending ? detector->streak + 1
                                                    : 1;
    detector->pending = asked;
    if (detector->streak == HOLD)
        change_phase(detector, asked);
    return settle_end(detector, err);
}

static bool take(struct phase_detector *detector, const struct phase_point *point,
                 struct error *err)
{
    detector->has_step = true;
    detector->last_step = point->step;
    detector->baseline = point->baseline;
    detector->lost = !isfinite(point->loss);
    if (detector->lost || point->step == 0)
        return true;
    return curve_add(&detector->curve, point->step, point->loss / point->baseline, err) &&
           advance(detector, err);
}

static bool check_point(const struct phase_detector *detector, const struct phase_point *point,
                        struct error *err)
{
    if (!isfinite(point->step) || point->step < 0)
        return error_set(err, ERROR_INPUT, "an evaluation at step %g cannot be", point->step);
    if (detector->has_step && point->step <= detector->last_step)
        return error_set(err, ERROR_INPUT, "the evaluation of step %g comes after that of step %g",
                         point->step, detector->last_step);
    if (point->loss < 0)
        return error_set(err, ERROR_INPUT, "the attribute loss of step %g is %g, below 0",
                         point->step, point->loss);
    return check_baseline(point->baseline, err);
}

static bool is_same_step(double a, double b)
{
    return (isnan(a) && isnan(b)) || a == b;
}

bool phase_detector_push(struct phase_detector *detector, const struct phase_point *point,
                         bool *changed, struct error *err)
{
    *changed = false;
    if (!check_point(detector, point, err))
        return false;
    struct phase_detector before = *detector;
    if (!take(detector, point, err)) {
        size_t count = before.curve.count;
        before.curve = detector->curve; /* its arrays may have grown and moved */
        before.curve.count = count;
        *detector = before;
        return false;
    }
    *changed = detector->phase != before.phase || !is_same_step(detector->start, before.start) ||
               !is_same_step(detector->end, before.end);
    return true;
}

static enum phase_remark remark_of(const struct phase_detector *detector)
{
    double level = detector->level;
    if (detector->lost || (level > log(DIVERGED) && level > detector->lowest + log(DIVERGED)))
        return PHASE_REMARK_DIVERGED;
    if (detector->curve.count < LOCAL_LEAST)
        return PHASE_REMARK_TOO_FEW_POINTS;
    switch (detector->phase) {
    case PHASE_STATISTICS:
        return PHASE_REMARK_STILL_FALLING;
    case PHASE_PLATEAU:
        return PHASE_REMARK_STILL_THERE;
    case PHASE_KNOWLEDGE:
        return isnan(detector->start) ? PHASE_REMARK_NO_PLATEAU : PHASE_REMARK_NONE;
    }
    return PHASE_REMARK_NONE;
}

void phase_detector_report(const struct phase_detector *detector, struct phase_report *report)
{
    *report = (struct phase_report){
        .baseline = detector->baseline,
        .phase = detector->phase,
        .remark = remark_of(detector),
        .plateau_start = detector->start,
        .plateau_end = detector->end,
        .plateau_end_low = NAN,
        .plateau_end_high = NAN,
    };
}

/* The plateau's start as a knot, where the points carry one. */
static bool find_start(const struct phase_detector *detector, struct phase_report *report,
                       struct error *err)
{
    const struct curve *curve = &detector->curve;
    bool has_end = !isnan(report->plateau_end);
    double end = has_end ? log(report->plateau_end) : curve->x[curve->count - 1];
    size_t last = has_end ? around_departure(detector).last : curve->count;
    struct hinge hinge;
    bool found;
    if (!fit_stretch(detector, around_arrival(detector, last), HINGE_LEVEL_BEHIND,
                     has_end ? &end : NULL, &hinge, &found, err))
        return false;
    double latest = (curve->x[detector->arrival] + end) / 2;
    if (found && hinge.rise >= FLAT_SLOPE && hinge.knot <= latest)
        report->plateau_start = exp(hinge.knot);
    return true;
}

static bool refine(const struct phase_detector *detector, struct phase_report *report,
                   struct error *err)
{
    if (isnan(report->plateau_start))
        return true;
    if (!isnan(report->plateau_end) && !find_end(detector, report, err))
        return false;
    return find_start(detector, report, err);
}

bool phase_fit(const struct phase_point *point, size_t count, double baseline,
               struct phase_report *report, struct error *err)
{
    struct phase_detector *detector = phase_detector_new(baseline, err);
    bool done = detector != NULL;
    bool changed;
    for (size_t i = 0; done && i < count; i++)
        done = phase_detector_push(detector, &point[i], &changed, err);
    if (done) {
        struct phase_report refined;
        phase_detector_report(detector, &refined);
        done = refine(detector, &refined, err);
        if (done)
            *report = refined;
    }
    phase_detector_free(detector);
    return done;
}
