#include "train/history.h"

#include "base/memory.h"

bool history_init(struct history *history, struct error *err)
{
    *history = (struct history){0};
    int failure = pthread_mutex_init(&history->lock, NULL);
    return failure ? error_system(err, failure, "cannot make a lock") : true;
}

void history_free(struct history *history)
{
    memory_free(history->training);
    memory_free(history->evaluation);
    circuit_track_free(&history->circuits);
    pthread_mutex_destroy(&history->lock);
}

/* Makes room for one more element; true when there is. */
static bool make_room(void **array, size_t count, size_t *room, size_t size, struct error *err)
{
    if (count < *room)
        return true;
    size_t larger = *room ? 2 * *room : 256;
    void *resized = memory_resize(*array, larger, size, err);
    if (!resized)
        return false;
    *array = resized;
    *room = larger;
    return true;
}

bool history_add_training(struct history *history, const struct training_point *point,
                          struct error *err)
{
    history_hold(history);
    void *array = history->training;
    bool room = make_room(&array, history->trainings, &history->training_room, sizeof *point, err);
    history->training = array;
    if (room)
        history->training[history->trainings++] = *point;
    history_release(history);
    return room;
}

bool history_add_evaluation(struct history *history, const struct evaluation_point *point,
                            struct error *err)
{
    history_hold(history);
    void *array = history->evaluation;
    bool room =
        make_room(&array, history->evaluations, &history->evaluation_room, sizeof *point, err);
    history->evaluation = array;
    if (room)
        history->evaluation[history->evaluations++] = *point;
    history_release(history);
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

void history_hold(struct history *history)
{
    pthread_mutex_lock(&history->lock);
}

void history_release(struct history *history)
{
    pthread_mutex_unlock(&history->lock);
}
