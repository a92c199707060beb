/* What one question was answered over training, in memory and in a record. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "measure/question_track.h"
#include "record/line_write.h"
#include "record/metrics.h"
#include "record/questions.h"
#include "tests/fixtures/temporary.h"

static struct question_track new_track(const char *prompt)
{
    struct question_track track;
    assert_true(question_track_init(&track, prompt, NULL));
    return track;
}

/* The likelier of two values; the truth has a quarter of the first one's probability. */
static void add(struct question_track *track, uint64_t step, const char *truth, const char *first,
                double probability, const char *second, double less)
{
    const struct question_answer answer = {.step = step,
                                           .truth = truth,
                                           .truth_probability = probability / 4,
                                           .value = {{first, probability}, {second, less}},
                                           .values = 2};
    assert_true(question_track_add(track, &answer, NULL));
}

static void assert_points(const struct question_track *track, const char *wanted)
{
    struct text text = {0};
    text_add(&text, "");
    for (size_t p = 0; p < track->points; p++) {
        const struct question_point *point = &track->point[p];
        text_format(&text, "%d", (int)point->step);
        for (size_t v = 0; v < point->values; v++)
            text_format(&text, " %s %g", track->value.text[point->value[v]], point->probability[v]);
        text_add(&text, "; ");
    }
    assert_string_equal(text.bytes, wanted);
    text_free(&text);
}

/* Snapshots are asked after the evaluations behind them. */
static void answers_stand_in_the_order_of_steps_each_step_once(void **state)
{
    (void)state;
    struct question_track track = new_track("who");
    add(&track, 40, NULL, "Lima", .5, "Oslo", .25);
    add(&track, 10, NULL, "Oslo", .25, "Rome", .125);
    add(&track, 20, NULL, "Rome", .5, "Lima", .25);
    add(&track, 10, NULL, "Lima", .75, "Rome", .125);
    assert_points(&track, "10 Lima 0.75 Rome 0.125; 20 Rome 0.5 Lima 0.25; "
                          "40 Lima 0.5 Oslo 0.25; ");
    assert_int_equal(track.value.count, 3);
    assert_true(isnan(track.point[0].truth));
    question_track_free(&track);
}

static void the_answer_of_a_step_is_the_last_up_to_it(void **state)
{
    (void)state;
    struct question_track track = new_track("who");
    assert_null(question_track_at(&track, UINT64_MAX));
    add(&track, 10, "Oslo", "Lima", .5, "Oslo", .25);
    add(&track, 20, "Oslo", "Oslo", .75, "Rome", .125);
    assert_null(question_track_at(&track, 9));
    assert_int_equal(question_track_at(&track, 10)->step, 10);
    assert_int_equal(question_track_at(&track, 19)->step, 10);
    assert_int_equal(question_track_at(&track, UINT64_MAX)->step, 20);
    const struct question_point *last = &track.point[1];
    assert_true(question_point_probability(last, last->value[1]) == .125);
    assert_true(isnan(question_point_probability(last, track.point[0].value[0])));
    assert_true(last->truth == .1875);
    question_track_forget(&track, 19);
    assert_points(&track, "10 Lima 0.5 Oslo 0.25; ");
    question_track_free(&track);
}

static void assert_rivals(const struct question_track *track, size_t most, const char *wanted)
{
    size_t value[4], count;
    struct text text = {0};
    assert_true(question_track_rivals(track, value, most, &count, NULL));
    text_add(&text, "");
    for (size_t v = 0; v < count; v++)
        text_format(&text, "%s ", track->value.text[value[v]]);
    assert_string_equal(text.bytes, wanted);
    text_free(&text);
}

static void rivals_of_the_truth_are_those_that_were_likeliest_once(void **state)
{
    (void)state;
    struct question_track track = new_track("who");
    add(&track, 1, "Oslo", "Lima", .3, "Rome", .2);
    add(&track, 2, "Oslo", "Bonn", .6, "Oslo", .1);
    add(&track, 3, "Oslo", "Rome", .4, "Kyiv", .05);
    add(&track, 4, "Oslo", "Oslo", .9, "Lima", .02);
    assert_rivals(&track, 4, "Bonn Rome Lima Kyiv ");
    assert_rivals(&track, 3, "Bonn Rome Lima ");
    assert_rivals(&track, 1, "Bonn ");
    assert_rivals(&track, 0, "");
    question_track_free(&track);
}

