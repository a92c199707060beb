/* What is told of a step's batch is what the trainer trains on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "lab/lessons.h"
#include "lab/session_open.h"
#include "tests/fixtures/tiny_session.h"
#include "train/loop.h"

/* The batches that a loop has trained on. */
struct watched {
    struct loop loop;
    uint64_t *individual; /* [steps][batch] */
    int32_t *token;       /* [steps][tokens] as many as there are at most */
    size_t *tokens;       /* [steps] */
    size_t batch, room, steps;
};

static bool watch(void *context, const struct training_point *point, struct error *err)
{
    struct watched *w = context;
    const struct batch *batch = &w->loop.batch;
    size_t at = (size_t)point->step - 1, tokens = batch->start[batch->biographies];
    (void)err;
    assert_int_equal(at, w->steps);
    assert_int_equal(batch->biographies, w->batch);
    memcpy(w->individual + at * w->batch, batch->individual, w->batch * sizeof *w->individual);
    memcpy(w->token + at * w->room, batch->token, tokens * sizeof *w->token);
    w->tokens[at] = tokens;
    w->steps++;
    return true;
}

/* Trains from the first to the last step and keeps every batch. */
static void train(struct watched *w, const char *const *more)
{
    struct preset preset;
    struct session facts;
    struct status_board board;
    assert_done(tiny_preset(&tiny, &preset, more, err));
    assert_done(session_open_facts(&facts, &tiny.paths, &preset, err));
    preset_free(&preset);
    const struct preset *p = &facts.preset;
    const struct engine_options options = trainer_engine(&p->trainer);
    struct engine *engine;
    assert_done((engine = engine_new(&p->model, &options, err)) != NULL);
    struct trainer_setup setup = {
        .options = p->trainer,
        .plan = &facts.plan,
        .population = &facts.population,
        .vocabulary = &facts.vocabulary,
        .sampling = &facts.sampling,
        .engine = engine,
        .observer = {.context = w, .training = watch},
    };
    assert_done(recall_baseline(&facts.population, &setup.baseline, NULL, err));
    size_t steps = (size_t)trainer_steps(&p->trainer);
    *w =
        (struct watched){.batch = p->trainer.batch, .room = p->trainer.batch * p->model.max_length};
    w->individual = memory_new(steps * w->batch, sizeof *w->individual, NULL);
    w->token = memory_new(steps * w->room, sizeof *w->token, NULL);
    w->tokens = memory_new(steps, sizeof *w->tokens, NULL);
    assert_true(w->individual && w->token && w->tokens);
    assert_done(status_board_init(&board, err));
    assert_done(loop_init(&w->loop, &setup, &board, err) && loop_begin(&w->loop, err));
    for (size_t step = 1; step <= steps; step++)
        assert_done(loop_advance(&w->loop, step, err));
    assert_int_equal(w->steps, steps);
    loop_free(&w->loop);
    status_board_free(&board);
    engine_free(engine);
    session_close(&facts, NULL);
}

static void watched_free(struct watched *w)
{
    memory_free(w->individual);
    memory_free(w->token);
    memory_free(w->tokens);
}

static void assert_trained_on(const struct watched *w, size_t step, const struct batch *batch)
{
    assert_int_equal(batch->biographies, w->batch);
    assert_memory_equal(batch->individual, w->individual + step * w->batch,
                        w->batch * sizeof *w->individual);
    assert_int_equal(batch->start[batch->biographies], w->tokens[step]);
    assert_memory_equal(batch->token, w->token + step * w->room,
                        w->tokens[step] * sizeof *w->token);
}

/* Asks for the steps in an order of no use to anybody who would count along. */
static void assert_told(struct lessons *lessons, const struct watched *w)
{
    struct batch batch;
    assert_done(batch_init(&batch, &lessons->facts.vocabulary, w->batch, err));
    for (size_t i = 0; i < w->steps; i++) {
        bool sure;
        size_t step = (i * 7 + 3) % w->steps;
        assert_true(w->steps % 7 > 0);
        assert_done(lessons_fill(lessons, step, &batch, &sure, err));
        assert_true(sure);
        assert_trained_on(w, step, &batch);
    }
    batch_free(&batch);
}

