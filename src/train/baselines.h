/* What a model would lose that knows nobody, under what is sampled: it has learned how often the
 * values of those who are drawn are met, and is asked about those who are evaluated.
 *
 * The loss of a model on its plateau comes to this. It is a function of the sampling, of the step
 * and of who is asked: those with rare values cost more. What is sampled now counts, not what was
 * sampled before: that is unlearned within a few hundred steps. What is never drawn costs
 * ln 2n after n draws; see frequencies_cost. */
#ifndef MNEME_TRAIN_BASELINES_H
#define MNEME_TRAIN_BASELINES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/frequencies.h"
#include "facts/population.h"
#include "facts/sampling.h"
#include "train/finetune.h"
#include "train/history.h"

/* Who is asked and who is drawn; all of it must outlive the baselines. */
struct baselines_subject {
    const struct population *population;
    const struct sampling *sampling; /* before any fine-tuning */
    const struct finetune *finetune;
    size_t batch;           /* individuals drawn for a step */
    size_t known, held_out; /* individuals asked, as an evaluation does it */
    double uniform;         /* recall_baseline, in nats */
};

struct baselines {
    struct baselines_subject subject;
    struct frequencies known, held_out; /* of who is asked */
    struct frequencies drawn;           /* of who was drawn last; of nobody yet: total 0 */
    const struct sampling_ops *ops;     /* how */
    struct crowd crowd;                 /* and among whom that was */
    double draws;                       /* until then */
};

bool baselines_init(struct baselines *baselines, const struct baselines_subject *subject,
                    struct error *err);
void baselines_free(struct baselines *baselines);

/* Brings them to a model that has made `step` steps of its own: what the last one's batch was drawn
 * from counts. subset: individuals that an adaptive sampling drew then; 0: as it is now. */
void baselines_move(struct baselines *baselines, uint64_t step, uint64_t subset);

/* There, averaged over attributes, each as often as it is told: NAN where nobody is asked. */
struct baseline baselines_now(const struct baselines *baselines);

/* Of an evaluation, of a model that had made `step` steps of its own, whose record has none: what
 * it would have been. */
void baselines_restore(struct baselines *baselines, uint64_t step, struct evaluation_point *point);

/* Whether two baselines are shown apart: one line is enough for those that are the same within 1 %.
 * False where one of them is NAN. */
bool baselines_differ(double one, double other);

#endif
