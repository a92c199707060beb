#include "config/preset_complete.h"

#include <string.h>

#include "base/memory.h"
#include "config/preset_check.h"
#include "facts/biography.h"
#include "facts/fact_table.h"
#include "facts/sampling/checks.h"
#include "model/model_ops.h"
#include "model/precision.h"

enum { WORDS_LENGTH = FACTS_FINGERPRINT_SIZE - 1 }; /* of a fingerprint, at its beginning */

/* The hash of the facts' words and, behind a hyphen, of the numbers that the sampling weighs by. */
static char *fingerprint_of(const struct preset *preset, const struct fact_set *facts,
                            struct error *err)
{
    char words[FACTS_FINGERPRINT_SIZE], numbers[FACTS_FINGERPRINT_SIZE];
    const struct sampling_options *sampling = &preset->sampling;
    fact_set_fingerprint(facts, words);
    if (sampling->kind != SAMPLING_COLUMN)
        return memory_string(words, err);
    if (!sampling->column || !*sampling->column) {
        sampling_lacks(sampling, "sampling.column", err);
        return NULL;
    }
    if (!fact_table_fingerprint(facts, sampling->column, numbers, err)) {
        error_prefix(err, "sampling.column");
        return NULL;
    }
    return memory_format(err, "%s-%s", words, numbers);
}

bool preset_has_facts_of(const struct preset *preset, const struct preset *other)
{
    return strncmp(preset->facts.fingerprint, other->facts.fingerprint, WORDS_LENGTH) == 0;
}

static bool compare_fingerprints(const struct preset *preset, const struct fact_set *facts,
                                 const char *now, struct error *err)
{
    const char *then = preset->facts.fingerprint;
    if (!then || !*then || strcmp(then, now) == 0)
        return true;
    if (strncmp(then, now, WORDS_LENGTH) == 0)
        return error_set(err, ERROR_DATA,
                         "the numbers in column %s of %s have changed since %s was started; its "
                         "batches would be others",
                         preset->sampling.column, facts->table, preset->name);
    return error_set(err, ERROR_DATA,
                     "%s of %s have changed since %s was started; its model has another vocabulary",
                     facts->table ? "the rows or templates" : "the pools or templates", facts->path,
                     preset->name);
}

bool preset_check_facts(const struct preset *preset, const struct fact_set *facts,
                        struct error *err)
{
    char *now = fingerprint_of(preset, facts, err);
    bool same = now && compare_fingerprints(preset, facts, now, err);
    memory_free(now);
    return same;
}

static bool take_fingerprint(struct preset *preset, const struct fact_set *facts, struct error *err)
{
    char *now = fingerprint_of(preset, facts, err);
    if (!now || !compare_fingerprints(preset, facts, now, err)) {
        memory_free(now);
        return false;
    }
    memory_free(preset->facts.fingerprint);
    preset->facts.fingerprint = now;
    return true;
}

static void lower(size_t *count, uint64_t most)
{
    if (*count > most)
        *count = (size_t)most;
}

void preset_lower_asked(struct preset *preset)
{
    lower(&preset->trainer.evaluate_known, preset->population.known);
    lower(&preset->trainer.evaluate_new, preset->population.held_out);
}

/* Individuals, where the facts decide how many there are. */
static bool fit_population(struct preset *preset, const struct fact_set *facts, struct error *err)
{
    struct population_options *population = &preset->population;
    if (!population_is_open(population))
        return true;
    if (!population_fit(population, facts, err))
        return false;
    preset_lower_asked(preset);
    return preset_check(preset, err);
}

bool preset_take_facts(struct preset *preset, const struct fact_set *facts, struct error *err)
{
    return take_fingerprint(preset, facts, err) && fit_population(preset, facts, err);
}

static bool has_token(const struct tokens *tokens, int32_t token)
{
    for (size_t i = 0; i < tokens->count; i++)
        if (tokens->token[i] == token)
            return true;
    return false;
}

/* Whether a word is also one of the names or of the only wording. */
static bool is_in_the_key(const struct vocabulary *vocabulary, int32_t token)
{
    const struct fact_set *facts = vocabulary->facts;
    const struct template_tokens *wording = &vocabulary->template[0][0];
    bool found =
        has_token(&wording->before_name, token) || has_token(&wording->before_value, token);
    for (size_t i = 0; i < facts->name_parts; i++)
        for (size_t e = 0; e < facts->pool[facts->name_part[i]].count; e++)
            found |= has_token(&vocabulary->entry[facts->name_part[i]][e], token);
    return found;
}

/* What a memory answers with: the values of the only attribute, each a word of its own. New words
 * of a pool are tokens side by side. */
static bool find_values(struct model_options *model, const struct vocabulary *vocabulary,
                        struct error *err)
{
    const struct fact_set *facts = vocabulary->facts;
    const struct attribute *attribute = &facts->attribute[0];
    const struct pool *pool = &facts->pool[attribute->part[0]];
    const struct tokens *entry = vocabulary->entry[attribute->part[0]];
    int32_t first = entry[0].token[0];
    if (facts->attributes > 1 || facts->templates > 1 || attribute->parts > 1)
        return error_set(err, ERROR_INPUT,
                         "model.kind = memory needs facts of one attribute with one template, and "
                         "values of one part; %s has others",
                         facts->path);
    for (size_t e = 0; e < pool->count; e++)
        if (entry[e].count > 1 || entry[e].token[0] != first + (int32_t)e ||
            is_in_the_key(vocabulary, entry[e].token[0]))
            return error_set(err, ERROR_INPUT,
                             "model.kind = memory needs values of one word that occurs in no name "
                             "and before no value, unlike \"%s\" of pool %s",
                             pool->entry[e], pool->name);
    model->first_value = first;
    model->values = pool->count;
    return true;
}

static bool complete_model(struct model_options *model, const struct vocabulary *vocabulary,
                           struct error *err)
{
    size_t words = vocabulary->words;
    /* The last token of a biography is only ever predicted. */
    size_t longest = biography_max_tokens(vocabulary) - 1;
    if (model->vocab == 0)
        model->vocab = words;
    if (model->max_length == 0)
        model->max_length = longest;
    if (model->vocab < words)
        return error_set(err, ERROR_INPUT,
                         "model.vocab = %zu is too small: the facts have %zu words", model->vocab,
                         words);
    if (model->max_length < longest)
        return error_set(err, ERROR_INPUT,
                         "model.max_length = %zu is too small: a biography can have %zu tokens",
                         model->max_length, longest);
    return !model_ops_of(model)->only_values || find_values(model, vocabulary, err);
}

/* The same on every machine, so that the same preset and seed give the same bits; a shard has a
 * biography at least. More take time (tests/bench/NOTES) and memory for a gradient each; fewer
 * leave processors without work. */
static size_t standard_shards(const struct trainer_options *options)
{
    enum { STANDARD = 8 };
    return options->batch < STANDARD ? options->batch : STANDARD;
}

bool preset_settle_precision(struct preset *preset, enum precision precision)
{
    bool is_open = preset->model.precision == PRECISION_AUTO;
    if (is_open)
        preset->model.precision = precision;
    return is_open;
}

bool preset_complete(struct preset *preset, const struct vocabulary *vocabulary, struct error *err)
{
    if (preset->trainer.shards == 0)
        preset->trainer.shards = standard_shards(&preset->trainer);
    preset_settle_precision(preset, precision_in_use(PRECISION_AUTO, NULL));
    return complete_model(&preset->model, vocabulary, err);
}
