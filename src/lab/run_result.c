#include "lab/run_result.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "lab/session.h"
#include "lab/session_open.h"
#include "measure/recall.h"
#include "record/measure.h"
#include "record/metrics.h"
#include "record/run.h"
#include "train/baselines.h"
#include "train/timeline.h"

#define NORMAL_95 1.959963984540054 /* standard deviations on either side hold 95 % */

/* What tells the run's directory from all others, by whatever path it was reached. */
static bool identify(struct run_result *result, const struct run *run, struct error *err)
{
    struct stat status;
    if (stat(run->directory, &status) != 0)
        return error_system(err, errno, "cannot read %s", run->directory);
    result->device = status.st_dev;
    result->file = status.st_ino;
    return true;
}

static bool read_files(struct run_result *result, const struct paths *paths, const struct run *run,
                       struct error *err)
{
    result->name = memory_string(run->name, err);
    result->record = result->name ? run_metrics_path(run, err) : NULL;
    return result->record && identify(result, run, err) &&
           run_preset(run, paths, &result->preset, err);
}

static const struct patching_options *patching_of(const struct run_result *result)
{
    return &result->preset.trainer.patching;
}

static bool fit_part(const struct run_result *result, const struct metrics *metrics, bool patched,
                     struct phase_report *report, struct error *err)
{
    return timeline_fit(metrics->evaluation, metrics->evaluations, patching_of(result), patched,
                        result->preset.trainer.finetune.after, result->uniform_baseline, report,
                        err);
}

/* A patched model's phases are its own. */
static bool fit_phases(struct run_result *result, const struct metrics *metrics, struct error *err)
{
    result->patched = metrics_first_patched(metrics, patching_of(result)) < metrics->evaluations;
    if (!result->patched)
        return fit_part(result, metrics, false, &result->phase, err);
    return fit_part(result, metrics, false, &result->reference_phase, err) &&
           fit_part(result, metrics, true, &result->phase, err);
}

/* The baselines of an old record, which has none. */
static bool restore_baselines(const struct session *session, const struct run_result *result,
                              struct metrics *metrics, struct error *err)
{
    const struct trainer_options *trainer = &session->preset.trainer;
    struct baselines baselines;
    if (!session_baselines(session, trainer->evaluate_known, trainer->evaluate_new,
                           result->uniform_baseline, &baselines, err))
        return false;
    for (size_t i = 0; i < metrics->evaluations; i++) {
        struct evaluation_point *point = &metrics->evaluation[i];
        baselines_restore(&baselines, patching_own_step(patching_of(result), point->step), point);
    }
    baselines_free(&baselines);
    return true;
}

static bool keep_baselines(struct run_result *result, const struct metrics *metrics,
                           struct error *err)
{
    size_t room = 0, held_out_room = 0;
    bool kept = true;
    for (size_t i = 0; kept && i < metrics->evaluations; i++) {
        const struct evaluation_point *point = &metrics->evaluation[i];
        const struct baseline *baseline = &point->baseline;
        double step = (double)point->step;
        if (isfinite(baseline->known))
            kept = series_add(&result->baseline, &room, step, baseline->known, err);
        if (kept && isfinite(baseline->held_out))
            kept = series_add(&result->held_out_baseline, &held_out_room, step, baseline->held_out,
                              err);
    }
    return kept;
}

static bool read_phases(struct run_result *result, const struct session *session, struct error *err)
{
    struct metrics metrics;
    if (!metrics_read(&metrics, result->record, NULL, err))
        return false;
    if (metrics.evaluations > 0)
        result->step = metrics.evaluation[metrics.evaluations - 1].step;
    bool ok = restore_baselines(session, result, &metrics, err) &&
              keep_baselines(result, &metrics, err) && fit_phases(result, &metrics, err) &&
              turns_copy(&result->turns, &metrics.turns, err);
    metrics_free(&metrics);
    return ok;
}

static bool read_record(struct run_result *result, const struct paths *paths, const struct run *run,
                        struct error *err)
{
    struct session session;
    if (!session_open_run_facts(&session, paths, run, err))
        return false;
    bool ok = recall_baseline(&session.population, &result->uniform_baseline,
                              &result->baseline_pools, err) &&
              read_phases(result, &session, err);
    session_close(&session, NULL);
    return ok;
}

bool run_result_read(struct run_result *result, const struct paths *paths, const char *run,
                     struct error *err)
{
    struct run opened;
    *result = (struct run_result){0};
    if (!run_open(&opened, paths, run, err))
        return false;
    bool read = read_files(result, paths, &opened, err) && read_record(result, paths, &opened, err);
    run_close(&opened);
    if (!read)
        run_result_free(result);
    return read;
}

void run_result_free(struct run_result *result)
{
    memory_free(result->name);
    memory_free(result->record);
    series_free(&result->baseline);
    series_free(&result->held_out_baseline);
    preset_free(&result->preset);
    turns_free(&result->turns);
    *result = (struct run_result){0};
}

bool run_result_has_plateau_end(const struct run_result *result)
{
    return isfinite(result->phase.plateau_end) && !result->patched;
}

static double own_step(const struct run_result *result, double step)
{
    return result->patched ? step - (double)patching_repeated(patching_of(result)) : step;
}

double run_result_own_step(const struct run_result *result, uint64_t step)
{
    bool before = result->patched && !patching_holds(patching_of(result), step);
    return before ? NAN : own_step(result, (double)step);
}

double run_result_own_plateau_start(const struct run_result *result)
{
    return own_step(result, result->phase.plateau_start);
}

