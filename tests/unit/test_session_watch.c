/* Questions that are asked at every evaluation of a run, and of the models that it has kept. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "lab/session.h"
#include "lab/session_ask.h"
#include "lab/session_change.h"
#include "lab/session_past.h"
#include "lab/session_resume.h"
#include "lab/session_watch.h"
#include "lab/watches.h"
#include "record/run_trash.h"
#include "tests/fixtures/tiny_session.h"
#include "tests/patience.h"

static const char *const plain[] = {"train.steps=24", "eval.every=4", NULL};
static const char *const spaced[] = {"train.steps=24", "eval.every=4", "checkpoint.keep=spaced",
                                     NULL};

static char *watch(struct session *session, uint64_t example)
{
    char *prompt = session_example(session, example, NULL), *as_read;
    bool is_new;
    assert_done(session_watch(session, prompt, &as_read, &is_new, err));
    memory_free(prompt);
    return as_read;
}

static void step_to(struct session *session, uint64_t step)
{
    struct trainer_status status;
    trainer_status(session->trainer, &status);
    send_until_step(session, (struct command){.kind = COMMAND_STEP, .steps = step - status.step},
                    step);
}

/* Waits until a question has so many answers: the trainer asks when it comes to it. */
static struct question_track wait_for_answers(struct session *session, size_t index, size_t points)
{
    struct question_track track;
    uint64_t seen = 0;
    for (struct patience patience = patience_with(getpid()); patience_lasts(&patience);) {
        assert_done(watches_copy(session->watches, index, &track, err));
        if (track.points >= points)
            return track;
        question_track_free(&track);
        trainer_wait(session->trainer, 0.05, &seen);
    }
    fail_msg("there were never %zu answers", points);
    return track;
}

static void assert_steps(const struct question_track *track, const char *wanted)
{
    struct text text = {0};
    for (size_t p = 0; p < track->points; p++)
        text_format(&text, "%s%d", p > 0 ? " " : "", (int)track->point[p].step);
    assert_string_equal(text.bytes, wanted);
    text_free(&text);
}

/* What the run's model of a step answers when it is asked once. */
static void assert_as_asked(const char *run, const struct question_track *track, size_t at)
{
    const struct question_point *point = &track->point[at];
    struct session session;
    struct answer answer;
    char *directory = in_runs(run);
    assert_done(session_open_model(&session, &tiny.paths, directory, &point->step, err));
    assert_done(session_ask(&session, track->prompt, &answer, err));
    assert_true(answer.has_truth);
    assert_string_equal(track->truth, answer.truth);
    assert_true(point->truth == answer.truth_probability);
    assert_int_equal(point->values, answer.candidates);
    assert_true(point->values > 1);
    for (size_t v = 0; v < point->values; v++) {
        assert_string_equal(track->value.text[point->value[v]], answer.candidate[v].text);
        assert_true(point->probability[v] == answer.candidate[v].probability);
    }
    answer_free(&answer);
    assert_done(session_close(&session, err));
    memory_free(directory);
}

static void a_question_is_asked_at_once_and_at_every_evaluation(void **state)
{
    (void)state;
    struct session session;
    open_run(&session, "asked", plain);
    settle(&session);
    step_to(&session, 5);
    memory_free(watch(&session, 0));
    struct question_track track = wait_for_answers(&session, 0, 1);
    assert_steps(&track, "5");
    question_track_free(&track);
    step_to(&session, 18);
    track = wait_for_answers(&session, 0, 4);
    assert_steps(&track, "5 8 12 16");
    assert_done(session_close(&session, err));
    question_track_free(&track);
}

/* Of the models that are kept, with the bits that they give when they are asked by hand. */
static void what_was_kept_is_asked_as_by_hand(void **state)
{
    (void)state;
    struct session session;
    uint64_t from = 0;
    bool asked = true;
    open_run(&session, "kept", spaced);
    settle(&session);
    step_to(&session, 12);
    char *prompt = watch(&session, 1);
    struct question_track first = wait_for_answers(&session, 0, 1);
    question_track_free(&first);
    while (asked)
        assert_done(session_watch_kept(&session, prompt, &from, &asked, err));
    step_to(&session, 16);
    struct question_track track = wait_for_answers(&session, 0, 8);
    assert_done(session_close(&session, err));
    assert_steps(&track, "0 1 2 4 6 8 12 16");
    for (size_t p = 0; p < track.points; p++)
        assert_as_asked("kept", &track, p);
    question_track_free(&track);
    memory_free(prompt);
}

