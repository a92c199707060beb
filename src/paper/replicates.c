/* Map of this file: names; one replicate; all of them; what they come to. */
#include "paper/replicates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/shell.h"
#include "base/text.h"
#include "config/preset_file.h"

/* Names */

static char *name_directory(const struct replicates *replicates, const struct replicate *replicate,
                            const char *directory, struct error *err)
{
    const char *scale = claim_scales[replicates->scale], *name = replicate->run->name;
    return replicates->seeds
               ? memory_format(err, "%s/%s/%s-seed=%u", directory, scale, name, replicate->seed)
               : memory_format(err, "%s/%s/%s-%u", directory, scale, name, replicate->number);
}

const char *replicate_name(const struct replicate *replicate)
{
    return file_name(replicate->directory);
}

/* A run's replicate (its name has `length` bytes) of a number; null where there is none. */
static struct replicate *find_replicate(const struct replicates *replicates, const char *name,
                                        size_t length, unsigned number)
{
    for (size_t i = 0; i < replicates->count; i++) {
        struct replicate *replicate = &replicates->replicate[i];
        if (replicate->number == number && strlen(replicate->run->name) == length &&
            strncmp(replicate->run->name, name, length) == 0)
            return replicate;
    }
    return NULL;
}

static bool depend_on(struct replicates *replicates, struct replicate *replicate, const char *name,
                      size_t length, struct error *err)
{
    const struct replicate *other = find_replicate(replicates, name, length, replicate->number);
    if (!other || other == replicate)
        return error_set(err, ERROR_INPUT,
                         "run %s is started from %.*s, which does not come before it",
                         replicate->run->name, (int)length, name);
    size_t *grown = memory_resize(replicate->after, replicate->afters + 1, sizeof *grown, err);
    if (!grown)
        return false;
    replicate->after = grown;
    replicate->after[replicate->afters++] = (size_t)(other - replicates->replicate);
    return true;
}

/* One replicate */

/* One, whatever the machine has, so that a run's bits do not depend on how many are made at once.
 */
#define SHARDS "train.shards=1"

static bool add_settings(struct replicates *replicates, struct replicate *replicate,
                         struct error *err)
{
    const struct strings *of_run = &replicate->run->settings[replicates->scale];
    bool ok = true;
    for (size_t i = 0; ok && i < of_run->count; i++)
        ok = strings_add(&replicate->settings, of_run->text[i], err);
    unsigned seed = replicate->seed;
    return ok && strings_add(&replicate->settings, SHARDS, err) &&
           strings_take(&replicate->settings, memory_format(err, "population.seed=%u", seed),
                        err) &&
           strings_take(&replicate->settings, memory_format(err, "train.seed=%u", seed), err);
}

static bool add_source(struct replicates *replicates, struct replicate *replicate,
                       struct error *err)
{
    const char *source = replicate->run->source[replicates->scale];
    size_t length = source ? strcspn(source, "@") : 0;
    if (!source)
        return true;
    if (!depend_on(replicates, replicate, source, length, err))
        return false;
    replicate->from = memory_format(
        err, "%s%s", replicates->replicate[replicate->after[0]].directory, source + length);
    return replicate->from != NULL;
}

static bool replicate_init(struct replicates *replicates, struct replicate *replicate,
                           const struct claim_run *run, unsigned number, const char *directory,
                           struct error *err)
{
    const struct seed_range *seeds = replicates->seeds;
    unsigned before = seeds ? seeds->first - 1 : run->tried_seeds;
    *replicate = (struct replicate){.run = run, .number = number, .seed = before + number};
    replicate->directory = name_directory(replicates, replicate, directory, err);
    return replicate->directory && add_source(replicates, replicate, err) &&
           add_settings(replicates, replicate, err);
}

static void replicate_free(struct replicate *replicate)
{
    if (replicate->has_result)
        run_result_free(&replicate->result);
    strings_free(&replicate->settings);
    memory_free(replicate->after);
    memory_free(replicate->from);
    memory_free(replicate->directory);
}

/* All of them */

