#include "facts/biography.h"

#include <string.h>

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Most tokens that entries of these pools can have together. */
static size_t longest_parts(const struct vocabulary *vocabulary, const size_t *pool, size_t parts)
{
    size_t sum = 0;
    for (size_t i = 0; i < parts; i++) {
        size_t longest = 0;
        for (size_t j = 0; j < vocabulary->facts->pool[pool[i]].count; j++)
            longest = larger(longest, vocabulary->entry[pool[i]][j].count);
        sum += longest;
    }
    return sum;
}

static size_t longest_template(const struct vocabulary *vocabulary, size_t attribute)
{
    size_t longest = 0;
    for (size_t i = 0; i < vocabulary->facts->templates; i++) {
        const struct template_tokens *template = &vocabulary->template[attribute][i];
        longest = larger(longest, template->before_name.count + template->before_value.count +
                                      template->after_value.count);
    }
    return longest;
}

size_t biography_max_tokens(const struct vocabulary *vocabulary)
{
    const struct fact_set *facts = vocabulary->facts;
    size_t name = longest_parts(vocabulary, facts->name_part, facts->name_parts);
    size_t tokens = 2;
    for (size_t i = 0; i < facts->attributes; i++)
        tokens += name + longest_template(vocabulary, i) +
                  longest_parts(vocabulary, facts->attribute[i].part, facts->attribute[i].parts);
    return tokens;
}

static void add_tokens(struct biography *biography, struct tokens tokens)
{
    memcpy(biography->token + biography->tokens, tokens.token, tokens.count * sizeof *tokens.token);
    biography->tokens += tokens.count;
}

/* Adds the entries part[0..parts) of the pools and, where spans are wanted, one around them. */
static void add_span(struct biography *biography, const struct vocabulary *vocabulary,
                     const size_t *pool, const uint32_t *part, size_t parts, enum span_kind kind,
                     size_t attribute)
{
    size_t first = biography->tokens;
    for (size_t i = 0; i < parts; i++)
        add_tokens(biography, vocabulary->entry[pool[i]][part[i]]);
    if (!biography->span)
        return;
    biography->span[biography->spans++] = (struct span){
        .first = first,
        .count = biography->tokens - first,
        .kind = kind,
        .attribute = attribute,
    };
}

/* One of the templates the individual is told with for this purpose. */
static size_t draw_template(const struct population *population, uint64_t individual,
                            size_t attribute, enum biography_purpose purpose, struct random *random)
{
    const struct fact_set *facts = population->facts;
    size_t first = fact_set_first_evaluation(facts);
    size_t order[FACTS_MAX_TEMPLATES];
    population_templates(population, individual, attribute, order);
    if (purpose == BIOGRAPHY_TRAINING)
        return order[random_below(random, facts->train_templates)];
    return order[first + random_below(random, facts->templates - first)];
}

/* What is told of an individual, in which order and with which templates. */
struct telling {
    size_t attribute[FACTS_MAX_ATTRIBUTES]; /* [sentences] */
    size_t template[FACTS_MAX_ATTRIBUTES];  /* [sentences] */
    size_t sentences;
};

static struct telling draw_telling(const struct population *population, uint64_t individual,
                                   enum biography_purpose purpose, struct random *random)
{
    const struct fact_set *facts = population->facts;
    struct telling telling = {.sentences = 0};
    size_t order[FACTS_MAX_ATTRIBUTES];
    for (size_t i = 0; i < facts->attributes; i++)
        order[i] = i;
    if (facts->shuffle)
        random_permutation(random, order, facts->attributes);
    for (size_t i = 0; i < facts->attributes; i++) {
        if (!population_tells(population, individual, order[i]))
            continue;
        telling.attribute[telling.sentences] = order[i];
        telling.template[telling.sentences++] =
            draw_template(population, individual, order[i], purpose, random);
    }
    return telling;
}

void biography_write(struct biography *biography, const struct population *population,
                     const struct vocabulary *vocabulary, uint64_t individual,
                     enum biography_purpose purpose, struct random *random)
{
    const struct fact_set *facts = population->facts;
    uint32_t name[FACTS_MAX_PARTS], value[FACTS_MAX_PARTS];
    const struct telling telling = draw_telling(population, individual, purpose, random);
    population_name(population, individual, name);
    biography->individual = individual;
    biography->tokens = biography->spans = 0;
    biography->token[biography->tokens++] = TOKEN_BEGIN;
    for (size_t i = 0; i < telling.sentences; i++) {
        size_t told = telling.attribute[i];
        const struct attribute *attribute = &facts->attribute[told];
        const struct template_tokens *template = &vocabulary->template[told][telling.template[i]];
        population_value(population, individual, told, value);
        add_tokens(biography, template->before_name);
        add_span(biography, vocabulary, facts->name_part, name, facts->name_parts, SPAN_NAME, told);
        add_tokens(biography, template->before_value);
        add_span(biography, vocabulary, attribute->part, value, attribute->parts, SPAN_VALUE, told);
        add_tokens(biography, template->after_value);
    }
    biography->token[biography->tokens++] = TOKEN_END;
}

struct random biography_evaluation_random(const struct population *population, uint64_t individual)
{
    return random_stream(population->size.seed, RANDOM_EVALUATION, individual, 0);
}

size_t biography_asked_template(const struct population *population, uint64_t individual,
                                size_t attribute)
{
    struct random random = biography_evaluation_random(population, individual);
    const struct telling telling =
        draw_telling(population, individual, BIOGRAPHY_EVALUATION, &random);
    size_t order[FACTS_MAX_TEMPLATES];
    for (size_t i = 0; i < telling.sentences; i++)
        if (telling.attribute[i] == attribute)
            return telling.template[i];
    population_templates(population, individual, attribute, order);
    return order[fact_set_first_evaluation(population->facts)];
}
