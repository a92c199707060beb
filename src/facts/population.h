/* The population: who exists and what is true of them.
 *
 * Nothing is stored. Names are numbered 0 .. names-1 (all combinations of the name's pools); a
 * seeded permutation of that range (a Feistel network with cycle walking) makes individual i's
 * name the i-th of a random order, so names are unique and a name leads back to its individual.
 * Values are hashes of (seed, individual, attribute, part), and of another attribute's value where
 * they are drawn from pairs. Individuals 0 .. known-1 are trained
 * on; the next `held_out` are new (never trained on), the next `fine_tuning` are kept for
 * fine-tuning; every other name belongs to nobody: it is invented.
 *
 * Of facts from a table a name is a row, so that the permutation draws which rows are known and
 * which held back; all that are neither known nor for fine-tuning count as new. */
#ifndef MNEME_FACTS_POPULATION_H
#define MNEME_FACTS_POPULATION_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/fact_set.h"

#define POPULATION_MAX FACTS_MAX_ROWS /* known individuals at most */

enum { POPULATION_ROUNDS = 8 }; /* of the network that permutes names */

enum individual_status {
    INDIVIDUAL_KNOWN,
    INDIVIDUAL_NEW,
    INDIVIDUAL_FINE_TUNING,
    INDIVIDUAL_INVENTED,
};

/* "known", "new", "fine-tuning", "invented". */
const char *individual_status_name(enum individual_status status);

/* The same for people to read: rows of a table that are not trained on are "held-out", since they
 * are as real as the others. facts may be null. */
const char *individual_status_shown(enum individual_status status, const struct fact_set *facts);

struct population_options {
    uint64_t seed;
    uint64_t known, held_out, fine_tuning; /* known 0: all rows of a table that the others leave */
    double held_out_share; /* of a table's rows, in place of held_out; 0: not said */
};

/* Whether the facts decide how many individuals there are. */
bool population_is_open(const struct population_options *options);

/* So many of a table's rows are a share of them. */
uint64_t population_share(double share, uint64_t rows);

/* Puts numbers in the place of what the facts decide: known 0 and a share held out. ERROR_INPUT
 * where there is no table, or where nobody is left. */
bool population_fit(struct population_options *options, const struct fact_set *facts,
                    struct error *err);

struct population {
    const struct fact_set *facts;
    struct population_options size;
    uint64_t names;                        /* how many different names there are */
    unsigned half_bits;                    /* the network permutes 0 .. 4^half_bits - 1 */
    uint64_t round_key[POPULATION_ROUNDS]; /* from the seed */
};

/* facts must outlive the population. ERROR_INPUT where nobody is known, more than POPULATION_MAX
 * are, there are fewer names than individuals, or more than 2^62 names. */
bool population_init(struct population *population, const struct fact_set *facts,
                     const struct population_options *options, struct error *err);

enum individual_status population_status(const struct population *population, uint64_t individual);

/* How many names are of such individuals; and the one with this number among them, from 0, which is
 * below that count. */
uint64_t population_count(const struct population *population, enum individual_status status);
uint64_t population_member(const struct population *population, enum individual_status status,
                           uint64_t number);

/* How many individuals there are: all but invented ones. */
uint64_t population_individuals(const struct population *population);

/* Entries of the name's pools: part[0..facts->name_parts). individual is below names; here as in
 * the functions below it may be an invented one. */
void population_name(const struct population *population, uint64_t individual, uint32_t *part);

/* The row of a table that the individual is. */
uint32_t population_row(const struct population *population, uint64_t individual);

/* The individual of a name; an invented one has a number too, above all others. */
uint64_t population_find(const struct population *population, const uint32_t *part);

/* Whether the attribute is told of the individual: a table's cell may be empty. */
bool population_tells(const struct population *population, uint64_t individual, size_t attribute);

/* The same, with its value where it is told, as population_value gives it. */
bool population_value_told(const struct population *population, uint64_t individual,
                           size_t attribute, uint32_t *part);

/* Of how many known individuals the attribute is told. */
uint64_t population_told(const struct population *population, size_t attribute);

/* How many facts are told of the known individuals, over all attributes. */
uint64_t population_facts(const struct population *population);

/* Entries of the attribute's pools, where it is told: part[0..attribute.parts). */
void population_value(const struct population *population, uint64_t individual, size_t attribute,
                      uint32_t *part);

/* The individual's own order of the attribute's templates, order[0..facts->templates): the first
 * facts->train_templates are for training, those from fact_set_first_evaluation on for
 * evaluation. */
void population_templates(const struct population *population, uint64_t individual,
                          size_t attribute, size_t *order);

/* "James Frida Zhu", "3 May 1931": added to out. */
struct text;
void population_name_text(const struct population *population, uint64_t individual,
                          struct text *out);
void population_value_text(const struct population *population, uint64_t individual,
                           size_t attribute, struct text *out);

/* Entropy, in nats, of the attribute's values as they are among the known individuals of whom it is
 * told (0 where it is of nobody): the loss of
 * a model that knows how frequent they are and nobody's own. Parts are drawn independently, so
 * theirs add up; the joint frequencies of a small population (nearly every birth date occurs once)
 * are not something a model could know without knowing individuals. *pools receives the entropy
 * where values are as frequent as in a population without end (facts/pool_entropy.h); may be
 * null. */
bool population_entropy(const struct population *population, size_t attribute, double *entropy,
                        double *pools, struct error *err);

#endif
