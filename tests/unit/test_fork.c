/* Forks: runs that begin at a checkpoint of another run. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "lab/session.h"
#include "lab/session_fork.h"
#include "lab/session_resume.h"
#include "lab/session_train.h"
#include "record/metrics.h"
#include "tests/fixtures/temporary.h"
#include "tests/fixtures/tiny_session.h"

/* All 12 steps, with checkpoints of steps 0, 6 and 12. */
static void make_source(const char *name, const char *const *more)
{
    struct session session;
    open_run(&session, name, more);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    assert_done(session_close(&session, err));
}

static void remove_run(const char *name)
{
    char *command = memory_format(NULL, "rm -r '%s/%s'", tiny.directory, name);
    assert_int_equal(system(command), 0);
    memory_free(command);
}

/* Two steps from the source, which then disappears, and the rest in another session. */
static void a_fork_ends_as_its_source_and_needs_nothing_of_it(void **state)
{
    (void)state;
    struct session session;
    make_source("kept", NULL);
    make_source("lost", NULL);
    open_fork(&session, "fork", "lost@6", NULL);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 2}, 8);
    assert_done(session_close(&session, err));
    assert_same_checkpoints("fork", "kept", 6);
    remove_run("lost");
    assert_done(session_resume(&session, &tiny.paths, "fork", 0, err));
    assert_done(trainer_start(session.trainer, false, err));
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    assert_done(session_close(&session, err));
    assert_same_checkpoints("fork", "kept", 12);
}

/* Its curves are those of a run that made all steps itself. */
static void a_forks_record_is_whole(void **state)
{
    (void)state;
    struct session session;
    make_source("long", NULL);
    open_fork(&session, "branch", "long@6", NULL);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    struct metrics one = read_metrics("long", &session.facts);
    struct metrics two = read_metrics("branch", &session.facts);
    assert_done(session_close(&session, err));
    assert_int_equal(one.trainings, 12);
    assert_int_equal(two.trainings, 12);
    for (size_t i = 0; i < 12; i++)
        assert_true(one.training[i].train_loss == two.training[i].train_loss);
    assert_int_equal(one.evaluations, 4); /* of steps 0, 4, 8, 12 ... */
    assert_int_equal(two.evaluations, 5); /* ... and of the one that the fork begins at */
    assert_int_equal(two.evaluation[2].step, 6);
    assert_true(one.evaluation[3].known.loss == two.evaluation[4].known.loss);
    char *record = read_record("branch");
    static const char front[] = "{\"event\": \"fork\", \"step\": 6, \"seconds\": ";
    assert_memory_equal(record, front, strlen(front));
    assert_non_null(strstr(record, "\"run\": \"long\", \"directory\": \""));
    assert_non_null(strstr(record, "/long\"}\n{\"event\": \"start\", \"step\": 0"));
    assert_null(strstr(record, "step-00000000"));
    memory_free(record);
    metrics_free(&one);
    metrics_free(&two);
}

/* It is told to stop before it has evaluated the step it begins at, which no interval is due at. */
static void a_fork_stopped_at_once_evaluates_its_first_step_when_it_goes_on(void **state)
{
    (void)state;
    struct session session;
    struct preset preset;
    make_source("before", NULL);
    char *directory = in_runs("stopped");
    assert_done(tiny_preset(&tiny, &preset, NULL, err));
    assert_done(session_open_fork(&session, &tiny.paths, &preset, "before@6", NULL, err));
    assert_done(session_keep(&session, directory, err));
    assert_done(trainer_send(session.trainer, (struct command){.kind = COMMAND_STOP}, err));
    assert_done(trainer_start(session.trainer, false, err));
    assert_done(session_close(&session, err));
    assert_done(session_resume(&session, &tiny.paths, "stopped", 0, err));
    struct metrics metrics = read_metrics("stopped", &session.facts);
    assert_int_equal(metrics.evaluations, 2);
    metrics_free(&metrics);
    assert_done(trainer_start(session.trainer, false, err));
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    metrics = read_metrics("stopped", &session.facts);
    assert_done(session_close(&session, err));
    assert_int_equal(metrics.evaluations, 5);
    assert_int_equal(metrics.evaluation[2].step, 6);
    metrics_free(&metrics);
    preset_free(&preset);
    memory_free(directory);
}

