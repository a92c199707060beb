#include "config/preset_compare.h"

#include <string.h>

#include "base/memory.h"
#include "config/preset_complete.h"
#include "config/preset_key.h"
#include "model/precision.h"

/* What a run may have otherwise than the preset it was asked for, and where. */

static bool anywhere(const struct preset *run, const struct preset_key *key, const char *asked)
{
    (void)run, (void)key, (void)asked;
    return true;
}

static bool where_filled_in(const struct preset *run, const struct preset_key *key,
                            const char *asked)
{
    (void)run;
    return strcmp(asked, key->standard) == 0;
}

static bool where_left_open(const struct preset *run, const struct preset_key *key,
                            const char *asked)
{
    (void)run, (void)key;
    return strcmp(asked, precision_names[PRECISION_AUTO]) == 0;
}

/* Where its facts lie is nothing to a run that tells them by what they are. */
static bool where_told_otherwise(const struct preset *run, const struct preset_key *key,
                                 const char *asked)
{
    (void)key, (void)asked;
    return *run->facts.fingerprint != '\0';
}

static bool may_differ(const struct preset *run, const struct preset_key *key, const char *asked)
{
    static const struct {
        const char *section, *name; /* null name: the whole section */
        bool (*may)(const struct preset *run, const struct preset_key *key, const char *asked);
    } others[] = {
        {"preset", NULL, anywhere},
        {"train", "threads", anywhere},
        {"checkpoint", "keep", anywhere},
        {"checkpoint", "budget", anywhere},
        {"facts", "file", where_told_otherwise},
        {"facts", "table", where_told_otherwise},
        {"facts", "fingerprint", where_filled_in},
        {"model", "vocab", where_filled_in},
        {"model", "max_length", where_filled_in},
        {"train", "shards", where_filled_in},
        {"train", "precision", where_left_open},
        /* Of kinds that have no use for them Mneme 0.1.0 wrote these all the same. */
        {"sampling", "alpha", where_filled_in},
        {"sampling", "weight", where_filled_in},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(others[i].section, key->section) == 0 &&
            (!others[i].name || strcmp(others[i].name, key->name) == 0))
            return others[i].may(run, key, asked);
    return false;
}

static bool say_other(const struct preset_key *key, const char *has, const char *wanted,
                      struct error *err)
{
    return error_set(err, ERROR_INPUT, "%s.%s = %s, not %s", key->section, key->name, has, wanted);
}

static bool compare_key(const struct preset *run, const struct preset *asked,
                        const struct preset_key *key, struct error *err)
{
    char *has = preset_value(run, key, err), *wanted = has ? preset_value(asked, key, err) : NULL;
    bool ok = wanted && (strcmp(has, wanted) == 0 || may_differ(run, key, wanted) ||
                         say_other(key, has, wanted, err));
    memory_free(has);
    memory_free(wanted);
    return ok;
}

/* Entries of a pool that are used; 0 for all. */
static size_t pool_limit(const struct facts_options *facts, const char *pool)
{
    for (size_t i = 0; i < facts->limits; i++)
        if (strcmp(facts->limit[i].pool, pool) == 0)
            return facts->limit[i].count;
    return 0;
}

/* Compares those pools that `listed` limits. */
static bool compare_pools(const struct preset *run, const struct preset *asked,
                          const struct facts_options *listed, struct error *err)
{
    for (size_t i = 0; i < listed->limits; i++) {
        const char *pool = listed->limit[i].pool;
        size_t has = pool_limit(&run->facts, pool), wanted = pool_limit(&asked->facts, pool);
        if (has != wanted)
            return error_set(err, ERROR_INPUT, PRESET_POOLS ".%s = %zu, not %zu", pool, has,
                             wanted);
    }
    return true;
}

/* Whose known individuals are all that the others leave has the whole table, the others of its rows
 * cannot be told without it. */
struct preset preset_fitted(const struct preset *asked, const struct preset *run)
{
    struct preset fitted = *asked;
    struct population_options *population = &fitted.population;
    const struct population_options *made = &run->population;
    uint64_t rows = made->known + made->held_out + made->fine_tuning;
    bool whole = population->known == 0;
    if (!population_is_open(population))
        return fitted;
    if (population->held_out_share > 0)
        population->held_out =
            whole ? population_share(population->held_out_share, rows) : made->held_out;
    population->held_out_share = 0;
    if (whole) /* where others were left, it is these that differ */
        population->known = made->known;
    preset_lower_asked(&fitted);
    return fitted;
}

bool preset_is_run_of(const struct preset *run, const struct preset *asked, struct error *err)
{
    const struct preset fitted = preset_fitted(asked, run);
    for (size_t i = 0; i < preset_key_count; i++)
        if (!compare_key(run, &fitted, &preset_keys[i], err))
            return false;
    return compare_pools(run, asked, &run->facts, err) &&
           compare_pools(run, asked, &asked->facts, err);
}

bool preset_names_facts_of(const struct preset *run, const struct preset *asked, struct error *err)
{
    static const char *const names[] = {"file", "table"};
    bool same = true;
    for (size_t i = 0; same && i < sizeof names / sizeof *names; i++) {
        const struct preset_key *key = preset_key_find("facts", names[i]);
        char *has = preset_value(run, key, err),
             *wanted = has ? preset_value(asked, key, err) : NULL;
        same = wanted && (strcmp(has, wanted) == 0 || say_other(key, has, wanted, err));
        memory_free(has);
        memory_free(wanted);
    }
    return same;
}
