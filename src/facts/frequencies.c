#include "facts/frequencies.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

static size_t part_entries(const struct population *population, size_t attribute, size_t part)
{
    const struct fact_set *facts = population->facts;
    return facts->pool[facts->attribute[attribute].part[part]].count;
}

bool frequencies_init(struct frequencies *frequencies, const struct population *population,
                      struct error *err)
{
    *frequencies = (struct frequencies){.population = population};
    for (size_t a = 0; a < population->facts->attributes; a++)
        for (size_t p = 0; p < population->facts->attribute[a].parts; p++) {
            frequencies->first[a][p] = frequencies->entries;
            frequencies->entries += part_entries(population, a, p);
        }
    frequencies->weight = memory_new(frequencies->entries, sizeof *frequencies->weight, err);
    return frequencies->weight != NULL;
}

void frequencies_free(struct frequencies *frequencies)
{
    memory_free(frequencies->weight);
    *frequencies = (struct frequencies){0};
}

void frequencies_clear(struct frequencies *frequencies)
{
    memset(frequencies->weight, 0, frequencies->entries * sizeof *frequencies->weight);
    memset(frequencies->told, 0, sizeof frequencies->told);
    frequencies->total = 0;
}

void frequencies_add(struct frequencies *frequencies, uint64_t individual, double weight)
{
    const struct fact_set *facts = frequencies->population->facts;
    frequencies->total += weight;
    for (size_t a = 0; a < facts->attributes; a++) {
        uint32_t entry[FACTS_MAX_PARTS];
        if (!population_value_told(frequencies->population, individual, a, entry))
            continue;
        frequencies->told[a] += weight;
        for (size_t p = 0; p < facts->attribute[a].parts; p++)
            frequencies->weight[frequencies->first[a][p] + entry[p]] += weight;
    }
}

/* What is learned of an entry's share: n draws at n / total for each weight. */
static double learned_share(double weight, size_t entries, double n, double total)
{
    return ((n > 0 ? n / total * weight : 0) + 0.5) / (n + 0.5 * (double)entries);
}

/* Of one part; times met's total. */
static double part_cost(const double *met, const double *learned, size_t entries, double n,
                        double total)
{
    double sum = 0;
    for (size_t e = 0; e < entries; e++)
        if (met[e] > 0)
            sum += met[e] * log(learned_share(learned[e], entries, n, total));
    return -sum;
}

static double part_entropy(const double *learned, size_t entries, double n, double total)
{
    double sum = 0;
    for (size_t e = 0; e < entries; e++) {
        double share = learned_share(learned[e], entries, n, total);
        sum += share * log(share);
    }
    return -sum;
}

/* How many of n draws tell the attribute. */
static double draws_of(const struct frequencies *learned, double n, size_t attribute)
{
    return n > 0 ? n * (learned->told[attribute] / learned->total) : 0;
}

double frequencies_cost(const struct frequencies *met, const struct frequencies *learned, double n,
                        size_t attribute)
{
    const struct attribute *asked = &met->population->facts->attribute[attribute];
    double told = learned->told[attribute], draws = draws_of(learned, n, attribute), sum = 0;
    for (size_t p = 0; p < asked->parts; p++) {
        size_t first = met->first[attribute][p];
        sum += part_cost(met->weight + first, learned->weight + first,
                         part_entries(met->population, attribute, p), draws, told);
    }
    return sum / met->told[attribute];
}

double frequencies_entropy(const struct frequencies *learned, double n, size_t attribute)
{
    const struct attribute *asked = &learned->population->facts->attribute[attribute];
    double sum = 0;
    for (size_t p = 0; p < asked->parts; p++)
        sum += part_entropy(learned->weight + learned->first[attribute][p],
                            part_entries(learned->population, attribute, p),
                            draws_of(learned, n, attribute), learned->told[attribute]);
    return sum;
}

double frequencies_mean_cost(const struct frequencies *met, const struct frequencies *learned,
                             double n)
{
    size_t attributes = met->population->facts->attributes;
    double sum = 0, told = 0;
    for (size_t a = 0; a < attributes; a++) {
        double share = met->told[a] / met->total;
        sum += share > 0 ? share * frequencies_cost(met, learned, n, a) : 0;
        told += share;
    }
    return sum / told;
}
