#include "train/history.h"

#include "base/memory.h"

bool history_init(struct history *history, struct error *err)
{
    *history = (struct history){0};
    int failure = pthread_mutex_init(&history->lock, NULL);
    return failure ? error_system(err, failure, "cannot make a lock") : true;
}

static void forget_all(struct history *history)
{
    for (size_t i = 0; i < history->evaluations; i++)
        knowledge_snapshot_free(&history->evaluation[i].snapshot);
    memory_free(history->training);
    memory_free(history->evaluation);
    circuit_track_free(&history->circuits);
    turns_free(&history->turns);
    knowledge_free(&history->knowledge);
}

void history_free(struct history *history)
{
    forget_all(history);
    pthread_mutex_destroy(&history->lock);
}

void history_begin_anew(struct history *history)
{
    history_hold(history);
    forget_all(history);
    history->training = NULL;
    history->evaluation = NULL;
    history->trainings = history->training_room = 0;
    history->evaluations = history->evaluation_room = 0;
    history->beginnings++;
    history_release(history);
}

bool history_make_room(struct history *history, struct error *err)
{
    history_hold(history);
    void *array = history->training;
    bool room = memory_make_room(&array, history->trainings, &history->training_room,
                                 sizeof *history->training, err);
    history->training = array;
    history_release(history);
    return room;
}

bool history_add_training(struct history *history, const struct training_point *point,
                          struct error *err)
{
    if (!history_make_room(history, err))
        return false;
    history_hold(history);
    history->training[history->trainings++] = *point;
    history_release(history);
    return true;
}

/* A point whose snapshot, if it has one, is a copy. */
static bool copy_evaluation(struct evaluation_point *copy, const struct evaluation_point *point,
                            struct error *err)
{
    *copy = *point;
    return !point->snapshot.known ||
           knowledge_snapshot_copy(&copy->snapshot, &point->snapshot, err);
}

bool history_add_evaluation(struct history *history, const struct evaluation_point *point,
                            struct error *err)
{
    struct evaluation_point copy;
    if (!copy_evaluation(&copy, point, err))
        return false;
    history_hold(history);
    void *array = history->evaluation;
    bool room =
        memory_make_room(&array, history->evaluations, &history->evaluation_room, sizeof copy, err);
    history->evaluation = array;
    if (room)
        history->evaluation[history->evaluations++] = copy;
    history_release(history);
    if (!room)
        knowledge_snapshot_free(&copy.snapshot);
    return room;
}

bool history_add_circuits(struct history *history, const struct circuits_point *point,
                          struct error *err)
{
    history_hold(history);
    bool added = circuit_track_add(&history->circuits, point, err);
    history_release(history);
    return added;
}

bool history_add_turn(struct history *history, const struct turn *turn, struct error *err)
{
    history_hold(history);
    bool added = turns_add(&history->turns, turn, err);
    history_release(history);
    return added;
}

void history_add_checkpoint(struct history *history, uint64_t step)
{
    history_hold(history);
    turns_save(&history->turns, step);
    history_release(history);
}

bool history_add_snapshot(struct history *history, uint64_t step,
                          const struct knowledge_snapshot *snapshot, struct error *err)
{
    history_hold(history);
    bool added = knowledge_push(&history->knowledge, step, snapshot, err);
    history_release(history);
    return added;
}

void history_forget_facts(struct history *history)
{
    history_hold(history);
    knowledge_free(&history->knowledge);
    history_release(history);
}

void history_hold(struct history *history)
{
    pthread_mutex_lock(&history->lock);
}

void history_release(struct history *history)
{
    pthread_mutex_unlock(&history->lock);
}
