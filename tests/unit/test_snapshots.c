/* Snapshots: the weights that a run had between its checkpoints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "lab/session.h"
#include "lab/session_ask.h"
#include "lab/session_past.h"
#include "lab/session_resume.h"
#include "lab/session_train.h"
#include "record/run.h"
#include "record/run_tidy.h"
#include "tests/fixtures/tiny_session.h"

static const char *const spaced[] = {"checkpoint.keep=spaced", "train.steps=24", NULL};
static const char *const every_step[] = {"checkpoint.every=1", "train.steps=24", NULL};

static void make_run(const char *name, const char *const *more, uint64_t steps)
{
    struct session session;
    open_run(&session, name, more);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = steps}, steps);
    assert_done(session_close(&session, err));
}

static void open_made(struct run *run, const char *name)
{
    char *directory = in_runs(name);
    assert_done(run_open(run, &tiny.paths, directory, err));
    memory_free(directory);
}

static void assert_steps(const uint64_t *step, size_t count, const uint64_t *wanted, size_t wants)
{
    assert_int_equal(count, wants);
    for (size_t i = 0; i < wants; i++)
        assert_int_equal(step[i], wanted[i]);
}

typedef bool list_steps(const struct run *run, uint64_t **step, size_t *count, struct error *err);

static void assert_listed(const char *name, list_steps *list, const uint64_t *wanted, size_t wants)
{
    struct run run;
    uint64_t *step;
    size_t count;
    open_made(&run, name);
    assert_done(list(&run, &step, &count, err));
    assert_steps(step, count, wanted, wants);
    memory_free(step);
    run_close(&run);
}

#define STEPS(...)                                                                                 \
    (const uint64_t[]){__VA_ARGS__}, sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t)

static void a_run_keeps_snapshots_between_its_checkpoints(void **state)
{
    (void)state;
    make_run("kept", spaced, 24);
    assert_listed("kept", run_checkpoints, STEPS(0, 6, 12, 18, 24));
    assert_listed("kept", run_snapshots, STEPS(1, 2, 4, 8, 16, 17, 19, 20, 21, 23));
    assert_listed("kept", run_models, STEPS(0, 1, 2, 4, 6, 8, 12, 16, 17, 18, 19, 20, 21, 23, 24));
}

/* What two runs were alike in, without the times. */
static char *record_without_times(const char *name)
{
    char *record = read_record(name), *out = record;
    static const char key[] = "\"seconds\": ";
    for (const char *in = record; *in;) {
        if (strncmp(in, key, strlen(key)) == 0)
            in += strlen(key) + strspn(in + strlen(key), "0123456789.e-+");
        else
            *out++ = *in++;
    }
    *out = '\0';
    return record;
}

static void snapshots_change_neither_weights_nor_record(void **state)
{
    (void)state;
    const char *const plain[] = {"train.steps=24", NULL};
    make_run("spaced", spaced, 24);
    make_run("plain", plain, 24);
    assert_same_checkpoints("spaced", "plain", 24);
    char *one = record_without_times("spaced"), *two = record_without_times("plain");
    assert_string_equal(one, two);
    memory_free(one);
    memory_free(two);
}

static void assert_same_answers(struct session *a, struct session *b)
{
    struct answer one, two;
    for (uint64_t who = 0; who < 4; who++) {
        assert_done(session_ask_attribute(a, who, 0, &one, err));
        assert_done(session_ask_attribute(b, who, 0, &two, err));
        assert_int_equal(one.candidates, two.candidates);
        for (size_t c = 0; c < one.candidates; c++) {
            assert_string_equal(one.candidate[c].text, two.candidate[c].text);
            assert_true(one.candidate[c].probability == two.candidate[c].probability);
        }
        answer_free(&one);
        answer_free(&two);
    }
}

