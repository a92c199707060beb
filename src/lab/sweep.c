#include "lab/sweep.h"

#include <inttypes.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/library.h"
#include "facts/sampling.h"
#include "facts/sampling/keys.h"

#define SAMPLING      "sampling."
#define SAMPLING_KIND SAMPLING "kind"

size_t sweep_runs(const struct sweep *sweep)
{
    return sweep->cells * sweep->seeds;
}

/* Cells that differ in nothing but keys from this one on. */
static size_t cells_within(const struct sweep *sweep, size_t key)
{
    size_t cells = 1;
    for (size_t k = key; k < sweep->keys; k++)
        cells *= sweep->key[k].values.count;
    return cells;
}

const char *sweep_cell_preset(const struct sweep *sweep, size_t cell)
{
    return sweep->presets.text[cell / cells_within(sweep, 0)];
}

const char *sweep_cell_value(const struct sweep *sweep, size_t cell, size_t key)
{
    const struct sweep_key *of = &sweep->key[key];
    return of->values.text[cell / cells_within(sweep, key + 1) % of->values.count];
}

/* What [grid] says of how individuals are sampled in the cell; SAMPLING_KINDS: nothing. */
static enum sampling_kind sampling_of(const struct sweep *sweep, size_t cell)
{
    enum sampling_kind kind = SAMPLING_KINDS;
    for (size_t k = 0; k < sweep->keys; k++)
        if (strcmp(sweep->key[k].name, SAMPLING_KIND) == 0)
            for (kind = 0; kind < SAMPLING_KINDS; kind++)
                if (strcmp(sampling_names[kind], sweep_cell_value(sweep, cell, k)) == 0)
                    break;
    return kind;
}

bool sweep_cell_has_key(const struct sweep *sweep, size_t cell, size_t key)
{
    const struct sweep_key *of = &sweep->key[key];
    bool of_sampling = strncmp(of->name, SAMPLING, strlen(SAMPLING)) == 0;
    if (!of_sampling || of->values.count > 1 || strcmp(of->name, SAMPLING_KIND) == 0)
        return true;
    enum sampling_kind kind = sampling_of(sweep, cell);
    return kind == SAMPLING_KINDS || sampling_use(kind, of->name + strlen(SAMPLING));
}

const char *sweep_run_name(const struct sweep *sweep, size_t run)
{
    return file_name(sweep->job[run].directory);
}

/* The key whose name comes behind that one in the alphabet, the first of all behind null; keys
 * where there is none. */
static size_t next_by_name(const struct sweep *sweep, const char *before)
{
    size_t next = sweep->keys;
    for (size_t k = 0; k < sweep->keys; k++)
        if ((!before || strcmp(sweep->key[k].name, before) > 0) &&
            (next == sweep->keys || strcmp(sweep->key[k].name, sweep->key[next].name) < 0))
            next = k;
    return next;
}

/* "DIRECTORY/quickstart,train.lr=0.002,seed=1": all keys in full and in the order of the alphabet,
 * so that a name stays when a key gets another value or is tuned. */
static char *name_run(const struct sweep *sweep, size_t cell, uint64_t seed, struct error *err)
{
    struct text name = {0};
    char *preset = library_name(sweep_cell_preset(sweep, cell), err);
    const char *before = NULL;
    bool ok = preset != NULL;
    text_format(&name, "%s/%s", sweep->directory, ok ? preset : "");
    memory_free(preset);
    for (size_t k; ok && (k = next_by_name(sweep, before)) < sweep->keys;) {
        before = sweep->key[k].name;
        if (!sweep_cell_has_key(sweep, cell, k))
            continue;
        char *value = library_name(sweep_cell_value(sweep, cell, k), err);
        ok = value != NULL;
        text_format(&name, ",%s=%s", before, ok ? value : "");
        memory_free(value);
    }
    text_format(&name, ",seed=%" PRIu64, seed);
    if (ok)
        return text_take(&name, err);
    text_free(&name);
    return NULL;
}

static bool make_settings(const struct sweep *sweep, size_t cell, uint64_t seed,
                          struct strings *settings, struct error *err)
{
    static const char *const seeds[] = {"population.seed", "train.seed"};
    bool ok = true;
    for (size_t k = 0; ok && k < sweep->keys; k++)
        ok = !sweep_cell_has_key(sweep, cell, k) ||
             strings_take(
                 settings,
                 memory_format(err, "%s=%s", sweep->key[k].name, sweep_cell_value(sweep, cell, k)),
                 err);
    for (size_t s = 0; ok && s < sizeof seeds / sizeof *seeds; s++)
        ok = strings_take(settings, memory_format(err, "%s=%" PRIu64, seeds[s], seed), err);
    return ok;
}

static bool make_job(struct sweep *sweep, size_t run, struct error *err)
{
    size_t cell = run % sweep->cells;
    uint64_t seed = sweep->seed[run / sweep->cells];
    struct strings *settings = &sweep->settings[run];
    if (!make_settings(sweep, cell, seed, settings, err) ||
        !strings_take(&sweep->directories, name_run(sweep, cell, seed, err), err))
        return false;
    sweep->job[run] = (struct queued_run){
        .directory = sweep->directories.text[run],
        .preset = sweep_cell_preset(sweep, cell),
        .setting = (const char *const *)settings->text,
        .settings = settings->count,
    };
    return true;
}

bool sweep_make_runs(struct sweep *sweep, struct error *err)
{
    sweep->cells = sweep->presets.count * cells_within(sweep, 0);
    sweep->job = memory_new(sweep_runs(sweep), sizeof *sweep->job, err);
    sweep->settings =
        sweep->job ? memory_new(sweep_runs(sweep), sizeof *sweep->settings, err) : NULL;
    bool ok = sweep->settings != NULL;
    for (size_t run = 0; ok && run < sweep_runs(sweep); run++)
        ok = make_job(sweep, run, err);
    return ok;
}

static void free_jobs(struct sweep *sweep)
{
    for (size_t run = 0; sweep->settings && run < sweep_runs(sweep); run++)
        strings_free(&sweep->settings[run]);
    memory_free(sweep->settings);
    memory_free(sweep->job);
    strings_free(&sweep->directories);
}

void sweep_free(struct sweep *sweep)
{
    free_jobs(sweep);
    for (size_t k = 0; k < sweep->keys; k++) {
        strings_free(&sweep->key[k].values);
        memory_free(sweep->key[k].name);
        memory_free(sweep->key[k].label);
    }
    strings_free(&sweep->presets);
    memory_free(sweep->key);
    memory_free(sweep->seed);
    memory_free(sweep->name);
    memory_free(sweep->title);
    memory_free(sweep->directory);
    *sweep = (struct sweep){0};
}
