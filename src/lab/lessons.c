#include "lab/lessons.h"

#include <inttypes.h>

#include "base/memory.h"
#include "lab/session_open.h"
#include "record/run.h"

bool lessons_of_preset(struct lessons *lessons, const struct paths *paths,
                       const struct preset *preset, struct error *err)
{
    *lessons = (struct lessons){0};
    return session_open_facts(&lessons->facts, paths, preset, err);
}

static bool open_run(struct lessons *lessons, const struct paths *paths, const struct run *run,
                     struct error *err)
{
    if (!session_open_run_facts(&lessons->facts, paths, run, err))
        return false;
    lessons->run = memory_string(run->name, err);
    char *record = lessons->run ? run_metrics_path(run, err) : NULL;
    bool read = record && metrics_read_drawn(&lessons->drawn, record, err);
    memory_free(record);
    if (!read)
        lessons_free(lessons);
    return read;
}

bool lessons_of_run(struct lessons *lessons, const struct paths *paths, const char *name,
                    struct error *err)
{
    struct run run;
    *lessons = (struct lessons){0};
    bool opened = run_open(&run, paths, name, err) && open_run(lessons, paths, &run, err);
    run_close(&run);
    return opened;
}

void lessons_free(struct lessons *lessons)
{
    memory_free(lessons->run);
    metrics_drawn_free(&lessons->drawn);
    session_close(&lessons->facts, NULL);
    *lessons = (struct lessons){0};
}

static bool is_made(const struct lessons *lessons, uint64_t step, struct error *err)
{
    uint64_t steps = lessons->facts.plan.steps;
    return step < steps || error_set(err, ERROR_INPUT,
                                     "%s has no step %" PRIu64 ": its %" PRIu64
                                     " steps are counted from 0 to %" PRIu64,
                                     lessons->run ? lessons->run : lessons->facts.preset.name, step,
                                     steps, steps - 1);
}

static bool is_own(const struct lessons *lessons, uint64_t step, struct error *err)
{
    uint64_t began = lessons->drawn.began;
    return step >= began || error_set(err, ERROR_INPUT,
                                      "run %s began at step %" PRIu64
                                      " of another; its own steps are counted from there",
                                      lessons->run, began);
}

/* Brings an adaptive sampling to where it was; whether nothing can have widened between the
 * evaluation that says so and the step behind it. */
static bool look_back(struct lessons *lessons, uint64_t step)
{
    const struct preset *preset = &lessons->facts.preset;
    uint64_t evaluated, every = preset->trainer.evaluate_every;
    uint64_t subset = metrics_drawn_at(&lessons->drawn, step, &evaluated);
    if (!sampling_adapts(preset->sampling.kind) ||
        finetune_covers(&lessons->facts.plan.finetune, step))
        return true;
    sampling_restore(&lessons->facts.sampling, subset);
    return lessons->facts.sampling.subset == preset->population.known ||
           step < (evaluated / every + 1) * every;
}

bool lessons_fill(struct lessons *lessons, uint64_t step, struct batch *batch, bool *sure,
                  struct error *err)
{
    const struct session *facts = &lessons->facts;
    if (!is_made(lessons, step, err) || !is_own(lessons, step, err))
        return false;
    *sure = look_back(lessons, step);
    const struct step_plan at = plan_at(&facts->plan, step);
    batch_fill_training(batch, &facts->population, &facts->vocabulary, at.sampling, at.own_step);
    return true;
}
