/* Runs that another process trains, followed by what that writes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "lab/session_ask.h"
#include "lab/session_follow.h"
#include "lab/session_past.h"
#include "lab/session_resume.h"
#include "lab/session_train.h"
#include "lab/session_watch.h"
#include "lab/watches.h"
#include "tests/fixtures/tiny_session.h"
#include "tests/patience.h"
#include "tests/within.h"

/* Many looks while a test waits; and nobody is missed in the meantime. */
static const struct follower_pace eager = {.look = 0.01, .quiet = 1000, .silent = 1000};

/* Whoever does not move is missed at once. */
static const struct follower_pace impatient = {.look = 0.01, .quiet = 0.05, .silent = 0.05};

static const char *const plain[] = {"train.steps=24", NULL};

#define ELSEWHERE "process 12 on beta\nbeats 00000000-another-machine/4026531836\n"

static void make_steps(struct session *session, uint64_t steps)
{
    struct trainer_status status;
    trainer_status(session->trainer, &status);
    send_until_step(session, (struct command){.kind = COMMAND_STEP, .steps = steps},
                    status.step + steps);
}

static void follow(struct session *session, const char *name, const struct follower_pace *pace)
{
    char *directory = in_runs(name);
    assert_done(session_follow(session, &tiny.paths, directory, pace, err));
    memory_free(directory);
}

static void make_run(const char *name, uint64_t steps)
{
    struct session session;
    open_run(&session, name, plain);
    make_steps(&session, steps);
    assert_done(session_close(&session, err));
}

static void shell(const char *format, const char *one, const char *two)
{
    char *from = in_runs(one), *to = in_runs(two);
    char command[2048];
    snprintf(command, sizeof command, "one='%s' two='%s'; %s", from, to, format);
    assert_int_equal(system(command), 0);
    memory_free(from);
    memory_free(to);
}

/* Waits until the follower is where it is to come to. */
static struct trainer_status follow_to(struct session *followed, uint64_t step)
{
    struct trainer_status status;
    uint64_t seen = 0;
    session_status(followed, &status);
    for (struct patience patience = patience_with(getpid());
         status.step != step && patience_lasts(&patience);) {
        session_wait(followed, 0.05, &seen);
        session_status(followed, &status);
    }
    assert_int_equal(status.step, step);
    return status;
}

static struct follower_report wait_for(struct session *followed, enum follower_state state)
{
    struct follower_report report;
    uint64_t seen = 0;
    follower_tell(followed->follower, &report);
    for (struct patience patience = patience_with(getpid());
         report.state != state && patience_lasts(&patience);) {
        session_wait(followed, 0.05, &seen);
        follower_tell(followed->follower, &report);
    }
    assert_int_equal(report.state, state);
    return report;
}

static struct follower_report wait_for_rest(struct session *followed)
{
    struct follower_report report;
    uint64_t seen = 0;
    follower_tell(followed->follower, &report);
    for (struct patience patience = patience_with(getpid());
         !report.rests && patience_lasts(&patience);) {
        session_wait(followed, 0.05, &seen);
        follower_tell(followed->follower, &report);
    }
    assert_true(report.rests);
    return report;
}

/* ---- curves ---- */

static void assert_same_history(struct history *one, struct history *two)
{
    history_hold(one);
    history_hold(two);
    assert_int_equal(one->trainings, two->trainings);
    for (size_t i = 0; i < one->trainings; i++) {
        assert_int_equal(one->training[i].step, two->training[i].step);
        assert_true(one->training[i].train_loss == two->training[i].train_loss);
    }
    assert_int_equal(one->evaluations, two->evaluations);
    for (size_t i = 0; i < one->evaluations; i++) {
        assert_int_equal(one->evaluation[i].step, two->evaluation[i].step);
        assert_true(one->evaluation[i].known.loss == two->evaluation[i].known.loss);
        assert_int_equal(one->evaluation[i].phase, two->evaluation[i].phase);
    }
    assert_int_equal(one->circuits.points, two->circuits.points);
    assert_int_equal(one->knowledge.step, two->knowledge.step);
    assert_int_equal(one->knowledge.asked, two->knowledge.asked);
    assert_memory_equal(one->knowledge.exposures, two->knowledge.exposures,
                        one->knowledge.asked * sizeof *one->knowledge.exposures);
    history_release(two);
    history_release(one);
}

