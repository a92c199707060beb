#include "facts/pool_entropy.h"

#include <math.h>

#include "base/memory.h"

static const struct pool *only_pool(const struct fact_set *facts, size_t attribute)
{
    return &facts->pool[facts->attribute[attribute].part[0]];
}

/* How large a share of all has each entry of the only pool: [count], freed with memory_free. */
static double *shares_of(const struct fact_set *facts, size_t attribute, struct error *err)
{
    const struct pairs *pairs = facts->attribute[attribute].pairs;
    size_t count = only_pool(facts, attribute)->count;
    double *key = pairs ? shares_of(facts, pairs->from, err) : NULL;
    double *share = !pairs || key ? memory_new(count, sizeof *share, err) : NULL;
    for (size_t e = 0; share && !pairs && e < count; e++)
        share[e] = 1 / (double)count;
    for (size_t k = 0; share && pairs && k < pairs->keys; k++)
        for (size_t i = pairs->start[k]; i < pairs->start[k + 1]; i++)
            share[pairs->entry[i]] += key[k] / (double)pairs_count(pairs, k);
    memory_free(key);
    return share;
}

static bool entropy_of_pairs(const struct fact_set *facts, size_t attribute, double *entropy,
                             double *given, struct error *err)
{
    const struct pairs *pairs = facts->attribute[attribute].pairs;
    double *share = shares_of(facts, attribute, err);
    double *key = share ? shares_of(facts, pairs->from, err) : NULL;
    double all = 0, left = 0;
    for (size_t e = 0; key && e < only_pool(facts, attribute)->count; e++)
        all -= share[e] > 0 ? share[e] * log(share[e]) : 0;
    for (size_t k = 0; key && k < pairs->keys; k++)
        left += key[k] * log((double)pairs_count(pairs, k));
    bool found = key != NULL;
    memory_free(share);
    memory_free(key);
    if (found)
        *entropy = all;
    if (found && given)
        *given = left;
    return found;
}

bool pool_entropy(const struct fact_set *facts, size_t attribute, double *entropy, double *given,
                  struct error *err)
{
    const struct attribute *asked = &facts->attribute[attribute];
    if (asked->pairs)
        return entropy_of_pairs(facts, attribute, entropy, given, err);
    *entropy = 0;
    for (size_t i = 0; i < asked->parts; i++)
        *entropy += log((double)facts->pool[asked->part[i]].count);
    if (given)
        *given = *entropy;
    return true;
}
