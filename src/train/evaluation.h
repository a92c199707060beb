/* An evaluation: whom it asks, and what it measures of a model. */
#ifndef MNEME_TRAIN_EVALUATION_H
#define MNEME_TRAIN_EVALUATION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/engine.h"
#include "facts/exposures.h"
#include "facts/population.h"
#include "facts/vocabulary.h"
#include "measure/circuits.h"
#include "measure/knowledge.h"
#include "measure/recall.h"
#include "model/model.h"
#include "train/baselines.h"
#include "train/history.h"
#include "train/plan.h"

struct evaluation_options {
    size_t known, held_out; /* individuals asked */
    size_t circuits;        /* individuals of each that circuits are measured on; 0: of none */
};

/* What is evaluated; all of it must outlive the evaluation. */
struct evaluation_subject {
    const struct population *population;
    const struct vocabulary *vocabulary;
    const struct plan *plan;
    const struct model_options *model;
    double baseline; /* where all are drawn alike, of all known; nats */
};

struct evaluation {
    struct evaluation_options options; /* circuits 0 where the model does not attend */
    struct evaluation_subject subject;
    double attribute_baseline[FACTS_MAX_ATTRIBUTES];       /* nats */
    struct recall_set known, held_out, tuned;              /* the last empty without fine-tuning */
    struct circuits_set known_circuits, held_out_circuits; /* empty where none are measured */
    struct baselines baselines;         /* for the step of the last measurement */
    struct circuits_point circuits;     /* what was measured last */
    struct knowledge_snapshot snapshot; /* what was looked at last */
};

/* On false it can be freed. */
bool evaluation_init(struct evaluation *evaluation, const struct evaluation_options *options,
                     const struct evaluation_subject *subject, struct error *err);
void evaluation_free(struct evaluation *evaluation);

/* Measures a model that has made `step` steps of its own: recall of known, new, singled-out and
 * fine-tuned individuals and of groups into *point, and circuits. *measured is false when *cancel
 * was seen true, with nothing useful in either. */
bool evaluation_measure(struct evaluation *evaluation, struct engine *engine,
                        const atomic_bool *cancel, uint64_t step, struct evaluation_point *point,
                        bool *measured, struct error *err);

/* What the known individuals' predictions, measured last, say of each fact: into the snapshot. */
void evaluation_look_at_facts(struct evaluation *evaluation, const struct exposures *exposures);

#endif