static void what_is_recorded_is_followed(void **state)
{
    struct session own, followed;
    struct trainer_status status, own_status;
    (void)state;
    open_run(&own, "own", plain);
    make_steps(&own, 8);
    follow(&followed, "own", &eager);
    for (int more = 0; more < 3; more++) {
        make_steps(&own, 5);
        /* training lines wait for a second of training, or for what comes behind them */
        send_until_step(&own, (struct command){.kind = COMMAND_CHECKPOINT}, 0);
        assert_true(settle(&own).step == 13 + 5 * (uint64_t)more);
        status = follow_to(&followed, 13 + 5 * (uint64_t)more);
        trainer_status(own.trainer, &own_status);
        assert_int_equal(status.steps, 24);
        assert_int_equal(status.tokens, own_status.tokens);
        assert_int_equal(status.drawn, own_status.drawn);
        assert_int_equal(status.phase.phase, own_status.phase.phase);
        assert_same_history(session_history(&own), session_history(&followed));
    }
    assert_done(session_close(&followed, err));
    assert_done(session_close(&own, err));
}

static void a_run_that_goes_back_is_followed_back(void **state)
{
    struct session own, followed;
    char *directory = in_runs("back");
    (void)state;
    make_run("back", 24);
    follow(&followed, "back", &eager);
    follow_to(&followed, 24);
    struct history *history = session_history(&followed);
    unsigned long before = history->beginnings;
    shell("rm \"$one\"/checkpoints/step-0000001[3-9]* \"$one\"/checkpoints/step-0000002*", "back",
          "back");
    assert_done(session_resume(&own, &tiny.paths, directory, 0, err));
    assert_done(trainer_start(own.trainer, false, err));
    assert_int_equal(settle(&own).step, 12);
    follow_to(&followed, 12);
    make_steps(&own, 3);
    send_until_step(&own, (struct command){.kind = COMMAND_CHECKPOINT}, 0);
    settle(&own);
    follow_to(&followed, 15);
    assert_true(history->beginnings > before);
    assert_same_history(session_history(&own), history);
    assert_done(session_close(&followed, err));
    assert_done(session_close(&own, err));
    memory_free(directory);
}

static void steps_that_are_set_later_are_followed(void **state)
{
    struct session own, followed;
    struct trainer_status status;
    uint64_t seen = 0;
    char *directory = in_runs("longer");
    (void)state;
    make_run("longer", 24);
    follow(&followed, "longer", &eager);
    session_status(&followed, &status);
    assert_int_equal(status.state, TRAINER_FINISHED);
    assert_done(session_resume(&own, &tiny.paths, directory, 30, err));
    assert_done(trainer_start(own.trainer, false, err));
    settle(&own);
    for (struct patience patience = patience_with(getpid());
         status.steps != 30 && patience_lasts(&patience);) {
        session_wait(&followed, 0.05, &seen);
        session_status(&followed, &status);
    }
    assert_int_equal(status.steps, 30);
    assert_int_not_equal(status.state, TRAINER_FINISHED);
    assert_done(session_close(&followed, err));
    assert_done(session_close(&own, err));
    memory_free(directory);
}

/* Moves the last line of the record to a file of its own, and gives it back in two parts. */
static void a_line_is_taken_when_its_end_is_written(void **state)
{
    struct session followed;
    struct trainer_status status;
    (void)state;
    make_run("torn", 10);
    shell("m=\"$one\"/metrics.jsonl; n=$(grep -n '\"train_loss\"' \"$m\" | tail -1 | cut -d: -f1);"
          "sed -n \"${n}p\" \"$m\" >\"$one\".last;"
          "sed -n \"1,$((n - 1))p\" \"$m\" | grep -v '\"step\": 10,' >\"$one\".rest;"
          "cat \"$one\".rest >\"$m\"; head -c 20 \"$one\".last >>\"$m\"",
          "torn", "torn");
    follow(&followed, "torn", &eager);
    session_status(&followed, &status);
    assert_int_equal(status.step, 9);
    shell("tail -c +21 \"$one\".last | head -c 30 >>\"$one\"/metrics.jsonl; sleep .2", "torn",
          "torn");
    session_status(&followed, &status);
    assert_int_equal(status.step, 9);
    shell("tail -c +51 \"$one\".last >>\"$one\"/metrics.jsonl", "torn", "torn");
    follow_to(&followed, 10);
    assert_int_equal(session_history(&followed)->trainings, 10);
    assert_done(session_close(&followed, err));
}