static void a_copy_is_the_same_or_of_one_point(void **state)
{
    (void)state;
    struct question_track track = new_track("who"), all, one;
    add(&track, 10, "Oslo", "Lima", .5, "Oslo", .25);
    add(&track, 20, "Oslo", "Oslo", .75, "Rome", .125);
    assert_true(question_track_copy(&all, &track, NULL));
    assert_true(question_track_copy_point(&one, &track, 1, NULL));
    question_track_free(&track);
    assert_points(&all, "10 Lima 0.5 Oslo 0.25; 20 Oslo 0.75 Rome 0.125; ");
    assert_points(&one, "20 Oslo 0.75 Rome 0.125; ");
    assert_string_equal(all.prompt, "who");
    assert_string_equal(one.truth, "Oslo");
    add(&all, 30, "Oslo", "Oslo", .75, "Rome", .125);
    assert_int_equal(all.points, 3);
    question_track_free(&all);
    question_track_free(&one);
}

/* Records */

static void add_answer(struct text *out, const char *prompt, uint64_t step, double probability)
{
    struct question_track track = new_track(prompt);
    add(&track, step, strcmp(prompt, "b") == 0 ? NULL : "Oslo", "Li\"ma", probability, "Oslo", .1);
    line_write_event(out, &(const struct event){
                              .kind = EVENT_QUESTION, .step = step, .seconds = 1, .asked = &track});
    question_track_free(&track);
}

static void add_event(struct text *out, enum event_kind kind, uint64_t step, const char *prompt)
{
    line_write_event(out, &(const struct event){.kind = kind, .step = step, .prompt = prompt});
}

static void an_answer_has_the_promised_keys(void **state)
{
    (void)state;
    struct text out = {0};
    add_answer(&out, "a", 7, .5);
    add_answer(&out, "b", 8, .25);
    add_event(&out, EVENT_WATCH, 9, "a");
    add_event(&out, EVENT_UNWATCH, 10, "a");
    assert_string_equal(
        out.bytes, "{\"event\": \"question\", \"step\": 7, \"seconds\": 1.0, \"prompt\": \"a\", "
                   "\"truth\": \"Oslo\", \"truth_prob\": 0.125, "
                   "\"values\": [[\"Li\\\"ma\", 0.5], [\"Oslo\", 0.1]]}\n"
                   "{\"event\": \"question\", \"step\": 8, \"seconds\": 1.0, \"prompt\": \"b\", "
                   "\"values\": [[\"Li\\\"ma\", 0.25], [\"Oslo\", 0.1]]}\n"
                   "{\"event\": \"watch\", \"step\": 9, \"seconds\": 0.0, \"prompt\": \"a\"}\n"
                   "{\"event\": \"unwatch\", \"step\": 10, \"seconds\": 0.0, \"prompt\": \"a\"}\n");
    text_free(&out);
}

static const char *write_record(char path[TEMPORARY_PATH], const void *directory,
                                const struct text *out)
{
    return temporary_put(path, directory, "metrics.jsonl", out->bytes);
}

static void what_is_watched_is_read_back(void **state)
{
    char path[TEMPORARY_PATH];
    struct text out = {0};
    struct questions questions;
    add_event(&out, EVENT_START, 0, NULL);
    add_event(&out, EVENT_WATCH, 0, "a");
    add_answer(&out, "a", 0, .3);
    add_event(&out, EVENT_WATCH, 5, "b");
    add_event(&out, EVENT_WATCH, 5, "c");
    add_answer(&out, "b", 5, .4);
    add_answer(&out, "b", 2, .35);
    add_answer(&out, "c", 5, .4);
    add_event(&out, EVENT_UNWATCH, 6, "a");
    add_event(&out, EVENT_UNWATCH, 6, "c");
    add_event(&out, EVENT_WATCH, 7, "a");
    add_answer(&out, "a", 10, .5);
    assert_true(questions_read(&questions, write_record(path, *state, &out), UINT64_MAX, NULL));
    assert_int_equal(questions.count, 2);
    assert_string_equal(questions.track[0].prompt, "b");
    assert_null(questions.track[0].truth);
    assert_points(&questions.track[0], "2 Li\"ma 0.35 Oslo 0.1; 5 Li\"ma 0.4 Oslo 0.1; ");
    assert_string_equal(questions.track[1].prompt, "a");
    assert_string_equal(questions.track[1].truth, "Oslo");
    assert_points(&questions.track[1], "0 Li\"ma 0.3 Oslo 0.1; 10 Li\"ma 0.5 Oslo 0.1; ");
    assert_true(questions.track[1].point[1].recorded);
    assert_true(questions.track[1].point[1].truth == .125);
    questions_free(&questions);
    text_free(&out);
}

