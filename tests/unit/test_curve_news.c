/* A record that is read as it grows, against one that is read at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "record/curve_news.h"
#include "record/metrics.h"
#include "tests/fixtures/temporary.h"

enum { KEYS = 3, LINES = 400 };

static char losses[] = "attr_loss", training[] = "train_loss", of_one[] = "attributes.major.loss";
static char *keys[KEYS] = {losses, training, of_one};

struct reader {
    struct series series[KEYS];
    size_t room[KEYS], beginnings;
    struct record_place place;
};

static void read_more(struct reader *reader, const char *path)
{
    struct curve_news news;
    struct error err;
    const struct strings asked = {keys, KEYS, KEYS};
    if (!curve_news_read(&news, path, &asked, &reader->place, &err))
        fail_msg("%s", err.message);
    for (size_t k = 0; k < KEYS; k++) {
        bool went_back;
        reader->series[k].count = news.is_anew ? 0 : reader->series[k].count;
        assert_true(curve_addition_apply(&news.addition[k], &reader->series[k], &reader->room[k],
                                         &went_back, NULL));
    }
    reader->beginnings += news.is_anew;
    reader->place = news.place;
    curve_news_free(&news);
}

static void forget(struct reader *reader)
{
    for (size_t k = 0; k < KEYS; k++)
        series_free(&reader->series[k]);
}

static void assert_read(const struct reader *reader, const char *path)
{
    for (size_t k = 0; k < KEYS; k++) {
        struct series whole;
        assert_true(metrics_read_measure(&whole, path, keys[k], NULL));
        assert_int_equal(reader->series[k].count, whole.count);
        for (size_t i = 0; i < whole.count; i++) {
            assert_true(!(reader->series[k].x[i] < whole.x[i]) &&
                        !(reader->series[k].x[i] > whole.x[i]));
            assert_true(!(reader->series[k].y[i] < whole.y[i]) &&
                        !(reader->series[k].y[i] > whole.y[i]));
        }
        series_free(&whole);
    }
}

static void add_line(FILE *to, int line, int *step)
{
    if (rand() % 40 == 0) { /* the run goes back */
        *step = *step > 30 ? *step - rand() % 30 : 0;
        fprintf(to, "{\"step\": %d, \"seconds\": 0, \"event\": \"start\"}\n", *step);
    } else if (line % 7 == 3)
        fprintf(
            to,
            "{\"step\": %d, \"attr_loss\": %d.5, \"attributes\": {\"major\": {\"loss\": %s}}}\n",
            *step, line, line % 2 ? "null" : "2.25");
    else
        fprintf(to, "{\"step\": %d, \"train_loss\": %d}\n", ++*step, line);
}

/* Up to a place in the middle of a line, which the next look finds whole. */
static void a_record_that_grows_and_goes_back_is_as_one_read_at_once(void **state)
{
    char path[TEMPORARY_PATH];
    struct reader reader = {.beginnings = 0};
    int step = 0;
    srand(7);
    temporary_put(path, *state, "metrics.jsonl", "");
    for (int line = 0; line < LINES; line++) {
        FILE *to = fopen(path, "a");
        assert_non_null(to);
        add_line(to, line, &step);
        if (line % 5 == 0)
            fputs("{\"step\": ", to);
        fclose(to);
        if (rand() % 4 == 0)
            read_more(&reader, path);
        if (line % 5 == 0) {
            to = fopen(path, "a");
            fprintf(to, "%d, \"attr_loss\": 1}\n", step);
            fclose(to);
        }
    }
    read_more(&reader, path);
    assert_true(reader.series[0].count > 20 && reader.series[1].count > 50);
    assert_read(&reader, path);
    assert_int_equal(reader.beginnings, 1);
    forget(&reader);
}

static void another_record_in_its_place_is_read_from_its_begin(void **state)
{
    char path[TEMPORARY_PATH];
    struct reader reader = {.beginnings = 0};
    temporary_put(path, *state, "other.jsonl",
                  "{\"step\": 1, \"train_loss\": 5}\n{\"step\": 2, \"train_loss\": 4}\n");
    read_more(&reader, path);
    assert_int_equal(reader.series[1].count, 2);
    temporary_put(path, *state, "other.jsonl", "{\"step\": 1, \"train_loss\": 3}\n");
    read_more(&reader, path);
    assert_int_equal(reader.beginnings, 2);
    assert_read(&reader, path);
    forget(&reader);
}

static void rates_that_were_set_are_told_and_those_behind_a_start_forgotten(void **state)
{
    char path[TEMPORARY_PATH];
    struct curve_news news;
    const struct strings none = {.count = 0};
    const struct record_place begin = {.bytes = 0};
    temporary_put(path, *state, "rates.jsonl",
                  "{\"step\": 3, \"event\": \"set\", \"key\": \"train.lr\", \"before\": 1, "
                  "\"value\": 2}\n"
                  "{\"step\": 9, \"event\": \"set\", \"key\": \"train.lr\", \"before\": 2, "
                  "\"value\": 4}\n"
                  "{\"step\": 5, \"event\": \"start\"}\n");
    assert_true(curve_news_read(&news, path, &none, &begin, NULL));
    assert_int_equal(news.rates.series.count, 1);
    assert_true(news.rates.series.y[0] > 1.5 && news.rates.series.y[0] < 2.5);
    curve_news_free(&news);
}

static void a_record_that_is_not_there_is_an_error(void **state)
{
    char path[TEMPORARY_PATH];
    struct curve_news news;
    struct error err;
    const struct strings none = {.count = 0};
    const struct record_place begin = {.bytes = 0};
    assert_false(
        curve_news_read(&news, temporary_path(path, *state, "nobody"), &none, &begin, &err));
    assert_non_null(strstr(err.message, "nobody"));
    assert_null(news.addition);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_that_grows_and_goes_back_is_as_one_read_at_once),
        cmocka_unit_test(another_record_in_its_place_is_read_from_its_begin),
        cmocka_unit_test(rates_that_were_set_are_told_and_those_behind_a_start_forgotten),
        cmocka_unit_test(a_record_that_is_not_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, temporary_set_up, temporary_tear_down);
}