static char *record_without(const char *name, const char *const *part, size_t parts)
{
    char *record = read_record(name);
    struct text text = {0};
    for (char *line = record, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        bool has = false;
        *end = '\0';
        for (size_t p = 0; p < parts; p++)
            has |= strstr(line, part[p]) != NULL;
        char *seconds = strstr(line, "\"seconds\": ");
        if (has)
            continue;
        if (seconds) {
            text_add_bytes(&text, line, (size_t)(seconds - line));
            text_add(&text, seconds + strcspn(seconds, ",}"));
        } else
            text_add(&text, line);
        text_add(&text, "\n");
    }
    memory_free(record);
    return text_take(&text, NULL);
}

static void training_has_the_same_bits_and_lines(void **state)
{
    (void)state;
    /* And when somebody paused. */
    static const char *const answers[] = {"\"event\": \"question\"", "\"event\": \"watch\"",
                                          "\"event\": \"pause\"", "\"event\": \"resume\""};
    struct session session;
    uint64_t from = 0;
    bool asked = true;
    open_run(&session, "unwatched", spaced);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 24);
    assert_done(session_close(&session, err));
    open_run(&session, "watched", spaced);
    settle(&session);
    char *prompt = watch(&session, 0);
    memory_free(watch(&session, 1));
    step_to(&session, 11);
    while (asked)
        assert_done(session_watch_kept(&session, prompt, &from, &asked, err));
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 24);
    assert_done(session_close(&session, err));
    assert_same_checkpoints("unwatched", "watched", 24);
    char *one = record_without("unwatched", answers, 4),
         *two = record_without("watched", answers, 4);
    assert_string_equal(one, two);
    char *all = record_without("watched", NULL, 0);
    assert_non_null(strstr(all, answers[0]));
    memory_free(all);
    memory_free(one);
    memory_free(two);
    memory_free(prompt);
}

static void resume(struct session *session, const char *name)
{
    assert_done(session_resume(session, &tiny.paths, name, 0, err));
    assert_done(trainer_start(session->trainer, false, err));
}

static void a_run_that_is_resumed_goes_on_asking(void **state)
{
    (void)state;
    struct session session;
    char *ended;
    open_run(&session, "resumed", plain);
    settle(&session);
    char *first = watch(&session, 0), *second = watch(&session, 1);
    step_to(&session, 8);
    assert_done(session_close(&session, err));
    resume(&session, "resumed");
    struct question_track track = wait_for_answers(&session, 0, 3);
    assert_string_equal(track.prompt, first);
    assert_steps(&track, "0 4 8");
    question_track_free(&track);
    assert_done(session_unwatch(&session, "1", &ended, err));
    assert_string_equal(ended, first);
    memory_free(ended);
    step_to(&session, 16);
    assert_done(session_close(&session, err));
    resume(&session, "resumed");
    assert_int_equal(watches_count(session.watches), 1);
    track = wait_for_answers(&session, 0, 5);
    assert_string_equal(track.prompt, second);
    assert_steps(&track, "0 4 8 12 16");
    question_track_free(&track);
    assert_done(session_close(&session, err));
    memory_free(first);
    memory_free(second);
}

/* Copies a file's first bytes up to a part, as a crash would leave it. */
static void cut_record(const char *name, const char *part)
{
    char *record = read_record(name);
    char *path = memory_format(NULL, "%s/%s/metrics.jsonl", tiny.directory, name);
    char *end = strstr(record, part);
    assert_non_null(end);
    while (end > record && end[-1] != '\n')
        end--;
    assert_true(file_replace(path, record, (size_t)(end - record), NULL));
    memory_free(path);
    memory_free(record);
}

/* Killed behind its last checkpoint, it asks again what it had asked there. */
static void answers_of_steps_that_are_made_anew_are_asked_anew(void **state)
{
    (void)state;
    static const char *const seldom[] = {"train.steps=24", "eval.every=4", "checkpoint.every=10",
                                         NULL};
    struct session session;
    open_run(&session, "killed", seldom);
    settle(&session);
    memory_free(watch(&session, 0));
    step_to(&session, 17);
    assert_done(session_close(&session, err));
    char *last = checkpoint_of("killed", 17);
    assert_int_equal(remove(last), 0);
    memory_free(last);
    cut_record("killed", "\"step\": 17, \"tokens\"");
    resume(&session, "killed");
    assert_int_equal(session.checkpoint_step, 10);
    struct question_track track = wait_for_answers(&session, 0, 3);
    assert_steps(&track, "0 4 8");
    question_track_free(&track);
    step_to(&session, 17);
    track = wait_for_answers(&session, 0, 5);
    assert_steps(&track, "0 4 8 12 16");
    question_track_free(&track);
    assert_done(session_close(&session, err));
}