double run_result_own_plateau_end(const struct run_result *result)
{
    return own_step(result, result->phase.plateau_end);
}

bool run_result_asks_new(const struct run_result *result)
{
    return result->preset.trainer.evaluate_new > 0;
}

bool run_result_is_finetuned(const struct run_result *result)
{
    uint64_t after = result->preset.trainer.finetune.after;
    return after > 0 && result->step > after;
}

static bool has_none(const struct run_result *result, const char *key, struct series *series,
                     struct error *err)
{
    const struct measure *measure = measure_find(key);
    series_free(series);
    if (measure && measure->is_of_new && !run_result_asks_new(result))
        return error_set(
            err, ERROR_INPUT,
            "%s has no number %s: it asks no new individuals (population.new = %" PRIu64
            ", eval.new = 0)",
            result->name, key, result->preset.population.held_out);
    return error_set(err, ERROR_INPUT, "the record of %s has no number %s yet", result->name, key);
}

bool run_result_has_measure(const struct run_result *result, const char *key, bool *has,
                            struct error *err)
{
    struct series series;
    if (!metrics_read_measure(&series, result->record, key, err))
        return false;
    *has = series.count > 0;
    series_free(&series);
    return true;
}

bool run_result_measure(const struct run_result *result, const char *key, struct series *series,
                        struct error *err)
{
    if (!metrics_read_measure(series, result->record, key, err))
        return false;
    return series->count > 0 || has_none(result, key, series, err);
}

/* Leaves of a patched model's series what is its own, from a step of the run on. */
static void keep_own(const struct run_result *result, double first, struct series *series)
{
    size_t kept = 0;
    for (size_t i = 0; i < series->count; i++)
        if (series->x[i] >= first) {
            series->x[kept] = own_step(result, series->x[i]);
            series->y[kept++] = series->y[i];
        }
    series->count = kept;
}

bool run_result_own_measure(const struct run_result *result, const char *key, struct series *series,
                            struct error *err)
{
    if (!run_result_measure(result, key, series, err))
        return false;
    if (!result->patched)
        return true;
    const struct measure *measure = measure_find(key);
    bool of_training = measure && measure_is_of_training(measure);
    double patched_at = (double)patching_of(result)->reference_step.count;
    keep_own(result, patched_at + (of_training ? 1 : 0), series);
    return series->count > 0 || has_none(result, key, series, err);
}

static bool copy_series(const struct series *all, struct series *series, struct error *err)
{
    size_t room = 0;
    *series = (struct series){0};
    for (size_t i = 0; i < all->count; i++)
        if (!series_add(series, &room, all->x[i], all->y[i], err)) {
            series_free(series);
            return false;
        }
    return true;
}

/* The same of a patched model alone. */
static bool copy_own_series(const struct run_result *result, const struct series *all,
                            struct series *series, struct error *err)
{
    if (!copy_series(all, series, err))
        return false;
    if (result->patched)
        keep_own(result, (double)patching_of(result)->reference_step.count, series);
    return true;
}

bool run_result_baselines(const struct run_result *result, struct series *series, struct error *err)
{
    return copy_series(&result->baseline, series, err);
}

bool run_result_own_baselines(const struct run_result *result, struct series *series,
                              struct error *err)
{
    return copy_own_series(result, &result->baseline, series, err);
}

bool run_result_held_out_baselines(const struct run_result *result, struct series *series,
                                   struct error *err)
{
    return copy_series(&result->held_out_baseline, series, err);
}

bool run_result_own_held_out_baselines(const struct run_result *result, struct series *series,
                                       struct error *err)
{
    return copy_own_series(result, &result->held_out_baseline, series, err);
}

const char *run_result_say_no_end(const struct run_result *result, char text[PHASE_REMARK_TEXT])
{
    const struct phase_report *phase = &result->phase;
    if (result->patched)
        return "it is patched";
    if (isfinite(phase->plateau_start)) {
        snprintf(text, PHASE_REMARK_TEXT, "its plateau has not ended by step %" PRIu64,
                 result->step);
        return text;
    }
    return phase_say_remark(phase, text);
}

static bool is_same(const struct run_result *one, const struct run_result *other)
{
    return one->device == other->device && one->file == other->file;
}

const struct run_result *run_result_find_same(const struct run_result *result, size_t count,
                                              const struct run_result *like)
{
    for (size_t i = 0; i < count; i++)
        if (is_same(&result[i], like))
            return &result[i];
    return NULL;
}

/* Half the interval's width in logarithms, or the bounded half where it is open on one side; NAN
 * where there is none. */
static double own_error(const struct phase_report *phase)
{
    double low = phase->plateau_end_low, high = phase->plateau_end_high, end = phase->plateau_end;
    if (isfinite(low) && isfinite(high))
        return log(high / low) / (2 * NORMAL_95);
    return isfinite(low)    ? log(end / low) / NORMAL_95
           : isfinite(high) ? log(high / end) / NORMAL_95
                            : NAN;
}

bool run_result_fit_law(const struct run_result *result, size_t count, struct scaling_law *law,
                        struct error *err)
{
    size_t points = 0;
    struct scaling_law_point *point = memory_new(count, sizeof *point, err);
    for (size_t i = 0; point && i < count; i++)
        if (run_result_has_plateau_end(&result[i]) && !run_result_find_same(result, i, &result[i]))
            point[points++] = (struct scaling_law_point){
                .n = (double)result[i].preset.population.known,
                .y = result[i].phase.plateau_end,
                .own = own_error(&result[i].phase),
            };
    bool ok = point && scaling_law_fit(law, point, points, err);
    memory_free(point);
    return ok;
}
