#include "lab/restore.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "config/preset_complete.h"
#include "config/preset_sampling.h"
#include "facts/sampling.h"
#include "record/metrics.h"
#include "train/plan.h"

/* What another run was trained on. */
struct earlier_training {
    struct sampling sampling;
    struct plan plan;
};

static bool earlier_training_init(struct earlier_training *earlier, const struct preset *preset,
                                  const struct population *population, struct error *err)
{
    struct sampling_size size = preset_sampling_size(preset);
    size.population = population;
    if (!preset_check_facts(preset, population->facts, err) ||
        !sampling_init(&earlier->sampling, &preset->sampling, &size, err))
        return false;
    if (plan_init(&earlier->plan, &preset->trainer, &preset->population, &earlier->sampling, err))
        return true;
    sampling_free(&earlier->sampling);
    return false;
}

static void earlier_training_free(struct earlier_training *earlier)
{
    plan_free(&earlier->plan);
    sampling_free(&earlier->sampling);
}

/* An evaluation, and who was trained on until then where the sampling was another. */
static bool restore_evaluation(struct trainer *trainer, const struct evaluation_point *point,
                               struct earlier_training *earlier, struct error *err)
{
    if (earlier) {
        sampling_restore(&earlier->sampling, point->subset);
        trainer_restore_exposures(trainer, &earlier->plan, point->step);
    }
    return trainer_restore_evaluation(trainer, point, err);
}

/* Says what a record has lost of the steps up to `trained`. */
static bool remark_on_record(struct strings *remarks, const struct metrics *metrics,
                             uint64_t trained, const struct error *damage, struct error *err)
{
    char sentence[sizeof damage->message];
    uint64_t steps = 0;
    while (steps < metrics->trainings && metrics->training[steps].step <= trained)
        steps++;
    snprintf(sentence, sizeof sentence, "the record lacks %" PRIu64 " of the %" PRIu64 " steps",
             trained - steps, trained);
    return (damage->kind == ERROR_NONE || strings_add(remarks, damage->message, err)) &&
           (steps >= trained || strings_add(remarks, sentence, err));
}

/* Says how many steps of a record are made again by a run that goes on behind `trained`. */
static bool remark_on_repetition(struct strings *remarks, const struct metrics *metrics,
                                 uint64_t trained, struct error *err)
{
    char from[NUMBER_TEXT], count[NUMBER_TEXT];
    size_t trainings = metrics->trainings;
    uint64_t reached = trainings > 0 ? metrics->training[trainings - 1].step : 0;
    if (reached <= trained)
        return true;
    number_write_grouped(from, trained);
    number_write_grouped(count, reached - trained);
    return strings_take(remarks,
                        memory_format(err, "from the checkpoint of step %s, %s step%s again", from,
                                      count, reached - trained == 1 ? "" : "s"),
                        err);
}

/* Feeds the trainer what a record holds of the steps before `end`, and what was trained up to
 * there; earlier is null where the record is the run's own. */
static bool restore_record(struct trainer *trainer, const struct fact_set *facts, const char *path,
                           uint64_t trained, uint64_t end, struct earlier_training *earlier,
                           struct strings *remarks, struct error *err)
{
    struct error damage = {ERROR_NONE, ""};
    struct metrics metrics = {0};
    bool is_lost = !earlier && !file_exists(path);
    bool fed = (is_lost || metrics_read_past_damage(&metrics, path, facts, &damage, err)) &&
               remark_on_record(remarks, &metrics, trained, &damage, err) &&
               (earlier || remark_on_repetition(remarks, &metrics, trained, err));
    for (size_t i = 0; fed && i < metrics.trainings && metrics.training[i].step <= trained; i++)
        fed = trainer_restore_training(trainer, &metrics.training[i], err);
    for (size_t i = 0; fed && i < metrics.evaluations && metrics.evaluation[i].step < end; i++)
        fed = restore_evaluation(trainer, &metrics.evaluation[i], earlier, err);
    for (size_t i = 0; fed && i < metrics.circuits.points && metrics.circuits.step[i] < end; i++) {
        struct circuits_point point = circuit_track_point(&metrics.circuits, i);
        fed = trainer_restore_circuits(trainer, &point, err);
    }
    turns_forget_rates(&metrics.turns, trained);
    for (size_t i = 0; fed && i < metrics.turns.count && metrics.turns.turn[i].step <= trained; i++)
        fed = trainer_restore_turn(trainer, &metrics.turns.turn[i], err);
    metrics_free(&metrics);
    return fed;
}

bool restore_own(struct trainer *trainer, const struct fact_set *facts, const char *record,
                 uint64_t step, struct strings *remarks, struct error *err)
{
    return restore_record(trainer, facts, record, step, step + 1, NULL, remarks, err);
}

bool restore_other(struct trainer *trainer, const struct population *population, const char *record,
                   const struct preset *preset, uint64_t step, uint64_t subset,
                   struct strings *remarks, struct error *err)
{
    struct earlier_training earlier;
    if (!earlier_training_init(&earlier, preset, population, err))
        return false;
    bool restored =
        restore_record(trainer, population->facts, record, step, step, &earlier, remarks, err);
    sampling_restore(&earlier.sampling, subset);
    if (restored)
        trainer_restore_exposures(trainer, &earlier.plan, step);
    earlier_training_free(&earlier);
    return restored;
}