static void a_fork_begins_at_the_newest_checkpoint_unless_told(void **state)
{
    (void)state;
    static const char *const longer[] = {"train.steps=20", NULL};
    struct session session;
    struct trainer_status status;
    make_source("newest", NULL);
    open_fork(&session, "from-newest", "newest", longer);
    trainer_status(session.trainer, &status);
    assert_int_equal(status.step, 12);
    assert_int_equal(status.steps, 20);
    assert_done(session_close(&session, err));
    assert_same_checkpoints("from-newest", "newest", 12);
}

/* "at@6" is a run here, and "at" as well. */
static void a_whole_name_comes_before_a_step(void **state)
{
    (void)state;
    static const char *const other[] = {"population.seed=77", NULL};
    struct session session;
    make_source("at", NULL);
    make_source("at@6", other);
    char *path = memory_format(NULL, "%s/at@6", tiny.directory);
    const char *const whole[] = {"at@6", path};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        const char *const longer[] = {"population.seed=77", "train.steps=20", NULL};
        open_fork(&session, i ? "of-path" : "of-name", whole[i], longer);
        assert_int_equal(session.preset.population.seed, 77);
        assert_done(session_close(&session, err));
        assert_same_checkpoints(i ? "of-path" : "of-name", "at@6", 12);
    }
    open_fork(&session, "of-step", "at@6@6", other);
    assert_done(session_close(&session, err));
    assert_same_checkpoints("of-step", "at@6", 6);
    open_fork(&session, "of-other", "at@0", NULL);
    assert_done(session_close(&session, err));
    assert_same_checkpoints("of-other", "at", 0);
    memory_free(path);
}

/* Sampling, training and evaluation are the new preset's. */
static void a_fork_may_train_otherwise(void **state)
{
    (void)state;
    static const char *const otherwise[] = {"sampling.kind=adaptive",
                                            "sampling.subset=8",
                                            "train.schedule=constant",
                                            "train.lr=3e-3",
                                            "train.batch=4",
                                            "eval.known=4",
                                            "eval.every=3",
                                            "train.seed=77",
                                            "population.fine_tuning=5",
                                            NULL};
    struct session session;
    make_source("uniform", NULL);
    open_fork(&session, "otherwise", "uniform@6", otherwise);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    struct metrics metrics = read_metrics("otherwise", &session.facts);
    assert_true(metrics.training[6].lr == 3e-3);
    assert_true(metrics.training[5].lr != 3e-3);
    assert_int_equal(metrics.evaluation[metrics.evaluations - 1].subset, 8);
    metrics_free(&metrics);
    assert_done(session_close(&session, err));
    assert_done(session_resume(&session, &tiny.paths, "otherwise", 0, err));
    assert_done(session_close(&session, err));
}

static void count_batches(struct session *session, uint64_t from, uint64_t to, uint32_t *count)
{
    struct batch batch;
    assert_done(batch_init(&batch, &session->vocabulary, session->preset.trainer.batch, err));
    for (uint64_t step = from; step < to; step++) {
        batch_fill_training(&batch, &session->population, &session->vocabulary, &session->sampling,
                            step);
        for (size_t i = 0; i < batch.biographies; i++)
            count[batch.individual[i]]++;
    }
    batch_free(&batch);
}

static void check_exposures(const char *const *before, const char *const *after,
                            uint64_t last_asked)
{
    struct session source, fork;
    uint32_t count[32] = {0};
    open_run(&source, "even", before);
    send_until_step(&source, (struct command){.kind = COMMAND_RUN}, 12);
    open_fork(&fork, "skewed", "even@6", after);
    send_until_step(&fork, (struct command){.kind = COMMAND_RUN}, 12);
    count_batches(&source, 0, 6, count);
    count_batches(&fork, 6, 12, count);
    const struct knowledge *knowledge = &trainer_history(fork.trainer)->knowledge;
    assert_int_equal(knowledge->step, 12);
    assert_int_equal(knowledge->asked, 8);
    assert_int_equal(knowledge_individual(knowledge, 7), last_asked);
    for (size_t i = 0; i < knowledge->asked; i++)
        assert_int_equal(knowledge->exposures[i], count[knowledge_individual(knowledge, i)]);
    assert_done(session_close(&source, err));
    assert_done(session_close(&fork, err));
    remove_run("even");
    remove_run("skewed");
}