/* ---- questions ---- */

static void the_newest_model_is_asked(void **state)
{
    struct session followed, model;
    struct answer one, two;
    uint64_t step = 0;
    char *directory = in_runs("asked");
    (void)state;
    make_run("asked", 20);
    follow(&followed, "asked", &eager);
    assert_true(session_is_at(&followed, &step));
    assert_int_equal(step, 20);
    assert_done(session_open_model(&model, &tiny.paths, directory, &step, err));
    assert_done(session_ask_attribute(&followed, 0, 0, &one, err));
    assert_done(session_ask_attribute(&model, 0, 0, &two, err));
    assert_int_equal(one.candidates, two.candidates);
    for (size_t c = 0; c < one.candidates; c++)
        assert_true(one.candidate[c].probability == two.candidate[c].probability);
    answer_free(&one);
    answer_free(&two);
    assert_done(session_close(&model, err));
    assert_done(session_close(&followed, err));
    memory_free(directory);
}

/* Where the last model alone is kept, that which was seen last is gone by the time it is read. */
static void the_newest_model_is_found_after_another_was_removed(void **state)
{
    static const char *const last[] = {"train.steps=24", "checkpoint.keep=last",
                                       "checkpoint.every=4", NULL};
    const struct follower_pace never = {.look = 1e6, .quiet = 1e6, .silent = 1e6};
    struct session own, followed;
    struct trainer_status status;
    struct error refusal = {0};
    uint64_t step = 0;
    (void)state;
    open_run(&own, "last", last);
    make_steps(&own, 8);
    follow(&followed, "last", &never);
    assert_true(session_is_at(&followed, &step));
    assert_int_equal(step, 8);
    make_steps(&own, 8);
    assert_false(session_go_to(&followed, 8, &refusal));
    session_status(&followed, &status);
    assert_int_equal(status.saved_step, 8);
    assert_done(session_go_to_newest(&followed, err));
    assert_true(session_is_at(&followed, &step));
    assert_int_equal(step, 16);
    assert_done(session_close(&followed, err));
    assert_done(session_close(&own, err));
}

/* A model can be saved between two looks, at the record and at the models. */
static void a_model_newer_than_the_record_is_asked_where_it_is_alone(void **state)
{
    struct session followed;
    struct trainer_status status;
    uint64_t step = 0;
    (void)state;
    make_run("ahead", 20);
    shell("m=\"$one\"/metrics.jsonl; grep -v '\"step\": *\\(1[6-9]\\|20\\),' \"$m\" >\"$one\".rest;"
          "cat \"$one\".rest >\"$m\"; find \"$one\" -name 'step-*' ! -name '*20.safetensors'"
          " -delete",
          "ahead", "ahead");
    follow(&followed, "ahead", &eager);
    follow_to(&followed, 15);
    session_status(&followed, &status);
    assert_true(status.has_saved);
    assert_int_equal(status.saved_step, 20);
    assert_true(session_is_at(&followed, &step));
    assert_int_equal(step, 20);
    assert_done(session_close(&followed, err));
}

static void a_run_without_a_model_is_followed_but_not_asked(void **state)
{
    struct session followed;
    struct answer answer;
    struct error refusal = {0};
    (void)state;
    make_run("bare", 20);
    shell("rm -r \"$one\"/checkpoints/*", "bare", "bare");
    follow(&followed, "bare", &eager);
    follow_to(&followed, 20);
    assert_false(session_ask_attribute(&followed, 0, 0, &answer, &refusal));
    assert_string_equal(refusal.message, "nothing is saved yet that could be asked");
    assert_done(session_close(&followed, err));
}

