/* The plan of a run, against what a run of every preset goes through when one walks along it step
 * by step and minds each key on its own. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "config/paths.h"
#include "config/preset.h"
#include "config/preset_file.h"
#include "config/preset_sampling.h"
#include "model/layout.h"
#include "tests/float_equal.h"
#include "train/plan.h"

static struct error error;

static struct paths paths;
static char *data[2];

static int find_presets(void **state)
{
    const char *srcdir = getenv("srcdir");
    (void)state;
    data[0] = memory_string(srcdir ? srcdir : ".", &error);
    paths.data = data;
    return data[0] ? 0 : -1;
}

static int leave_presets(void **state)
{
    (void)state;
    memory_free(data[0]);
    return 0;
}

/* A preset's plan with the sampling it is made of. */
struct planned {
    struct preset preset;
    struct sampling sampling;
    struct plan plan;
};

static void open_plan(struct planned *planned, const char *name)
{
    struct sampling_size size;
    if (!preset_load(&planned->preset, &paths, name, &error))
        fail_msg("%s: %s", name, error.message);
    size = preset_sampling_size(&planned->preset);
    assert_true(sampling_init(&planned->sampling, &planned->preset.sampling, &size, &error));
    assert_true(plan_init(&planned->plan, &planned->preset.trainer, &planned->preset.population,
                          &planned->sampling, &error));
}

static void close_plan(struct planned *planned)
{
    plan_free(&planned->plan);
    sampling_free(&planned->sampling);
    preset_free(&planned->preset);
}

static void for_each_preset(void (*check)(struct planned *planned))
{
    struct strings names;
    assert_true(preset_list(&paths, &names, &error));
    assert_true(names.count > 20);
    for (size_t i = 0; i < names.count; i++) {
        struct planned planned;
        open_plan(&planned, names.text[i]);
        check(&planned);
        close_plan(&planned);
    }
    strings_free(&names);
}

/* Goes along a run: what is true by the time each step is reached. */
struct walk {
    const struct trainer_options *options;
    const struct sampling *sampling;
    uint64_t own_step;
    bool patched, tuned, was_tuned, kept;
};

/* Arrives at a step, one behind the last. */
static void walk_to(struct walk *walk, uint64_t step)
{
    const struct patching_options *patching = &walk->options->patching;
    walk->own_step += step > 0;
    walk->was_tuned = walk->tuned;
    walk->tuned |= walk->options->finetune.after > 0 && step == walk->options->finetune.after;
    walk->kept |= patching->reference_step.given && step == patching->start_step;
    if (patching->reference_step.given && step == patching->reference_step.count) {
        walk->patched = true;
        walk->own_step = patching->start_step;
    }
}

/* The formula of schedule.h, spelled out. */
static double rate(const struct walk *walk)
{
    const struct schedule *schedule = &walk->options->schedule;
    const struct finetune_options *tuning = &walk->options->finetune;
    double steps = (double)(tuning->after > 0 ? tuning->after : schedule->steps);
    if (walk->tuned)
        return tuning->lr;
    if (schedule->kind == SCHEDULE_CONSTANT)
        return schedule->lr;
    if ((double)walk->own_step >= steps)
        return schedule->final_lr;
    double left = (1 + cos(3.14159265358979323846 * (double)walk->own_step / steps)) / 2;
    return schedule->final_lr + (schedule->lr - schedule->final_lr) * left;
}

static unsigned frozen(const struct walk *walk)
{
    const struct finetune_options *tuning = &walk->options->finetune;
    unsigned parts = 0;
    if (walk->tuned && tuning->freeze_embedding)
        parts |= 1u << MODEL_EMBEDDING;
    if (walk->tuned && tuning->freeze_attention)
        parts |= 1u << MODEL_ATTENTION;
    if (walk->tuned && tuning->freeze_feed_forward)
        parts |= 1u << MODEL_FEED_FORWARD;
    return parts;
}

static enum second_role role(const struct walk *walk)
{
    if (walk->patched)
        return SECOND_REFERENCE;
    return walk->kept ? SECOND_START : SECOND_NONE;
}

