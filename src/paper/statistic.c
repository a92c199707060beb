/* Map of this file: reductions of a measure; of one run; of several runs; all of them. */
#include "paper/statistic.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "figure/figure_measure.h"

#define LEFT_BASELINE 0.95 /* of the baseline: a loss below it has left the plateau */

/* Reductions of a measure */

/* What a run that is fine-tuned is about begins with that; the series is cut, not copied. */
static struct series behind_beginning(const struct run_result *result, const struct series *series)
{
    double begins = (double)result->preset.trainer.finetune.after;
    size_t first = 0;
    while (first + 1 < series->count && series->x[first] < begins)
        first++;
    return (struct series){series->x + first, series->y + first, series->count - first};
}

/* NAN where the series does not reach so far, or x is none. */
static double value_at(const struct series *series, double x)
{
    bool within = x >= series->x[0] && x <= series->x[series->count - 1];
    return within ? series_at(series, x) : NAN;
}

/* NAN where nothing was measured between the two. */
static double mean_within(const struct series *series, double low, double high)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < series->count; i++)
        if (series->x[i] >= low && series->x[i] <= high) {
            sum += series->y[i];
            count++;
        }
    return count > 0 ? sum / (double)count : NAN;
}

/* A plateau that was not seen to end by the last step ends there at least, or right before. */
static double plateau_end(const struct run_result *result)
{
    const struct phase_report *phase = &result->phase;
    bool waiting = phase->phase == PHASE_PLATEAU && phase->remark != PHASE_REMARK_DIVERGED;
    return waiting ? (double)result->preset.trainer.schedule.steps
                   : run_result_own_plateau_end(result);
}

/* The first own step at which the loss has left the baseline, that of its own evaluation; *left is
 * false, and it is the last one, where it never has. */
static bool read_leaving(const struct run_result *result, double *step, bool *left,
                         struct error *err)
{
    struct series loss, baseline;
    size_t i = 0;
    if (!run_result_own_measure(result, "attr_loss", &loss, err))
        return false;
    if (!run_result_own_baselines(result, &baseline, err)) {
        series_free(&loss);
        return false;
    }
    for (*left = false; !*left && i < loss.count; i++)
        *left = loss.y[i] < LEFT_BASELINE * series_at(&baseline, loss.x[i]);
    *step = loss.x[i - 1];
    series_free(&loss);
    series_free(&baseline);
    return true;
}

static double read_first(const struct statistic *statistic, const struct run_result *result,
                         const struct series *series)
{
    (void)statistic;
    (void)result;
    return series->y[0];
}

static double read_last(const struct statistic *statistic, const struct run_result *result,
                        const struct series *series)
{
    (void)statistic;
    (void)result;
    return series->y[series->count - 1];
}

static double read_least(const struct statistic *statistic, const struct run_result *result,
                         const struct series *series)
{
    double found = series->y[0];
    (void)statistic;
    (void)result;
    for (size_t i = 1; i < series->count; i++)
        found = fmin(found, series->y[i]);
    return found;
}

static double read_after(const struct statistic *statistic, const struct run_result *result,
                         const struct series *series)
{
    (void)result;
    return value_at(series, series->x[0] + statistic->at);
}

static double read_on_plateau(const struct statistic *statistic, const struct run_result *result,
                              const struct series *series)
{
    (void)statistic;
    return mean_within(series, run_result_own_plateau_start(result), plateau_end(result));
}

static double read_at_start(const struct statistic *statistic, const struct run_result *result,
                            const struct series *series)
{
    (void)statistic;
    return value_at(series, run_result_own_plateau_start(result));
}

static double read_at_end(const struct statistic *statistic, const struct run_result *result,
                          const struct series *series)
{
    (void)statistic;
    return value_at(series, plateau_end(result));
}

static bool read_measure(const struct statistic *statistic, const struct run_result *result,
                         double *value, struct error *err)
{
    struct series series;
    if (!run_result_own_measure(result, statistic->measure, &series, err))
        return false;
    struct series behind = behind_beginning(result, &series);
    *value = reductions[statistic->reduction].of_series(statistic, result, &behind);
    series_free(&series);
    return true;
}

/* Reductions of one run */

static bool read_half_way(const struct statistic *statistic, const struct run_result *result,
                          double *value, struct error *err)
{
    struct series series;
    double step;
    bool left;
    if (!run_result_own_measure(result, statistic->measure, &series, err))
        return false;
    struct series behind = behind_beginning(result, &series);
    bool read = read_leaving(result, &step, &left, err);
    *value = read && left ? value_at(&behind, step / 2) : NAN;
    series_free(&series);
    return read;
}

static bool read_leaves(const struct statistic *statistic, const struct run_result *result,
                        double *value, struct error *err)
{
    bool left;
    (void)statistic;
    if (!read_leaving(result, value, &left, err))
        return false;
    *value = left ? *value : NAN;
    return true;
}

static bool read_stays(const struct statistic *statistic, const struct run_result *result,
                       double *value, struct error *err)
{
    bool left;
    (void)statistic;
    return read_leaving(result, value, &left, err);
}

static bool read_baseline(const struct statistic *statistic, const struct run_result *result,
                          double *value, struct error *err)
{
    (void)statistic;
    (void)err;
    *value = result->uniform_baseline;
    return true;
}

/* Reductions of several runs */

static bool has_phases(const struct run_result *result, bool *all, struct error *err)
{
    const struct phase_report *phase = &result->phase;
    static const struct statistic last = {.reduction = REDUCTION_LAST, .measure = "attr_loss"};
    double loss;
    if (!read_measure(&last, result, &loss, err))
        return false;
    *all = isfinite(phase->plateau_start) && isfinite(phase->plateau_end) &&
           loss < LEFT_BASELINE * phase->baseline;
    return true;
}