static void models_that_cannot_be_read_are_passed_over(void **state)
{
    struct session followed;
    struct answer answer;
    struct error refusal = {0};
    uint64_t step = 0;
    (void)state;
    make_run("cut", 20);
    follow(&followed, "cut", &eager);
    assert_true(session_is_at(&followed, &step));
    assert_int_equal(step, 20);
    assert_done(session_close(&followed, err));
    shell("find \"$one\" -name step-00000020.safetensors | while read -r file; do"
          " head -c 100 \"$file\" >\"$file.part\"; mv \"$file.part\" \"$file\"; done",
          "cut", "cut");
    follow(&followed, "cut", &eager);
    assert_true(session_is_at(&followed, &step));
    assert_within(step, 1, 19);
    assert_done(session_close(&followed, err));
    shell("find \"$one\" -name 'step-*' | while read -r file; do : >\"$file\"; done", "cut", "cut");
    follow(&followed, "cut", &eager);
    assert_false(session_is_at(&followed, &step));
    follow_to(&followed, 20);
    assert_false(session_ask_attribute(&followed, 0, 0, &answer, &refusal));
    assert_done(session_close(&followed, err));
}

static void questions_that_are_watched_there_are_seen(void **state)
{
    struct session own, followed;
    struct question_track track;
    uint64_t seen = 0;
    char *prompt = NULL, *as_read = NULL;
    bool is_new;
    (void)state;
    open_run(&own, "watched", plain);
    make_steps(&own, 8);
    follow(&followed, "watched", &eager);
    assert_int_equal(watches_count(followed.watches), 0);
    assert_non_null(prompt = session_example(&own, 0, NULL));
    assert_done(session_watch(&own, prompt, &as_read, &is_new, err));
    make_steps(&own, 8);
    assert_done(watches_copy(followed.watches, 0, &track, err));
    for (struct patience patience = patience_with(getpid());
         track.points == 0 && patience_lasts(&patience);) {
        session_wait(&followed, 0.05, &seen);
        question_track_free(&track);
        assert_done(watches_copy(followed.watches, 0, &track, err));
    }
    assert_true(track.points > 0);
    assert_string_equal(track.prompt, as_read);
    question_track_free(&track);
    assert_done(session_close(&followed, err));
    assert_done(session_close(&own, err));
    memory_free(as_read);
    memory_free(prompt);
}

/* ---- who trains it ---- */

static void its_writer_is_seen_and_missed(void **state)
{
    struct session own, followed;
    char who[64];
    (void)state;
    snprintf(who, sizeof who, "process %ld on ", (long)getpid());
    open_run(&own, "held", plain);
    make_steps(&own, 8);
    follow(&followed, "held", &eager);
    struct follower_report report = wait_for(&followed, FOLLOWER_SEES_WRITER);
    assert_memory_equal(report.holder, who, strlen(who));
    assert_done(session_close(&own, err));
    report = wait_for(&followed, FOLLOWER_LEFT);
    assert_memory_equal(report.holder, who, strlen(who));
    assert_true(report.rests);
    assert_done(session_close(&followed, err));
}

static void a_writer_who_was_killed_leaves_an_orphan(void **state)
{
    struct session own, followed;
    (void)state;
    open_run(&own, "killed", plain);
    make_steps(&own, 8);
    shell("cp -R \"$one\" \"$two\"", "killed", "orphan");
    assert_done(session_close(&own, err));
    follow(&followed, "orphan", &eager);
    wait_for(&followed, FOLLOWER_ORPHANED);
    assert_done(session_close(&followed, err));
}

static bool has_speed(struct session *followed)
{
    struct trainer_status status;
    session_status(followed, &status);
    assert_int_equal(status.tokens_per_second > 0, isfinite(status.seconds_left));
    return status.tokens_per_second > 0;
}

static void wait_for_speed(struct session *followed, bool wanted)
{
    uint64_t seen = 0;
    for (struct patience patience = patience_with(getpid());
         has_speed(followed) != wanted && patience_lasts(&patience);)
        session_wait(followed, 0.01, &seen);
    assert_int_equal(has_speed(followed), wanted);
}

static const char *const endless[] = {"train.steps=100000000", "eval.every=100",
                                      "checkpoint.every=100", "checkpoint.keep=last", NULL};

