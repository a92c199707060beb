/* Map of this file: names; one trial; all of them; what they come to. */
#include "paper/replicates.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/shell.h"
#include "base/text.h"

/* Names */

static char *directory_of(const char *directory, enum scale scale, const char *name, size_t length,
                          unsigned seed, struct error *err)
{
    return memory_format(err, "%s/%s/%.*s-%u", directory, experiment_scales[scale], (int)length,
                         name, seed);
}

/* The trial of a run (its name has `length` bytes) and a seed; null where there is none. */
static struct trial *find_trial(const struct trials *trials, const char *name, size_t length,
                                unsigned seed)
{
    for (size_t i = 0; i < trials->count; i++) {
        struct trial *trial = &trials->trial[i];
        if (trial->seed == seed && strlen(trial->run->name) == length &&
            strncmp(trial->run->name, name, length) == 0)
            return trial;
    }
    return NULL;
}

static bool depend_on(struct trials *trials, struct trial *trial, const char *name, size_t length,
                      struct error *err)
{
    const struct trial *other = find_trial(trials, name, length, trial->seed);
    if (!other || other == trial)
        return error_set(err, ERROR_INPUT, "run %s needs %.*s, which is not above it",
                         trial->run->name, (int)length, name);
    size_t *grown = memory_resize(trial->after, trial->afters + 1, sizeof *grown, err);
    if (!grown)
        return false;
    trial->after = grown;
    trial->after[trial->afters++] = (size_t)(other - trials->trial);
    return true;
}

/* One trial */

/* One, whatever the machine has, so that a run's bits do not depend on how many are made at once.
 */
#define SHARDS "train.shards=1"

static bool add_setting(struct trial *trial, char *setting, struct error *err)
{
    char **grown =
        setting ? memory_resize(trial->setting, trial->settings + 1, sizeof *grown, err) : NULL;
    if (!grown) {
        memory_free(setting);
        return false;
    }
    trial->setting = grown;
    trial->setting[trial->settings++] = setting;
    return true;
}

static bool add_settings(struct trials *trials, struct trial *trial, struct error *err)
{
    size_t length = 0;
    const char *word = trial->run->settings[trials->scale];
    bool ok = true;
    while (ok && (word = experiment_next_name(word + length, &length)))
        ok = add_setting(trial, memory_format(err, "%.*s", (int)length, word), err);
    unsigned seed = trials->table->tried_seeds + trial->seed;
    return ok && add_setting(trial, memory_string(SHARDS, err), err) &&
           add_setting(trial, memory_format(err, "population.seed=%u", seed), err) &&
           add_setting(trial, memory_format(err, "train.seed=%u", seed), err);
}

static bool add_source(struct trials *trials, struct trial *trial, struct error *err)
{
    const char *source = trial->run->source[trials->scale];
    size_t length = source ? strcspn(source, "@") : 0;
    if (!source)
        return true;
    if (!depend_on(trials, trial, source, length, err))
        return false;
    trial->from =
        memory_format(err, "%s%s", trials->trial[trial->after[0]].directory, source + length);
    return trial->from != NULL;
}

static bool trial_init(struct trials *trials, struct trial *trial, const struct experiment_run *run,
                       unsigned seed, const char *directory, struct error *err)
{
    *trial = (struct trial){.run = run, .seed = seed};
    trial->directory =
        directory_of(directory, trials->scale, run->name, strlen(run->name), seed, err);
    return trial->directory && add_source(trials, trial, err) && add_settings(trials, trial, err);
}

static void trial_free(struct trial *trial)
{
    if (trial->has_result)
        run_result_free(&trial->result);
    for (size_t i = 0; i < trial->settings; i++)
        memory_free(trial->setting[i]);
    memory_free(trial->setting);
    memory_free(trial->after);
    memory_free(trial->from);
    memory_free(trial->directory);
}

/* All of them */

static size_t count_trials(const struct experiment_table *table, enum scale scale,
                           const bool *needed)
{
    size_t count = 0;
    for (size_t r = 0; r < table->runs; r++)
        count += needed[r] ? table->run[r].seeds[scale] : 0;
    return count;
}

bool trials_init(struct trials *trials, const struct experiment_table *table, enum scale scale,
                 const bool *needed, const struct paths *paths, const char *directory,
                 struct error *err)
{
    *trials = (struct trials){.table = table, .scale = scale, .paths = paths};
    trials->trial = memory_new(count_trials(table, scale, needed), sizeof *trials->trial, err);
    bool ok = trials->trial != NULL;
    for (size_t r = 0; ok && r < table->runs; r++)
        for (unsigned seed = 1; ok && needed[r] && seed <= table->run[r].seeds[scale]; seed++)
            ok = trial_init(trials, &trials->trial[trials->count++], &table->run[r], seed,
                            directory, err);
    if (!ok)
        trials_free(trials);
    return ok;
}

void trials_free(struct trials *trials)
{
    for (size_t i = 0; i < trials->count; i++)
        trial_free(&trials->trial[i]);
    memory_free(trials->trial);
    *trials = (struct trials){0};
}

