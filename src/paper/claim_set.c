/* Map of this file: the same run; shipped claims; one more file; order; all files. */
#include "paper/claim_set.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/strings.h"
#include "config/library.h"
#include "paper/claim_pins.h"

static const struct library claims = {
    .directory = "claims", .kind = "claim", .lister = "reproduce --list"};

/* The same run */

static bool is_equal(const char *one, const char *other)
{
    return one && other ? strcmp(one, other) == 0 : one == other;
}

static bool are_equal(const struct strings *some, const struct strings *others)
{
    bool equal = some->count == others->count;
    for (size_t i = 0; equal && i < some->count; i++)
        equal = strcmp(some->text[i], others->text[i]) == 0;
    return equal;
}

/* What two descriptions of a run differ in; null where they describe the same one. */
static const char *find_difference(const struct claim_run *one, const struct claim_run *other)
{
    if (!is_equal(one->preset, other->preset))
        return "another preset";
    if (one->tried_seeds != other->tried_seeds)
        return "other tried_seeds";
    for (enum scale scale = 0; scale < SCALES; scale++) {
        if (!are_equal(&one->settings[scale], &other->settings[scale]))
            return "other settings";
        if (!is_equal(one->source[scale], other->source[scale]))
            return "another from";
        if (one->seeds[scale] != other->seeds[scale])
            return "other replicates";
    }
    return NULL;
}

/* Adds a run, unless it is there already. */
static bool add_run(struct claim_set *set, const struct claim_run *run, struct error *err)
{
    const struct claim_run *before = claim_run_find(&set->table, run->name, strlen(run->name));
    const char *difference = before ? find_difference(before, run) : NULL;
    if (difference)
        return error_set(err, ERROR_INPUT,
                         "%s:%zu: [run %s] has %s than in %s:%zu; runs of the same "
                         "name have to be equal",
                         run->file, run->line, run->name, difference, before->file, before->line);
    if (before)
        return true;
    struct claim_run *grown = memory_resize(set->run, set->table.runs + 1, sizeof *grown, err);
    if (!grown)
        return false;
    set->table.run = set->run = grown;
    grown[set->table.runs++] = *run;
    return true;
}

/* Shipped claims */

/* The places of shipped data alone. */
static struct paths shipped_paths(const struct paths *paths)
{
    struct paths shipped = *paths;
    while (shipped.data[0] && shipped.data[1])
        shipped.data++;
    return shipped;
}

/* Whether the file lies where the shipped claims do. */
static bool find_shipped(const struct paths *shipped, const char *path, bool *is_shipped,
                         struct error *err)
{
    char *parent = file_directory(path, err);
    char *directory = parent ? file_resolve(parent, ".", err) : NULL;
    char *place = directory ? file_resolve(claims.directory, shipped->data[0], err) : NULL;
    *is_shipped = place && strcmp(directory, place) == 0;
    memory_free(parent);
    memory_free(directory);
    memory_free(place);
    return place != NULL;
}

/* Reads a claim, a shipped one with shipped data. */
static bool read_claim(struct claim_reading *reading, const struct paths *paths, const char *path,
                       struct error *err)
{
    struct paths shipped = shipped_paths(paths);
    bool is_shipped;
    if (!find_shipped(&shipped, path, &is_shipped, err) ||
        !claim_read(reading, is_shipped ? &shipped : paths, path, err))
        return false;
    reading->claim.is_shipped = is_shipped;
    if (!is_shipped || claim_reading_pin(reading, &shipped, paths, err))
        return true;
    claim_reading_free(reading);
    return false;
}

/* One more file */

/* Whether one stands before another, however they were named. */
static bool stands_before(const struct claim *one, const struct claim *other)
{
    return one->order != other->order ? one->order < other->order : strcmp(one->id, other->id) < 0;
}

static bool add_claim(struct claim_set *set, const struct claim *claim, struct error *err)
{
    const struct claim *before = claim_find(&set->table, claim->id);
    if (before)
        return error_set(err, ERROR_INPUT, "the claim %s is given twice: %s and %s", claim->id,
                         before->file, claim->file);
    struct claim *grown = memory_resize(set->claim, set->table.claims + 1, sizeof *grown, err);
    if (!grown)
        return false;
    size_t at = set->table.claims++;
    for (; at > 0 && stands_before(claim, &grown[at - 1]); at--)
        grown[at] = grown[at - 1];
    grown[at] = *claim;
    set->table.claim = set->claim = grown;
    return true;
}

