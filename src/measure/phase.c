/* How the phases are read.
 *
 * The curve. Loss is compared with the baseline B of its step as a ratio and steps with each other
 * as ratios, since runs of other populations differ by factors in both:
 *
 *   x = ln step,  y = ln (loss / B)
 *
 * Step 0 has no logarithm and takes no part; neither do losses that are not finite. What is asked
 * of the curve's shape, phase_curve.c answers: a line through its end, smoothed, whose level is
 * where it is now; a line through the last doubling of the steps; breakpoints.
 *
 * Live. Whether the curve moves is Student's t of the slope at its end against -FLAT_SLOPE. That
 * number follows from the band: a curve that is not steeper needs twice the steps it has made to
 * cross the band, so it waits there as long as it took to come. Where the curve waits further from
 * the baseline than the band reaches, but within REACH, the steps have to double before that is
 * known: the line through the doubling is surely flat, by its 95 % interval within WAIT_SLOPE. The
 * rules:
 *
 *   statistics -> plateau    level within the band and the test does not say that it is moving;
 *                            or it waits within reach
 *   statistics -> knowledge  level has left below without that: no plateau
 *   plateau -> knowledge     level has left below, or lies below and is surely moving down
 *   knowledge -> plateau     level is back, and the test does not say that it is moving;
 *                            or it waits within reach, and the wait before was shorter
 *                            than a doubling or further from the baseline
 *   plateau -> statistics    level is well above the band
 *
 * each when true at HOLD evaluations in a row; the distance between leaving and coming back is the
 * hysteresis. Below and above are counted from the plateau's own level, the median of y since it
 * began, for the individuals that are asked may be a little easier or harder than the baseline;
 * the level is trusted as far as the band reaches from where the curve was seen to wait.
 *
 * Once the loss has fallen to DEPTH what was seen stays, whatever comes: a loss that rises again is
 * a remark.
 *
 * A curve that has never been above the band has come from nowhere, and one that falls in
 * proportion to the steps is flat over ln step where it begins: there a wait has to be level, not
 * merely flat. And such a fall is slow enough for the band once in a while. What was taken for a
 * plateau but did not last a doubling of the steps, or had no beginning, is taken back when the
 * loss has fallen to DEPTH, if it fell at nearly the same rate in steps all the time.
 *
 * The plateau starts at the first evaluation within the band, or where only the smoothed curve had
 * got there when it began, at the first that asked for it. Its end is at first the evaluation
 * that showed it; once the curve has fallen to DEPTH, that is replaced by the estimate below, which
 * needs no later points and so stays.
 *
 * Too few evaluations. A curve that was above the band at one evaluation and below it when the
 * steps had not doubled has not waited; nor has one whose evaluations within the band were enough
 * to see it wait, or that began at the baseline and fell from step 0 on. Otherwise nobody can tell,
 * nor where only the last evaluation has fallen.
 *
 * After the fact. The same reader goes over the whole curve. Around the departure it found, from
 * the plateau without its first third (in ln step; the arrival may reach into that) down to DEPTH
 * or to where the steps have doubled,
 *
 *   y = a - c max(0, x - ln end) + noise
 *
 * is fitted by least squares (measure/segmented.h), with an interval from the profile of the
 * residuals. The start is the first breakpoint of the line with three pieces, from HEIGHT above the
 * baseline on,
 *
 *   y = a + b max(0, ln start - x) - c max(0, x - ln end) + noise.
 *
 * Where the points do not carry a fit, the live estimates stand, without an interval. An interval
 * that reaches the outermost points is open there.
 *
 * What "end" means. Curves leave the plateau smoothly, slowly at first. The end is where the first
 * part of the fall, continued backwards as a power of the step, meets the level of the plateau: a
 * little after the first step at which a test could tell the two apart, when the loss is some
 * percent below. The number hardly depends on DEPTH (between 0.9 and 0.8 it moved by 2 % in a run
 * of 512 individuals). The interval is that of this breakpoint under noise; it does not speak of
 * what another definition would give. */
#include "measure/phase.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>

#include "base/memory.h"
#include "base/number.h"
#include "measure/phase_curve.h"
#include "measure/segmented.h"

