/* What a model answered to one question over training: an answer for each step at which it was
 * asked. */
#ifndef MNEME_MEASURE_QUESTION_TRACK_H
#define MNEME_MEASURE_QUESTION_TRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strings.h"
#include "measure/answer.h"

struct question_point {
    uint64_t step;
    double truth; /* its probability; NAN where the track has no truth */
    size_t values;
    size_t value[ANSWER_CANDIDATES]; /* [values] index in the track's; likeliest first */
    double probability[ANSWER_CANDIDATES];
    bool recorded; /* for who keeps a record */
};

struct question_track {
    char *prompt;                 /* as the model reads it */
    char *truth;                  /* null where there is none */
    struct strings value;         /* each that was among the likeliest at some step, once */
    struct question_point *point; /* [points] ascending, a step once */
    size_t points, room;
};

/* A value and its probability, of somebody else's text. */
struct question_value {
    const char *text;
    double probability;
};

/* An answer as it is added. */
struct question_answer {
    uint64_t step;
    const char *truth; /* null: there is none */
    double truth_probability;
    struct question_value value[ANSWER_CANDIDATES]; /* [values] likeliest first */
    size_t values;
};

/* On false it is empty. */
bool question_track_init(struct question_track *track, const char *prompt, struct error *err);
void question_track_free(struct question_track *track);

/* What an answer says, as long as that is there. */
struct question_answer question_answer_of(const struct answer *answer, uint64_t step);

/* Adds an answer at its place; one of the same step is replaced. On false the points are as before.
 */
bool question_track_add(struct question_track *track, const struct question_answer *answer,
                        struct error *err);

/* Forgets all points after a step. */
void question_track_forget(struct question_track *track, uint64_t step);

/* The last point up to a step; null where there is none. */
const struct question_point *question_track_at(const struct question_track *track, uint64_t step);

/* The probability of a value at a point: NAN where it was not among the likeliest. */
double question_point_probability(const struct question_point *point, size_t value);

/* The values besides the truth that were likeliest at some step, the likeliest first: up to `most`
 * of them in value[most], *count in all. */
bool question_track_rivals(const struct question_track *track, size_t *value, size_t most,
                           size_t *count, struct error *err);

/* Makes `to`, which is empty, the same as `from`; or as a track of its one point `at` alone. On
 * false it is empty. */
bool question_track_copy(struct question_track *to, const struct question_track *from,
                         struct error *err);
bool question_track_copy_point(struct question_track *to, const struct question_track *from,
                               size_t at, struct error *err);

#endif
