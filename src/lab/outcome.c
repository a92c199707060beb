#include "lab/outcome.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "lab/session.h"
#include "measure/recall.h"
#include "record/run.h"
#include "train/baselines.h"

#define NORMAL_95 1.959963984540054 /* standard deviations on either side hold 95 % */

/* What tells the run's directory from all others, by whatever path it was reached. */
static bool identify(struct outcome *outcome, const struct run *run, struct error *err)
{
    struct stat status;
    if (stat(run->directory, &status) != 0)
        return error_system(err, errno, "cannot read %s", run->directory);
    outcome->device = status.st_dev;
    outcome->file = status.st_ino;
    return true;
}

static bool read_files(struct outcome *outcome, const struct paths *paths, const char *name,
                       struct error *err)
{
    struct run run;
    if (!run_open(&run, paths, name, false, err))
        return false;
    outcome->name = memory_string(run.name, err);
    outcome->record = outcome->name ? run_metrics_path(&run, err) : NULL;
    bool ok = outcome->record && identify(outcome, &run, err) &&
              run_preset(&run, paths, &outcome->preset, err);
    run_close(&run);
    return ok;
}

static const struct patching_options *patching_of(const struct outcome *outcome)
{
    return &outcome->preset.trainer.patching;
}

/* Losses that are not finite say something here: they are kept. */
static bool fit_part(const struct outcome *outcome, const struct evaluation_point *evaluation,
                     size_t count, struct phase_report *report, struct error *err)
{
    struct phase_point *point = memory_new(count, sizeof *point, err);
    for (size_t i = 0; point && i < count; i++)
        point[i] = (struct phase_point){
            .step = (double)patching_own_step(patching_of(outcome), evaluation[i].step),
            .loss = evaluation[i].known.loss,
            .baseline = evaluation[i].baseline.known,
        };
    bool ok = point && phase_fit(point, count, outcome->uniform_baseline, report, err);
    memory_free(point);
    return ok;
}

/* Up to where fine-tuning begins; a patched model's phases are its own. */
static bool fit_phases(struct outcome *outcome, const struct metrics *metrics, struct error *err)
{
    const struct evaluation_point *evaluation = metrics->evaluation;
    uint64_t before = tuning_steps_before(&outcome->preset.trainer.tuning, UINT64_MAX);
    size_t count = 0, first = metrics_first_patched(metrics, patching_of(outcome));
    while (count < metrics->evaluations && evaluation[count].step <= before)
        count++;
    first = first < count ? first : count;
    if (!fit_part(outcome, evaluation, first, &outcome->phase, err))
        return false;
    outcome->patched = first < count;
    if (!outcome->patched)
        return true;
    outcome->reference_phase = outcome->phase;
    if (!fit_part(outcome, evaluation + first, count - first, &outcome->phase, err))
        return false;
    patching_shift_report(patching_of(outcome), &outcome->phase);
    return true;
}

/* The baselines of an old record, which has none. */
static bool recall_baselines(const struct session *session, const struct outcome *outcome,
                             struct metrics *metrics, struct error *err)
{
    const struct trainer_options *trainer = &session->preset.trainer;
    struct tuning tuning;
    struct baselines baselines;
    if (!session_baselines(session, trainer->evaluate_known, trainer->evaluate_new,
                           outcome->uniform_baseline, &tuning, &baselines, err))
        return false;
    for (size_t i = 0; i < metrics->evaluations; i++) {
        struct evaluation_point *point = &metrics->evaluation[i];
        baselines_recall(&baselines, patching_own_step(patching_of(outcome), point->step), point);
    }
    baselines_free(&baselines);
    tuning_free(&tuning);
    return true;
}

static bool keep_baselines(struct outcome *outcome, const struct metrics *metrics,
                           struct error *err)
{
    size_t room = 0;
    bool kept = true;
    for (size_t i = 0; kept && i < metrics->evaluations; i++) {
        const struct evaluation_point *point = &metrics->evaluation[i];
        if (isfinite(point->baseline.known))
            kept = series_add(&outcome->baseline, &room, (double)point->step, point->baseline.known,
                              err);
    }
    return kept;
}

static bool read_phases(struct outcome *outcome, const struct session *session, struct error *err)
{
    struct metrics metrics;
    if (!metrics_read(&metrics, outcome->record, NULL, err))
        return false;
    if (metrics.evaluations > 0)
        outcome->step = metrics.evaluation[metrics.evaluations - 1].step;
    bool ok = recall_baselines(session, outcome, &metrics, err) &&
              keep_baselines(outcome, &metrics, err) && fit_phases(outcome, &metrics, err) &&
              turns_copy(&outcome->turns, &metrics.turns, err);
    metrics_free(&metrics);
    return ok;
}

static bool read_record(struct outcome *outcome, const struct paths *paths, struct error *err)
{
    struct session session;
    if (!session_open_facts(&session, paths, &outcome->preset, err))
        return false;
    bool ok = recall_baseline(&session.population, &outcome->uniform_baseline,
                              &outcome->baseline_pools, err) &&
              read_phases(outcome, &session, err);
    session_close(&session, NULL);
    return ok;
}

bool outcome_read(struct outcome *outcome, const struct paths *paths, const char *run,
                  struct error *err)
{
    *outcome = (struct outcome){0};
    if (read_files(outcome, paths, run, err) && read_record(outcome, paths, err))
        return true;
    outcome_free(outcome);
    return false;
}