/* Ratios of the loss to the baseline, or to the plateau's own level. */
#define BAND_TOP   1.03 /* at the baseline: who is asked, and how well, differs by 1 or 2 % */
#define LEFT_BELOW 0.95 /* the plateau is left: out of reach of what BAND_TOP allows for */
#define BACK_BELOW 0.97 /* it was not left after all */
#define LEFT_ABOVE 1.10
#define AWAY_AGAIN 1.06 /* an arrival that was none: twice the band */
#define REACH      1.10 /* a wait further from the baseline, up or down, is another thing */
#define DEPTH      0.80 /* how much of the fall belongs to the departure */
#define HEIGHT     1.15 /* how much of the curve before belongs to the arrival */
#define DIVERGED   1.50 /* above the baseline, and above the lowest level that was seen */

#define FLAT_SLOPE    (log(BAND_TOP / LEFT_BELOW) / M_LN2)
#define WAIT_SLOPE    (log(BAND_TOP) / M_LN2) /* moves by no more than the band while steps double */
#define MOVING        0.05  /* a level of significance: enough to not call it a plateau */
#define SURELY        0.025 /* on either side: a 95 % interval */
#define SURELY_MOVING 0.001 /* and to call it left; there are hundreds of evaluations */
#define HARDLY_SLOWER 0.6   /* in nats a step */
#define FAR_BELOW     5.0   /* of the noise's deviations, for an evaluation that stands alone */

enum {
    HOLD = 2,
    SIDE_LEAST = 4, /* points on either side of a breakpoint that a fit should have */
    SEEN_WAITING = PHASE_CURVE_LEAST + HOLD, /* evaluations that show a wait, if there is one */
    PER_DOUBLING = SEEN_WAITING + 1,         /* of the steps, wherever evaluations fall in it */
};

struct phase_detector {
    double baseline;
    struct phase_curve curve;
    double first_step, last_step;
    double first_y; /* of the first loss that is a number, step 0 as well */
    bool has_step;
    bool lost;            /* the last loss was not finite */
    bool came_down;       /* was above the band before, or began to be looked at late */
    double lowest, level; /* of the smoothed curve: least so far, and now */
    bool waits;           /* within reach, for a doubling of the steps up to now, */
    double wait;          /* at this level, */
    bool is_level;        /* and does not fall at all */
    enum phase phase, pending;
    size_t streak; /* evaluations in a row that ask for the pending phase */
    bool has_arrived;
    size_t arrival;    /* point at which the band was entered */
    size_t departure;  /* first of the points that ended the plateau */
    size_t shoulder;   /* point at which it stopped to fall, for a while; SIZE_MAX: none */
    bool settled;      /* the end was estimated from the whole departure */
    size_t deep;       /* evaluations in a row below DEPTH */
    bool finished;     /* there have been HOLD of them */
    double anchor;     /* where the plateau was seen: 0, or its level where that is off the band */
    double own_level;  /* of the plateau, near the anchor */
    double seen_level; /* wherever it is */
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
        [PHASE_REMARK_LOST] = "back at the baseline, what was learned is lost",
        [PHASE_REMARK_DIVERGED] = "the loss diverged",
    };
    return texts[remark];
}

const char *phase_say_remark(const struct phase_report *report, char text[PHASE_REMARK_TEXT])
{
    const char *remark = phase_remark_text(report->remark);
    if (report->remark != PHASE_REMARK_TOO_FEW_POINTS || isnan(report->every))
        return remark;
    snprintf(text, PHASE_REMARK_TEXT, "%s: eval.every = %.0f would do", remark, report->every);
    return text;
}

const char *phase_say_interval(double low, double high, const char *between,
                               char text[PHASE_INTERVAL_TEXT])
{
    char first[NUMBER_TEXT] = "", last[NUMBER_TEXT] = "";
    bool from = isfinite(low), to = isfinite(high);
    if (from)
        number_write_grouped(first, (uint64_t)llround(low));
    if (to)
        number_write_grouped(last, (uint64_t)llround(high));
    text[0] = '\0';
    if (from && to)
        snprintf(text, PHASE_INTERVAL_TEXT, "%s%s%s", first, between, last);
    else if (from || to)
        snprintf(text, PHASE_INTERVAL_TEXT, "%s%s%s", first, last,
                 from ? " or later" : " or earlier");
    return text;
}

static bool check_baseline(double baseline, struct error *err)
{
    if (isfinite(baseline) && baseline > 0)
        return true;
    return error_set(err, ERROR_INPUT, "the no-knowledge baseline is %g nats: %s", baseline,
                     baseline == 0
                         ? "every attribute has one value alone, and there is nothing to learn"
                         : "it must be above 0 to have phases");
}