/* A sampling that is not widened by what is seen, of a small number of kinds. */
static void check_drawn(const struct walk *walk, const struct planned *planned,
                        const struct step_plan *at)
{
    const struct population_options *people = &planned->preset.population;
    const struct finetune_options *tuning = &walk->options->finetune;
    uint64_t celebrities = planned->sampling.options.celebrities;
    if (!walk->tuned) {
        assert_ptr_equal(at->sampling, walk->sampling);
        assert_int_equal(at->drawn, sampling_crowd(walk->sampling, walk->own_step).count);
        return;
    }
    uint64_t tuned = tuning->who == TUNED_NEW ? people->fine_tuning : people->known - celebrities;
    uint64_t old = tuning->who == TUNED_NEW ? people->known : celebrities;
    assert_int_equal(at->drawn, tuned + (tuning->replay > 0 ? old : 0));
    assert_ptr_not_equal(at->sampling, walk->sampling);
    assert_int_equal(sampling_crowd(at->sampling, walk->own_step).count, tuned);
}

static bool is_due(const struct walk *walk, uint64_t first, uint64_t last, uint64_t step,
                   uint64_t every)
{
    const struct optional_count *reference = &walk->options->patching.reference_step;
    bool begins = walk->tuned != walk->was_tuned || (reference->given && step == reference->count);
    return step == first || step == last || begins || (every > 0 && step % every == 0);
}

/* By a list of the steps that the manual says, counted from the start of the run and from where
 * the run, fine-tuning or the patched model began last. */
static bool is_spaced(const struct walk *walk, uint64_t first, uint64_t step)
{
    const uint64_t began[] = {walk->tuned ? walk->options->finetune.after : 0,
                              walk->patched ? walk->options->patching.reference_step.count : 0};
    uint64_t last = first;
    for (size_t i = 0; i < sizeof began / sizeof *began; i++)
        last = began[i] > last ? began[i] : last;
    const uint64_t since[] = {step, step - last};
    for (size_t i = 0; i < sizeof since / sizeof *since; i++) {
        uint64_t steps = since[i];
        if (steps <= 2 || steps == 4 || steps == 8)
            return true;
        for (int k = 48; exp2(k / 12.) < (double)steps + 1; k++)
            if ((uint64_t)floor(exp2(k / 12.) + .5) == steps)
                return true;
    }
    return false;
}

static void check_step(const struct walk *walk, const struct planned *planned, uint64_t step)
{
    const struct plan *plan = &planned->plan;
    const struct trainer_options *options = walk->options;
    const struct step_plan at = plan_at(plan, step);
    const struct optional_count *reference = &options->patching.reference_step;
    bool tuning_starts = walk->tuned != walk->was_tuned;
    assert_int_equal(at.own_step, walk->own_step);
    /* Rounded otherwise where one of the two is compiled with products and sums in one. */
    assert_float_equal(at.lr, rate(walk), 4 * DBL_EPSILON * at.lr);
    assert_int_equal(at.frozen, frozen(walk));
    assert_int_equal(at.role, role(walk));
    assert_int_equal(at.starts != NULL, tuning_starts);
    assert_int_equal(at.starts_anew,
                     tuning_starts || (reference->given && step == reference->count));
    assert_int_equal(at.fine_tuned, walk->was_tuned);
    assert_int_equal(at.evaluates,
                     is_due(walk, plan->first, plan->steps, step, options->evaluate_every));
    assert_int_equal(at.saves,
                     is_due(walk, plan->first, plan->steps, step, options->checkpoint_every));
    assert_int_equal(at.snapshot, options->checkpoint_keep == KEEP_SPACED && !at.saves &&
                                      is_spaced(walk, plan->first, step));
    struct plan spaced = *plan;
    spaced.evaluate_spacing = SPACING_LOG;
    assert_int_equal(plan_at(&spaced, step).evaluates,
                     at.evaluates || is_spaced(walk, plan->first, step));
    check_drawn(walk, planned, &at);
}

/* All steps would take long for the largest presets: those around what any key names, and every
 * 97th. */
static bool is_looked_at(const struct planned *planned, uint64_t step)
{
    const struct trainer_options *options = &planned->preset.trainer;
    const uint64_t named[] = {0,
                              planned->plan.steps,
                              options->finetune.after,
                              options->patching.start_step,
                              options->patching.reference_step.count,
                              planned->sampling.length,
                              options->evaluate_every,
                              options->checkpoint_every};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (step + 3 > named[i] && step < named[i] + 3)
            return true;
    return step < 70 || step % 97 == 0;
}

