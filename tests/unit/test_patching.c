/* Attention patching: what a run in two parts is made of. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "lab/run_result.h"
#include "lab/session.h"
#include "lab/session_ask.h"
#include "lab/session_open.h"
#include "lab/session_resume.h"
#include "record/metrics.h"
#include "tests/fixtures/tiny_session.h"
#include "train/patching.h"
#include "train/safetensors.h"

/* An ordinary run makes OWN steps, the reference REFERENCE of them. */
enum { OWN = 12, REFERENCE = 6, START = 2, TOTAL = OWN + REFERENCE - START };

#define RUN(...) ((const char *const[]){"checkpoint.every=1", __VA_ARGS__, NULL})
#define PATCHED  RUN("patching.reference_step=6", "patching.start_step=2")

static void run_to(struct session *session, uint64_t step)
{
    struct trainer_status status;
    trainer_status(session->trainer, &status);
    send_until_step(session, (struct command){.kind = COMMAND_STEP, .steps = step - status.step},
                    step);
}

static void make_run(const char *name, const char *const *more, uint64_t steps)
{
    struct session session;
    open_run(&session, name, more);
    run_to(&session, steps);
    assert_done(session_close(&session, err));
}

static void make_fork(const char *name, const char *from, const char *const *more, uint64_t steps)
{
    struct session session;
    open_fork(&session, name, from, more);
    run_to(&session, steps);
    assert_done(session_close(&session, err));
}

static void open_checkpoint(struct safetensors *file, const char *run, int step)
{
    char *path = checkpoint_of(run, step);
    assert_done(safetensors_open(file, path, err));
    memory_free(path);
}

/* The tensors of one checkpoint whose names have a front are the weights of another. */
static size_t count_same(const char *run, int step, const char *front, const char *other,
                         int other_step)
{
    struct safetensors a, b;
    size_t same = 0, with_front = 0;
    open_checkpoint(&a, run, step);
    open_checkpoint(&b, other, other_step);
    for (size_t i = 0; i < a.tensors; i++) {
        const struct safetensors_tensor *tensor = &a.tensor[i];
        if (strncmp(tensor->name, front, strlen(front)) != 0)
            continue;
        const struct safetensors_tensor *weight =
            safetensors_find(&b, tensor->name + strlen(front));
        if (!weight)
            continue;
        with_front++;
        same += memcmp(tensor->data, weight->data,
                       tensor->rows * tensor->cols * sizeof *tensor->data) == 0;
    }
    safetensors_close(&a);
    safetensors_close(&b);
    assert_true(same == 0 || same == with_front || *front == '\0');
    return same;
}

/* Numbers that are not 0 among the moments. */
static size_t count_moments(const char *run, int step)
{
    struct safetensors file;
    size_t moments = 0;
    open_checkpoint(&file, run, step);
    for (size_t i = 0; i < file.tensors; i++)
        for (size_t n = 0; n < file.tensor[i].rows * file.tensor[i].cols; n++)
            moments += strncmp(file.tensor[i].name, "optimizer.", strlen("optimizer.")) == 0 &&
                       file.tensor[i].data[n] != 0;
    safetensors_close(&file);
    return moments;
}

static struct metrics read_whole_metrics(const char *run)
{
    struct session facts;
    struct preset preset;
    assert_done(tiny_preset(&tiny, &preset, NULL, err));
    assert_done(session_open_facts(&facts, &tiny.paths, &preset, err));
    struct metrics metrics = read_metrics(run, &facts.facts);
    session_close(&facts, NULL);
    preset_free(&preset);
    return metrics;
}

static const struct evaluation_point *evaluation_at(const struct metrics *metrics, uint64_t step)
{
    for (size_t i = 0; i < metrics->evaluations; i++)
        if (metrics->evaluation[i].step == step)
            return &metrics->evaluation[i];
    fail_msg("step %d was not evaluated", (int)step);
    return NULL;
}

static void assert_same_exposures(const struct evaluation_point *one,
                                  const struct evaluation_point *two)
{
    assert_true(one->snapshot.asked > 0);
    assert_int_equal(one->snapshot.asked, two->snapshot.asked);
    assert_memory_equal(one->snapshot.exposures, two->snapshot.exposures,
                        one->snapshot.asked * sizeof *one->snapshot.exposures);
}

/* ---- counting ---- */