/* From uniform to a power law, batches of other sizes, and other individuals asked about; between
 * facts from a table that are sampled alike and by a column. */
static void a_fork_counts_exposures_of_both(void **state)
{
    (void)state;
    static const char *const power_law[] = {"sampling.kind=power-law", "sampling.alpha=0",
                                            "train.batch=4", NULL};
    check_exposures(NULL, power_law, 30);
    check_exposures(tiny_countries, tiny_crowded, 30);
    check_exposures(tiny_crowded, tiny_countries, 7);
}

/* A source whose rate is set by hand before its first step; what its next rate is after five. */
static double make_source_set_at(const char *name, uint64_t step)
{
    struct session session;
    struct trainer_status status;
    open_run(&session, name, NULL);
    settle(&session);
    if (step > 0)
        send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = step}, step);
    assert_done(trainer_send(session.trainer,
                             (struct command){.kind = COMMAND_SET_LR, .value = 5e-4}, err));
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 5}, step + 5);
    trainer_status(session.trainer, &status);
    assert_done(session_close(&session, err));
    return status.lr;
}

static double make_source_by_hand(const char *name)
{
    return make_source_set_at(name, 0);
}

/* Lines of a run's record that tell of a rate that was set. */
static size_t count_set(const char *run)
{
    char *path = in_runs(run), *record = file_read(path, NULL, NULL);
    size_t count = 0;
    assert_non_null(record);
    for (const char *at = record; (at = strstr(at, "{\"event\": \"set\"")); at++)
        count++;
    memory_free(record);
    memory_free(path);
    return count;
}

static void a_fork_goes_on_with_a_rate_that_was_set_by_hand(void **state)
{
    (void)state;
    static const char *const longer[] = {"train.steps=24", NULL};
    struct session session;
    struct trainer_status status;
    double rate = make_source_by_hand("hand");
    open_fork(&session, "same-rate", "hand@5", NULL);
    trainer_status(session.trainer, &status);
    double share = rate / schedule_lr(&session.preset.trainer.schedule, 5);
    assert_true(status.lr == rate);
    assert_true(share < 0.9);
    assert_non_null(
        strstr(session.remark, "train.lr of run hand was set by hand; this run continues"));
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 1}, 6);
    struct metrics metrics = read_metrics("same-rate", &session.facts);
    assert_true(metrics.training[5].lr == rate);
    metrics_free(&metrics);
    assert_done(session_close(&session, err));
    assert_int_equal(count_set("same-rate/metrics.jsonl"), 1);
    /* A schedule of another length is stretched; at step 0, where it was set, both are the same. */
    open_fork(&session, "longer-rate", "hand@5", longer);
    trainer_status(session.trainer, &status);
    double expected = share * schedule_lr(&session.preset.trainer.schedule, 5);
    assert_true(fabs(status.lr / expected - 1) < 1e-12);
    assert_done(session_close(&session, err));
}

/* Near its end a schedule is far below that of more steps there: the share that the rate is of the
 * one would be a multiple of the other. */
static void a_rate_set_late_keeps_its_value_where_a_fork_has_more_steps(void **state)
{
    (void)state;
    static const char *const longer[] = {"train.steps=36", NULL};
    struct session session;
    struct trainer_status status;
    make_source_set_at("late", 7);
    open_fork(&session, "late-longer", "late@12", longer);
    const struct schedule *schedule = &session.preset.trainer.schedule;
    double expected = 5e-4 * schedule_lr(schedule, 12) / schedule_lr(schedule, 7);
    trainer_status(session.trainer, &status);
    assert_non_null(strstr(session.remark, "goes through it where it was set, and the next step"));
    assert_true(expected < 5e-4);
    assert_true(fabs(status.lr / expected - 1) < 1e-12);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 1}, 13);
    struct metrics metrics = read_metrics("late-longer", &session.facts);
    assert_true(fabs(metrics.training[12].lr / expected - 1) < 1e-12);
    const struct turn *turn = &metrics.turns.turn[metrics.turns.count - 1];
    assert_true(turn->to == metrics.training[12].lr);
    assert_true(turn->from < turn->to / 100); /* what the next step would have had in the source */
    metrics_free(&metrics);
    assert_done(session_close(&session, err));
    assert_int_equal(count_set("late-longer/metrics.jsonl"), 2);
    assert_done(session_resume(&session, &tiny.paths, "late-longer", 0, err));
    trainer_status(session.trainer, &status);
    assert_true(
        fabs(status.lr * schedule_lr(schedule, 12) / (expected * schedule_lr(schedule, 13)) - 1) <
        1e-12);
    assert_done(session_close(&session, err));
}

