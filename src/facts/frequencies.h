/* How often values are met: for every attribute the shares of the entries of its pools, among
 * individuals that count for more or less.
 *
 * Parts of a value are kept apart, as in population_entropy. */
#ifndef MNEME_FACTS_FREQUENCIES_H
#define MNEME_FACTS_FREQUENCIES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/population.h"

struct frequencies {
    const struct population *population;
    size_t first[FACTS_MAX_ATTRIBUTES][FACTS_MAX_PARTS]; /* of a part's entries */
    size_t entries;
    double *weight;                    /* [entries] those of a part sum to its attribute's `told` */
    double told[FACTS_MAX_ATTRIBUTES]; /* of the individuals of whom the attribute is told */
    double total;                      /* of all individuals that were added */
};

/* Of nobody yet. The population must outlive it. */
bool frequencies_init(struct frequencies *frequencies, const struct population *population,
                      struct error *err);
void frequencies_free(struct frequencies *frequencies);
void frequencies_clear(struct frequencies *frequencies);

void frequencies_add(struct frequencies *frequencies, uint64_t individual, double weight);

/* What the values of one attribute cost, in nats, that are met as often as `met` says, a model
 * which knows how often they are met among `learned` and nobody's own: the cross-entropy, summed
 * over parts,
 *
 *   - sum over entries  p ln q,   q = (n share + 1/2) / (n + K / 2),
 *
 * p being the share in met, K the entries of the pool and n the draws of whom the attribute is
 * told. q is what has been learned of shares after n draws (Krichevsky and Trofimov 1981): a pool
 * whose entries are not told apart before the first, the shares themselves after many, and
 * something small, 1 / 2n, for what is never drawn, which no model gives up altogether. NAN where
 * met is of nobody with such a value. */
double frequencies_cost(const struct frequencies *met, const struct frequencies *learned, double n,
                        size_t attribute);

/* How uncertain such a model is of a value of the attribute: the entropy of q, in nats, summed over
 * parts. */
double frequencies_entropy(const struct frequencies *learned, double n, size_t attribute);

/* frequencies_cost averaged over attributes, each as often as it is told. */
double frequencies_mean_cost(const struct frequencies *met, const struct frequencies *learned,
                             double n);

#endif