void outcome_free(struct outcome *outcome)
{
    memory_free(outcome->name);
    memory_free(outcome->record);
    series_free(&outcome->baseline);
    preset_free(&outcome->preset);
    turns_free(&outcome->turns);
    *outcome = (struct outcome){0};
}

bool outcome_has_plateau_end(const struct outcome *outcome)
{
    return isfinite(outcome->phase.plateau_end) && !outcome->patched;
}

static double own_step(const struct outcome *outcome, double step)
{
    return outcome->patched ? step - (double)patching_repeated(patching_of(outcome)) : step;
}

double outcome_own_step(const struct outcome *outcome, uint64_t step)
{
    bool before = outcome->patched && !patching_holds(patching_of(outcome), step);
    return before ? NAN : own_step(outcome, (double)step);
}

double outcome_own_plateau_start(const struct outcome *outcome)
{
    return own_step(outcome, outcome->phase.plateau_start);
}

double outcome_own_plateau_end(const struct outcome *outcome)
{
    return own_step(outcome, outcome->phase.plateau_end);
}

bool outcome_is_tuned(const struct outcome *outcome)
{
    uint64_t after = outcome->preset.trainer.tuning.after;
    return after > 0 && outcome->step > after;
}

static bool has_none(const struct outcome *outcome, const char *key, struct series *series,
                     struct error *err)
{
    series_free(series);
    return error_set(err, ERROR_INPUT, "the record of %s has no number %s yet", outcome->name, key);
}

bool outcome_has_measure(const struct outcome *outcome, const char *key, bool *has,
                         struct error *err)
{
    struct series series;
    if (!metrics_read_measure(&series, outcome->record, key, err))
        return false;
    *has = series.count > 0;
    series_free(&series);
    return true;
}

bool outcome_measure(const struct outcome *outcome, const char *key, struct series *series,
                     struct error *err)
{
    if (!metrics_read_measure(series, outcome->record, key, err))
        return false;
    return series->count > 0 || has_none(outcome, key, series, err);
}

/* Keys of training lines, which tell of the step that leads to theirs. */
static bool is_of_training(const char *key)
{
    static const char *const keys[] = {"tokens", "lr", "train_loss", "grad_norm"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

/* Leaves of a patched model's series what is its own, from a step of the run on. */
static void keep_own(const struct outcome *outcome, double first, struct series *series)
{
    size_t kept = 0;
    for (size_t i = 0; i < series->count; i++)
        if (series->x[i] >= first) {
            series->x[kept] = own_step(outcome, series->x[i]);
            series->y[kept++] = series->y[i];
        }
    series->count = kept;
}

bool outcome_own_measure(const struct outcome *outcome, const char *key, struct series *series,
                         struct error *err)
{
    if (!outcome_measure(outcome, key, series, err))
        return false;
    if (!outcome->patched)
        return true;
    double patched_at = (double)patching_of(outcome)->reference_step.count;
    keep_own(outcome, patched_at + (is_of_training(key) ? 1 : 0), series);
    return series->count > 0 || has_none(outcome, key, series, err);
}

bool outcome_baselines(const struct outcome *outcome, struct series *series, struct error *err)
{
    size_t room = 0;
    const struct series *all = &outcome->baseline;
    *series = (struct series){0};
    for (size_t i = 0; i < all->count; i++)
        if (!series_add(series, &room, all->x[i], all->y[i], err)) {
            series_free(series);
            return false;
        }
    return true;
}

bool outcome_own_baselines(const struct outcome *outcome, struct series *series, struct error *err)
{
    if (!outcome_baselines(outcome, series, err))
        return false;
    if (outcome->patched)
        keep_own(outcome, (double)patching_of(outcome)->reference_step.count, series);
    return true;
}

const char *outcome_say_no_end(const struct outcome *outcome, char text[PHASE_REMARK_TEXT])
{
    const struct phase_report *phase = &outcome->phase;
    if (outcome->patched)
        return "it is patched";
    if (isfinite(phase->plateau_start)) {
        snprintf(text, PHASE_REMARK_TEXT, "its plateau has not ended by step %" PRIu64,
                 outcome->step);
        return text;
    }
    return phase_say_remark(phase, text);
}

static bool is_same(const struct outcome *one, const struct outcome *other)
{
    return one->device == other->device && one->file == other->file;
}

const struct outcome *outcome_find_same(const struct outcome *outcome, size_t count,
                                        const struct outcome *like)
{
    for (size_t i = 0; i < count; i++)
        if (is_same(&outcome[i], like))
            return &outcome[i];
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

bool outcome_fit_law(const struct outcome *outcome, size_t count, struct scaling_law *law,
                     struct error *err)
{
    size_t points = 0;
    struct scaling_law_point *point = memory_new(count, sizeof *point, err);
    for (size_t i = 0; point && i < count; i++)
        if (outcome_has_plateau_end(&outcome[i]) && !outcome_find_same(outcome, i, &outcome[i]))
            point[points++] = (struct scaling_law_point){
                .n = (double)outcome[i].preset.population.known,
                .y = outcome[i].phase.plateau_end,
                .own = own_error(&outcome[i].phase),
            };
    bool ok = point && scaling_law_fit(law, point, points, err);
    memory_free(point);
    return ok;
}
