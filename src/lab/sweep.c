#include "lab/sweep.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "config/library.h"

enum { SEED_KEYS = 2 }; /* of individuals and of weights */

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

const char *sweep_run_name(const struct sweep *sweep, size_t run)
{
    return strrchr(sweep->job[run].directory, '/') + 1;
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
        char *value = library_name(sweep_cell_value(sweep, cell, k), err);
        before = sweep->key[k].name;
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
                          const char **setting, struct error *err)
{
    static const char *const seeds[] = {"population.seed", "train.seed"};
    bool ok = true;
    for (size_t k = 0; ok && k < sweep->keys; k++)
        ok = (setting[k] = memory_format(err, "%s=%s", sweep->key[k].name,
                                         sweep_cell_value(sweep, cell, k))) != NULL;
    for (size_t s = 0; ok && s < SEED_KEYS; s++)
        ok = (setting[sweep->keys + s] = memory_format(err, "%s=%" PRIu64, seeds[s], seed)) != NULL;
    return ok;
}

bool sweep_make_jobs(struct sweep *sweep, struct error *err)
{
    sweep->cells = sweep->presets.count * cells_within(sweep, 0);
    sweep->job = memory_new(sweep_runs(sweep), sizeof *sweep->job, err);
    bool ok = sweep->job != NULL;
    for (size_t i = 0; ok && i < sweep_runs(sweep); i++) {
        struct queued_run *job = &sweep->job[i];
        size_t cell = i % sweep->cells;
        uint64_t seed = sweep->seed[i / sweep->cells];
        const char **setting = memory_new(sweep->keys + SEED_KEYS, sizeof *setting, err);
        job->preset = sweep_cell_preset(sweep, cell);
        job->setting = setting;
        job->settings = setting ? sweep->keys + SEED_KEYS : 0;
        job->directory = setting ? name_run(sweep, cell, seed, err) : NULL;
        ok = job->directory && make_settings(sweep, cell, seed, setting, err);
    }
    return ok;
}

/* memory_free of what is only read from here on. */
static void free_constant(const void *block)
{
    union {
        const void *constant;
        void *plain;
    } pointer = {block};
    memory_free(pointer.plain);
}

static void free_jobs(struct sweep *sweep)
{
    for (size_t i = 0; sweep->job && i < sweep_runs(sweep); i++) {
        for (size_t s = 0; s < sweep->job[i].settings; s++)
            free_constant(sweep->job[i].setting[s]);
        free_constant(sweep->job[i].setting);
        free_constant(sweep->job[i].directory);
    }
    memory_free(sweep->job);
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
