#include "facts/population.h"

#include <inttypes.h>
#include <math.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "facts/pool_entropy.h"

#define NAMES_MAX (UINT64_C(1) << 62)

const char *individual_status_name(enum individual_status status)
{
    static const char *const names[] = {
        [INDIVIDUAL_KNOWN] = "known",
        [INDIVIDUAL_NEW] = "new",
        [INDIVIDUAL_FINE_TUNING] = "fine-tuning",
        [INDIVIDUAL_INVENTED] = "invented",
    };
    return names[status];
}

const char *individual_status_shown(enum individual_status status, const struct fact_set *facts)
{
    bool held_out = status == INDIVIDUAL_NEW && facts && facts->table;
    return held_out ? "held-out" : individual_status_name(status);
}

static bool count_names(const struct fact_set *facts, uint64_t *names, struct error *err)
{
    *names = 1;
    for (size_t i = 0; i < facts->name_parts; i++)
        if (__builtin_mul_overflow(*names, facts->pool[facts->name_part[i]].count, names) ||
            *names > NAMES_MAX)
            return error_set(err, ERROR_INPUT, "%s: the name's pools make more than 2^62 names",
                             facts->path);
    return true;
}

/* Sets the smallest network that holds all names, and its keys. */
static void prepare_network(struct population *population)
{
    population->half_bits = 1;
    while (UINT64_C(1) << (2 * population->half_bits) < population->names)
        population->half_bits++;
    struct random random = random_stream(population->size.seed, RANDOM_NAMES, 0, 0);
    for (size_t i = 0; i < POPULATION_ROUNDS; i++)
        population->round_key[i] = random_u64(&random);
}

static bool refuse_sizes(const struct fact_set *facts, const struct population_options *options,
                         uint64_t names, struct error *err)
{
    if (facts->table)
        return error_set(
            err, ERROR_INPUT,
            "%s has %" PRIu64 " rows, too few for %" PRIu64 " known, %" PRIu64 " new and %" PRIu64
            " fine-tuning individuals; population.known = 0 takes the rows that the "
            "others leave",
            facts->table, names, options->known, options->held_out, options->fine_tuning);
    return error_set(err, ERROR_INPUT,
                     "the pools of %s make %" PRIu64 " names, too few for %" PRIu64
                     " known, %" PRIu64 " new and %" PRIu64 " fine-tuning individuals",
                     facts->path, names, options->known, options->held_out, options->fine_tuning);
}

bool population_is_open(const struct population_options *options)
{
    return options->known == 0 || options->held_out_share > 0;
}

uint64_t population_share(double share, uint64_t rows)
{
    return (uint64_t)llround(share * (double)rows);
}

bool population_fit(struct population_options *options, const struct fact_set *facts,
                    struct error *err)
{
    uint64_t rows = fact_set_rows(facts);
    if (options->held_out_share > 0) {
        if (!facts->table)
            return error_set(err, ERROR_INPUT,
                             "population.new_share is of the rows of a table; %s has none",
                             facts->path);
        options->held_out = population_share(options->held_out_share, rows);
        options->held_out_share = 0;
    }
    if (options->known > 0)
        return true;
    if (!facts->table)
        return error_set(err, ERROR_INPUT,
                         "population.known = 0 means all rows of a table; %s has none",
                         facts->path);
    if (options->held_out >= rows || options->fine_tuning >= rows - options->held_out)
        return refuse_sizes(facts, options, rows, err);
    options->known = rows - options->held_out - options->fine_tuning;
    return true;
}

bool population_init(struct population *population, const struct fact_set *facts,
                     const struct population_options *options, struct error *err)
{
    uint64_t names;
    if (!count_names(facts, &names, err))
        return false;
    if (options->known == 0 || options->known > POPULATION_MAX)
        return error_set(err, ERROR_INPUT,
                         "a population of %" PRIu64 " is not between 1 and %d known individuals",
                         options->known, POPULATION_MAX);
    if (options->known > names || options->held_out > names - options->known ||
        options->fine_tuning > names - options->known - options->held_out)
        return refuse_sizes(facts, options, names, err);
    *population = (struct population){.facts = facts, .size = *options, .names = names};
    prepare_network(population);
    return true;
}

/* Of the names behind all individuals that the options count. */
static enum individual_status status_of_rest(const struct population *population)
{
    return population->facts->table ? INDIVIDUAL_NEW : INDIVIDUAL_INVENTED;
}

