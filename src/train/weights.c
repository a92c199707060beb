#include "train/weights.h"

#include <string.h>

static bool init_lock(pthread_rwlock_t *lock, struct error *err)
{
    pthread_rwlockattr_t writer_first;
    pthread_rwlockattr_init(&writer_first);
#ifdef __GLIBC__
    pthread_rwlockattr_setkind_np(&writer_first, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
#endif
    int failure = pthread_rwlock_init(lock, &writer_first);
    pthread_rwlockattr_destroy(&writer_first);
    return failure ? error_system(err, failure, "cannot make a lock") : true;
}

bool weights_init(struct weights *weights, struct model *model, struct model *second,
                  enum second_role role, struct error *err)
{
    *weights = (struct weights){.model = model, .second = second, .role = role};
    model->reference = role == SECOND_REFERENCE ? second : NULL;
    return init_lock(&weights->lock, err);
}

void weights_free(struct weights *weights)
{
    pthread_rwlock_destroy(&weights->lock);
}

void weights_hold(struct weights *weights)
{
    pthread_rwlock_rdlock(&weights->lock);
}

void weights_release(struct weights *weights)
{
    pthread_rwlock_unlock(&weights->lock);
}

void weights_update(struct weights *weights, struct optimizer *optimizer,
                    const struct shards *shards, double norm, double lr)
{
    pthread_rwlock_wrlock(&weights->lock);
    optimizer_update(optimizer, weights->model, shards, norm, lr);
    pthread_rwlock_unlock(&weights->lock);
}

static void keep_start(struct weights *weights)
{
    const struct model *model = weights->model;
    memcpy(weights->second->weight, model->weight, model->size * sizeof *model->weight);
}

/* The model of the first part becomes the reference; the trained one takes the kept weights. */
static void exchange(struct weights *weights)
{
    struct model *model = weights->model, *second = weights->second;
    real *reference = model->weight;
    model->weight = second->weight;
    second->weight = reference;
    model->reference = second;
}

void weights_give_role(struct weights *weights, enum second_role role, struct optimizer *optimizer)
{
    pthread_rwlock_wrlock(&weights->lock);
    if (weights->role == SECOND_NONE && role > SECOND_NONE)
        keep_start(weights);
    if (weights->role < SECOND_REFERENCE && role == SECOND_REFERENCE) {
        exchange(weights);
        optimizer_reset(optimizer);
    }
    weights->role = role;
    pthread_rwlock_unlock(&weights->lock);
}
