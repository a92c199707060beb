/* The tracker: what the evaluations of a run say, taken one after the other. It follows the phases
 * of the model, what is known of each fact, and when an adaptive sampling lets more individuals in.
 *
 * Where a patched model begins, its phases and facts are looked at apart from its reference's.
 * Phases are those of the training before a fine-tuning. */
#ifndef MNEME_TRAIN_TRACKER_H
#define MNEME_TRAIN_TRACKER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/exposures.h"
#include "facts/population.h"
#include "measure/phase.h"
#include "train/baselines.h"
#include "train/checkpoint.h"
#include "train/evaluation.h"
#include "train/history.h"
#include "train/plan.h"
#include "train/status_board.h"
#include "train/widening.h"

struct tracker {
    const struct plan *plan;
    struct history *history;    /* gets evaluations and facts */
    struct status_board *board; /* gets phases */
    struct phase_detector *detector;
    struct widening widening;
    struct exposures exposures;
    uint64_t evaluated; /* 1 + step of the newest evaluation; 0 before the first */
};

/* sampling is the plan's, which an adaptive one is widened through; baseline of the population in
 * nats. What is pointed to must outlive it. On false it can be freed. */
bool tracker_init(struct tracker *tracker, const struct plan *plan, struct sampling *sampling,
                  const struct population *population, double baseline, struct history *history,
                  struct status_board *board, struct error *err);
void tracker_free(struct tracker *tracker);

/* An adaptive sampling goes on as the checkpoint's; in a fork it begins here where that had another
 * kind. ERROR_DATA as widening_go_on. */
bool tracker_go_on(struct tracker *tracker, const struct trainer_checkpoint *from, bool forks,
                   struct error *err);

/* Fills in what a checkpoint keeps of it. */
void tracker_save(const struct tracker *tracker, struct trainer_checkpoint *checkpoint);

/* Looks at what follows from step `step` on as the plan has it. */
bool tracker_move(struct tracker *tracker, uint64_t step, struct error *err);

/* Takes an evaluation that was just made: completes *point with facts and phase, and adds it and
 * its circuits to the history. *changed tells of another phase. */
bool tracker_take(struct tracker *tracker, struct evaluation *evaluation,
                  struct evaluation_point *point, bool *changed, struct error *err);

/* Lets more individuals in where the evaluation shows that those who are drawn are learned. */
bool tracker_widen(struct tracker *tracker, const struct evaluation_point *point,
                   struct widened *widened, struct error *err);

/* Takes an evaluation of an earlier life of the run from its record, which may know no baselines.
 */
bool tracker_restore(struct tracker *tracker, struct baselines *baselines,
                     const struct evaluation_point *recorded, struct error *err);

/* Counts who was trained on up to step `step` under the plan of another run, where this one began
 * as that; in the order of steps. */
void tracker_restore_exposures(struct tracker *tracker, const struct plan *earlier, uint64_t step);

#endif
