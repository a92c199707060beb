/* Who is sampled when: which individuals the batch of a step is drawn from, and how often.
 *
 * What is drawn is a function of the step and of the stream of random numbers, so a batch stays a
 * pure function of (seed, step). The adaptive kind has one number more, the size of the subset it
 * has reached: whoever trains widens it, and keeps it in the checkpoint.
 *
 * Kinds (Zucchet et al. 2025, section 4; grow and adaptive are proposed there and not tried):
 * - uniform: everybody alike;
 * - power-law: individual i = 1, 2, ... in proportion to i^-alpha;
 * - celebrities: the first ones `weight` times as often as the others;
 * - warm-up: the first `subset` individuals for a number of steps, then all;
 * - sequential: `groups` of equal size one after the other, the round made `repeats` times;
 * - grow: the first `subset` individuals and more with every step, all after `steps`;
 * - adaptive: the first `subset` individuals until sampling_widen lets others in. */
#ifndef MNEME_FACTS_SAMPLING_H
#define MNEME_FACTS_SAMPLING_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/number.h"
#include "base/random.h"

enum { SAMPLING_MAX_GROUPS = 64 };

enum sampling_kind {
    SAMPLING_UNIFORM,
    SAMPLING_POWER_LAW,
    SAMPLING_CELEBRITIES,
    SAMPLING_WARM_UP,
    SAMPLING_SEQUENTIAL,
    SAMPLING_GROW,
    SAMPLING_ADAPTIVE,
    SAMPLING_MIXTURE, /* made by sampling_init_mixture alone */
};

enum growth { GROWTH_LINEAR, GROWTH_GEOMETRIC };

struct sampling_options {
    enum sampling_kind kind;
    struct optional_number alpha;  /* power-law */
    uint64_t celebrities;          /* celebrities: how many */
    struct optional_number weight; /* celebrities: how many times as often as anybody else */
    uint64_t subset;               /* warm-up, grow, adaptive: individuals training begins on */
    uint64_t epochs;               /* warm-up: how long, in epochs of known / batch steps, ... */
    uint64_t steps;                /* ... or in steps; grow: until all are drawn */
    uint64_t groups, repeats;      /* sequential */
    enum growth growth;            /* grow */
    double factor;                 /* adaptive: how much a subset widens; 0: to all at once */
};

/* What is sampled from, and for how long. */
struct sampling_size {
    uint64_t known; /* individuals */
    uint64_t batch; /* individuals drawn for a step */
    uint64_t steps; /* in all; their share for each group of the sequential kind follows */
};

/* Individuals first .. first+count-1. */
struct crowd {
    uint64_t first, count;
    double weight; /* how often each is drawn, relative to those of other crowds */
};

struct sampling_table;

struct sampling {
    struct sampling_options options;
    struct sampling_size size;
    uint64_t length;       /* warm-up, grow: steps until all are drawn */
    uint64_t subset;       /* adaptive: individuals drawn now; 0 for other kinds */
    struct crowd crowd[2]; /* celebrities, mixture */
    /* Of individuals (power-law) or of crowds (celebrities, mixture); null for other kinds. */
    struct sampling_table *table;
};

/* ERROR_INPUT, in terms of a preset's keys, where the kind lacks something it needs or the numbers
 * do not fit the size. */
bool sampling_check(const struct sampling_options *options, const struct sampling_size *size,
                    struct error *err);

/* ERROR_INPUT as sampling_check. */
bool sampling_init(struct sampling *sampling, const struct sampling_options *options,
                   const struct sampling_size *size, struct error *err);

/* The mixture that fine-tuning with replay needs: every individual of `fresh` in proportion to
 * fresh->weight (1), every one of `old` in proportion to old->weight. Shares of the whole follow:
 * the old ones have old->weight old->count / (fresh->weight fresh->count + old->weight old->count).
 * ERROR_INPUT where nobody can be drawn or a weight is negative or not finite. */
bool sampling_init_mixture(struct sampling *sampling, const struct crowd *fresh,
                           const struct crowd *old, struct error *err);
void sampling_free(struct sampling *sampling);

/* The individual of one place in the batch of step 0, 1, ... */
uint64_t sampling_draw(const struct sampling *sampling, uint64_t step, struct random *random);

/* How often an individual is drawn at a step, relative to others. */
double sampling_weight(const struct sampling *sampling, uint64_t step, uint64_t individual);

/* The individuals that can be drawn at a step; of a mixture the fresh ones alone. */
struct crowd sampling_crowd(const struct sampling *sampling, uint64_t step);

/* How many individuals, the first ones, a step singles out: those that alone are drawn (warm-up,
 * grow, adaptive; in the end all), the celebrities; 0 for the other kinds. */
uint64_t sampling_subset(const struct sampling *sampling, uint64_t step);

/* The individuals of a group of the sequential kind, below options.groups. */
struct crowd sampling_group(const struct sampling *sampling, uint64_t group);

/* How many individuals, the first ones, an evaluation that asks `count` known ones spreads over:
 * those themselves where all are drawn alike, otherwise all known. */
uint64_t sampling_asked(const struct sampling *sampling, uint64_t count);

/* Adaptive: lets more individuals in, one at least unless all are. */
void sampling_widen(struct sampling *sampling);

#endif
