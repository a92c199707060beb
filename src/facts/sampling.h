/* Who is sampled when: which individuals the batch of a step is drawn from, and how often.
 *
 * What is drawn is a function of the step and of the stream of random numbers, so a batch stays a
 * pure function of (seed, step). The adaptive kind has one number more, the size of the subset it
 * has reached: whoever trains widens it, and keeps it in the checkpoint.
 *
 * A kind is a row of SAMPLINGS and a file in facts/sampling/ with its ops, which says what it
 * draws, which keys of a preset it uses and what for. */
#ifndef MNEME_FACTS_SAMPLING_H
#define MNEME_FACTS_SAMPLING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/number.h"
#include "base/random.h"
#include "facts/population.h"

enum { SAMPLING_MAX_GROUPS = 64, SAMPLING_MAX_KEYS = 4 };

/* Kinds: ROW(constant, ops, name in presets), in the order that help and manual have. */
#define SAMPLINGS(ROW)                                                                             \
    ROW(UNIFORM, uniform, "uniform")                                                               \
    ROW(POWER_LAW, power_law, "power-law")                                                         \
    ROW(COLUMN, column, "column")                                                                  \
    ROW(CELEBRITIES, celebrities, "celebrities")                                                   \
    ROW(WARM_UP, warm_up, "warm-up")                                                               \
    ROW(SEQUENTIAL, sequential, "sequential")                                                      \
    ROW(GROW, grow, "grow")                                                                        \
    ROW(ADAPTIVE, adaptive, "adaptive")

#define CONSTANT(constant, ops, name) SAMPLING_##constant,
enum sampling_kind { SAMPLINGS(CONSTANT) SAMPLING_KINDS };
#undef CONSTANT

enum growth { GROWTH_LINEAR, GROWTH_GEOMETRIC };

struct sampling_options {
    enum sampling_kind kind;
    /* The keys of [sampling]; those that the kind does not use are at their defaults. */
    struct optional_number alpha;
    uint64_t celebrities;
    struct optional_number weight;
    uint64_t subset, epochs, steps, groups, repeats;
    enum growth growth;
    double factor;
    char *column; /* null or empty: not given; must outlive the sampling */
};

/* What is sampled from, and for how long. */
struct sampling_size {
    uint64_t known; /* individuals */
    uint64_t batch; /* individuals drawn for a step */
    uint64_t steps; /* in all; their share for each group of the sequential kind follows */
    /* Whose facts a kind may weigh by; must outlive the sampling. Null is enough to check, and for
     * kinds that need none. */
    const struct population *population;
};

/* Individuals first .. first+count-1. */
struct crowd {
    uint64_t first, count;
    double weight; /* how often each is drawn, relative to those of other crowds */
};

struct discrete;
struct sampling_ops;

struct sampling {
    const struct sampling_ops *ops;
    struct sampling_options options;
    struct sampling_size size;
    /* What the ops need, of those that do: */
    uint64_t length;           /* steps until all are drawn */
    uint64_t subset;           /* individuals drawn until sampling_widen is called again */
    struct crowd crowd[2];     /* whose weights differ */
    double *weight;            /* [size.known] numbers of a column */
    struct discrete *discrete; /* of individuals or of crowds; null where nobody's weight differs */
};

/* What a kind of sampling is. Of a step it is asked by its number 0, 1, ...; between steps of the
 * same crowd nobody's weight changes. */
struct sampling_ops {
    const char *how;   /* it samples, in the manual's words: "only a subset at first" */
    const char *needs; /* the keys that must be given: "subset, and epochs or steps"; null: none */
    /* Those of [sampling] that it uses, beside kind; they end where the name is null. */
    struct sampling_key {
        const char *name, *use;
    } keys[SAMPLING_MAX_KEYS];
    bool alike; /* all are drawn alike at any step, so that an evaluation may ask the first alone */