struct phase_detector *phase_detector_new(double baseline, struct error *err)
{
    if (!check_baseline(baseline, err))
        return NULL;
    struct phase_detector *detector = memory_new(1, sizeof *detector, err);
    if (!detector)
        return NULL;
    *detector = (struct phase_detector){
        .baseline = baseline,
        .first_y = NAN,
        .lowest = INFINITY,
        .level = NAN,
        .seen_level = NAN,
        .start = NAN,
        .end = NAN,
    };
    if (phase_curve_init(&detector->curve, err))
        return detector;
    memory_free(detector);
    return NULL;
}

void phase_detector_free(struct phase_detector *detector)
{
    if (!detector)
        return;
    phase_curve_free(&detector->curve);
    memory_free(detector);
}

static double clamp(double value, double low, double high)
{
    return fmin(fmax(value, low), high);
}

static bool is_near(double level)
{
    return level <= log(BAND_TOP) && level >= log(LEFT_BELOW);
}

/* The median of y since the plateau began. */
static bool find_own_level(struct phase_detector *detector, struct error *err)
{
    struct segment segment = {detector->arrival, detector->curve.count};
    if (!phase_curve_median(&detector->curve, segment, &detector->seen_level, err))
        return false;
    detector->own_level = clamp(detector->seen_level, detector->anchor - log(BAND_TOP),
                                detector->anchor + log(BAND_TOP));
    return true;
}

/* Whether the curve waits now. */
static bool find_wait(struct phase_detector *detector, struct error *err)
{
    struct phase_line line;
    detector->waits = false;
    if (detector->phase == PHASE_PLATEAU || detector->finished)
        return true;
    if (!phase_curve_doubling(&detector->curve, &line, &detector->waits, err))
        return false;
    detector->waits = detector->waits && fabs(line.level) <= log(REACH) &&
                      phase_line_falls(&line, WAIT_SLOPE) < SURELY &&
                      phase_line_rises(&line, -WAIT_SLOPE) < SURELY;
    detector->wait = detector->waits ? line.level : NAN;
    detector->is_level = detector->waits && phase_line_falls(&line, 0) > MOVING;
    return true;
}

/* Whether the plateau that was seen counts less than the wait that is seen now. */
static bool wait_is_better(const struct phase_detector *detector)
{
    const double *x = detector->curve.x;
    return isnan(detector->start) || fabs(detector->wait) < fabs(detector->own_level) ||
           x[detector->departure] - x[detector->arrival] < M_LN2;
}

/* Whether the curve has come back to the plateau it left. */
static bool is_back(const struct phase_detector *detector)
{
    return detector->level - detector->own_level > log(BACK_BELOW);
}

/* The phase that the smoothed curve asks for at this evaluation. */
static enum phase phase_asked(const struct phase_detector *detector, const struct phase_line *end)
{
    double level = end->level - detector->own_level;
    double falling = phase_line_falls(end, -FLAT_SLOPE);
    bool moving = falling <= MOVING;
    switch (detector->phase) {
    case PHASE_STATISTICS:
        if (detector->came_down ? detector->waits || (is_near(end->level) && !moving)
                                : detector->is_level)
            return PHASE_PLATEAU;
        return level < log(LEFT_BELOW) ? PHASE_KNOWLEDGE : PHASE_STATISTICS;
    case PHASE_PLATEAU:
        if (level < log(LEFT_BELOW) || (level < 0 && falling < SURELY_MOVING))
            return PHASE_KNOWLEDGE;
        if (level > log(LEFT_ABOVE))
            return PHASE_STATISTICS;
        return PHASE_PLATEAU;
    case PHASE_KNOWLEDGE:
        moving = moving || phase_line_rises(end, FLAT_SLOPE) <= MOVING;
        if (detector->finished)
            return PHASE_KNOWLEDGE;
        if (!moving &&
            (is_back(detector) || (is_near(end->level) && !is_near(detector->own_level))))
            return PHASE_PLATEAU;
        return detector->waits && wait_is_better(detector) ? PHASE_PLATEAU : PHASE_KNOWLEDGE;
    }
    return detector->phase;
}

/* The points around the departure: the plateau without its first third, and the fall to DEPTH, or
 * to where the steps have doubled. */