static void a_branch_asks_what_its_parent_asked(void **state)
{
    (void)state;
    struct session session;
    open_run(&session, "parent", plain);
    settle(&session);
    char *prompt = watch(&session, 2);
    step_to(&session, 8);
    assert_done(session_close(&session, err));
    open_fork(&session, "child", "parent@8", plain);
    step_to(&session, 12);
    struct question_track track = wait_for_answers(&session, 0, 4);
    assert_string_equal(track.prompt, prompt);
    assert_steps(&track, "0 4 8 12");
    question_track_free(&track);
    assert_done(session_close(&session, err));
    resume(&session, "child");
    track = wait_for_answers(&session, 0, 4);
    assert_steps(&track, "0 4 8 12");
    question_track_free(&track);
    assert_done(session_close(&session, err));
    memory_free(prompt);
}

/* Asks every model that led to the run. */
static struct question_track ask_all_kept(struct session *session, const char *prompt,
                                          size_t points)
{
    uint64_t from = 0;
    bool asked = true;
    struct question_track first = wait_for_answers(session, 0, 1);
    question_track_free(&first);
    while (asked)
        assert_done(session_watch_kept(session, prompt, &from, &asked, err));
    return wait_for_answers(session, 0, points);
}

/* What is watched in a branch of a branch alone has its past from the models of both parents. */
static void a_branch_asks_what_its_parents_kept(void **state)
{
    (void)state;
    struct session session;
    open_run(&session, "first", spaced);
    settle(&session);
    step_to(&session, 12);
    assert_done(session_close(&session, err));
    open_fork(&session, "second", "first@6", spaced);
    step_to(&session, 10);
    assert_done(session_close(&session, err));
    open_fork(&session, "third", "second@8", spaced);
    step_to(&session, 12);
    char *prompt = watch(&session, 1);
    struct question_track track = ask_all_kept(&session, prompt, 10);
    assert_done(session_close(&session, err));
    assert_steps(&track, "0 1 2 4 6 7 8 9 10 12");
    for (size_t p = 0; p < track.points; p++)
        assert_as_asked(p < 4 ? "first" : p < 6 ? "second" : "third", &track, p);
    question_track_free(&track);
    resume(&session, "third");
    track = wait_for_answers(&session, 0, 10);
    assert_steps(&track, "0 1 2 4 6 7 8 9 10 12");
    question_track_free(&track);
    assert_done(session_close(&session, err));
    memory_free(prompt);
}

/* The first run's models are those of the steps before the second began in it. */
static void a_parent_that_is_gone_leaves_a_gap(void **state)
{
    (void)state;
    struct session session;
    open_run(&session, "eldest", spaced);
    settle(&session);
    step_to(&session, 12);
    assert_done(session_close(&session, err));
    open_fork(&session, "gone", "eldest@6", spaced);
    step_to(&session, 10);
    assert_done(session_close(&session, err));
    open_fork(&session, "youngest", "gone@8", spaced);
    step_to(&session, 12);
    char *gone = in_runs("gone");
    assert_done(run_trash_put(&tiny.paths, gone, err));
    char *prompt = watch(&session, 1);
    struct question_track track = ask_all_kept(&session, prompt, 8);
    assert_done(session_close(&session, err));
    assert_steps(&track, "0 1 2 4 8 9 10 12");
    for (size_t p = 0; p < track.points; p++)
        assert_as_asked(p < 4 ? "eldest" : "youngest", &track, p);
    question_track_free(&track);
    memory_free(prompt);
    memory_free(gone);
}

/* A change makes another trainer and another model. */
static void what_is_watched_outlives_a_change_of_keys(void **state)
{
    (void)state;
    static const char *const clip[] = {"train.clip=0.5"};
    struct session session;
    struct session_change change;
    open_run(&session, "changed", plain);
    settle(&session);
    memory_free(watch(&session, 0));
    step_to(&session, 4);
    assert_done(session_change_read(&session, clip, 1, &change, err));
    assert_done(session_change(&session, &change, err));
    session_change_free(&change);
    assert_done(trainer_start(session.trainer, false, err));
    step_to(&session, 8);
    struct question_track track = wait_for_answers(&session, 0, 3);
    assert_steps(&track, "0 4 8");
    question_track_free(&track);
    assert_done(session_close(&session, err));
}

static void assert_refused(bool done, const struct error *why, const char *words)
{
    assert_false(done);
    assert_int_equal(why->kind, ERROR_INPUT);
    assert_string_equal(why->message, words);
}