static void open_lessons(struct lessons *lessons, const char *const *more)
{
    struct preset preset;
    assert_done(tiny_preset(&tiny, &preset, more, err));
    assert_done(lessons_of_preset(lessons, &tiny.paths, &preset, err));
    preset_free(&preset);
}

static void a_presets_batches_are_those_it_trains_on(void **state)
{
    (void)state;
#define SET(...) ((const char *const[]){__VA_ARGS__, NULL})
    const char *const *const kinds[] = {
        SET("sampling.kind=uniform"),
        SET("sampling.kind=power-law", "sampling.alpha=0.8"),
        SET("sampling.kind=celebrities", "sampling.celebrities=4", "sampling.weight=8"),
        SET("sampling.kind=warm-up", "sampling.subset=8", "sampling.steps=5"),
        SET("sampling.kind=grow", "sampling.subset=8", "sampling.steps=8"),
        SET("sampling.kind=sequential", "sampling.groups=4"),
        SET("population.fine_tuning=8", "fine-tuning.after=6"),
        SET("population.fine_tuning=8", "fine-tuning.after=6", "fine-tuning.replay=0.5"),
        SET("sampling.kind=celebrities", "sampling.celebrities=4", "sampling.weight=8",
            "fine-tuning.after=6", "fine-tuning.who=rare"),
        SET("patching.reference_step=6", "patching.start_step=2"),
        SET("patching.reference_step=7", "patching.start_step=0", "sampling.kind=warm-up",
            "sampling.subset=8", "sampling.steps=3"),
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct watched watched;
        struct lessons lessons;
        train(&watched, kinds[i]);
        open_lessons(&lessons, kinds[i]);
        assert_told(&lessons, &watched);
        lessons_free(&lessons);
        watched_free(&watched);
    }
}

/* The individuals of two steps are the same and in the same places. */
static bool same_individuals(const struct watched *w, size_t one, size_t other)
{
    return memcmp(w->individual + one * w->batch, w->individual + other * w->batch,
                  w->batch * sizeof *w->individual) == 0;
}

static void fine_tuning_and_patching_read_what_they_are_for(void **state)
{
    (void)state;
    enum { OTHERS = 32 + 16, AFTER = 6, REFERENCE = 6, START = 2 };
    struct watched tuned, patched;
    train(&tuned, SET("population.fine_tuning=8", "fine-tuning.after=6"));
    for (size_t i = 0; i < tuned.steps * tuned.batch; i++)
        assert_int_equal(tuned.individual[i] >= OTHERS, i >= AFTER * tuned.batch);
    train(&patched, SET("patching.reference_step=6", "patching.start_step=2"));
    assert_int_equal(patched.steps, 12 + REFERENCE - START);
    for (size_t step = REFERENCE; step < 2 * REFERENCE - START; step++)
        assert_true(same_individuals(&patched, step, step - REFERENCE + START));
    assert_false(same_individuals(&patched, 0, 1));
    watched_free(&tuned);
    watched_free(&patched);
}

static uint64_t last_of(const uint64_t *individual, size_t count)
{
    uint64_t last = 0;
    for (size_t i = 0; i < count; i++)
        last = individual[i] > last ? individual[i] : last;
    return last;
}

static void an_adaptive_run_tells_its_own_batches(void **state)
{
    (void)state;
    struct session session;
    struct watched watched;
    struct lessons lessons;
    train(&watched, tiny_adaptive);
    assert_true(last_of(watched.individual, watched.batch) < 8);
    assert_true(last_of(watched.individual, watched.steps * watched.batch) >= 16);
    open_run(&session, "adaptive", tiny_adaptive);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, TINY_ADAPTIVE_STEPS);
    assert_done(session_close(&session, err));
    char *run = in_runs("adaptive");
    assert_done(lessons_of_run(&lessons, &tiny.paths, run, err));
    assert_told(&lessons, &watched);
    lessons_free(&lessons);
    memory_free(run);
    watched_free(&watched);
}

