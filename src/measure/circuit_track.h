/* Circuits over training: one measurement after another, all of models of one shape. */
#ifndef MNEME_MEASURE_CIRCUIT_TRACK_H
#define MNEME_MEASURE_CIRCUIT_TRACK_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "measure/circuits.h"

struct circuits_point {
    uint64_t step;
    double seconds; /* spent training so far */
    struct circuits known, held_out;
};

struct circuit_track {
    size_t layers, heads; /* of all points; 0 while there is none */
    uint64_t *step;       /* [points] ascending */
    double *mean;         /* [points][2][CIRCUITS][layers][heads] of known and of new individuals */
    size_t points, room;
};

/* Adds a copy of a measurement; earlier ones of this step and of later steps are forgotten.
 * ERROR_DATA where its shape is another one. On false the track is as before. */
bool circuit_track_add(struct circuit_track *track, const struct circuits_point *point,
                       struct error *err);
void circuit_track_free(struct circuit_track *track);

/* Forgets all points after a step. */
void circuit_track_forget(struct circuit_track *track, uint64_t step);

/* Brings `to`, an earlier copy of `from` or empty, up to date. */
bool circuit_track_copy(struct circuit_track *to, const struct circuit_track *from,
                        struct error *err);

/* One measurement, its numbers where they lie in the track; seconds are not kept. */
struct circuits_point circuit_track_point(const struct circuit_track *track, size_t index);

#endif