static bool read_share_with_phases(const struct run_result *result, size_t count, double *value,
                                   struct error *err)
{
    size_t with = 0;
    for (size_t i = 0; i < count; i++) {
        bool all;
        if (!has_phases(&result[i], &all, err))
            return false;
        with += all;
    }
    *value = (double)with / (double)count;
    return true;
}

/* N and the step that leaves of each run; *all is false where one has not left. */
static bool read_points(const struct run_result *result, size_t count,
                        struct scaling_law_point *point, bool *all, struct error *err)
{
    *all = true;
    for (size_t i = 0; i < count; i++) {
        bool left;
        point[i].n = (double)result[i].preset.population.known;
        point[i].own = NAN;
        if (!read_leaving(&result[i], &point[i].y, &left, err))
            return false;
        *all = *all && left;
    }
    return true;
}

/* A law says something of all runs or of none. */
static bool fit_law(const struct scaling_law_point *point, size_t count, double *exponent,
                    struct error *err)
{
    struct scaling_law law;
    struct error unfit = {0};
    if (scaling_law_fit(&law, point, count, &unfit))
        *exponent = law.b;
    return unfit.kind != ERROR_MEMORY || error_set(err, unfit.kind, "%s", unfit.message);
}

static bool read_law(const struct run_result *result, size_t count, double *value,
                     struct error *err)
{
    bool all;
    struct scaling_law_point *point = memory_new(count, sizeof *point, err);
    *value = NAN;
    bool ok = point && read_points(result, count, point, &all, err) &&
              (!all || fit_law(point, count, value, err));
    memory_free(point);
    return ok;
}

/* All of them */

const struct reduction_kind reductions[REDUCTIONS] = {
    [REDUCTION_FIRST] = {.name = "first",
                         .text = "The measure at the first evaluation.",
                         .has_measure = true,
                         .of_series = read_first},
    [REDUCTION_LAST] = {.name = "last",
                        .text = "The measure at the last evaluation.",
                        .has_measure = true,
                        .of_series = read_last},
    [REDUCTION_LEAST] = {.name = "least",
                         .text = "The smallest value of the measure.",
                         .has_measure = true,
                         .of_series = read_least},
    [REDUCTION_AT] = {.name = "after",
                      .text = "The measure STEPS steps after the first evaluation, interpolated "
                              "between evaluations.",
                      .has_measure = true,
                      .has_steps = true,
                      .of_series = read_after},
    [REDUCTION_HALF_WAY] =
        {.name = "half-way",
         .text =
             "The measure half-way to the step at which the run leaves the plateau (see leaves).",
         .has_measure = true,
         .of_run = read_half_way},
    [REDUCTION_ON_PLATEAU] = {.name = "on-plateau",
                              .text = "The mean of the measure over the plateau.",
                              .has_measure = true,
                              .of_series = read_on_plateau},
    [REDUCTION_AT_START] = {.name = "plateau-start",
                            .text = "The measure where the plateau starts.",
                            .has_measure = true,
                            .of_series = read_at_start},
    [REDUCTION_AT_END] =
        {.name = "plateau-end",
         .text = "The measure where the plateau ends, or at the last step if it has not "
                 "ended.",
         .has_measure = true,
         .of_series = read_at_end},
    [REDUCTION_LEAVES] = {.name = "leaves",
                          .text = "The first step at which attr_loss is 5 % below the baseline.",
                          .of_run = read_leaves},
    [REDUCTION_STAYS] = {.name = "stays",
                         .text = "The same, or the last step if there is none.",
                         .of_run = read_stays},
    [REDUCTION_BASELINE] = {.name = "baseline",
                            .text = "The uniform baseline of the known individuals, in nats.",
                            .of_run = read_baseline},
    [REDUCTION_LAW_EXPONENT] =
        {.name = "law-exponent",
         .text = "The exponent b of the law a N^b for the step that leaves returns, fitted to runs "
                 "with different numbers N of known individuals.",
         .has_runs = true,
         .of_runs = read_law},
    [REDUCTION_PHASES] = {.name = "phases",
                          .text =
                              "The share of the runs that have a plateau with a start and an end "
                              "and whose last attr_loss is 5 % below the baseline.",
                          .has_runs = true,
                          .factor = 100,
                          .of_runs = read_share_with_phases},
};

static bool read_results(const struct statistic *statistic, const struct run_result *result,
                         size_t count, double *value, struct error *err)
{
    const struct reduction_kind *kind = &reductions[statistic->reduction];
    if (kind->of_runs)
        return kind->of_runs(result, count, value, err);
    if (kind->of_run)
        return kind->of_run(statistic, result, value, err);
    return read_measure(statistic, result, value, err);
}

bool statistic_read(const struct statistic *statistic, const struct replicates *replicates,
                    unsigned seed, double *value, struct error *err)
{
    size_t count;
    struct run_result *result =
        replicates_gather(replicates, statistic->run, seed, seed, &count, err);
    bool ok = result && read_results(statistic, result, count, value, err);
    memory_free(result);
    return ok;
}

unsigned statistic_seeds(const struct statistic *statistic, const struct replicates *replicates)
{
    unsigned fewest = 0;
    size_t length = 0;
    bool first = true;
    for (const char *name = statistic->run; (name = claim_next_name(name + length, &length));) {
        unsigned seeds = replicates_seeds(replicates, name, length);
        fewest = first || seeds < fewest ? seeds : fewest;
        first = false;
    }
    return fewest;
}

double statistic_factor(const struct statistic *statistic)
{
    if (reductions[statistic->reduction].factor > 0)
        return reductions[statistic->reduction].factor;
    return statistic->measure ? figure_measure_find(statistic->measure).axis->factor : 1;
}