static struct segment around_departure(const struct phase_detector *detector)
{
    const struct phase_curve *curve = &detector->curve;
    struct segment segment = {detector->departure, detector->departure};
    double third = (2 * curve->x[detector->arrival] + curve->x[detector->departure]) / 3;
    while (segment.first > detector->arrival && (curve->x[segment.first - 1] >= third ||
                                                 detector->departure - segment.first < SIDE_LEAST))
        segment.first--;
    double floor = detector->own_level + log(DEPTH);
    double furthest = curve->x[detector->departure] + M_LN2;
    size_t lowest = segment.last;
    for (; segment.last < detector->shoulder && segment.last < curve->count; segment.last++) {
        double y = phase_curve_steady(curve, segment.last);
        bool belongs = y >= floor && curve->x[segment.last] <= furthest;
        if (!belongs && segment.last - detector->departure >= SIDE_LEAST)
            break;
        lowest = y < phase_curve_steady(curve, lowest) ? segment.last : lowest;
        if (y > phase_curve_steady(curve, lowest) + log(LEFT_ABOVE)) {
            segment.last = lowest + 1; /* it rises again */
            break;
        }
    }
    return segment;
}

/* The points around the arrival: from HEIGHT down, and the plateau and its departure. */
static struct segment around_arrival(const struct phase_detector *detector, size_t last)
{
    const struct phase_curve *curve = &detector->curve;
    struct segment segment = {detector->arrival, last};
    double ceiling = detector->anchor + log(HEIGHT);
    double floor = detector->own_level + log(LEFT_BELOW);
    while (segment.first > 0) {
        double y = phase_curve_steady(curve, segment.first - 1);
        bool near = y <= ceiling || detector->arrival - segment.first < SIDE_LEAST;
        if (!near || y < floor) /* below: it came back from knowledge */
            break;
        segment.first--;
    }
    return segment;
}

/* The plateau's end, and its interval where the points carry one. */
static bool find_end(const struct phase_detector *detector, struct phase_report *report,
                     struct error *err)
{
    struct segmented segmented;
    bool found;
    if (!phase_curve_bend(&detector->curve, around_departure(detector), SEGMENTED_LEVEL_BEFORE,
                          NULL, &segmented, &found, err))
        return false;
    report->plateau_end = detector->curve.step[detector->departure];
    report->plateau_end_low = report->plateau_end_high = NAN;
    if (found && segmented.rise < 0) {
        report->plateau_end = exp(segmented.breakpoint);
        report->plateau_end_low = isfinite(segmented.low) ? exp(segmented.low) : -INFINITY;
        report->plateau_end_high = exp(segmented.high);
    }
    return true;
}

/* Replaces the first estimate of the end once the whole departure has been seen. */
static bool settle_end(struct phase_detector *detector, struct error *err)
{
    if (detector->phase != PHASE_KNOWLEDGE || isnan(detector->start) || detector->settled ||
        around_departure(detector).last + PHASE_CURVE_SIDE > detector->curve.count)
        return true;
    struct phase_report report;
    if (!find_end(detector, &report, err))
        return false;
    detector->end = report.plateau_end;
    detector->settled = true;
    return true;
}

/* Nats of y that the curve falls in a step between two points. */
static double rate_between(const struct phase_curve *curve, size_t from, size_t to)
{
    double fall = phase_curve_steady(curve, from) - phase_curve_steady(curve, to);
    return fall / (curve->step[to] - curve->step[from]);
}

/* Whether what was taken for a plateau is a piece of a fall that went on as it came: its steps have
 * not doubled on it, or it was not seen to come down, and it fell hardly slower than behind. */
static bool has_only_passed(const struct phase_detector *detector)
{
    const struct phase_curve *curve = &detector->curve;
    size_t arrival = detector->arrival, departure = detector->departure;
    bool brief = curve->step[departure] < 2 * curve->step[arrival];
    return (brief || !detector->came_down) && departure > arrival &&
           rate_between(curve, arrival, departure) >
               HARDLY_SLOWER * rate_between(curve, departure, curve->count - 1);
}