unsigned trials_seeds(const struct trials *trials, const char *name, size_t length)
{
    unsigned seeds = 0;
    while (find_trial(trials, name, length, seeds + 1))
        seeds++;
    return seeds;
}

/* What they come to */

void trials_list_jobs(const struct trials *trials, struct queued_run *job)
{
    for (size_t i = 0; i < trials->count; i++) {
        const struct trial *trial = &trials->trial[i];
        job[i] = (struct queued_run){
            .directory = trial->directory,
            .preset = trial->run->preset,
            .setting = (const char *const *)trial->setting,
            .settings = trial->settings,
            .from = trial->from,
            .after = trial->after,
            .afters = trial->afters,
        };
    }
}

bool trial_preset(const struct trial *trial, const struct paths *paths, struct preset *preset,
                  struct error *err)
{
    const char *const *setting = (const char *const *)trial->setting;
    return preset_load_with(preset, paths, trial->run->preset, setting, trial->settings, err) ||
           error_prefix(err, "run %s", trial->run->name);
}

char *trial_command(const struct trial *trial, const struct paths *paths, struct error *err)
{
    struct text out = {0};
    text_format(&out, "%s train ", paths->program);
    shell_add_word(&out, trial->run->preset);
    if (trial->from) {
        text_add(&out, " --from ");
        shell_add_word(&out, trial->from);
    }
    for (size_t i = 0; i < trial->settings; i++) {
        text_add(&out, " --set ");
        shell_add_word(&out, trial->setting[i]);
    }
    return text_take(&out, err);
}

bool trial_read(struct trial *trial, const struct paths *paths, struct error *err)
{
    struct error *failure = &trial->failure;
    if (!trial->has_result)
        trial->has_result = run_result_read(&trial->result, paths, trial->directory, failure);
    return trial->has_result || error_set(err, failure->kind, "%s", failure->message);
}

/* Whether the losses of the first steps, up to `last`, are the same numbers. */
static bool begin_alike(const struct series *one, const struct series *other, double last)
{
    size_t i = 0;
    for (; i < one->count && one->x[i] <= last; i++)
        if (i >= other->count || one->x[i] != other->x[i] || one->y[i] != other->y[i])
            return false;
    return i >= other->count || other->x[i] > last;
}

/* The step of the source that the trial begins at. */
static double first_step(const struct trial *trial, const struct trial *source,
                         const struct series *losses)
{
    const char *at = trial->from + strlen(source->directory); /* "@200", or nothing */
    double last = losses->count > 0 ? losses->x[losses->count - 1] : 0;
    return *at == '@' ? strtod(at + 1, NULL) : last;
}

static bool compare_beginnings(const struct trial *trial, const struct trial *source, bool *alike,
                               struct error *err)
{
    struct series own, before = {0};
    if (!run_result_measure(&trial->result, "train_loss", &own, err))
        return false;
    bool read = run_result_measure(&source->result, "train_loss", &before, err);
    *alike = read && begin_alike(&before, &own, first_step(trial, source, &before));
    series_free(&own);
    series_free(&before);
    return read;
}

bool trials_check_source(struct trials *trials, size_t index, struct error *err)
{
    struct trial *trial = &trials->trial[index];
    const struct trial *source = trial->from ? &trials->trial[trial->after[0]] : NULL;
    bool alike = true;
    if (!source || !trial->has_result || !source->has_result)
        return true;
    if (compare_beginnings(trial, source, &alike, &trial->failure) && !alike)
        error_set(&trial->failure, ERROR_DATA,
                  "it did not begin with the weights of %s, which was made anew since; with %s "
                  "deleted it is repeated",
                  source->directory, trial->directory);
    return trial->failure.kind == ERROR_NONE ||
           error_set(err, trial->failure.kind, "%s", trial->failure.message);
}

static bool gather_run(const struct trials *trials, const char *name, size_t length, unsigned first,
                       unsigned last, struct run_result *result, size_t *count, struct error *err)
{
    for (unsigned seed = first; seed <= last; seed++) {
        const struct trial *trial = find_trial(trials, name, length, seed);
        if (!trial && seed > 1)
            return true;
        if (trial && trial->failure.kind != ERROR_NONE)
            return error_set(err, trial->failure.kind, "%s", trial->failure.message);
        if (!trial || !trial->has_result)
            return error_set(err, ERROR_INPUT, "there is no run %.*s of seed %u", (int)length, name,
                             seed);
        result[(*count)++] = trial->result;
    }
    return true;
}

struct run_result *trials_gather(const struct trials *trials, const char *names, unsigned first,
                                 unsigned last, size_t *count, struct error *err)
{
    struct run_result *result = memory_new(trials->count, sizeof *result, err);
    size_t length = 0;
    bool ok = result != NULL;
    *count = 0;
    for (const char *name = names; ok && (name = experiment_next_name(name + length, &length));)
        ok = gather_run(trials, name, length, first, last, result, count, err);
    if (ok)
        return result;
    memory_free(result);
    return NULL;
}