/* As an older version left it: more steps, and the share of the schedule that the rate had in the
 * shorter one. With that very plan nothing changes, whatever was set when. */
static void a_fork_of_the_same_plan_has_the_rate_of_the_other_run(void **state)
{
    (void)state;
    static const char *const longer[] = {"train.steps=36", NULL};
    struct session session;
    struct trainer_status status;
    make_source_set_at("share", 7);
    char *path = in_runs("share/preset.ini"), *text = file_read(path, NULL, NULL);
    char *steps = strstr(text, "\nsteps = 12\n");
    assert_non_null(steps);
    memcpy(steps, "\nsteps = 36\n", strlen("\nsteps = 36\n"));
    assert_done(file_replace(path, text, strlen(text), err));
    assert_done(session_resume(&session, &tiny.paths, "share", 0, err));
    trainer_status(session.trainer, &status);
    double rate = status.lr;
    assert_int_equal(status.step, 12);
    assert_done(session_close(&session, err));
    open_fork(&session, "same-plan", "share@12", longer);
    trainer_status(session.trainer, &status);
    assert_true(status.lr == rate);
    assert_non_null(strstr(session.remark, "this run continues with it, "));
    assert_done(session_close(&session, err));
    memory_free(text);
    memory_free(path);
}

/* Who asks for another schedule, or for the one that the preset has, gets it. */
static void a_fork_with_another_schedule_says_that_its_rate_is_its_own(void **state)
{
    (void)state;
    static const char *const others[][2] = {
        {"train.lr=1e-3", NULL},
        {"train.lr=1e-2", NULL},
        {"train.schedule=constant", NULL},
        {"train.final_lr=1e-4", NULL},
    };
    struct session session;
    struct trainer_status status;
    make_source_by_hand("by-hand");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        open_fork(&session, "own-rate", "by-hand@5", others[i]);
        trainer_status(session.trainer, &status);
        assert_true(status.lr == schedule_lr(&session.preset.trainer.schedule, 5));
        assert_non_null(strstr(session.remark, "this run uses that of the preset"));
        send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 1}, 6);
        assert_done(session_close(&session, err));
        assert_int_equal(count_set("own-rate/metrics.jsonl"), 2);
        remove_run("own-rate");
    }
}

/* What was set was for the schedule before. */
static void a_fork_that_is_fine_tuned_has_the_rate_of_fine_tuning(void **state)
{
    (void)state;
    static const char *const tuned[] = {"fine-tuning.after=5", "fine-tuning.lr=2e-5",
                                        "population.fine_tuning=5", NULL};
    struct session session;
    struct trainer_status status;
    make_source_by_hand("ordinary");
    open_fork(&session, "fine", "ordinary@5", tuned);
    trainer_status(session.trainer, &status);
    assert_true(status.lr == 2e-5);
    assert_non_null(strstr(session.remark, "this run uses that of the preset, 2e-5"));
    assert_done(session_close(&session, err));
}

static void a_fork_of_a_run_with_its_own_rate_says_nothing(void **state)
{
    (void)state;
    struct session session;
    make_source("untouched", NULL);
    open_fork(&session, "quiet", "untouched@6", NULL);
    assert_null(session.remark);
    assert_done(session_close(&session, err));
}

static void check_refused(const char *from, const char *assignment, const char *words)
{
    const char *const more[] = {assignment, NULL};
    assert_fork_refused(from, more, words);
}