static void a_snapshot_is_asked_as_a_checkpoint_is(void **state)
{
    (void)state;
    struct session snapshot, checkpoint;
    char *kept = in_runs("asked"), *all = in_runs("asked-all");
    make_run("asked", spaced, 24);
    make_run("asked-all", every_step, 24);
    for (uint64_t step = 1; step <= 16; step *= 4) {
        assert_done(session_open_model(&snapshot, &tiny.paths, kept, &step, err));
        assert_done(session_open_model(&checkpoint, &tiny.paths, all, &step, err));
        assert_int_equal(snapshot.checkpoint_step, step);
        size_t bytes = engine_model(snapshot.engine)->size * sizeof(real);
        assert_memory_equal(engine_array(snapshot.engine, ENGINE_WEIGHTS),
                            engine_array(checkpoint.engine, ENGINE_WEIGHTS), bytes);
        assert_same_answers(&snapshot, &checkpoint);
        assert_done(session_close(&snapshot, err));
        assert_done(session_close(&checkpoint, err));
    }
    memory_free(kept);
    memory_free(all);
}

/* Of an adaptive sampling: how far it had widened is known there. */
static void a_snapshot_says_how_many_were_drawn(void **state)
{
    (void)state;
    const char *more[16];
    size_t settings = 0;
    for (; tiny_adaptive[settings]; settings++)
        more[settings] = tiny_adaptive[settings];
    more[settings++] = "checkpoint.keep=spaced";
    more[settings] = NULL;
    make_run("adaptive", more, TINY_ADAPTIVE_STEPS);
    struct session session;
    char *directory = in_runs("adaptive");
    uint64_t early = 16, late = 203;
    assert_done(session_open_model(&session, &tiny.paths, directory, &early, err));
    assert_int_equal(session.sampling.subset, 8);
    assert_done(session_close(&session, err));
    assert_done(session_open_model(&session, &tiny.paths, directory, &late, err));
    assert_int_equal(session.sampling.subset, 32);
    assert_done(session_close(&session, err));
    memory_free(directory);
}

/* A patched model is asked beside its reference; one that waits for its reference needs nothing. */
static void snapshots_of_a_patched_run_can_be_asked(void **state)
{
    (void)state;
    const char *const patched[] = {"checkpoint.keep=spaced", "patching.reference_step=10",
                                   "patching.start_step=3", "checkpoint.every=0", NULL};
    const char *const all[] = {"patching.reference_step=10", "patching.start_step=3",
                               "checkpoint.every=1", NULL};
    make_run("patched", patched, 19);
    make_run("patched-all", all, 19);
    char *kept = in_runs("patched"), *other = in_runs("patched-all");
    for (uint64_t step = 8; step <= 18; step += 10) {
        struct session snapshot, checkpoint;
        assert_done(session_open_model(&snapshot, &tiny.paths, kept, &step, err));
        assert_done(session_open_model(&checkpoint, &tiny.paths, other, &step, err));
        assert_same_answers(&snapshot, &checkpoint);
        assert_done(session_close(&snapshot, err));
        assert_done(session_close(&checkpoint, err));
    }
    memory_free(kept);
    memory_free(other);
}

/* The steps behind the last checkpoint are made again: of 8, which has a snapshot, and of 9, which
 * has nothing. */
static void a_fork_begins_at_any_step_that_was_made(void **state)
{
    (void)state;
    const char *const rest[] = {"train.steps=24", NULL};
    static const char *const from[] = {"source@8", "source@9"}, *const name[] = {"of-8", "of-9"};
    make_run("source", spaced, 24);
    make_run("whole", every_step, 24);
    for (int i = 0; i < 2; i++) {
        struct session session;
        open_fork(&session, name[i], from[i], rest);
        send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 24);
        assert_done(session_close(&session, err));
        assert_same_checkpoints("whole", name[i], 8 + i);
        assert_same_checkpoints("whole", name[i], 24);
    }
}

static void a_step_that_cannot_be_asked_is_answered_with_those_that_can(void **state)
{
    (void)state;
    struct session session;
    struct error refusal;
    uint64_t step = 3;
    make_run("few", spaced, 4);
    char *directory = in_runs("few");
    assert_false(session_open_model(&session, &tiny.paths, directory, &step, &refusal));
    assert_string_equal(refusal.message,
                        "run few has no checkpoint or snapshot of step 3; there are 0, 1, 2 and 4");
    memory_free(directory);
}