static bool add_reading(struct claim_set *set, const struct claim_reading *reading,
                        struct error *err)
{
    bool ok = add_claim(set, &reading->claim, err);
    for (size_t i = 0; ok && i < reading->runs; i++)
        ok = add_run(set, &reading->run[i], err);
    return ok;
}

static bool read_file(struct claim_set *set, const struct paths *paths, const char *name,
                      struct error *err)
{
    struct claim_reading *grown =
        memory_resize(set->reading, set->readings + 1, sizeof *grown, err);
    char *path = grown ? library_find(&claims, paths, name, err) : NULL;
    set->reading = grown ? grown : set->reading;
    bool ok = path && read_claim(&grown[set->readings], paths, path, err);
    memory_free(path);
    return ok && add_reading(set, &grown[set->readings++], err);
}

/* Order */

static void sort_runs(struct claim_set *set)
{
    for (size_t i = 1; i < set->table.runs; i++) {
        struct claim_run run = set->run[i];
        size_t at = i;
        for (; at > 0 && set->run[at - 1].order > run.order; at--)
            set->run[at] = set->run[at - 1];
        set->run[at] = run;
    }
}

/* Puts a run, behind those it begins at, as the next one of sorted[*count]. */
static void place_run(const struct claim_set *set, const struct claim_run *run,
                      struct claim_run *sorted, size_t *count)
{
    const struct claim_table placed = {.run = sorted, .runs = *count};
    if (claim_run_find(&placed, run->name, strlen(run->name)))
        return;
    for (enum scale scale = 0; scale < SCALES; scale++)
        if (run->source[scale])
            place_run(
                set,
                claim_run_find(&set->table, run->source[scale], strcspn(run->source[scale], "@")),
                sorted, count);
    sorted[(*count)++] = *run;
}

static bool order_runs(struct claim_set *set, struct error *err)
{
    size_t count = 0;
    struct claim_run *sorted = memory_new(set->table.runs, sizeof *sorted, err);
    if (!sorted)
        return false;
    sort_runs(set);
    for (size_t i = 0; i < set->table.runs; i++)
        place_run(set, &set->run[i], sorted, &count);
    memory_free(set->run);
    set->table.run = set->run = sorted;
    return true;
}

/* All files */

static bool read_names(struct claim_set *set, const struct paths *paths, const char *const *name,
                       size_t names, struct error *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < names; i++)
        ok = read_file(set, paths, name[i], err);
    return ok;
}

/* A user's own file of the same name does not stand for a shipped one. */
static bool read_shipped(struct claim_set *set, const struct paths *paths, struct error *err)
{
    struct paths shipped = shipped_paths(paths);
    struct strings names;
    if (!library_list(&claims, &shipped, &names, err))
        return false;
    bool ok = names.count > 0 ||
              error_set(err, ERROR_INPUT, "there are no claims in %s/claims", shipped.data[0]);
    for (size_t i = 0; ok && i < names.count; i++) {
        char *path = library_find(&claims, &shipped, names.text[i], err);
        ok = path && read_file(set, paths, path, err);
        memory_free(path);
    }
    strings_free(&names);
    return ok;
}

bool claim_set_load(struct claim_set *set, const struct paths *paths, const char *const *name,
                    size_t names, struct error *err)
{
    *set = (struct claim_set){0};
    bool ok =
        (names > 0 ? read_names(set, paths, name, names, err) : read_shipped(set, paths, err)) &&
        order_runs(set, err);
    if (!ok)
        claim_set_free(set);
    return ok;
}

void claim_set_free(struct claim_set *set)
{
    for (size_t i = 0; i < set->readings; i++)
        claim_reading_free(&set->reading[i]);
    memory_free(set->reading);
    memory_free(set->claim);
    memory_free(set->run);
    *set = (struct claim_set){0};
}