static void steps_are_counted_over_both_parts(void **state)
{
    (void)state;
    const struct patching_options none = {.start_step = 0};
    const struct patching_options options = {.reference_step = {true, REFERENCE},
                                             .start_step = START};
    assert_int_equal(patching_steps(&none, OWN), OWN);
    assert_int_equal(patching_steps(&options, OWN), TOTAL);
    for (uint64_t step = 0; step <= TOTAL; step++) {
        bool second = step >= REFERENCE;
        assert_int_equal(patching_own_step(&none, step), step);
        assert_false(patching_holds(&none, step));
        assert_int_equal(patching_own_step(&options, step),
                         second ? step - REFERENCE + START : step);
        assert_int_equal(patching_holds(&options, step), second);
        assert_int_equal(patching_role(&none, step), SECOND_NONE);
        assert_int_equal(patching_role(&options, step), second         ? SECOND_REFERENCE
                                                        : step < START ? SECOND_NONE
                                                                       : SECOND_START);
    }
    assert_int_equal(patching_own_step(&options, TOTAL), OWN);
}

static void a_twin_takes_as_much_memory_as_the_weights(void **state)
{
    (void)state;
    struct preset ordinary, patched;
    assert_done(tiny_preset(&tiny, &ordinary, NULL, err));
    assert_done(tiny_preset(&tiny, &patched, PATCHED, err));
    ordinary.model.vocab = ordinary.model.max_length = 100;
    assert_int_equal(trainer_bytes(&patched.trainer, &ordinary.model),
                     trainer_bytes(&ordinary.trainer, &ordinary.model) +
                         model_count_parameters(&ordinary.model) * sizeof(real));
    preset_free(&ordinary);
    preset_free(&patched);
}

/* ---- both parts ---- */

static void the_first_part_is_ordinary_training_that_keeps_the_start(void **state)
{
    (void)state;
    make_run("ordinary", RUN("train.steps=12"), OWN);
    make_run("patched", PATCHED, TOTAL);
    size_t parameters = count_same("ordinary", 1, "", "ordinary", 1) / 3;
    assert_true(parameters > 5);
    assert_same_checkpoints("patched", "ordinary", 1);
    for (int step = START; step < REFERENCE; step++) {
        assert_int_equal(count_same("ordinary", step, "", "patched", step), 3 * parameters);
        assert_int_equal(count_same("patched", step, "start.", "ordinary", START), parameters);
    }
}

static void the_second_part_begins_as_it_should(void **state)
{
    (void)state;
    size_t parameters = count_same("ordinary", 1, "", "ordinary", 1) / 3;
    assert_int_equal(count_same("patched", REFERENCE, "reference.", "ordinary", REFERENCE),
                     parameters);
    assert_int_equal(count_same("patched", REFERENCE, "", "ordinary", START), parameters);
    assert_int_equal(count_moments("patched", REFERENCE), 0);
    assert_true(count_moments("patched", REFERENCE + 1) > 0);
    assert_true(count_moments("ordinary", REFERENCE) > 0);
}

static void the_reference_never_moves(void **state)
{
    (void)state;
    size_t parameters = count_same("ordinary", 1, "", "ordinary", 1) / 3;
    for (int step = REFERENCE; step <= TOTAL; step++)
        assert_int_equal(count_same("patched", step, "reference.", "ordinary", REFERENCE),
                         parameters);
    /* The trained weights do, but for what only patterns are made of. */
    assert_true(count_same("patched", TOTAL, "", "patched", REFERENCE) < 2 * parameters);
}

/* Columns of a tensor, the first ones, that attention patterns alone are made of. */
static size_t pattern_cols(const struct safetensors_tensor *tensor)
{
    static const char *const whole[] = {".relative", ".content_bias", ".position_bias"};
    if (strstr(tensor->name, ".query_key_value."))
        return tensor->cols / 3 * 2;
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (strstr(tensor->name, whole[i]))
            return tensor->cols;
    return 0;
}

/* Numbers of patterns in a checkpoint's weights, all of which are those of another one; what else
 * there is in the same matrices is not. */
