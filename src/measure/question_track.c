#include "measure/question_track.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

bool question_track_init(struct question_track *track, const char *prompt, struct error *err)
{
    *track = (struct question_track){.prompt = memory_string(prompt, err)};
    return track->prompt != NULL;
}

void question_track_free(struct question_track *track)
{
    memory_free(track->prompt);
    memory_free(track->truth);
    strings_free(&track->value);
    memory_free(track->point);
    *track = (struct question_track){0};
}

struct question_answer question_answer_of(const struct answer *answer, uint64_t step)
{
    struct question_answer of = {
        .step = step,
        .truth = answer->has_truth ? answer->truth : NULL,
        .truth_probability = answer->truth_probability,
        .values = answer->candidates,
    };
    for (size_t c = 0; c < answer->candidates; c++)
        of.value[c] =
            (struct question_value){answer->candidate[c].text, answer->candidate[c].probability};
    return of;
}

static bool find_value(struct question_track *track, const char *text, size_t *value,
                       struct error *err)
{
    for (*value = 0; *value < track->value.count; ++*value)
        if (strcmp(track->value.text[*value], text) == 0)
            return true;
    return strings_add(&track->value, text, err);
}

static bool make_point(struct question_track *track, const struct question_answer *answer,
                       struct question_point *point, struct error *err)
{
    *point = (struct question_point){.step = answer->step, .truth = NAN};
    if (answer->truth)
        point->truth = answer->truth_probability;
    if (answer->truth && !track->truth) {
        track->truth = memory_string(answer->truth, err);
        if (!track->truth)
            return false;
    }
    for (; point->values < answer->values; point->values++) {
        const struct question_value *value = &answer->value[point->values];
        point->probability[point->values] = value->probability;
        if (!find_value(track, value->text, &point->value[point->values], err))
            return false;
    }
    return true;
}

/* How many points come before a step. */
static size_t count_before(const struct question_track *track, uint64_t step)
{
    size_t low = 0, high = track->points;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (track->point[middle].step < step)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool question_track_add(struct question_track *track, const struct question_answer *answer,
                        struct error *err)
{
    struct question_point point;
    void *points = track->point;
    if (!make_point(track, answer, &point, err) ||
        !memory_make_room(&points, track->points, &track->room, sizeof point, err))
        return false;
    track->point = points;
    size_t at = count_before(track, point.step);
    bool is_there = at < track->points && track->point[at].step == point.step;
    if (!is_there)
        memmove(track->point + at + 1, track->point + at, (track->points++ - at) * sizeof point);
    track->point[at] = point;
    return true;
}

void question_track_forget(struct question_track *track, uint64_t step)
{
    while (track->points > 0 && track->point[track->points - 1].step > step)
        track->points--;
}

const struct question_point *question_track_at(const struct question_track *track, uint64_t step)
{
    size_t before = step < UINT64_MAX ? count_before(track, step + 1) : track->points;
    return before > 0 ? &track->point[before - 1] : NULL;
}

double question_point_probability(const struct question_point *point, size_t value)
{
    for (size_t v = 0; v < point->values; v++)
        if (point->value[v] == value)
            return point->probability[v];
    return NAN;
}

/* The largest probability that each value had. */
static double *find_peaks(const struct question_track *track, struct error *err)
{
    double *peak = memory_new(track->value.count + 1, sizeof *peak, err);
    for (size_t p = 0; peak && p < track->points; p++) {
        const struct question_point *point = &track->point[p];
        for (size_t v = 0; v < point->values; v++)
            peak[point->value[v]] = fmax(peak[point->value[v]], point->probability[v]);
    }
    return peak;
}

/* Puts a value at its place among those with larger and smaller peaks. */
static size_t rank(size_t value, const double *peak, size_t *ranked, size_t count, size_t most)
{
    size_t at = count < most ? count : most;
    for (; at > 0 && peak[ranked[at - 1]] < peak[value]; at--)
        if (at < most)
            ranked[at] = ranked[at - 1];
    if (at < most)
        ranked[at] = value;
    return count < most ? count + 1 : most;
}

bool question_track_rivals(const struct question_track *track, size_t *value, size_t most,
                           size_t *count, struct error *err)
{
    double *peak = find_peaks(track, err);
    *count = 0;
    for (size_t v = 0; peak && v < track->value.count; v++)
        if (peak[v] > 0 && !(track->truth && strcmp(track->value.text[v], track->truth) == 0))
            *count = rank(v, peak, value, *count, most);
    bool found = peak != NULL;
    memory_free(peak);
    return found;
}

/* Everything but the points. */
static bool copy_words(struct question_track *to, const struct question_track *from,
                       struct error *err)
{
    bool copied = question_track_init(to, from->prompt, err);
    if (copied && from->truth)
        to->truth = memory_string(from->truth, err);
    copied = copied && (!from->truth || to->truth);
    for (size_t v = 0; copied && v < from->value.count; v++)
        copied = strings_add(&to->value, from->value.text[v], err);
    return copied;
}

static bool copy(struct question_track *to, const struct question_track *from, size_t first,
                 size_t count, struct error *err)
{
    bool copied = copy_words(to, from, err);
    if (copied && count > 0) {
        to->point = memory_new(count, sizeof *to->point, err);
        copied = to->point != NULL;
    }
    if (!copied) {
        question_track_free(to);
        return false;
    }
    if (count > 0)
        memcpy(to->point, from->point + first, count * sizeof *to->point);
    to->points = to->room = count;
    return true;
}

bool question_track_copy(struct question_track *to, const struct question_track *from,
                         struct error *err)
{
    return copy(to, from, 0, from->points, err);
}

bool question_track_copy_point(struct question_track *to, const struct question_track *from,
                               size_t at, struct error *err)
{
    return copy(to, from, at, 1, err);
}