static void the_last_checkpoint_stays_and_the_first(void **state)
{
    (void)state;
    const char *const last[] = {"checkpoint.keep=last", "train.steps=24", NULL};
    const char *const plain[] = {"train.steps=24", NULL};
    struct session session;
    make_run("last", last, 14);
    assert_listed("last", run_checkpoints, STEPS(0, 14));
    assert_listed("last", run_snapshots, NULL, 0);
    assert_done(session_resume(&session, &tiny.paths, "last", 0, err));
    assert_done(trainer_start(session.trainer, false, err));
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 24);
    assert_done(session_close(&session, err));
    assert_listed("last", run_checkpoints, STEPS(0, 24));
    make_run("whole-plain", plain, 24);
    assert_same_checkpoints("last", "whole-plain", 24);
}

/* The run goes on from the one before it, and what is saved then is not less than that. */
static void a_newest_checkpoint_that_cannot_be_read_does_not_cost_those_that_follow(void **state)
{
    (void)state;
    const char *const last[] = {"checkpoint.keep=last", "train.steps=24", NULL};
    struct session session;
    struct run run;
    make_run("torn", last, 14);
    open_made(&run, "torn");
    char *path = run_checkpoint_path(&run, 14, NULL);
    assert_int_equal(truncate(path, 100), 0);
    memory_free(path);
    run_close(&run);
    for (uint64_t step = 8; step <= 10; step += 2) {
        assert_done(session_resume(&session, &tiny.paths, "torn", 0, err));
        assert_int_equal(session.checkpoint_step, step == 8 ? 0 : 8);
        assert_done(trainer_start(session.trainer, false, err));
        send_until_step(&session,
                        (struct command){.kind = COMMAND_STEP, .steps = step == 8 ? 8 : 2}, step);
        assert_done(session_close(&session, err));
        assert_listed("torn", run_checkpoints, STEPS(0, step, 14));
    }
}

static void put_snapshot(const struct run *run, uint64_t step, size_t bytes)
{
    char *path = run_snapshot_path(run, step, NULL), *content = memory_new(bytes, 1, NULL);
    assert_true(file_replace(path, content, bytes, NULL));
    memory_free(content);
    memory_free(path);
}

static void snapshots_stay_within_their_budget(void **state)
{
    (void)state;
    enum { EACH = 1000 };
    struct run run;
    uint64_t *step;
    size_t count;
    make_run("budget", NULL, 1);
    open_made(&run, "budget");
    assert_done(run_make_snapshots(&run, err));
    for (uint64_t at = 1; at <= 1 << 12; at *= 2) {
        put_snapshot(&run, at, EACH);
        assert_done(run_tidy_snapshots(&run, at, 5 * EACH + EACH / 2, err));
        assert_done(run_snapshots(&run, &step, &count, err));
        assert_true(count <= 5);
        assert_int_equal(step[0], 1);
        assert_int_equal(step[count - 1], at);
        memory_free(step);
    }
    /* A larger one takes the room of others; the ends stay even where they do not fit. */
    put_snapshot(&run, 5000, 3 * EACH);
    assert_done(run_tidy_snapshots(&run, 5000, 5 * EACH, err));
    assert_done(run_snapshots(&run, &step, &count, err));
    assert_int_equal(count, 3);
    memory_free(step);
    assert_done(run_tidy_snapshots(&run, 5000, 1, err));
    assert_done(run_snapshots(&run, &step, &count, err));
    assert_steps(step, count, STEPS(1, 5000));
    memory_free(step);
    run_close(&run);
}

