#include "train/finetune.h"

#include <inttypes.h>

#include "facts/sampling/mixture.h"
#include "model/model.h"

bool finetune_check(const struct finetune_options *options,
                    const struct population_options *population,
                    const struct sampling_options *sampling, const struct schedule *schedule,
                    struct error *err)
{
    if (options->after == 0)
        return true;
    if (options->after >= schedule->steps)
        return error_set(err, ERROR_INPUT,
                         "fine-tuning.after = %" PRIu64 " is not below train.steps = %" PRIu64,
                         options->after, schedule->steps);
    if (options->who == TUNED_NEW)
        return population->fine_tuning > 0 ||
               error_set(err, ERROR_INPUT,
                         "fine-tuning.who = new needs population.fine_tuning above 0");
    return (sampling->celebrities > 0 && sampling->celebrities < population->known) ||
           error_set(err, ERROR_INPUT,
                     "fine-tuning.who = rare needs sampling.kind = celebrities, and known "
                     "individuals besides them");
}

/* Who is fine-tuned on, and who is old. */
static void divide(struct finetune *finetune, const struct population_options *population,
                   const struct sampling_options *sampling)
{
    uint64_t known = population->known;
    if (finetune->options.who == TUNED_NEW) {
        finetune->tuned = (struct crowd){known + population->held_out, population->fine_tuning, 1};
        finetune->old = (struct crowd){0, known, finetune->options.replay};
    } else {
        uint64_t celebrities = sampling->celebrities;
        finetune->tuned = (struct crowd){celebrities, known - celebrities, 1};
        finetune->old = (struct crowd){0, celebrities, finetune->options.replay};
    }
}

bool finetune_init(struct finetune *finetune, const struct finetune_options *options,
                   const struct population_options *population,
                   const struct sampling_options *sampling, const struct schedule *schedule,
                   struct error *err)
{
    *finetune = (struct finetune){.options = *options};
    if (!finetune_check(options, population, sampling, schedule, err))
        return false;
    if (options->after == 0)
        return true;
    divide(finetune, population, sampling);
    return sampling_init_mixture(&finetune->mixture, &finetune->tuned, &finetune->old, err);
}

void finetune_free(struct finetune *finetune)
{
    sampling_free(&finetune->mixture);
    *finetune = (struct finetune){0};
}

uint64_t finetune_steps_before(const struct finetune_options *options, uint64_t steps)
{
    return options->after > 0 ? options->after : steps;
}

bool finetune_starts_at(const struct finetune *finetune, uint64_t step)
{
    return finetune->options.after > 0 && step == finetune->options.after;
}

bool finetune_has_run(const struct finetune *finetune, uint64_t step)
{
    return finetune->options.after > 0 && step > finetune->options.after;
}

bool finetune_covers(const struct finetune *finetune, uint64_t step)
{
    return finetune_starts_at(finetune, step) || finetune_has_run(finetune, step);
}

const struct sampling *finetune_sampling(const struct finetune *finetune,
                                         const struct sampling *before, uint64_t step)
{
    return finetune_covers(finetune, step) ? &finetune->mixture : before;
}

uint64_t finetune_drawn(const struct finetune *finetune, const struct sampling *before,
                        uint64_t step)
{
    if (!finetune_covers(finetune, step))
        return sampling_crowd(before, step).count;
    return finetune->tuned.count + (finetune->options.replay > 0 ? finetune->old.count : 0);
}

unsigned finetune_frozen(const struct finetune *finetune, uint64_t step)
{
    const struct finetune_options *options = &finetune->options;
    if (!finetune_covers(finetune, step))
        return 0;
    return (unsigned)options->freeze_embedding << MODEL_EMBEDDING |
           (unsigned)options->freeze_attention << MODEL_ATTENTION |
           (unsigned)options->freeze_feed_forward << MODEL_FEED_FORWARD;
}

void finetune_count_exposures(const struct finetune *finetune, const struct sampling *before,
                              size_t batch, uint64_t steps, struct exposures *exposures)
{
    uint64_t until = finetune_steps_before(&finetune->options, steps);
    exposures_advance(exposures, before, batch, until < steps ? until : steps);
    if (steps > until)
        exposures_advance(exposures, &finetune->mixture, batch, steps);
}