static void answers_behind_a_step_that_was_gone_back_to_are_forgotten(void **state)
{
    char path[TEMPORARY_PATH];
    struct text out = {0};
    struct questions questions;
    add_event(&out, EVENT_START, 0, NULL);
    add_event(&out, EVENT_WATCH, 0, "a");
    add_answer(&out, "a", 10, .3);
    add_answer(&out, "a", 20, .3);
    add_event(&out, EVENT_START, 10, NULL);
    add_answer(&out, "a", 15, .5);
    add_answer(&out, "a", 25, .6);
    write_record(path, *state, &out);
    assert_true(questions_read(&questions, path, UINT64_MAX, NULL));
    assert_points(&questions.track[0], "10 Li\"ma 0.3 Oslo 0.1; 15 Li\"ma 0.5 Oslo 0.1; "
                                       "25 Li\"ma 0.6 Oslo 0.1; ");
    questions_free(&questions);
    assert_true(questions_read(&questions, path, 15, NULL));
    assert_points(&questions.track[0], "10 Li\"ma 0.3 Oslo 0.1; 15 Li\"ma 0.5 Oslo 0.1; ");
    questions_free(&questions);
    text_free(&out);
}

/* Of a model whose weights have left the numbers. */
static void what_is_no_number_is_read_as_it_was_recorded(void **state)
{
    char path[TEMPORARY_PATH];
    struct text out = {0};
    struct questions questions;
    add_event(&out, EVENT_WATCH, 0, "a");
    add_answer(&out, "a", 10, NAN);
    text_add(&out, "{\"event\": \"question\", \"step\": 20, \"prompt\": \"a\", \"truth\": \"x\", "
                   "\"truth_prob\": null, \"values\": []}\n");
    assert_true(questions_read(&questions, write_record(path, *state, &out), UINT64_MAX, NULL));
    assert_int_equal(questions.track[0].points, 2);
    assert_true(isnan(questions.track[0].point[0].probability[0]));
    assert_true(isnan(questions.track[0].point[1].truth));
    questions_free(&questions);
    text_free(&out);
}

static void damaged_answers_are_passed_over(void **state)
{
    static const char *const damaged[] = {
        "{\"event\": \"question\", \"step\": 3, \"prompt\": \"a\"}",
        "{\"event\": \"question\", \"step\": 3, \"prompt\": \"a\", \"values\": [[\"x\"]]}",
        "{\"event\": \"question\", \"step\": 3, \"prompt\": \"a\", \"values\": [[1, 1]]}",
        ("{\"event\": \"question\", \"step\": 3, \"prompt\": \"a\", \"values\": "
         "[[\"1\", 1], [\"2\", 1], [\"3\", 1], [\"4\", 1], [\"5\", 1], [\"6\", 1]]}"),
        "{\"event\": \"question\", \"step\": -3, \"prompt\": \"a\", \"values\": []}",
        "{\"event\": \"question\", \"step\": 3, \"prompt\": 7, \"values\": []}",
        "{\"event\": \"question\"",
    };
    char path[TEMPORARY_PATH];
    struct text out = {0};
    struct questions questions;
    add_event(&out, EVENT_WATCH, 0, "a");
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++)
        text_format(&out, "%s\n", damaged[i]);
    add_answer(&out, "a", 10, .3);
    assert_true(questions_read(&questions, write_record(path, *state, &out), UINT64_MAX, NULL));
    assert_int_equal(questions.count, 1);
    assert_points(&questions.track[0], "10 Li\"ma 0.3 Oslo 0.1; ");
    questions_free(&questions);
    text_free(&out);
}

