#include "train/baselines.h"

#include <math.h>

#include "facts/batch.h"

#define SAME_BASELINE 0.01 /* relative */

/* Individuals first .. first+among-1, `count` of them, as batch_spread takes them. */
static bool init_asked(struct frequencies *asked, const struct population *population,
                       uint64_t first, uint64_t among, size_t count, struct error *err)
{
    if (!frequencies_init(asked, population, err))
        return false;
    for (size_t i = 0; i < count; i++)
        frequencies_add(asked, batch_spread(first, among, i, count), 1);
    return true;
}

bool baselines_init(struct baselines *baselines, const struct baselines_subject *subject,
                    struct error *err)
{
    const struct population *population = subject->population;
    uint64_t among = sampling_asked(subject->sampling, subject->known);
    *baselines = (struct baselines){.subject = *subject};
    bool made = init_asked(&baselines->known, population, 0, among, subject->known, err) &&
                init_asked(&baselines->held_out, population, population->size.known,
                           subject->held_out, subject->held_out, err) &&
                frequencies_init(&baselines->drawn, population, err);
    if (!made)
        baselines_free(baselines);
    return made;
}

void baselines_free(struct baselines *baselines)
{
    frequencies_free(&baselines->known);
    frequencies_free(&baselines->held_out);
    frequencies_free(&baselines->drawn);
    *baselines = (struct baselines){0};
}

/* Everybody who is drawn at a step, as often as that is. */
static void count_drawn(struct frequencies *drawn, const struct population *population,
                        const struct sampling *sampling, uint64_t step)
{
    uint64_t individuals = population_individuals(population);
    frequencies_clear(drawn);
    for (uint64_t i = 0; i < individuals; i++) {
        double weight = sampling_weight(sampling, step, i);
        if (weight > 0)
            frequencies_add(drawn, i, weight);
    }
}

void baselines_move(struct baselines *baselines, uint64_t step, uint64_t subset)
{
    const struct baselines_subject *s = &baselines->subject;
    uint64_t last = step > 0 ? step - 1 : 0;
    struct sampling sampling = *finetune_sampling(s->finetune, s->sampling, last);
    sampling_restore(&sampling, subset);
    struct crowd crowd = sampling_crowd(&sampling, last);
    baselines->draws = (double)step * (double)s->batch;
    bool same = baselines->drawn.total > 0 && baselines->ops == sampling.ops &&
                baselines->crowd.first == crowd.first && baselines->crowd.count == crowd.count;
    if (same)
        return;
    count_drawn(&baselines->drawn, s->population, &sampling, last);
    baselines->ops = sampling.ops;
    baselines->crowd = crowd;
}

struct baseline baselines_now(const struct baselines *baselines)
{
    const struct frequencies *drawn = &baselines->drawn;
    return (struct baseline){
        .known = frequencies_mean_cost(&baselines->known, drawn, baselines->draws),
        .held_out = frequencies_mean_cost(&baselines->held_out, drawn, baselines->draws),
        .uniform = baselines->subject.uniform,
    };
}

void baselines_restore(struct baselines *baselines, uint64_t step, struct evaluation_point *point)
{
    if (isfinite(point->baseline.known))
        return;
    baselines_move(baselines, step, point->subset);
    point->baseline = baselines_now(baselines);
}

bool baselines_differ(double one, double other)
{
    return fabs(one / other - 1) > SAME_BASELINE;
}