enum individual_status population_status(const struct population *population, uint64_t individual)
{
    const struct population_options *size = &population->size;
    if (individual < size->known)
        return INDIVIDUAL_KNOWN;
    if (individual - size->known < size->held_out)
        return INDIVIDUAL_NEW;
    if (individual - size->known - size->held_out < size->fine_tuning)
        return INDIVIDUAL_FINE_TUNING;
    return status_of_rest(population);
}

/* Individuals that the options count and that have the status; *first receives the first. */
static uint64_t count_sized(const struct population_options *size, enum individual_status status,
                            uint64_t *first)
{
    const struct {
        uint64_t first, count;
    } sized[] = {
        [INDIVIDUAL_KNOWN] = {0, size->known},
        [INDIVIDUAL_NEW] = {size->known, size->held_out},
        [INDIVIDUAL_FINE_TUNING] = {size->known + size->held_out, size->fine_tuning},
        [INDIVIDUAL_INVENTED] = {0, 0},
    };
    *first = sized[status].first;
    return sized[status].count;
}

static uint64_t count_all_sized(const struct population_options *size)
{
    return size->known + size->held_out + size->fine_tuning;
}

uint64_t population_count(const struct population *population, enum individual_status status)
{
    const struct population_options *size = &population->size;
    uint64_t first, rest = population->names - count_all_sized(size);
    return count_sized(size, status, &first) + (status_of_rest(population) == status ? rest : 0);
}

uint64_t population_member(const struct population *population, enum individual_status status,
                           uint64_t number)
{
    const struct population_options *size = &population->size;
    uint64_t first, sized = count_sized(size, status, &first);
    return number < sized ? first + number : count_all_sized(size) + (number - sized);
}

uint64_t population_individuals(const struct population *population)
{
    return population->names - population_count(population, INDIVIDUAL_INVENTED);
}

/* One pass through the network (Luby and Rackoff 1988). */
static uint64_t permute(const struct population *population, uint64_t number)
{
    uint64_t mask = (UINT64_C(1) << population->half_bits) - 1;
    uint64_t left = number >> population->half_bits, right = number & mask;
    for (size_t i = 0; i < POPULATION_ROUNDS; i++) {
        uint64_t mixed = left ^ (hash_u64(right ^ population->round_key[i]) & mask);
        left = right;
        right = mixed;
    }
    return left << population->half_bits | right;
}

/* The number that permute turns into this one. */
static uint64_t permute_back(const struct population *population, uint64_t number)
{
    uint64_t mask = (UINT64_C(1) << population->half_bits) - 1;
    uint64_t left = number >> population->half_bits, right = number & mask;
    for (size_t i = POPULATION_ROUNDS; i-- > 0;) {
        uint64_t mixed = right ^ (hash_u64(left ^ population->round_key[i]) & mask);
        right = left;
        left = mixed;
    }
    return left << population->half_bits | right;
}

void population_name(const struct population *population, uint64_t individual, uint32_t *part)
{
    const struct fact_set *facts = population->facts;
    uint64_t number = individual;
    do /* what lies outside the names is only walked through (Black and Rogaway 2002) */
        number = permute(population, number);
    while (number >= population->names);
    for (size_t i = facts->name_parts; i-- > 0;) {
        uint64_t count = facts->pool[facts->name_part[i]].count;
        part[i] = (uint32_t)(number % count);
        number /= count;
    }
}

uint64_t population_find(const struct population *population, const uint32_t *part)
{
    const struct fact_set *facts = population->facts;
    uint64_t number = 0;
    for (size_t i = 0; i < facts->name_parts; i++)
        number = number * facts->pool[facts->name_part[i]].count + part[i];
    do
        number = permute_back(population, number);
    while (number >= population->names);
    return number;
}

uint32_t population_row(const struct population *population, uint64_t individual)
{
    uint32_t row;
    population_name(population, individual, &row);
    return row;
}

/* The cell of a table that holds the individual's value. */
static uint32_t cell_of(const struct population *population, uint64_t individual, size_t attribute)
{
    return fact_set_cell(population->facts, population_row(population, individual), attribute);
}

bool population_tells(const struct population *population, uint64_t individual, size_t attribute)
{
    return !population->facts->table ||
           cell_of(population, individual, attribute) != FACTS_NO_VALUE;
}

/* The row of the i-th known individual, in any order: where all rows are known, in the table's. */
static uint64_t known_row(const struct population *population, uint64_t i)
{
    return population->size.known == population->names ? i : population_row(population, i);
}

uint64_t population_told(const struct population *population, size_t attribute)
{
    const struct fact_set *facts = population->facts;
    uint64_t told = population->size.known;
    for (uint64_t i = 0; facts->table && i < population->size.known; i++)
        told -= fact_set_cell(facts, known_row(population, i), attribute) == FACTS_NO_VALUE;
    return told;
}

