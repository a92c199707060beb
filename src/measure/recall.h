/* Recall: how well individuals' attributes are known.
 *
 * Attribute loss: cross-entropy (nats) summed over the tokens of a value, averaged over all values
 * that are told. Attribute accuracy: share of values whose tokens are all the likeliest ones,
 * teacher forced. Confidence: the largest probability and the entropy of the predictive
 * distribution, averaged over value tokens. (Zucchet et al. 2025, section 2.) Calibration: of the
 * same distributions, see measure/calibration.h. */
#ifndef MNEME_MEASURE_RECALL_H
#define MNEME_MEASURE_RECALL_H

#include <stddef.h>

#include "base/error.h"
#include "engine/engine.h"
#include "facts/batch.h"
#include "measure/calibration.h"

/* All are NAN where no individual was asked about. */
struct recall {
    double loss, accuracy;
    double max_probability, entropy;
    double attribute_loss[FACTS_MAX_ATTRIBUTES]; /* [attributes] the same, of each attribute */
    double attribute_accuracy[FACTS_MAX_ATTRIBUTES];
    double calibration_error; /* of the curve that follows */
    struct calibration calibration;
};

/* Biographies with evaluation templates, always the same, and where their values are. */
struct recall_set {
    struct batch batch;
    size_t attributes;
    size_t *position; /* [positions] inputs that predict value tokens, ascending */
    size_t positions;
    size_t *value_start;     /* [values + 1] which positions belong to each value */
    size_t *value_slot;      /* [values] whose it is, of the batch's individuals; ascending */
    size_t *value_attribute; /* [values] */
    size_t values;
    struct prediction *prediction; /* [positions] of the last measurement */
};

/* Individuals first .. first+count-1. ERROR_INPUT where there are fewer names. On false the set is
 * empty. */
bool recall_set_init(struct recall_set *set, const struct population *population,
                     const struct vocabulary *vocabulary, uint64_t first, size_t count,
                     struct error *err);

/* `count` individuals spread evenly over first .. first+among-1, which are at least as many.
 * Errors as above. */
bool recall_set_init_spread(struct recall_set *set, const struct population *population,
                            const struct vocabulary *vocabulary, uint64_t first, uint64_t among,
                            size_t count, struct error *err);
void recall_set_free(struct recall_set *set);

/* Asks the engine's model. ERROR_CANCELLED when *cancel (may be null) became true meanwhile. */
bool recall_measure(struct recall_set *set, struct engine *engine, const atomic_bool *cancel,
                    struct recall *recall, struct error *err);

/* What set->prediction says; recall_measure fills it in first. */
void recall_score(const struct recall_set *set, struct recall *recall);

/* The same of the set's individuals within first .. first+count-1 alone. */
void recall_score_within(const struct recall_set *set, uint64_t first, uint64_t count,
                         struct recall *recall);

/* The loss of a model that knows how frequent values are and nobody's own: the mean over
 * attributes, each as often as it is told, of population_entropy. *pools is the same in a
 * population without end (facts/pool_entropy.h). */
bool recall_baseline(const struct population *population, double *baseline, double *pools,
                     struct error *err);

#endif