/* Takes note that the curve has fallen so far that the plateau is over for good. */
static void note_depth(struct phase_detector *detector)
{
    bool is_deep =
        detector->phase == PHASE_KNOWLEDGE && detector->level < detector->own_level + log(DEPTH);
    detector->deep = is_deep ? detector->deep + 1 : 0;
    if (detector->finished || detector->deep < HOLD)
        return;
    detector->finished = true;
    if (isfinite(detector->start) && has_only_passed(detector))
        detector->start = detector->end = NAN;
}

/* The first of the points up to now that lie about a level. */
static size_t first_about(const struct phase_detector *detector, double level)
{
    const double *y = detector->curve.y;
    size_t first = detector->curve.count - 1;
    while (first > 0 && is_near(y[first - 1] - level))
        first--;
    return first;
}

static void begin_plateau(struct phase_detector *detector, size_t arrival)
{
    detector->arrival = arrival;
    detector->start = detector->curve.step[arrival];
    detector->end = NAN;
    detector->settled = false;
}

/* Takes note of a wait on the way down, which is none of the plateau's departure. */
static void note_shoulder(struct phase_detector *detector)
{
    if (detector->phase != PHASE_KNOWLEDGE || isnan(detector->start) || !detector->waits ||
        detector->shoulder < SIZE_MAX)
        return;
    size_t first = first_about(detector, detector->wait), fallen = detector->departure + HOLD;
    detector->shoulder = first > fallen ? first : fallen;
}

/* From one that was left too early it goes on, one that waits elsewhere begins anew. */
static void enter_plateau(struct phase_detector *detector, enum phase before)
{
    size_t since = detector->curve.count - HOLD;
    if (before == PHASE_KNOWLEDGE && isfinite(detector->start) && is_back(detector)) {
        begin_plateau(detector, detector->arrival);
        return;
    }
    bool near = is_near(detector->level);
    detector->anchor = near ? 0 : detector->wait;
    if (near && before == PHASE_STATISTICS)
        begin_plateau(detector, detector->has_arrived ? detector->arrival : since);
    else
        begin_plateau(detector, near ? since : first_about(detector, detector->anchor));
}

static void change_phase(struct phase_detector *detector, enum phase phase)
{
    enum phase before = detector->phase;
    detector->phase = phase;
    detector->streak = 0;
    if (phase == PHASE_STATISTICS) {
        detector->has_arrived = false;
        detector->own_level = detector->anchor = 0;
        detector->start = detector->end = NAN;
    } else if (phase == PHASE_PLATEAU) {
        enter_plateau(detector, before);
    } else if (before == PHASE_PLATEAU) {
        detector->departure = detector->curve.count - HOLD;
        detector->end = detector->curve.step[detector->departure];
        detector->shoulder = SIZE_MAX;
        detector->settled = false;
    }
}

/* Takes note of where the band was entered, for a plateau that may begin. */
static void note_arrival(struct phase_detector *detector)
{
    if (detector->phase != PHASE_STATISTICS)
        return;
    double now = detector->curve.y[detector->curve.count - 1];
    if (!detector->has_arrived && detector->level <= log(BAND_TOP) && now <= log(BAND_TOP)) {
        detector->has_arrived = true;
        detector->arrival = first_about(detector, 0);
    } else if (detector->level > log(AWAY_AGAIN))
        detector->has_arrived = false;
}

static bool advance(struct phase_detector *detector, struct error *err)
{
    struct phase_line end;
    if (detector->curve.count < PHASE_CURVE_LEAST)
        return true;
    if (!phase_curve_end(&detector->curve, &end, err))
        return false;
    detector->level = end.level;
    detector->lowest = fmin(detector->lowest, end.level);
    note_arrival(detector);
    if (detector->phase == PHASE_PLATEAU && !find_own_level(detector, err))
        return false;
    if (!find_wait(detector, err))
        return false;
    enum phase asked = phase_asked(detector, &end);
    detector->streak = asked == detector->phase     ? 0
                       : asked == detector->pending ? detector->streak + 1
                                                    : 1;
    detector->pending = asked;
    if (detector->streak == HOLD)
        change_phase(detector, asked);
    note_depth(detector);
    note_shoulder(detector);
    return settle_end(detector, err);
}

static bool take(struct phase_detector *detector, const struct phase_point *point,
                 struct error *err)
{
    double ratio = point->loss / point->baseline;
    detector->first_step = detector->has_step ? detector->first_step : point->step;
    detector->has_step = true;
    detector->last_step = point->step;
    detector->baseline = point->baseline;
    detector->lost = !isfinite(point->loss);
    if (detector->lost)
        return true;
    detector->first_y = isnan(detector->first_y) ? log(ratio) : detector->first_y;
    detector->came_down = detector->came_down || ratio > AWAY_AGAIN || detector->first_step > 0;
    if (point->step == 0)
        return true;
    return phase_curve_add(&detector->curve, point->step, ratio, err) && advance(detector, err);
}