uint64_t population_facts(const struct population *population)
{
    uint64_t facts = 0;
    for (size_t a = 0; a < population->facts->attributes; a++)
        facts += population_told(population, a);
    return facts;
}

bool population_value_told(const struct population *population, uint64_t individual,
                           size_t attribute, uint32_t *part)
{
    population_value(population, individual, attribute, part);
    return !population->facts->table || part[0] != FACTS_NO_VALUE;
}

void population_value(const struct population *population, uint64_t individual, size_t attribute,
                      uint32_t *part)
{
    const struct fact_set *facts = population->facts;
    const struct attribute *asked = &facts->attribute[attribute];
    if (facts->table) {
        part[0] = cell_of(population, individual, attribute);
        return;
    }
    struct random random =
        random_stream(population->size.seed, RANDOM_VALUES, individual, attribute);
    if (asked->pairs) {
        uint32_t key[FACTS_MAX_PARTS];
        population_value(population, individual, asked->pairs->from, key);
        part[0] = pairs_draw(asked->pairs, key[0], &random);
        return;
    }
    for (size_t i = 0; i < asked->parts; i++)
        part[i] = (uint32_t)random_below(&random, facts->pool[asked->part[i]].count);
}

void population_templates(const struct population *population, uint64_t individual,
                          size_t attribute, size_t *order)
{
    struct random random =
        random_stream(population->size.seed, RANDOM_TEMPLATE_SPLIT, individual, attribute);
    random_permutation(&random, order, population->facts->templates);
}

/* Adds the entries part[0..parts) of the pools, with blanks between them. */
static void add_entries(const struct fact_set *facts, const size_t *pool, const uint32_t *part,
                        size_t parts, struct text *out)
{
    for (size_t i = 0; i < parts; i++) {
        if (i > 0)
            text_add(out, " ");
        text_add(out, facts->pool[pool[i]].entry[part[i]]);
    }
}

void population_name_text(const struct population *population, uint64_t individual,
                          struct text *out)
{
    const struct fact_set *facts = population->facts;
    uint32_t part[FACTS_MAX_PARTS];
    population_name(population, individual, part);
    add_entries(facts, facts->name_part, part, facts->name_parts, out);
}

void population_value_text(const struct population *population, uint64_t individual,
                           size_t attribute, struct text *out)
{
    const struct attribute *asked = &population->facts->attribute[attribute];
    uint32_t part[FACTS_MAX_PARTS];
    population_value(population, individual, attribute, part);
    add_entries(population->facts, asked->part, part, asked->parts, out);
}

/* Entropy, in nats, of how often each entry of a part's pool occurs: count[entries] sums to total.
 * -sum c/N ln(c/N) = ln N - sum c ln c / N */
static double entropy_of_counts(const uint64_t *count, size_t entries, double total)
{
    double sum = 0;
    for (size_t i = 0; i < entries; i++)
        if (count[i] > 1)
            sum += (double)count[i] * log((double)count[i]);
    return log(total) - sum / total;
}

bool population_entropy(const struct population *population, size_t attribute, double *entropy,
                        double *pools, struct error *err)
{
    const struct fact_set *facts = population->facts;
    const struct attribute *asked = &facts->attribute[attribute];
    size_t first[FACTS_MAX_PARTS], entries = 0;
    for (size_t i = 0; i < asked->parts; i++) {
        first[i] = entries;
        entries += facts->pool[asked->part[i]].count;
    }
    uint64_t *count = memory_new(entries, sizeof *count, err);
    if (!count)
        return false;
    uint64_t values = 0;
    for (uint64_t i = 0; i < population->size.known; i++) {
        uint32_t part[FACTS_MAX_PARTS];
        if (facts->table)
            part[0] = fact_set_cell(facts, known_row(population, i), attribute);
        else
            population_value(population, i, attribute, part);
        if (facts->table && part[0] == FACTS_NO_VALUE)
            continue;
        values++;
        for (size_t p = 0; p < asked->parts; p++)
            count[first[p] + part[p]]++;
    }
    double told = (double)values, in_all = 0;
    for (size_t i = 0; i < asked->parts; i++) {
        size_t pool = facts->pool[asked->part[i]].count;
        in_all += told > 0 ? entropy_of_counts(count + first[i], pool, told) : 0;
    }
    memory_free(count);
    *entropy = in_all;
    return !pools || pool_entropy(facts, attribute, pools, NULL, err);
}
