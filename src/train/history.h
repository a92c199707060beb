/* What a run has shown so far: the curves a screen draws. Written by the trainer, read by others
 * at any time. */
#ifndef MNEME_TRAIN_HISTORY_H
#define MNEME_TRAIN_HISTORY_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/sampling.h"
#include "measure/circuit_track.h"
#include "measure/knowledge.h"
#include "measure/phase.h"
#include "measure/recall.h"
#include "train/turns.h"

/* After a training step. */
struct training_point {
    uint64_t step;   /* steps made */
    uint64_t tokens; /* trained on so far */
    double seconds;  /* spent training so far */
    double lr, train_loss, grad_norm;
};

/* Recall of a part of the individuals. */
struct part_recall {
    double loss, accuracy;
};

/* What a model loses that knows nobody, on those who are asked and under what was sampled last; see
 * train/baselines.h. */
struct baseline {
    double known, held_out; /* nats */
    double uniform;         /* on all known ones, were they drawn alike: recall_baseline */
};

/* An evaluation. */
struct evaluation_point {
    uint64_t step;
    double seconds;
    struct recall known, held_out;
    struct baseline baseline;  /* NAN in records of Mneme 0.1.0 */
    double bits_per_parameter; /* see measure/capacity.h */
    struct knowledge_summary facts;
    struct knowledge_snapshot snapshot; /* of whoever made the point; a history has its own */
    enum phase phase;
    uint64_t subset; /* individuals the sampling singled out until then; 0: none */
    struct part_recall of_subset;
    uint64_t tuned; /* individuals that are fine-tuned on; 0: not yet, or nobody */
    struct part_recall of_tuned;
    size_t groups;                                    /* of the sampling; 0: none */
    struct part_recall of_group[SAMPLING_MAX_GROUPS]; /* [groups] */
};

struct history {
    pthread_mutex_t lock;
    unsigned long beginnings; /* times it was begun anew: what was copied before is of another */
    struct training_point *training;
    size_t trainings, training_room;
    struct evaluation_point *evaluation;
    size_t evaluations, evaluation_room;
    struct circuit_track circuits;
    struct turns turns;
    struct knowledge knowledge;
};

bool history_init(struct history *history, struct error *err);
void history_free(struct history *history);
/* Room for the point of the next step, asked for before that is made: history_add_training does not
 * fail then. ERROR_MEMORY. */
bool history_make_room(struct history *history, struct error *err);

bool history_add_training(struct history *history, const struct training_point *point,
                          struct error *err);
bool history_add_evaluation(struct history *history, const struct evaluation_point *point,
                            struct error *err);
bool history_add_circuits(struct history *history, const struct circuits_point *point,
                          struct error *err);

bool history_add_turn(struct history *history, const struct turn *turn, struct error *err);

/* Takes what an evaluation found of each fact. */
bool history_add_snapshot(struct history *history, uint64_t step,
                          const struct knowledge_snapshot *snapshot, struct error *err);

/* Begins anew, with nothing. */
void history_begin_anew(struct history *history);

/* A checkpoint was written, for the turns. */
void history_add_checkpoint(struct history *history, uint64_t step);

/* As if nothing of facts had been found: what comes next is about another model. */
void history_forget_facts(struct history *history);

/* Between these two the arrays stand still and may be read; hold on for microseconds only. */
void history_hold(struct history *history);
void history_release(struct history *history);

#endif