static bool check_point(const struct phase_detector *detector, const struct phase_point *point,
                        struct error *err)
{
    if (!isfinite(point->step) || point->step < 0)
        return error_set(err, ERROR_INPUT, "an evaluation at step %g is impossible", point->step);
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

/* Where the curve goes below the band for the first time. */
struct crossing {
    size_t below;  /* first point that is, or the number of points */
    size_t within; /* points right before that are not above it */
};

static struct crossing find_crossing(const struct phase_curve *curve)
{
    struct crossing crossing = {0, 0};
    while (crossing.below < curve->count &&
           phase_curve_steady(curve, crossing.below) >= log(LEFT_BELOW))
        crossing.below++;
    while (crossing.within < crossing.below &&
           curve->y[crossing.below - crossing.within - 1] <= log(BAND_TOP))
        crossing.within++;
    return crossing;
}

/* Whether the curve began at the baseline and fell at once: on the way to the crossing hardly
 * slower than behind it, so that it cannot have waited for long between the two. */
static bool fell_at_once(const struct phase_detector *detector, struct crossing crossing)
{
    const struct phase_curve *curve = &detector->curve;
    size_t behind = crossing.below + HOLD;
    if (detector->came_down || behind >= curve->count)
        return false;
    double fall = detector->first_y - phase_curve_steady(curve, crossing.below);
    return fall / curve->step[crossing.below] >
           HARDLY_SLOWER * rate_between(curve, crossing.below, behind);
}

/* Whether the evaluations around the crossing would have shown a plateau. */
static bool is_resolved(const struct phase_detector *detector, struct crossing crossing)
{
    const double *step = detector->curve.step;
    size_t before = crossing.below - crossing.within; /* points before it that are above the band */
    double above = before > 0 ? step[before - 1] : detector->first_step;
    return crossing.within >= SEEN_WAITING || crossing.below == detector->curve.count ||
           step[crossing.below] <= 2 * above || fell_at_once(detector, crossing);
}

/* The number of one digit, 1, 2 or 5, with noughts, that is not above `most`, 1 at least. */
static double round_down(double most)
{
    double unit = pow(10, floor(log10(fmax(1, most))));
    return most >= 5 * unit ? 5 * unit : most >= 2 * unit ? 2 * unit : unit;
}

/* Steps between evaluations that would show whether the curve waited where it crossed. */
static double every_for_plateau(const struct phase_detector *detector, struct crossing crossing)
{
    const double *step = detector->curve.step;
    size_t before = crossing.below - crossing.within;
    double earliest = before > 0 ? step[before - 1] : step[0] / 2;
    return round_down(earliest / PER_DOUBLING);
}

/* Whether the last evaluation has fallen off, by itself, and how many evaluations ago the curve was
 * still there. */
static bool has_just_fallen(const struct phase_detector *detector, size_t *ago)
{
    const struct phase_curve *curve = &detector->curve;
    struct segment segment = {detector->phase == PHASE_PLATEAU ? detector->arrival : 0,
                              curve->count};
    double bottom = detector->own_level + log(LEFT_BELOW);
    bottom -= FAR_BELOW * phase_curve_noise(curve, segment);
    for (*ago = 0; *ago < curve->count && curve->y[curve->count - 1 - *ago] < bottom;)
        ++*ago;
    return *ago > 0 && detector->phase != PHASE_KNOWLEDGE;
}

/* With SIDE_LEAST evaluations where there is one. */
static double every_for_end(const struct phase_detector *detector, size_t ago)
{
    const struct phase_curve *curve = &detector->curve;
    size_t last = curve->count - 1;
    double there = ago <= last ? curve->step[last - ago] : 0;
    return round_down((curve->step[last - ago + 1] - there) / SIDE_LEAST);
}

/* y above the plateau's level at the end of the curve, but for a single spike; the smoothed curve
 * lags behind a jump. */
static double height_now(const struct phase_detector *detector)
{
    const struct phase_curve *curve = &detector->curve;
    return phase_curve_steady(curve, curve->count - 2) - detector->own_level;
}

static bool has_diverged(const struct phase_detector *detector)
{
    double level = detector->level;
    bool far = level > log(DIVERGED) && level > detector->lowest + log(DIVERGED);
    return detector->lost || far ||
           (detector->phase == PHASE_KNOWLEDGE && height_now(detector) > log(LEFT_ABOVE));
}

/* Whether there are too few evaluations, and how often to evaluate so that there are not. */
static bool are_too_few(const struct phase_detector *detector, double *every)
{
    struct crossing crossing = find_crossing(&detector->curve);
    bool few = detector->curve.count < PHASE_CURVE_LEAST;
    size_t ago = 0;
    bool fallen = !few && has_just_fallen(detector, &ago);
    bool unseen = isnan(detector->start) && (few || fallen || detector->phase == PHASE_KNOWLEDGE) &&
                  !is_resolved(detector, crossing);
    *every = INFINITY;
    if (fallen)
        *every = every_for_end(detector, ago);
    if (unseen)
        *every = fmin(*every, every_for_plateau(detector, crossing));
    if (isinf(*every))
        *every = NAN;
    return few || fallen || unseen;
}

/* What to say of a curve that has not diverged; *every where other evaluations would say more. */
static enum phase_remark remark_of(const struct phase_detector *detector, double *every)
{
    if (are_too_few(detector, every))
        return PHASE_REMARK_TOO_FEW_POINTS;
    if (detector->phase == PHASE_STATISTICS)
        return PHASE_REMARK_STILL_FALLING;
    if (detector->phase == PHASE_PLATEAU)
        return PHASE_REMARK_STILL_THERE;
    if (detector->finished && height_now(detector) > log(BACK_BELOW))
        return PHASE_REMARK_LOST;
    return isnan(detector->start) ? PHASE_REMARK_NO_PLATEAU : PHASE_REMARK_NONE;
}

void phase_detector_report(const struct phase_detector *detector, struct phase_report *report)
{
    *report = (struct phase_report){
        .baseline = detector->baseline,
        .phase = detector->phase,
        .remark = PHASE_REMARK_DIVERGED,
        .every = NAN,
        .plateau_start = detector->start,
        .plateau_end = detector->end,
        .plateau_end_low = NAN,
        .plateau_end_high = NAN,
        .plateau_level = isnan(detector->start) ? NAN : exp(detector->seen_level),
    };
    if (!has_diverged(detector))
        report->remark = remark_of(detector, &report->every);
}

/* The plateau's start as a breakpoint, where the points carry one. */
static bool find_start(const struct phase_detector *detector, struct phase_report *report,
                       struct error *err)
{
    const struct phase_curve *curve = &detector->curve;
    bool has_end = !isnan(report->plateau_end);
    double end = has_end ? log(report->plateau_end) : curve->x[curve->count - 1];
    size_t last = has_end ? around_departure(detector).last : curve->count;
    struct segmented segmented;
    bool found;
    if (!phase_curve_bend(curve, around_arrival(detector, last), SEGMENTED_LEVEL_BEHIND,
                          has_end ? &end : NULL, &segmented, &found, err))
        return false;
    double latest = (curve->x[detector->arrival] + end) / 2;
    if (found && segmented.rise >= FLAT_SLOPE && segmented.breakpoint <= latest)
        report->plateau_start = exp(segmented.breakpoint);
    return true;
}

/* The median of y between the plateau's start and its end. */
static bool find_level(const struct phase_detector *detector, struct phase_report *report,
                       struct error *err)
{
    const struct phase_curve *curve = &detector->curve;
    struct segment segment = {0, curve->count};
    while (segment.first < curve->count && curve->step[segment.first] < report->plateau_start)
        segment.first++;
    while (segment.last > segment.first && curve->step[segment.last - 1] > report->plateau_end)
        segment.last--;
    double level = log(report->plateau_level);
    if (segment.last > segment.first && !phase_curve_median(curve, segment, &level, err))
        return false;
    report->plateau_level = exp(level);
    return true;
}

static bool refine(const struct phase_detector *detector, struct phase_report *report,
                   struct error *err)
{
    if (isnan(report->plateau_start))
        return true;
    if (!isnan(report->plateau_end) && !find_end(detector, report, err))
        return false;
    return find_start(detector, report, err) && find_level(detector, report, err);
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