static void what_cannot_be_watched_is_refused(void **state)
{
    (void)state;
    struct session session;
    struct error why;
    char *as_read, *ended;
    bool is_new;
    open_run(&session, "refused", plain);
    settle(&session);
    assert_refused(session_unwatch(&session, "1", &ended, &why), &why, "no question is watched");
    char *words = memory_new(2001, 1, NULL); /* more than the model reads */
    memset(words, 'a', 2000);
    for (size_t i = 1; i < 2000; i += 2)
        words[i] = ' ';
    assert_false(session_watch(&session, words, &as_read, &is_new, &why));
    assert_int_equal(why.kind, ERROR_INPUT);
    assert_int_equal(watches_count(session.watches), 0);
    memory_free(words);
    char *prompt = watch(&session, 0);
    assert_done(session_watch(&session, prompt, &as_read, &is_new, err));
    assert_false(is_new);
    assert_string_equal(as_read, prompt);
    assert_int_equal(watches_count(session.watches), 1);
    memory_free(as_read);
    assert_refused(watches_add(session.watches, prompt, &why), &why,
                   "that is watched already, as question 1");
    assert_refused(session_unwatch(&session, "2", &ended, &why), &why,
                   "'2' is not watched; only question 1 is");
    for (uint64_t i = 1; i < WATCHES_MOST; i++)
        memory_free(watch(&session, i));
    char *third = session_example(&session, 2, NULL);
    assert_int_equal(watches_number(session.watches, prompt), 1);
    assert_int_equal(watches_number(session.watches, third), 3);
    assert_int_equal(watches_number(session.watches, "nobody"), 0);
    memory_free(third);
    assert_refused(session_unwatch(&session, "0", &ended, &why), &why,
                   "'0' is not watched; questions 1 to 16 are");
    char *more = session_example(&session, WATCHES_MOST, NULL);
    assert_refused(session_watch(&session, more, &as_read, &is_new, &why), &why,
                   "16 questions are watched, which is the most; /unwatch N ends one");
    assert_done(session_unwatch(&session, prompt, &ended, err));
    assert_int_equal(watches_count(session.watches), WATCHES_MOST - 1);
    memory_free(ended);
    memory_free(more);
    memory_free(prompt);
    assert_done(session_close(&session, err));
}

/* Writes the next line of the list as a record does, and tells what it is of. */
static int write_line(struct watches *watches)
{
    struct watch_line line;
    bool has;
    assert_done(watches_next_line(watches, &line, &has, err));
    if (!has)
        return -1;
    watches_wrote_line(watches, &line);
    question_track_free(&line.track);
    return (int)line.kind;
}

static void end_watching(struct watches *watches, const char *prompt)
{
    char *ended;
    assert_done(watches_end(watches, prompt, &ended, err));
    memory_free(ended);
}

/* Whoever types and the trainer that writes are two threads. */
static void what_is_ended_while_its_line_is_written_is_ended_in_the_record(void **state)
{
    (void)state;
    for (int again = 0; again < 2; again++) {
        struct watches *watches = watches_new(NULL);
        struct watch_line line;
        bool has = false;
        assert_done(watches_add(watches, "Ada", err));
        assert_done(watches_next_line(watches, &line, &has, err));
        assert_true(has);
        assert_int_equal(line.kind, EVENT_WATCH);
        end_watching(watches, "Ada");
        if (again)
            assert_done(watches_add(watches, "Ada", err));
        watches_wrote_line(watches, &line);
        question_track_free(&line.track);
        assert_int_equal(write_line(watches), EVENT_UNWATCH);
        if (again)
            assert_int_equal(write_line(watches), EVENT_WATCH);
        assert_int_equal(write_line(watches), -1);
        watches_free(watches);
    }
}

static void a_full_disk_keeps_answers_for_later(void **state)
{
    (void)state;
    struct session session;
    open_run(&session, "full", plain);
    settle(&session);
    memory_free(watch(&session, 0));
    struct question_track track = wait_for_answers(&session, 0, 1);
    question_track_free(&track);
    run_into_full_disk(&session, "\"event\": \"question\", \"step\": 4");
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 24);
    assert_done(session_close(&session, err));
    resume(&session, "full");
    track = wait_for_answers(&session, 0, 7);
    assert_steps(&track, "0 4 8 12 16 20 24");
    question_track_free(&track);
    assert_done(session_close(&session, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_is_asked_at_once_and_at_every_evaluation),
        cmocka_unit_test(what_was_kept_is_asked_as_by_hand),
        cmocka_unit_test(training_has_the_same_bits_and_lines),
        cmocka_unit_test(a_run_that_is_resumed_goes_on_asking),
        cmocka_unit_test(answers_of_steps_that_are_made_anew_are_asked_anew),
        cmocka_unit_test(a_branch_asks_what_its_parent_asked),
        cmocka_unit_test(a_branch_asks_what_its_parents_kept),
        cmocka_unit_test(a_parent_that_is_gone_leaves_a_gap),
        cmocka_unit_test(what_is_watched_outlives_a_change_of_keys),
        cmocka_unit_test(what_cannot_be_watched_is_refused),
        cmocka_unit_test(what_is_ended_while_its_line_is_written_is_ended_in_the_record),
        cmocka_unit_test(a_full_disk_keeps_answers_for_later),
    };
    return cmocka_run_group_tests(tests, begin_tiny, end_tiny);
}