    /* Null where any options will do: as sampling_check. */
    bool (*check)(const struct sampling_options *options, const struct sampling_size *size,
                  struct error *err);
    /* Null where options and size are all it needs. On false sampling_free is called. */
    bool (*init)(struct sampling *sampling, struct error *err);
    /* The individuals that can be drawn at a step; no kind is without. */
    struct crowd (*crowd)(const struct sampling *sampling, uint64_t step);
    /* One of them, and how often each is drawn, relative to others; both null where they are drawn
     * alike. */
    uint64_t (*draw)(const struct sampling *sampling, uint64_t step, struct random *random);
    double (*weight)(const struct sampling *sampling, uint64_t step, uint64_t individual);
    /* Null where nobody is singled out: as sampling_subset. */
    uint64_t (*subset)(const struct sampling *sampling, uint64_t step);
    /* Null where there are no groups: as sampling_group. */
    struct crowd (*group)(const struct sampling *sampling, uint64_t group);
    /* Null where a run's record is to say nothing of it: as sampling_widens_at. */
    bool (*widens_at)(const struct sampling *sampling, uint64_t step);
    /* Null where the step alone decides: lets more individuals in, by sampling->subset, which goes
     * into checkpoints. */
    void (*widen)(struct sampling *sampling);
};

#define OPS(constant, ops, name) extern const struct sampling_ops sampling_##ops;
SAMPLINGS(OPS)
#undef OPS

extern const struct sampling_ops *const sampling_kinds[SAMPLING_KINDS];
extern const char *const sampling_names[SAMPLING_KINDS + 1]; /* ends with null */

/* ERROR_INPUT, in terms of a preset's keys, where the kind lacks something it needs or the numbers
 * do not fit the size. */
bool sampling_check(const struct sampling_options *options, const struct sampling_size *size,
                    struct error *err);

/* ERROR_INPUT as sampling_check, and where facts lack what the kind weighs by. */
bool sampling_init(struct sampling *sampling, const struct sampling_options *options,
                   const struct sampling_size *size, struct error *err);

void sampling_free(struct sampling *sampling);

/* The individual of one place in the batch of step 0, 1, ... */
uint64_t sampling_draw(const struct sampling *sampling, uint64_t step, struct random *random);

/* How often an individual is drawn at a step, relative to others. */
double sampling_weight(const struct sampling *sampling, uint64_t step, uint64_t individual);

/* The individuals that can be drawn at a step; of a mixture the tuned ones alone. */
struct crowd sampling_crowd(const struct sampling *sampling, uint64_t step);

/* How many individuals, the first ones, a step singles out: those that alone are drawn, or that are
 * drawn more often; 0 where there are none. */
uint64_t sampling_subset(const struct sampling *sampling, uint64_t step);

/* How many groups the known individuals are cut into, one trained on after the other, and the
 * individuals of one of them; 0 where there are none. */
uint64_t sampling_groups(const struct sampling *sampling);
struct crowd sampling_group(const struct sampling *sampling, uint64_t group);

/* How many individuals, the first ones, an evaluation that asks `count` known ones spreads over:
 * those themselves where all are drawn alike, otherwise all known. */
uint64_t sampling_asked(const struct sampling *sampling, uint64_t count);

/* Whether a subset widens by itself between the batch of step - 1 and that of step, at once. */
bool sampling_widens_at(const struct sampling *sampling, uint64_t step);

/* Whether what is drawn depends on what was learned: whoever trains calls sampling_widen, which
 * lets more individuals in, one at least unless all are. */
bool sampling_adapts(enum sampling_kind kind);
void sampling_widen(struct sampling *sampling);

/* Goes on with the subset that one which adapts had reached; of others, and with 0, nothing. */
void sampling_restore(struct sampling *sampling, uint64_t subset);

/* How often each individual of a crowd is drawn; 0 for one that is not in it. */
double crowd_weight(const struct crowd *crowd, uint64_t individual);

#endif