/* After a crash a run goes on from its last checkpoint: what it had come to behind that is gone. */
static void snapshots_of_steps_that_are_made_anew_go(void **state)
{
    (void)state;
    struct session session;
    struct run run;
    make_run("crashed", spaced, 12);
    open_made(&run, "crashed");
    put_snapshot(&run, 16, 10);
    put_snapshot(&run, 40, 10);
    run_close(&run);
    assert_done(session_resume(&session, &tiny.paths, "crashed", 0, err));
    assert_done(trainer_start(session.trainer, false, err));
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 5}, 17);
    assert_done(session_close(&session, err));
    assert_listed("crashed", run_snapshots, STEPS(1, 2, 4, 8, 16, 17));
    char *directory = in_runs("crashed");
    uint64_t step = 16;
    assert_done(session_open_model(&session, &tiny.paths, directory, &step, err));
    assert_done(session_close(&session, err));
    memory_free(directory);
}

static void a_snapshot_that_cannot_be_written_is_written_later(void **state)
{
    (void)state;
    struct session session;
    open_run(&session, "full", spaced);
    settle(&session);
    run_into_full_disk(&session, "mneme snapshot 1");
    struct trainer_status status;
    trainer_status(session.trainer, &status);
    assert_int_equal(status.step, 1);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 24);
    assert_done(session_close(&session, err));
    assert_listed("full", run_snapshots, STEPS(1, 2, 4, 8, 16, 17, 19, 20, 21, 23));
}

static void a_budget_without_room_for_two_keeps_none_and_says_so(void **state)
{
    (void)state;
    const char *const large[] = {"checkpoint.keep=spaced", "checkpoint.budget=1",
                                 "model.d_hidden=20000", "train.batch=2", NULL};
    struct session session;
    open_preset(&session, large);
    assert_non_null(session.remark);
    assert_non_null(strstr(session.remark, "no snapshots are kept: they take 2.45 MiB each, and "
                                           "checkpoint.budget is 1 MiB"));
    assert_false(plan_at(&session.plan, 1).snapshot);
    assert_done(session_close(&session, err));
}

static void evaluations_can_be_spaced_too(void **state)
{
    (void)state;
    static const uint64_t wanted[] = {0, 1, 2, 4, 8, 12, 16, 17, 18, 19, 20, 21, 23, 24};
    const char *const log[] = {"eval.spacing=log", "train.steps=24", NULL};
    const char *const plain[] = {"train.steps=24", NULL};
    struct session session;
    open_run(&session, "log", log);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 24);
    struct history *history = trainer_history(session.trainer);
    history_hold(history);
    assert_int_equal(history->evaluations, sizeof wanted / sizeof *wanted);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_int_equal(history->evaluation[i].step, wanted[i]);
    history_release(history);
    assert_done(session_close(&session, err));
    make_run("even", plain, 24);
    assert_same_checkpoints("log", "even", 24);
}

/* The live weights and those of an earlier step are asked in turn, while steps are made. */
static void an_earlier_step_is_asked_while_training_goes_on(void **state)
{
    (void)state;
    struct session session, checkpoint;
    struct error refusal;
    uint64_t at = 0, eight = 8;
    make_run("there", every_step, 24);
    char *all = in_runs("there");
    assert_done(session_open_model(&checkpoint, &tiny.paths, all, &eight, err));
    open_run(&session, "past", spaced);
    assert_false(session_go_to(&session, 8, &refusal));
    assert_int_equal(refusal.kind, ERROR_INPUT);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 13}, 13);
    assert_false(session_is_at(&session, &at));
    assert_done(session_go_to(&session, 8, err));
    assert_true(session_is_at(&session, &at) && at == 8);
    assert_same_answers(&session, &checkpoint);
    assert_done(trainer_send(session.trainer, (struct command){.kind = COMMAND_RUN}, err));
    for (int i = 0; i < 20; i++)
        assert_same_answers(&session, &checkpoint);
    assert_false(session_go_to(&session, 7, &refusal)); /* and stays where it is */
    assert_same_answers(&session, &checkpoint);
    wait_for_state(&session, TRAINER_FINISHED);
    session_go_back(&session);
    assert_false(session_is_at(&session, &at));
    uint64_t last = 24;
    assert_done(session_close(&checkpoint, err));
    assert_done(session_open_model(&checkpoint, &tiny.paths, all, &last, err));
    assert_same_answers(&session, &checkpoint);
    assert_done(session_close(&checkpoint, err));
    assert_done(session_close(&session, err));
    assert_same_checkpoints("past", "there", 24);
    memory_free(all);
}