static void what_does_not_fit_is_named(void **state)
{
    (void)state;
    make_source("strict", NULL);
    check_refused("strict", NULL, "train.steps = 12 leaves no steps after step 12 of run strict");
    check_refused("strict@13", NULL,
                  "run strict has kept nothing from step 13 on; its newest step is 12");
    check_refused("strikt@6", NULL, "there is no run strikt; did you mean strict?");
    check_refused("strict@six", NULL, "there is no run strict@six");
    check_refused("strict@6", "model.layers=2", "model.layers = 2 cannot start from run strict");
    check_refused("strict@6", "model.bias=yes", "model.bias = yes");
    check_refused("strict@6", "population.known=33", "where it is 32");
    check_refused("strict@6", "population.seed=2", "population.seed = 2");
    check_refused("strict@6", "facts.train_templates=2", "facts.train_templates = 2");
    check_refused("strict@6", "pools.days=2",
                  "has other facts than run strict: files that were edited since");
}

static void a_fork_in_which_nothing_was_done_leaves_nothing(void **state)
{
    (void)state;
    struct preset preset;
    struct session session;
    make_source("looked-at", NULL);
    int before = temporary_count(tiny.paths.runs);
    assert_done(tiny_preset(&tiny, &preset, NULL, err));
    assert_done(session_open_fork(&session, &tiny.paths, &preset, "looked-at@6", NULL, err));
    assert_done(trainer_start(session.trainer, false, err));
    assert_done(session_close(&session, err));
    assert_int_equal(temporary_count(tiny.paths.runs), before);
    /* Its first step makes the run, with the checkpoint it begins with. */
    assert_done(session_open_fork(&session, &tiny.paths, &preset, "looked-at@6", NULL, err));
    assert_done(trainer_start(session.trainer, false, err));
    struct trainer_status status =
        send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 1}, 7);
    assert_int_equal(status.saved_step, 6);
    assert_int_equal(status.saves, 1);
    assert_done(session_close(&session, err));
    assert_int_equal(temporary_count(tiny.paths.runs), before + 1);
    preset_free(&preset);
}

/* Whatever the machine would take by itself. */
static void a_fork_whose_preset_leaves_the_precision_open_has_its_sources(void **state)
{
    (void)state;
    static const struct {
        const char *run, *from, *setting;
        enum precision precision;
    } cases[] = {
        {"whole", "whole@6", "train.precision=fp32", PRECISION_FP32},
        {"rounded", "rounded@6", "train.precision=bf16", PRECISION_BF16},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct preset preset;
        struct session session;
        make_source(cases[i].run, (const char *const[]){cases[i].setting, NULL});
        assert_done(
            tiny_preset(&tiny, &preset, (const char *const[]){"train.precision=auto", NULL}, err));
        assert_done(session_open_fork(&session, &tiny.paths, &preset, cases[i].from, NULL, err));
        assert_int_equal(session.preset.model.precision, cases[i].precision);
        assert_done(session_close(&session, err));
        preset_free(&preset);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fork_ends_as_its_source_and_needs_nothing_of_it),
        cmocka_unit_test(a_forks_record_is_whole),
        cmocka_unit_test(a_fork_stopped_at_once_evaluates_its_first_step_when_it_goes_on),
        cmocka_unit_test(a_fork_begins_at_the_newest_checkpoint_unless_told),
        cmocka_unit_test(a_whole_name_comes_before_a_step),
        cmocka_unit_test(a_fork_may_train_otherwise),
        cmocka_unit_test(a_fork_counts_exposures_of_both),
        cmocka_unit_test(a_fork_goes_on_with_a_rate_that_was_set_by_hand),
        cmocka_unit_test(a_rate_set_late_keeps_its_value_where_a_fork_has_more_steps),
        cmocka_unit_test(a_fork_of_the_same_plan_has_the_rate_of_the_other_run),
        cmocka_unit_test(a_fork_with_another_schedule_says_that_its_rate_is_its_own),
        cmocka_unit_test(a_fork_that_is_fine_tuned_has_the_rate_of_fine_tuning),
        cmocka_unit_test(a_fork_of_a_run_with_its_own_rate_says_nothing),
        cmocka_unit_test(what_does_not_fit_is_named),
        cmocka_unit_test(a_fork_in_which_nothing_was_done_leaves_nothing),
        cmocka_unit_test(a_fork_whose_preset_leaves_the_precision_open_has_its_sources),
    };
    return cmocka_run_group_tests(tests, begin_tiny, end_tiny);
}
