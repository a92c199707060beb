/* Map of this file: additions; lines; the record. */
#include "record/curve_news.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "record/line_read.h"

/* Additions */

static void forget_from(struct series *series, double step)
{
    while (series->count > 0 && series->x[series->count - 1] >= step)
        series->count--;
}

static void go_back(struct curve_addition *addition, double step)
{
    addition->from = fmin(addition->from, step);
    forget_from(&addition->series, step);
}

static bool add(struct curve_addition *addition, double step, double value, struct error *err)
{
    go_back(addition, step);
    return !isfinite(value) || series_add(&addition->series, &addition->room, step, value, err);
}

bool curve_addition_apply(const struct curve_addition *addition, struct series *series,
                          size_t *room, bool *went_back, struct error *err)
{
    size_t before = series->count;
    bool added = true;
    forget_from(series, addition->from);
    *went_back = series->count < before;
    for (size_t i = 0; added && i < addition->series.count; i++)
        added = series_add(series, room, addition->series.x[i], addition->series.y[i], err);
    return added;
}

/* Lines */

struct news_reader {
    struct curve_news *news;
    const struct strings *keys;
    struct line_number *number; /* [keys] */
    char **sign;                /* [keys] the first part of each in quotes, as lines have it */
};

static bool has_sign(const char *bytes, size_t length, const char *sign)
{
    return memmem(bytes, length, sign, strlen(sign)) != NULL;
}

/* Most lines are of something else, and need not be read for that to be known. */
static bool may_tell(const struct news_reader *reader, const char *bytes, size_t length)
{
    bool may = has_sign(bytes, length, "\"event\"");
    for (size_t k = 0; !may && k < reader->keys->count; k++)
        may = has_sign(bytes, length, reader->sign[k]);
    return may;
}

static bool take_event(struct news_reader *reader, const char *bytes, size_t length,
                       struct error *err)
{
    struct curve_news *news = reader->news;
    struct record_line line;
    if (!line_read(&line, bytes, length, NULL, NULL, err))
        return false;
    for (size_t k = 0; line.starts && k < news->keys; k++)
        go_back(&news->addition[k], (double)line.step + 1);
    if (line.starts)
        go_back(&news->rates, (double)line.step + 1);
    return !line.sets_rate || add(&news->rates, (double)line.step, line.rate, err);
}

static bool take_line(void *context, const char *bytes, size_t length, struct error *err)
{
    struct news_reader *reader = context;
    struct curve_news *news = reader->news;
    bool added = true, is_event = has_sign(bytes, length, "\"event\"");
    if (!may_tell(reader, bytes, length))
        return true;
    if (is_event)
        return take_event(reader, bytes, length, err);
    if (!line_read_numbers(reader->number, bytes, length, reader->keys->text, news->keys, err))
        return false;
    for (size_t k = 0; added && k < news->keys; k++)
        if (reader->number[k].is_there)
            added = add(&news->addition[k], (double)reader->number[k].step, reader->number[k].value,
                        err);
    return added;
}

static bool make_signs(struct news_reader *reader, struct error *err)
{
    bool made = true;
    for (size_t k = 0; made && k < reader->keys->count; k++) {
        const char *key = reader->keys->text[k];
        reader->sign[k] = memory_format(err, "\"%.*s\"", (int)strcspn(key, "."), key);
        made = reader->sign[k] != NULL;
    }
    return made;
}

static bool reader_init(struct news_reader *reader, struct curve_news *news,
                        const struct strings *keys, struct error *err)
{
    *reader = (struct news_reader){.news = news, .keys = keys};
    reader->number = memory_new(keys->count, sizeof *reader->number, err);
    reader->sign = reader->number ? memory_new(keys->count, sizeof *reader->sign, err) : NULL;
    return reader->sign && make_signs(reader, err);
}

static void reader_free(struct news_reader *reader)
{
    for (size_t k = 0; reader->sign && k < reader->keys->count; k++)
        memory_free(reader->sign[k]);
    memory_free(reader->sign);
    memory_free(reader->number);
}

/* The record */

static bool init(struct curve_news *news, const struct strings *keys, struct error *err)
{
    *news = (struct curve_news){.keys = keys->count, .rates = {.from = INFINITY}};
    news->addition = memory_new(keys->count, sizeof *news->addition, err);
    for (size_t k = 0; news->addition && k < keys->count; k++)
        news->addition[k].from = INFINITY;
    return news->addition != NULL;
}

/* The lines behind the place, or all of the record that is there now. */
static bool read_lines(struct curve_news *news, struct record_lines *lines, const char *path,
                       const struct record_place *place, struct error *err)
{
    bool is_same = false;
    news->place = *place;
    news->is_anew = place->bytes == 0 && place->file == 0;
    if (!news->is_anew && !lines_read_behind(lines, path, &news->place, &is_same, err))
        return false;
    if (is_same)
        return true;
    news->is_anew = true;
    lines_begin(&news->place, path);
    return lines_read_behind(lines, path, &news->place, &is_same, err);
}

bool curve_news_read(struct curve_news *news, const char *path, const struct strings *keys,
                     const struct record_place *place, struct error *err)
{
    struct record_lines lines = {.text = NULL};
    struct news_reader reader = {.news = NULL};
    struct error damage = {ERROR_NONE, ""};
    bool read = init(news, keys, err) && reader_init(&reader, news, keys, err) &&
                read_lines(news, &lines, path, place, err) &&
                lines_each(&lines, take_line, &reader, &damage, err);
    lines_free(&lines);
    if (reader.keys)
        reader_free(&reader);
    if (!read)
        curve_news_free(news);
    return read;
}

void curve_news_free(struct curve_news *news)
{
    for (size_t k = 0; news->addition && k < news->keys; k++)
        series_free(&news->addition[k].series);
    memory_free(news->addition);
    series_free(&news->rates.series);
    *news = (struct curve_news){0};
}
