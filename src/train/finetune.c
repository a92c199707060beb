#include "train/finetune.h"

#include <inttypes.h>

#include "model/transformer.h"

bool tuning_check(const struct tuning_options *options, const struct population_options *population,
                  const struct sampling_options *sampling, const struct schedule *schedule,
                  struct error *err)
{
    if (options->after == 0)
        return true;
    if (options->after >= schedule->steps)
        return error_set(err, ERROR_INPUT,
                         "fine-tuning.after = %" PRIu64 " leaves none of train.steps = %" PRIu64,
                         options->after, schedule->steps);
    if (options->who == TUNED_NEW)
        return population->fine_tuning > 0 ||
               error_set(err, ERROR_INPUT,
                         "fine-tuning.who = new needs population.fine_tuning above 0");
    return (sampling->kind == SAMPLING_CELEBRITIES && sampling->celebrities < population->known) ||
           error_set(err, ERROR_INPUT,
                     "fine-tuning.who = rare needs sampling.kind = celebrities, and others beside "
                     "them");
}

/* Who is fine-tuned on, and who is old. */
static void divide(struct tuning *tuning, const struct population_options *population,
                   const struct sampling_options *sampling)
{
    uint64_t known = population->known;
    if (tuning->options.who == TUNED_NEW) {
        tuning->tuned = (struct crowd){known + population->fresh, population->fine_tuning, 1};
        tuning->old = (struct crowd){0, known, tuning->options.replay};
    } else {
        uint64_t celebrities = sampling->celebrities;
        tuning->tuned = (struct crowd){celebrities, known - celebrities, 1};
        tuning->old = (struct crowd){0, celebrities, tuning->options.replay};
    }
}

bool tuning_init(struct tuning *tuning, const struct tuning_options *options,
                 const struct population_options *population,
                 const struct sampling_options *sampling, const struct schedule *schedule,
                 struct error *err)
{
    *tuning = (struct tuning){.options = *options, .schedule = *schedule};
    tuning->schedule.steps = tuning_steps_before(options, schedule->steps);
    if (!tuning_check(options, population, sampling, schedule, err))
        return false;
    if (options->after == 0)
        return true;
    divide(tuning, population, sampling);
    return sampling_init_mixture(&tuning->mixture, &tuning->tuned, &tuning->old, err);
}

void tuning_free(struct tuning *tuning)
{
    sampling_free(&tuning->mixture);
    *tuning = (struct tuning){0};
}

uint64_t tuning_steps_before(const struct tuning_options *options, uint64_t steps)
{
    return options->after > 0 ? options->after : steps;
}

bool tuning_begins(const struct tuning *tuning, uint64_t step)
{
    return tuning->options.after > 0 && step == tuning->options.after;
}

bool tuning_shows(const struct tuning *tuning, uint64_t step)
{
    return tuning->options.after > 0 && step > tuning->options.after;
}

bool tuning_holds(const struct tuning *tuning, uint64_t step)
{
    return tuning_begins(tuning, step) || tuning_shows(tuning, step);
}

double tuning_lr(const struct tuning *tuning, uint64_t step)
{
    return tuning_holds(tuning, step) ? tuning->options.lr : schedule_lr(&tuning->schedule, step);
}

const struct sampling *tuning_sampling(const struct tuning *tuning, const struct sampling *before,
                                       uint64_t step)
{
    return tuning_holds(tuning, step) ? &tuning->mixture : before;
}

uint64_t tuning_drawn(const struct tuning *tuning, const struct sampling *before, uint64_t step)
{
    if (!tuning_holds(tuning, step))
        return sampling_crowd(before, step).count;
    return tuning->tuned.count + (tuning->options.replay > 0 ? tuning->old.count : 0);
}

unsigned tuning_frozen(const struct tuning *tuning, uint64_t step)
{
    const struct tuning_options *options = &tuning->options;
    if (!tuning_holds(tuning, step))
        return 0;
    return (unsigned)options->freeze_embedding << MODEL_EMBEDDING |
           (unsigned)options->freeze_attention << MODEL_ATTENTION |
           (unsigned)options->freeze_feed_forward << MODEL_FEED_FORWARD;
}

void tuning_count_exposures(const struct tuning *tuning, const struct sampling *before,
                            size_t batch, uint64_t steps, struct exposures *exposures)
{
    uint64_t until = tuning_steps_before(&tuning->options, steps);
    exposures_advance(exposures, before, batch, until < steps ? until : steps);
    if (steps > until)
        exposures_advance(exposures, &tuning->mixture, batch, steps);
}