/* Every reader of records goes past answers, wherever they stand. */
static void a_record_with_answers_is_a_record(void **state)
{
    char path[TEMPORARY_PATH];
    struct text out = {0}, copy = {0};
    struct metrics metrics;
    struct metrics_end end;
    struct series series;
    add_event(&out, EVENT_WATCH, 4, "a");
    for (uint64_t step = 1; step <= 5; step++) {
        const struct training_point point = {.step = step, .train_loss = (double)step};
        line_write_training(&out, &point);
    }
    add_answer(&out, "a", 5, .3);
    add_answer(&out, "a", 2, .3);
    write_record(path, *state, &out);
    assert_true(metrics_read(&metrics, path, NULL, NULL));
    assert_int_equal(metrics.trainings, 5);
    assert_true(metrics_read_end(&end, path, NULL));
    assert_int_equal(end.step, 5);
    assert_true(metrics_read_measure(&series, path, "train_loss", NULL));
    assert_int_equal(series.count, 5);
    assert_true(metrics_copy(&copy, path, 5, NULL));
    assert_null(strstr(copy.bytes, "watch"));
    assert_null(strstr(copy.bytes, "\"question\", \"step\": 5"));
    assert_non_null(strstr(copy.bytes, "\"question\", \"step\": 2"));
    series_free(&series);
    metrics_free(&metrics);
    text_free(&copy);
    text_free(&out);
}

static void running_out_of_memory_leaves_nothing_behind(void **state)
{
    char path[TEMPORARY_PATH];
    struct text out = {0};
    bool ok = false;
    size_t failures = 0;
    add_event(&out, EVENT_WATCH, 0, "a");
    add_event(&out, EVENT_WATCH, 0, "b");
    add_answer(&out, "a", 1, .3);
    add_answer(&out, "b", 2, .3);
    write_record(path, *state, &out);
    for (size_t n = 1; !ok; n++) {
        struct questions questions;
        struct error err = {ERROR_NONE, ""};
        memory_fail_request(n);
        ok = questions_read(&questions, path, UINT64_MAX, &err);
        memory_fail_request(0);
        failures += !ok;
        assert_true(ok || err.kind == ERROR_MEMORY);
        assert_int_equal(questions.count, ok ? 2 : 0);
        questions_free(&questions);
    }
    assert_true(failures > 10);
    text_free(&out);
}

static void a_track_without_memory_stays_as_it_was(void **state)
{
    (void)state;
    struct question_track track = new_track("who");
    add(&track, 10, "Oslo", "Lima", .5, "Oslo", .25);
    add(&track, 30, "Oslo", "Oslo", .75, "Rome", .125);
    const struct question_answer answer = {.step = 20, .value = {{"Bonn", .5}}, .values = 1};
    memory_fail_request(1);
    assert_false(question_track_add(&track, &answer, NULL));
    memory_fail_request(0);
    assert_points(&track, "10 Lima 0.5 Oslo 0.25; 30 Oslo 0.75 Rome 0.125; ");
    for (size_t n = 1; n <= 5; n++) {
        struct question_track copy;
        memory_fail_request(n);
        assert_false(question_track_copy(&copy, &track, NULL));
        memory_fail_request(0);
        assert_null(copy.prompt);
        assert_int_equal(copy.points, 0);
    }
    question_track_free(&track);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_stand_in_the_order_of_steps_each_step_once),
        cmocka_unit_test(the_answer_of_a_step_is_the_last_up_to_it),
        cmocka_unit_test(rivals_of_the_truth_are_those_that_were_likeliest_once),
        cmocka_unit_test(a_copy_is_the_same_or_of_one_point),
        cmocka_unit_test(an_answer_has_the_promised_keys),
        cmocka_unit_test(what_is_watched_is_read_back),
        cmocka_unit_test(answers_behind_a_step_that_was_gone_back_to_are_forgotten),
        cmocka_unit_test(what_is_no_number_is_read_as_it_was_recorded),
        cmocka_unit_test(damaged_answers_are_passed_over),
        cmocka_unit_test(a_record_with_answers_is_a_record),
        cmocka_unit_test(running_out_of_memory_leaves_nothing_behind),
        cmocka_unit_test(a_track_without_memory_stays_as_it_was),
    };
    return cmocka_run_group_tests(tests, temporary_set_up, temporary_tear_down);
}