static void a_patched_run_goes_to_its_reference_and_back(void **state)
{
    (void)state;
    const char *const patched[] = {"checkpoint.keep=spaced", "patching.reference_step=10",
                                   "patching.start_step=3", "checkpoint.every=0", NULL};
    struct session session, asked;
    open_run(&session, "patched-past", patched);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 19}, 19);
    char *directory = in_runs("patched-past");
    for (unsigned i = 0; i < 4; i++) {
        uint64_t step = i % 2 == 0 ? 18 : 8;
        assert_done(session_open_model(&asked, &tiny.paths, directory, &step, err));
        assert_done(session_go_to(&session, step, err));
        assert_same_answers(&session, &asked);
        assert_done(session_close(&asked, err));
    }
    assert_done(session_close(&session, err));
    memory_free(directory);
}

/* Against what a run knew that ended there. */
static void what_was_known_at_a_step_is_read_off_the_record(void **state)
{
    (void)state;
    struct session session, shorter;
    struct knowledge known = {0};
    size_t facts = 0;
    open_run(&session, "knew", tiny_adaptive);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, TINY_ADAPTIVE_STEPS);
    open_run(&shorter, "knew-short", tiny_adaptive);
    send_until_step(&shorter, (struct command){.kind = COMMAND_STEP, .steps = 150}, 150);
    assert_done(session_known_at(&session, 150, &known, err));
    struct history *history = trainer_history(shorter.trainer);
    history_hold(history);
    const struct knowledge *wanted = &history->knowledge;
    assert_int_equal(known.step, 148);
    assert_int_equal(wanted->step, 148);
    assert_int_equal(known.asked, wanted->asked);
    for (size_t f = 0; f < known.asked * known.attributes; f++) {
        assert_int_equal(known.fact[f].known, wanted->fact[f].known);
        assert_int_equal(known.fact[f].ever, wanted->fact[f].ever);
        assert_int_equal(known.fact[f].first, wanted->fact[f].first);
        facts += known.fact[f].ever;
    }
    history_release(history);
    assert_true(facts > 0);
    knowledge_free(&known);
    assert_done(session_close(&session, err));
    assert_done(session_close(&shorter, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_keeps_snapshots_between_its_checkpoints),
        cmocka_unit_test(snapshots_change_neither_weights_nor_record),
        cmocka_unit_test(a_snapshot_is_asked_as_a_checkpoint_is),
        cmocka_unit_test(a_snapshot_says_how_many_were_drawn),
        cmocka_unit_test(snapshots_of_a_patched_run_can_be_asked),
        cmocka_unit_test(a_fork_begins_at_any_step_that_was_made),
        cmocka_unit_test(a_step_that_cannot_be_asked_is_answered_with_those_that_can),
        cmocka_unit_test(the_last_checkpoint_stays_and_the_first),
        cmocka_unit_test(a_newest_checkpoint_that_cannot_be_read_does_not_cost_those_that_follow),
        cmocka_unit_test(snapshots_stay_within_their_budget),
        cmocka_unit_test(snapshots_of_steps_that_are_made_anew_go),
        cmocka_unit_test(a_snapshot_that_cannot_be_written_is_written_later),
        cmocka_unit_test(a_budget_without_room_for_two_keeps_none_and_says_so),
        cmocka_unit_test(evaluations_can_be_spaced_too),
        cmocka_unit_test(an_earlier_step_is_asked_while_training_goes_on),
        cmocka_unit_test(a_patched_run_goes_to_its_reference_and_back),
        cmocka_unit_test(what_was_known_at_a_step_is_read_off_the_record),
    };
    return cmocka_run_group_tests(tests, begin_tiny, end_tiny);
}
