/* The weights of a run, and who may look at them when.
 *
 * There are those that are trained, and with patching (train/patching.h) a second set beside them.
 * They change under the write side of a lock alone, which the functions below take; anybody who
 * holds the read side may run the model beside a training step. */
#ifndef MNEME_TRAIN_WEIGHTS_H
#define MNEME_TRAIN_WEIGHTS_H

#include <pthread.h>
#include <stdbool.h>

#include "base/error.h"
#include "model/model.h"
#include "model/shards.h"
#include "train/optimizer.h"
#include "train/patching.h"

struct weights {
    struct model *model;   /* the one that is trained */
    struct model *second;  /* of the same shape; null without patching */
    enum second_role role; /* of the second */
    pthread_rwlock_t lock;
};

/* With second weights that have the role already. The models must outlive it. */
bool weights_init(struct weights *weights, struct model *model, struct model *second,
                  enum second_role role, struct error *err);
void weights_free(struct weights *weights);

/* Between these two the weights stand still. */
void weights_hold(struct weights *weights);
void weights_release(struct weights *weights);

/* One update from the shards' gradients, see optimizer_update. */
void weights_update(struct weights *weights, struct optimizer *optimizer,
                    const struct shards *shards, double norm, double lr);

/* Gives the second weights a later role: keeps in them what the model has now, or exchanges them
 * with the model's, which goes on from what was kept with the other's attention patterns and an
 * optimizer that starts anew. */
void weights_give_role(struct weights *weights, enum second_role role, struct optimizer *optimizer);

#endif