static bool is_sure(struct lessons *lessons, uint64_t step)
{
    struct batch batch;
    bool sure;
    assert_done(batch_init(&batch, &lessons->facts.vocabulary, 4, err));
    assert_done(lessons_fill(lessons, step, &batch, &sure, err));
    batch_free(&batch);
    return sure;
}

/* An evaluation may widen what the step after it is drawn from. */
static void an_adaptive_preset_is_sure_of_what_lies_before_its_first_evaluation(void **state)
{
    (void)state;
    struct lessons lessons;
    open_lessons(&lessons, tiny_adaptive);
    assert_true(is_sure(&lessons, 0));
    assert_true(is_sure(&lessons, TINY_ADAPTIVE_EVERY - 1));
    assert_false(is_sure(&lessons, TINY_ADAPTIVE_EVERY));
    assert_false(is_sure(&lessons, TINY_ADAPTIVE_STEPS - 1));
    lessons_free(&lessons);
}

static void an_adaptive_run_is_sure_as_far_as_it_has_come(void **state)
{
    (void)state;
    struct session session;
    struct lessons lessons;
    open_run(&session, "half", tiny_adaptive);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 100}, 100);
    assert_done(session_close(&session, err));
    char *run = in_runs("half");
    assert_done(lessons_of_run(&lessons, &tiny.paths, run, err));
    assert_true(is_sure(&lessons, 7));
    assert_true(is_sure(&lessons, 100));
    assert_true(is_sure(&lessons, 100 + TINY_ADAPTIVE_EVERY - 1));
    assert_false(is_sure(&lessons, 100 + TINY_ADAPTIVE_EVERY));
    lessons_free(&lessons);
    memory_free(run);
}

static void assert_untold(struct lessons *lessons, uint64_t step, const char *message)
{
    struct batch batch;
    struct error refusal = {0};
    bool sure;
    assert_done(batch_init(&batch, &lessons->facts.vocabulary, 4, err));
    assert_false(lessons_fill(lessons, step, &batch, &sure, &refusal));
    assert_int_equal(refusal.kind, ERROR_INPUT);
    assert_string_equal(refusal.message, message);
    batch_free(&batch);
}

static void steps_that_are_not_made_have_no_batch(void **state)
{
    (void)state;
    struct lessons lessons;
    open_lessons(&lessons, SET("patching.reference_step=6", "patching.start_step=2"));
    assert_true(is_sure(&lessons, 15));
    assert_untold(&lessons, 16, "tiny has no step 16: its 16 steps are counted from 0 to 15");
    lessons_free(&lessons);
}

/* They were drawn as that one's preset says. */
static void the_steps_of_the_run_it_began_at_are_not_a_runs_own(void **state)
{
    (void)state;
    struct session session;
    struct lessons lessons;
    const char *const changed[] = {"sampling.kind=sequential", "sampling.groups=4", NULL};
    open_run(&session, "first", NULL);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    assert_done(session_close(&session, err));
    open_fork(&session, "second", "first@6", changed);
    settle(&session);
    assert_done(session_close(&session, err));
    char *run = in_runs("second");
    assert_done(lessons_of_run(&lessons, &tiny.paths, run, err));
    assert_true(is_sure(&lessons, 6));
    assert_untold(&lessons, 5,
                  "run second began at step 6 of another; its own steps are counted from there");
    lessons_free(&lessons);
    memory_free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_presets_batches_are_those_it_trains_on),
        cmocka_unit_test(fine_tuning_and_patching_read_what_they_are_for),
        cmocka_unit_test(an_adaptive_run_tells_its_own_batches),
        cmocka_unit_test(an_adaptive_preset_is_sure_of_what_lies_before_its_first_evaluation),
        cmocka_unit_test(an_adaptive_run_is_sure_as_far_as_it_has_come),
        cmocka_unit_test(steps_that_are_not_made_have_no_batch),
        cmocka_unit_test(the_steps_of_the_run_it_began_at_are_not_a_runs_own),
    };
    return cmocka_run_group_tests(tests, begin_tiny, end_tiny);
}