/* A run that is training. */
static void run_on(struct session *session, const char *name)
{
    open_run(session, name, endless);
    make_steps(session, 8);
    assert_done(trainer_send(session->trainer, (struct command){.kind = COMMAND_RUN}, err));
}

/* Its writer makes no step while the weights are held. */
static void nobody_who_makes_no_steps_has_a_speed(void **state)
{
    struct session own, followed;
    (void)state;
    run_on(&own, "speed");
    follow(&followed, "speed", &eager);
    wait_for_speed(&followed, true);
    assert_done(session_close(&followed, err));
    follow(&followed, "speed", &impatient);
    for (int again = 0; again < 2; again++) {
        trainer_hold_weights(own.trainer);
        wait_for(&followed, FOLLOWER_HEARS_NONE);
        wait_for_speed(&followed, false);
        trainer_release_weights(own.trainer);
        wait_for_speed(&followed, true);
    }
    assert_done(session_close(&own, err));
    wait_for(&followed, FOLLOWER_LEFT);
    wait_for_speed(&followed, false);
    assert_done(session_close(&followed, err));
}

static void silence_is_told_but_not_that_of_a_pause(void **state)
{
    struct session own, followed;
    (void)state;
    run_on(&own, "silent");
    follow(&followed, "silent", &impatient);
    trainer_hold_weights(own.trainer);
    struct follower_report report = wait_for(&followed, FOLLOWER_HEARS_NONE);
    assert_true(report.quiet >= 0.05);
    assert_false(report.rests);
    trainer_release_weights(own.trainer);
    assert_done(trainer_send(own.trainer, (struct command){.kind = COMMAND_PAUSE}, err));
    report = wait_for_rest(&followed);
    for (struct patience patience = patience_with(getpid());
         report.quiet < 2 * impatient.quiet && patience_lasts(&patience);)
        follower_tell(followed.follower, &report);
    assert_int_equal(report.state, FOLLOWER_SEES_WRITER);
    assert_done(session_close(&followed, err));
    assert_done(session_close(&own, err));
}

static void what_is_done_in_a_pause_does_not_end_it(void **state)
{
    struct session own, followed;
    struct follower_report report = {.rests = false};
    struct question_track track = {.points = 0};
    uint64_t seen = 0;
    char *prompt = NULL, *as_read = NULL;
    bool is_new;
    static const char *const many[] = {"train.steps=4000", NULL};
    (void)state;
    open_run(&own, "rests", many);
    make_steps(&own, 8);
    assert_done(trainer_send(own.trainer, (struct command){.kind = COMMAND_RUN}, err));
    assert_done(trainer_send(own.trainer, (struct command){.kind = COMMAND_PAUSE}, err));
    uint64_t step = settle(&own).step;
    follow(&followed, "rests", &eager);
    follow_to(&followed, step);
    assert_non_null(prompt = session_example(&own, 0, NULL));
    assert_done(session_watch(&own, prompt, &as_read, &is_new, err));
    for (struct patience patience = patience_with(getpid());
         track.points == 0 && patience_lasts(&patience);) {
        session_wait(&followed, 0.05, &seen);
        question_track_free(&track);
        assert_done(watches_copy(followed.watches, 0, &track, err));
    }
    assert_true(track.points > 0);
    question_track_free(&track);
    follower_tell(followed.follower, &report);
    assert_true(report.rests);
    assert_done(session_close(&followed, err));
    follow(&followed, "rests", &eager); /* as is read at once */
    follower_tell(followed.follower, &report);
    assert_true(report.rests);
    assert_done(session_close(&followed, err));
    assert_done(session_close(&own, err));
    memory_free(as_read);
    memory_free(prompt);
}

static void assert_paused(const char *run, uint64_t step)
{
    struct session followed;
    follow(&followed, run, &eager);
    follow_to(&followed, step);
    assert_int_equal(wait_for_rest(&followed).state, FOLLOWER_SEES_WRITER);
    assert_done(session_close(&followed, err));
}

static void a_run_that_waits_to_be_trained_is_paused(void **state)
{
    struct session own;
    (void)state;
    make_run("waits", 8);
    assert_done(session_resume(&own, &tiny.paths, "waits", 0, err));
    assert_done(trainer_send(own.trainer, (struct command){.kind = COMMAND_ASK}, err));
    assert_done(trainer_start(own.trainer, false, err));
    assert_paused("waits", 8);
    make_steps(&own, 2);
    assert_paused("waits", 10);
    assert_done(session_close(&own, err));
}