static size_t count_standing_patterns(const char *run, int step, int other_step)
{
    struct safetensors a, b;
    size_t standing = 0, moved = 0;
    open_checkpoint(&a, run, step);
    open_checkpoint(&b, run, other_step);
    for (size_t i = 0; i < a.tensors; i++) {
        const struct safetensors_tensor *tensor = &a.tensor[i];
        const struct safetensors_tensor *other = safetensors_find(&b, tensor->name);
        size_t cols = pattern_cols(tensor);
        if (strncmp(tensor->name, "blocks.", strlen("blocks.")) != 0 || cols == 0)
            continue;
        for (size_t n = 0; n < tensor->rows * tensor->cols; n++) {
            bool same = tensor->data[n] == other->data[n];
            if (n % tensor->cols < cols && !same)
                fail_msg("%s moved in column %zu", tensor->name, n % tensor->cols);
            standing += n % tensor->cols < cols;
            moved += !same;
        }
    }
    safetensors_close(&a);
    safetensors_close(&b);
    assert_true(moved > 0);
    return standing;
}

/* Weight decay would take them away, and nothing would put them back. */
static void weights_of_patterns_that_are_not_used_stand_still(void **state)
{
    (void)state;
    enum { WIDTH = 16, HEADS_WIDTH = 2 * 8 };
    size_t matrix = WIDTH * HEADS_WIDTH;
    assert_int_equal(count_standing_patterns("patched", TOTAL, REFERENCE),
                     2 * matrix + matrix + 2 * HEADS_WIDTH);
    make_run("patched-gpt2",
             RUN("patching.reference_step=6", "patching.start_step=2", "model.family=gpt2"), TOTAL);
    assert_int_equal(count_standing_patterns("patched-gpt2", TOTAL, REFERENCE),
                     2 * matrix + 2 * HEADS_WIDTH);
}

/* Rates and batches follow on those of the start step. */
static void schedule_and_batches_go_on_from_the_start(void **state)
{
    (void)state;
    struct metrics ordinary = read_whole_metrics("ordinary"),
                   patched = read_whole_metrics("patched");
    assert_int_equal(patched.trainings, TOTAL);
    for (size_t i = 0; i < REFERENCE; i++)
        assert_true(patched.training[i].train_loss == ordinary.training[i].train_loss);
    for (size_t i = REFERENCE; i < TOTAL; i++) {
        size_t own = i - REFERENCE + START;
        assert_true(patched.training[i].lr == ordinary.training[own].lr);
        assert_int_equal(patched.training[i].tokens - patched.training[i - 1].tokens,
                         ordinary.training[own].tokens - ordinary.training[own - 1].tokens);
    }
    assert_true(patched.training[REFERENCE].train_loss != ordinary.training[START].train_loss);
    metrics_free(&ordinary);
    metrics_free(&patched);
}

static void the_record_says_where_it_begins(void **state)
{
    (void)state;
    char *record = read_record("patched");
    const char *event = strstr(record, "{\"event\": \"patch\", \"step\": 6, \"seconds\": ");
    assert_non_null(event);
    const char *fields = strstr(event, ", \"start_step\": 2}\n");
    assert_non_null(fields);
    assert_true(fields < strchr(event, '\n'));
    assert_null(strstr(fields, "\"patch\""));
    memory_free(record);
}

/* The patched model is evaluated where it sets out, and looked at from there on. */
static void phases_begin_anew(void **state)
{
    (void)state;
    struct session session;
    struct trainer_status status;
    open_run(&session, "phases", PATCHED);
    run_to(&session, REFERENCE - 1);
    trainer_status(session.trainer, &status);
    assert_false(status.patched);
    run_to(&session, REFERENCE);
    trainer_status(session.trainer, &status);
    assert_true(status.patched);
    assert_int_equal(status.patched_at, REFERENCE);
    assert_int_equal(status.steps, TOTAL);
    assert_int_equal(status.phase.phase, PHASE_STATISTICS);
    assert_int_equal(status.phase.remark, PHASE_REMARK_TOO_FEW_POINTS);
    assert_done(session_close(&session, err));
    struct metrics metrics = read_whole_metrics("phases");
    const struct evaluation_point *last = &metrics.evaluation[metrics.evaluations - 1];
    assert_int_equal(last->step, REFERENCE);
    assert_true(status.phase.baseline == last->baseline.known);
    metrics_free(&metrics);
}

