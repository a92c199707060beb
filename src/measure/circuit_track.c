#include "measure/circuit_track.h"

#include <string.h>

#include "base/memory.h"

/* Numbers of a point. */
static size_t numbers(const struct circuit_track *track)
{
    return 2 * CIRCUITS * track->layers * track->heads;
}

static bool make_room(struct circuit_track *track, size_t points, struct error *err)
{
    if (points <= track->room)
        return true;
    size_t room = points < 64 ? 64 : 2 * points;
    uint64_t *step = memory_resize(track->step, room, sizeof *step, err);
    if (!step)
        return false;
    track->step = step;
    double *mean = memory_resize(track->mean, room, numbers(track) * sizeof *mean, err);
    if (!mean)
        return false;
    track->mean = mean;
    track->room = room;
    return true;
}

/* The first point gives the track its shape. */
static bool check_shape(struct circuit_track *track, const struct circuits *circuits,
                        struct error *err)
{
    if (track->room == 0) {
        track->layers = circuits->layers;
        track->heads = circuits->heads;
    }
    return (circuits->layers == track->layers && circuits->heads == track->heads) ||
           error_set(err, ERROR_DATA,
                     "circuits of %zu layers of %zu heads, after some of %zu layers of %zu heads",
                     circuits->layers, circuits->heads, track->layers, track->heads);
}

bool circuit_track_add(struct circuit_track *track, const struct circuits_point *point,
                       struct error *err)
{
    size_t at = track->points;
    while (at > 0 && track->step[at - 1] >= point->step)
        at--;
    if (!check_shape(track, &point->known, err) || !check_shape(track, &point->held_out, err) ||
        !make_room(track, at + 1, err))
        return false;
    size_t half = circuits_size(&point->known);
    double *to = track->mean + at * numbers(track);
    memcpy(to, point->known.mean, half * sizeof *to);
    memcpy(to + half, point->held_out.mean, half * sizeof *to);
    track->step[at] = point->step;
    track->points = at + 1;
    return true;
}

void circuit_track_free(struct circuit_track *track)
{
    memory_free(track->step);
    memory_free(track->mean);
    *track = (struct circuit_track){0};
}

void circuit_track_forget(struct circuit_track *track, uint64_t step)
{
    while (track->points > 0 && track->step[track->points - 1] > step)
        track->points--;
}

bool circuit_track_copy(struct circuit_track *to, const struct circuit_track *from,
                        struct error *err)
{
    to->layers = from->layers;
    to->heads = from->heads;
    if (!make_room(to, from->points, err))
        return false;
    if (from->points > to->points) {
        size_t more = from->points - to->points;
        memcpy(to->step + to->points, from->step + to->points, more * sizeof *to->step);
        memcpy(to->mean + to->points * numbers(to), from->mean + to->points * numbers(to),
               more * numbers(to) * sizeof *to->mean);
    }
    to->points = from->points;
    return true;
}

struct circuits_point circuit_track_point(const struct circuit_track *track, size_t index)
{
    struct circuits half = {
        .layers = track->layers,
        .heads = track->heads,
        .mean = track->mean + index * numbers(track),
    };
    struct circuits_point point = {.step = track->step[index], .known = half, .held_out = half};
    point.held_out.mean += circuits_size(&half);
    return point;
}