/* A process that sets the time of a file again and again. */
static pid_t beat_for_another(const char *path)
{
    const struct timespec little = {.tv_nsec = 5000000};
    pid_t process = fork();
    if (process == 0)
        for (;;) {
            utimensat(AT_FDCWD, path, NULL, 0);
            nanosleep(&little, NULL);
        }
    assert_true(process > 0);
    return process;
}

static void a_writer_elsewhere_lives_as_long_as_he_beats(void **state)
{
    struct session followed;
    struct follower_report report;
    (void)state;
    make_run("far", 8);
    shell("printf '" ELSEWHERE "' >\"$one\"/lock.owner", "far", "far");
    char *directory = in_runs("far"), *path = file_join(directory, "lock.owner", NULL);
    pid_t beating = beat_for_another(path);
    const struct follower_pace pace = {.look = 0.01, .quiet = 1000, .silent = 3};
    follow(&followed, "far", &pace);
    sleep(4);
    follower_tell(followed.follower, &report);
    assert_int_equal(report.state, FOLLOWER_SEES_WRITER);
    assert_string_equal(report.holder, "process 12 on beta");
    assert_int_equal(kill(beating, SIGKILL), 0);
    assert_int_equal(waitpid(beating, NULL, 0), beating);
    report = wait_for(&followed, FOLLOWER_ORPHANED);
    assert_string_equal(report.holder, "process 12 on beta");
    assert_done(session_close(&followed, err));
    memory_free(path);
    memory_free(directory);
}

/* ---- nothing is written ---- */

/* Every file with what it holds and when it and its directory were changed. */
static const char list[] =
    "{ find \"$one\" -printf '%p %i %s %m %T@ %C@\\n'; find \"$one\" -type f -exec cksum {} +; } |"
    " sort >\"$two\"";

static void nothing_is_written(void **state)
{
    struct session followed;
    struct answer answer;
    (void)state;
    make_run("kept", 20);
    shell("printf '" ELSEWHERE "' >\"$one\"/lock.owner; touch -d '1 hour ago' \"$one\"/lock.owner",
          "kept", "kept");
    shell(list, "kept", "before");
    follow(&followed, "kept", &impatient);
    wait_for(&followed, FOLLOWER_ORPHANED);
    assert_done(session_ask_attribute(&followed, 0, 0, &answer, err));
    answer_free(&answer);
    assert_done(session_go_to(&followed, 6, err));
    assert_done(session_close(&followed, err));
    shell(list, "kept", "after");
    shell("diff \"$one\" \"$two\"", "before", "after");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_recorded_is_followed),
        cmocka_unit_test(a_run_that_goes_back_is_followed_back),
        cmocka_unit_test(steps_that_are_set_later_are_followed),
        cmocka_unit_test(a_line_is_taken_when_its_end_is_written),
        cmocka_unit_test(the_newest_model_is_asked),
        cmocka_unit_test(the_newest_model_is_found_after_another_was_removed),
        cmocka_unit_test(a_model_newer_than_the_record_is_asked_where_it_is_alone),
        cmocka_unit_test(a_run_without_a_model_is_followed_but_not_asked),
        cmocka_unit_test(models_that_cannot_be_read_are_passed_over),
        cmocka_unit_test(questions_that_are_watched_there_are_seen),
        cmocka_unit_test(its_writer_is_seen_and_missed),
        cmocka_unit_test(a_writer_who_was_killed_leaves_an_orphan),
        cmocka_unit_test(nobody_who_makes_no_steps_has_a_speed),
        cmocka_unit_test(silence_is_told_but_not_that_of_a_pause),
        cmocka_unit_test(what_is_done_in_a_pause_does_not_end_it),
        cmocka_unit_test(a_run_that_waits_to_be_trained_is_paused),
        cmocka_unit_test(a_writer_elsewhere_lives_as_long_as_he_beats),
        cmocka_unit_test(nothing_is_written),
    };
    return cmocka_run_group_tests(tests, begin_tiny, end_tiny);
}