static void walk_along(struct planned *planned)
{
    struct walk walk = {.options = &planned->preset.trainer, .sampling = &planned->sampling};
    for (uint64_t step = 0; step <= planned->plan.steps; step++) {
        walk_to(&walk, step);
        if (is_looked_at(planned, step))
            check_step(&walk, planned, step);
    }
    assert_int_equal(walk.own_step, planned->preset.trainer.schedule.steps);
}

static void every_preset_is_planned_as_its_keys_say(void **state)
{
    (void)state;
    for_each_preset(walk_along);
}

static void walk_the_fork(struct planned *planned)
{
    uint64_t begins = planned->plan.steps / 3 + 1;
    struct walk walk = {.options = &planned->preset.trainer, .sampling = &planned->sampling};
    planned->plan.first = begins;
    for (uint64_t step = 0; step <= planned->plan.steps; step++) {
        walk_to(&walk, step);
        if (step >= begins && (is_looked_at(planned, step) || step < begins + 3))
            check_step(&walk, planned, step);
    }
}

static void a_fork_is_looked_at_where_it_begins(void **state)
{
    (void)state;
    for_each_preset(walk_the_fork);
}

/* In whatever order, and however often. */
static void ask_backwards(struct planned *planned)
{
    const struct plan *plan = &planned->plan;
    uint64_t stride = plan->steps / 50 + 1;
    for (uint64_t step = 0; step <= plan->steps; step += stride) {
        uint64_t other = plan->steps - step;
        const struct step_plan before = plan_at(plan, step);
        (void)plan_at(plan, other);
        const struct step_plan after = plan_at(plan, step);
        assert_int_equal(before.own_step, after.own_step);
        assert_true(before.lr == after.lr);
        assert_int_equal(before.drawn, after.drawn);
        assert_ptr_equal(before.sampling, after.sampling);
    }
}

static void a_step_is_planned_alike_whenever_it_is_asked_for(void **state)
{
    (void)state;
    for_each_preset(ask_backwards);
}

/* Where it ends is told once, with the step from which on all are drawn. */
static void a_warm_up_ends_once(void **state)
{
    (void)state;
    struct planned planned;
    size_t ends = 0;
    open_plan(&planned, "warm-up");
    for (uint64_t step = 0; step <= planned.plan.steps; step++) {
        const struct step_plan at = plan_at(&planned.plan, step);
        uint64_t known = planned.preset.population.known, few = planned.preset.sampling.subset;
        if (at.widened.to > 0) {
            ends++;
            assert_int_equal(at.widened.from, few);
            assert_int_equal(at.widened.to, known);
            assert_int_equal(plan_at(&planned.plan, step - 1).drawn, few);
        }
        assert_int_equal(at.drawn, ends > 0 ? known : few);
    }
    assert_int_equal(ends, 1);
    close_plan(&planned);
}

/* An adaptive one depends on how far it has come, and on nothing else. */
static void an_adaptive_sampling_draws_as_far_as_it_has_widened(void **state)
{
    (void)state;
    struct planned planned;
    open_plan(&planned, "adaptive");
    uint64_t known = planned.preset.population.known;
    assert_int_equal(plan_at(&planned.plan, 7).drawn, planned.preset.sampling.subset);
    while (planned.sampling.subset < known) {
        sampling_widen(&planned.sampling);
        assert_int_equal(plan_at(&planned.plan, 7).drawn, planned.sampling.subset);
        assert_int_equal(plan_at(&planned.plan, 7).widened.to, 0);
    }
    close_plan(&planned);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_preset_is_planned_as_its_keys_say),
        cmocka_unit_test(a_fork_is_looked_at_where_it_begins),
        cmocka_unit_test(a_step_is_planned_alike_whenever_it_is_asked_for),
        cmocka_unit_test(a_warm_up_ends_once),
        cmocka_unit_test(an_adaptive_sampling_draws_as_far_as_it_has_widened),
    };
    return cmocka_run_group_tests(tests, find_presets, leave_presets);
}