static unsigned count_seeds(const struct replicates *replicates, const struct claim_run *run)
{
    const struct seed_range *seeds = replicates->seeds;
    return seeds ? seeds->last - seeds->first + 1 : run->seeds[replicates->scale];
}

static size_t count_replicates(const struct replicates *replicates, const bool *needed)
{
    size_t count = 0;
    for (size_t r = 0; r < replicates->table->runs; r++)
        count += needed[r] ? count_seeds(replicates, &replicates->table->run[r]) : 0;
    return count;
}

static bool init_run(struct replicates *replicates, const struct claim_run *run,
                     const char *directory, struct error *err)
{
    unsigned seeds = count_seeds(replicates, run);
    bool ok = true;
    for (unsigned number = 1; ok && number <= seeds; number++)
        ok = replicate_init(replicates, &replicates->replicate[replicates->count++], run, number,
                            directory, err);
    return ok;
}

bool replicates_init(struct replicates *replicates, const struct claim_table *table,
                     enum scale scale, const struct seed_range *seeds, const bool *needed,
                     const struct paths *paths, const char *directory, struct error *err)
{
    *replicates =
        (struct replicates){.table = table, .scale = scale, .seeds = seeds, .paths = paths};
    replicates->replicate =
        memory_new(count_replicates(replicates, needed), sizeof *replicates->replicate, err);
    bool ok = replicates->replicate != NULL;
    for (size_t r = 0; ok && r < table->runs; r++)
        ok = !needed[r] || init_run(replicates, &table->run[r], directory, err);
    if (!ok)
        replicates_free(replicates);
    return ok;
}

void replicates_free(struct replicates *replicates)
{
    for (size_t i = 0; i < replicates->count; i++)
        replicate_free(&replicates->replicate[i]);
    memory_free(replicates->replicate);
    *replicates = (struct replicates){0};
}

unsigned replicates_seeds(const struct replicates *replicates, const char *name, size_t length)
{
    unsigned seeds = 0;
    while (find_replicate(replicates, name, length, seeds + 1))
        seeds++;
    return seeds;
}

/* What they come to */

void replicates_list_runs(const struct replicates *replicates, struct queued_run *job)
{
    for (size_t i = 0; i < replicates->count; i++) {
        const struct replicate *replicate = &replicates->replicate[i];
        job[i] = (struct queued_run){
            .directory = replicate->directory,
            .preset = replicate->run->preset,
            .setting = (const char *const *)replicate->settings.text,
            .settings = replicate->settings.count,
            .from = replicate->from,
            .after = replicate->after,
            .afters = replicate->afters,
        };
    }
}

bool replicate_preset(const struct replicate *replicate, const struct paths *paths,
                      struct preset *preset, struct error *err)
{
    const char *const *setting = (const char *const *)replicate->settings.text;
    return preset_load_with(preset, paths, replicate->run->preset, setting,
                            replicate->settings.count, err) ||
           error_prefix(err, "run %s", replicate->run->name);
}

char *replicate_command(const struct replicate *replicate, const struct paths *paths,
                        struct error *err)
{
    struct text out = {0};
    text_format(&out, "%s train ", paths->program);
    shell_add_word(&out, replicate->run->preset);
    if (replicate->from) {
        text_add(&out, " --from ");
        shell_add_word(&out, replicate->from);
    }
    for (size_t i = 0; i < replicate->settings.count; i++) {
        text_add(&out, " --set ");
        shell_add_word(&out, replicate->settings.text[i]);
    }
    return text_take(&out, err);
}