/* A record that ends where the patched model sets out has no step of it to draw. */
static void a_patched_model_that_made_no_step_has_no_training_loss(void **state)
{
    (void)state;
    struct run_result result;
    struct series series;
    struct error err;
    char *directory = in_runs("phases");
    if (!run_result_read(&result, &tiny.paths, directory, &err))
        fail_msg("%s", err.message);
    assert_true(result.patched);
    assert_false(run_result_own_measure(&result, "train_loss", &series, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_true(run_result_own_measure(&result, "attr_loss", &series, &err));
    assert_int_equal(series.count, 1);
    assert_true(series.x[0] == START);
    series_free(&series);
    run_result_free(&result);
    memory_free(directory);
}

/* What the patched model was shown is what its own steps showed. */
static void exposures_are_those_of_own_steps(void **state)
{
    (void)state;
    struct metrics ordinary = read_whole_metrics("ordinary"),
                   patched = read_whole_metrics("patched");
    const uint64_t steps[] = {8, 12, TOTAL};
    assert_same_exposures(evaluation_at(&patched, 4), evaluation_at(&ordinary, 4));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        assert_same_exposures(evaluation_at(&patched, steps[i]),
                              evaluation_at(&ordinary, steps[i] - REFERENCE + START));
    metrics_free(&ordinary);
    metrics_free(&patched);
}

/* ---- the same by other ways ---- */

static void go_on(const char *run, uint64_t step)
{
    struct session session;
    assert_done(session_resume(&session, &tiny.paths, run, 0, err));
    assert_done(trainer_start(session.trainer, false, err));
    run_to(&session, step);
    assert_done(session_close(&session, err));
}

static void assert_same_curves(const char *one, const char *two)
{
    struct metrics a = read_whole_metrics(one), b = read_whole_metrics(two);
    size_t i = a.evaluations, j = b.evaluations;
    assert_int_equal(a.trainings, b.trainings);
    for (size_t t = 0; t < a.trainings; t++)
        assert_true(a.training[t].train_loss == b.training[t].train_loss);
    for (; i > 0 && j > 0 && a.evaluation[i - 1].step >= REFERENCE; i--, j--) {
        assert_int_equal(a.evaluation[i - 1].step, b.evaluation[j - 1].step);
        assert_true(a.evaluation[i - 1].known.loss == b.evaluation[j - 1].known.loss);
        assert_int_equal(a.evaluation[i - 1].phase, b.evaluation[j - 1].phase);
        assert_same_exposures(&a.evaluation[i - 1], &b.evaluation[j - 1]);
    }
    metrics_free(&a);
    metrics_free(&b);
}

static void going_on_is_not_having_stopped(void **state)
{
    (void)state;
    const uint64_t stops[] = {1, START, 4, REFERENCE, 9, TOTAL};
    make_run("stopped", PATCHED, 0);
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
        go_on("stopped", stops[i]);
    assert_same_checkpoints("stopped", "patched", REFERENCE);
    assert_same_checkpoints("stopped", "patched", TOTAL);
    assert_same_curves("stopped", "patched");
}

static void a_record_that_cannot_be_written_puts_nothing_off(void **state)
{
    (void)state;
    static const char *const parts[] = {"{\"step\": 2, \"tokens\"", "{\"step\": 6, \"tokens\"",
                                        "{\"event\": \"patch\""};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct session session;
        char *name = memory_format(NULL, "full-%zu", i), *left = memory_format(NULL, "left-%zu", i);
        open_run(&session, name, PATCHED);
        settle(&session);
        run_into_full_disk(&session, parts[i]);
        run_to(&session, TOTAL);
        assert_done(session_close(&session, err));
        assert_same_checkpoints(name, "patched", TOTAL);
        open_run(&session, left, PATCHED);
        settle(&session);
        run_into_full_disk(&session, parts[i]);
        assert_false(session_close(&session, NULL)); /* which tells why it failed */
        go_on(left, TOTAL);
        assert_same_checkpoints(left, "patched", TOTAL);
        memory_free(name);
        memory_free(left);
    }
}

static void a_rate_set_for_the_reference_is_not_the_patched_models(void **state)
{
    (void)state;
    struct session session;
    struct trainer_status before, after;
    open_run(&session, "rate", PATCHED);
    run_to(&session, START);
    trainer_status(session.trainer, &before);
    assert_done(trainer_send(session.trainer,
                             (struct command){.kind = COMMAND_SET_LR, .value = 1e-4}, err));
    run_to(&session, REFERENCE);
    trainer_status(session.trainer, &after);
    assert_true(after.lr == before.lr);
    assert_done(session_close(&session, err));
}

/* One reference serves many: from the reference's own step and from earlier ones. */
static void a_fork_skips_the_first_part(void **state)
{
    (void)state;
    const char *const from_zero[] = {"patching.reference_step=6", "patching.start_step=0",
                                     "checkpoint.every=1", NULL};
    const char *const frozen[] = {"patching.reference_step=6", "patching.start_step=6",
                                  "checkpoint.every=1", NULL};
    make_fork("fork", "ordinary@6", PATCHED, TOTAL);
    assert_same_checkpoints("fork", "patched", REFERENCE);
    assert_same_checkpoints("fork", "patched", TOTAL);
    assert_same_curves("fork", "patched");
    make_fork("early", "ordinary@4", PATCHED, TOTAL);
    assert_same_checkpoints("early", "patched", TOTAL);
    make_fork("before", "ordinary@1", PATCHED, TOTAL);
    assert_same_checkpoints("before", "patched", TOTAL);
    make_run("whole", from_zero, OWN + REFERENCE);
    make_fork("part", "ordinary@6", from_zero, OWN + REFERENCE);
    assert_same_checkpoints("part", "whole", OWN + REFERENCE);
    make_run("whole-frozen", frozen, OWN);
    make_fork("part-frozen", "ordinary@6", frozen, OWN);
    assert_same_checkpoints("part-frozen", "whole-frozen", OWN);
    make_fork("goes-on", "patched@9", PATCHED, TOTAL);
    assert_same_checkpoints("goes-on", "patched", TOTAL);
}

/* ---- references ---- */

/* Frozen, nothing changes at first; a reference of its own makes the same bits. */
static void frozen_attention_changes_nothing_at_once(void **state)
{
    (void)state;
    size_t parameters = count_same("ordinary", 1, "", "ordinary", 1) / 3;
    assert_int_equal(count_same("whole-frozen", REFERENCE, "", "ordinary", REFERENCE), parameters);
    make_run("evaluated", RUN("eval.every=3"), OWN);
    struct metrics ordinary = read_whole_metrics("evaluated"),
                   frozen = read_whole_metrics("whole-frozen");
    size_t at = 0;
    while (frozen.evaluation[at].step < REFERENCE)
        at++;
    assert_int_equal(ordinary.evaluation[2].step, REFERENCE);
    assert_int_equal(frozen.evaluation[at].step, REFERENCE);
    assert_true(ordinary.evaluation[2].known.loss == frozen.evaluation[at].known.loss);
    /* The next step is made on the same batch from the same weights. */
    assert_true(ordinary.training[REFERENCE].train_loss == frozen.training[REFERENCE].train_loss);
    assert_true(ordinary.training[OWN - 1].train_loss != frozen.training[OWN - 1].train_loss);
    metrics_free(&ordinary);
    metrics_free(&frozen);
}

static void a_reference_can_be_untrained(void **state)
{
    (void)state;
    const char *const more[] = {"patching.reference_step=0", "checkpoint.every=1", NULL};
    size_t parameters = count_same("ordinary", 1, "", "ordinary", 1) / 3;
    make_run("untrained", more, OWN);
    assert_int_equal(count_same("untrained", OWN, "reference.", "ordinary", 0), parameters);
    assert_int_equal(count_same("untrained", 0, "", "ordinary", 0), 3 * parameters);
}

static void a_start_that_cannot_be_told_has_its_reference_all_the_same(void **state)
{
    (void)state;
    const char *const more[] = {"patching.reference_step=0", "checkpoint.every=1", NULL};
    struct session session;
    fill_disk("{\"event\": \"start\"");
    open_run(&session, "full-start", more);
    free_disk(&session);
    run_to(&session, OWN);
    assert_done(session_close(&session, err));
    assert_same_checkpoints("full-start", "untrained", OWN);
}

static double ask_for_truth(struct session *session)
{
    struct answer answer;
    assert_done(session_ask_attribute(session, 3, 1, &answer, err));
    double probability = answer.truth_probability;
    answer_free(&answer);
    return probability;
}

/* Live, from its checkpoint, and with the reference taken away. */
static void questions_are_answered_with_the_references_attention(void **state)
{
    (void)state;
    struct session session;
    open_run(&session, "asked", PATCHED);
    run_to(&session, REFERENCE - 1);
    ask_for_truth(&session); /* the decoder has been there before the reference */
    run_to(&session, TOTAL);
    double live = ask_for_truth(&session);
    assert_done(session_close(&session, err));
    assert_done(session_open_model(&session, &tiny.paths, "asked", NULL, err));
    assert_true(ask_for_truth(&session) == live);
    assert_int_equal(engine_role(session.engine), SECOND_REFERENCE);
    assert_non_null(engine_model(session.engine)->reference);
    assert_done(engine_settle(session.engine, 0, SECOND_NONE, err));
    assert_true(ask_for_truth(&session) != live);
    assert_done(session_close(&session, err));
}

/* ---- what is refused ---- */

#define NO_ATTENTION                                                                               \
    RUN("patching.reference_step=6", "model.kind=memory", "model.layers=8", "model.heads=8",       \
        "model.d_key=64")

static void check_refused(const char *const *more, const char *words)
{
    struct preset preset;
    struct error refusal;
    assert_false(tiny_preset(&tiny, &preset, more, &refusal));
    assert_int_equal(refusal.kind, ERROR_INPUT);
    if (!strstr(refusal.message, words))
        fail_msg("%s does not say %s", refusal.message, words);
    preset_free(&preset);
}

static void settings_that_do_not_fit_are_named(void **state)
{
    (void)state;
    check_refused(RUN("patching.reference_step=6", "patching.start_step=7"),
                  "patching.start_step = 7 is above patching.reference_step = 6");
    check_refused(RUN("patching.reference_step=13"),
                  "patching.reference_step = 13 is above train.steps = 12");
    check_refused(RUN("patching.reference_step=12", "patching.start_step=12"),
                  "patching.start_step = 12 is not below train.steps = 12");
    check_refused(RUN("patching.start_step=1"), "has no effect without patching.reference_step");
    check_refused(RUN("patching.reference_step=-1"), "out of range (0 to 1000000000)");
    check_refused(RUN("patching.reference_step=x"), "not a whole number");
    check_refused(RUN("patching.reference_step=6", "sampling.kind=adaptive", "sampling.subset=8"),
                  "sampling.kind = adaptive cannot");
    check_refused(NO_ATTENTION, "needs a model with attention");
    check_refused(
        RUN("patching.reference_step=6", "fine-tuning.after=8", "population.fine_tuning=4"),
        "fine-tuning.after = 8 cannot be combined");
}

static void sources_that_do_not_fit_are_named(void **state)
{
    (void)state;
    make_run("coarse", RUN("checkpoint.every=6"), OWN);
    assert_fork_refused("ordinary@8", PATCHED, "start from ordinary@6");
    assert_fork_refused("coarse@6", PATCHED, "run coarse has no checkpoint of step 2");
    assert_fork_refused("patched@9", RUN("train.steps=20"), "run patched is patched at step 9");
    assert_fork_refused("patched@9", RUN("patching.reference_step=6"), "[patching] must be");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_counted_over_both_parts),
        cmocka_unit_test(a_twin_takes_as_much_memory_as_the_weights),
        cmocka_unit_test(the_first_part_is_ordinary_training_that_keeps_the_start),
        cmocka_unit_test(the_second_part_begins_as_it_should),
        cmocka_unit_test(the_reference_never_moves),
        cmocka_unit_test(weights_of_patterns_that_are_not_used_stand_still),
        cmocka_unit_test(schedule_and_batches_go_on_from_the_start),
        cmocka_unit_test(the_record_says_where_it_begins),
        cmocka_unit_test(phases_begin_anew),
        cmocka_unit_test(a_patched_model_that_made_no_step_has_no_training_loss),
        cmocka_unit_test(exposures_are_those_of_own_steps),
        cmocka_unit_test(going_on_is_not_having_stopped),
        cmocka_unit_test(a_record_that_cannot_be_written_puts_nothing_off),
        cmocka_unit_test(a_rate_set_for_the_reference_is_not_the_patched_models),
        cmocka_unit_test(a_fork_skips_the_first_part),
        cmocka_unit_test(frozen_attention_changes_nothing_at_once),
        cmocka_unit_test(a_reference_can_be_untrained),
        cmocka_unit_test(a_start_that_cannot_be_told_has_its_reference_all_the_same),
        cmocka_unit_test(questions_are_answered_with_the_references_attention),
        cmocka_unit_test(settings_that_do_not_fit_are_named),
        cmocka_unit_test(sources_that_do_not_fit_are_named),
    };
    return cmocka_run_group_tests(tests, begin_tiny, end_tiny);
}
