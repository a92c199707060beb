/* In proportion to a number of one's row of a table: populations, prices, how often a word is said.
 */
#include <math.h>

#include "base/memory.h"
#include "facts/fact_table.h"
#include "facts/sampling/checks.h"
#include "facts/sampling/crowds.h"
#include "facts/sampling/discrete.h"

static bool check(const struct sampling_options *options, const struct sampling_size *size,
                  struct error *err)
{
    (void)size;
    return (options->column && *options->column) || sampling_lacks(options, "sampling.column", err);
}

/* The numbers of the known individuals, of those of all rows. */
static bool weigh_known(struct sampling *sampling, const double *number, struct error *err)
{
    const struct population *population = sampling->size.population;
    size_t known = (size_t)sampling->size.known;
    double sum = 0;
    sampling->weight = memory_new(known, sizeof *sampling->weight, err);
    if (!sampling->weight)
        return false;
    for (size_t i = 0; i < known; i++) {
        sampling->weight[i] = number[population_row(population, i)];
        sum += sampling->weight[i];
    }
    if (sum == 0)
        return error_set(err, ERROR_INPUT, "%s: column %s is 0 in all rows that are trained on",
                         population->facts->table, sampling->options.column);
    return isfinite(sum) ||
           error_set(err, ERROR_INPUT, "%s: the numbers of column %s are too large to add up",
                     population->facts->table, sampling->options.column);
}

static bool init(struct sampling *sampling, struct error *err)
{
    const struct population *population = sampling->size.population;
    double *number = fact_table_numbers(population->facts, sampling->options.column, err);
    bool made = number && weigh_known(sampling, number, err);
    memory_free(number);
    if (!made)
        return error_prefix(err, "sampling.column");
    sampling->discrete = discrete_new(sampling->weight, (size_t)sampling->size.known, err);
    return sampling->discrete != NULL;
}

static uint64_t draw(const struct sampling *sampling, uint64_t step, struct random *random)
{
    size_t drawn;
    (void)step;
    do /* 0 is never, but for the rounding of the table that is drawn from */
        drawn = discrete_draw(sampling->discrete, random);
    while (sampling->weight[drawn] == 0);
    return drawn;
}

static double weigh(const struct sampling *sampling, uint64_t step, uint64_t individual)
{
    (void)step;
    return individual < sampling->size.known ? sampling->weight[individual] : 0;
}

const struct sampling_ops sampling_column = {
    .how = "in proportion to a number of the table (column)",
    .needs = "the key column",
    .keys = {{"column",
              "column of the table with a number, at least 0, in every row; individuals are "
              "sampled in proportion to it, those with 0 never"}},
    .check = check,
    .init = init,
    .crowd = sampling_crowd_all,
    .draw = draw,
    .weight = weigh,
};