bool replicate_read(struct replicate *replicate, const struct paths *paths, struct error *err)
{
    struct error *failure = &replicate->failure;
    if (!replicate->has_result)
        replicate->has_result =
            run_result_read(&replicate->result, paths, replicate->directory, failure);
    return replicate->has_result || error_set(err, failure->kind, "%s", failure->message);
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

/* The step of the source that the replicate begins at. */
static double first_step(const struct replicate *replicate, const struct replicate *source,
                         const struct series *losses)
{
    const char *at = replicate->from + strlen(source->directory); /* "@200", or nothing */
    double last = losses->count > 0 ? losses->x[losses->count - 1] : 0;
    return *at == '@' ? strtod(at + 1, NULL) : last;
}

static bool compare_beginnings(const struct replicate *replicate, const struct replicate *source,
                               bool *alike, struct error *err)
{
    struct series own, before = {0};
    if (!run_result_measure(&replicate->result, "train_loss", &own, err))
        return false;
    bool read = run_result_measure(&source->result, "train_loss", &before, err);
    *alike = read && begin_alike(&before, &own, first_step(replicate, source, &before));
    series_free(&own);
    series_free(&before);
    return read;
}

/* The last step that a run was started from another at; NAN where it was not. */
static double branch_step(const struct run_result *result)
{
    double step = NAN;
    for (size_t i = 0; i < result->turns.count; i++)
        if (result->turns.turn[i].kind == TURN_BRANCH)
            step = (double)result->turns.turn[i].step;
    return step;
}

/* Whether a run was started where the claim says now. */
static bool check_start(struct replicate *replicate, const struct replicate *source)
{
    double step = branch_step(&replicate->result);
    const char *at = source ? strchr(replicate->from + strlen(source->directory), '@') : NULL;
    if (source && !isnan(step) && (!at || strtod(at + 1, NULL) == step))
        return true;
    if (!source && isnan(step))
        return true;
    return error_set(
        &replicate->failure, ERROR_DATA, "it was started from %s; delete %s to repeat it",
        isnan(step) ? "no other run" : "another run, or at another step", replicate->directory);
}

bool replicates_check_source(struct replicates *replicates, size_t index, struct error *err)
{
    struct replicate *replicate = &replicates->replicate[index];
    const struct replicate *source =
        replicate->from ? &replicates->replicate[replicate->after[0]] : NULL;
    bool alike = true;
    if (!replicate->has_result || (source && !source->has_result))
        return true;
    if (check_start(replicate, source) && source &&
        compare_beginnings(replicate, source, &alike, &replicate->failure) && !alike)
        error_set(&replicate->failure, ERROR_DATA,
                  "it was started from other weights than %s has now; delete %s to repeat it",
                  source->directory, replicate->directory);
    return replicate->failure.kind == ERROR_NONE ||
           error_set(err, replicate->failure.kind, "%s", replicate->failure.message);
}

static bool gather_run(const struct replicates *replicates, const char *name, size_t length,
                       unsigned first, unsigned last, struct run_result *result, size_t *count,
                       struct error *err)
{
    for (unsigned seed = first; seed <= last; seed++) {
        const struct replicate *replicate = find_replicate(replicates, name, length, seed);
        if (!replicate && seed > 1)
            return true;
        if (replicate && replicate->failure.kind != ERROR_NONE)
            return error_set(err, replicate->failure.kind, "%s", replicate->failure.message);
        if (!replicate || !replicate->has_result)
            return error_set(err, ERROR_INPUT, "there is no run %.*s with seed %u", (int)length,
                             name, seed);
        result[(*count)++] = replicate->result;
    }
    return true;
}

/* Whether a name stands among those before it: a run counts once, however often it is named. */
static bool is_repeated(const char *names, const char *name, size_t length)
{
    size_t other_length = 0;
    for (const char *other = names; (other = claim_next_name(other + other_length, &other_length));)
        if (other_length == length && strncmp(other, name, length) == 0)
            return other != name;
    return false;
}

struct run_result *replicates_gather(const struct replicates *replicates, const char *names,
                                     unsigned first, unsigned last, size_t *count,
                                     struct error *err)
{
    struct run_result *result = memory_new(replicates->count, sizeof *result, err);
    size_t length = 0;
    bool ok = result != NULL;
    *count = 0;
    for (const char *name = names; ok && (name = claim_next_name(name + length, &length));)
        ok = is_repeated(names, name, length) ||
             gather_run(replicates, name, length, first, last, result, count, err);
    if (ok)
        return result;
    memory_free(result);
    return NULL;
}
