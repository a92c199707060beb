/* Parts of this file: a list of questions; lines of a record. */
#include "record/questions.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/strings.h"
#include "record/event_lines.h"
#include "record/line_keys.h"

/* ---- a list of questions ---- */

void questions_free(struct questions *questions)
{
    for (size_t i = 0; i < questions->count; i++)
        question_track_free(&questions->track[i]);
    memory_free(questions->track);
    *questions = (struct questions){0};
}

size_t questions_find(const struct questions *questions, const char *prompt)
{
    size_t i = 0;
    while (i < questions->count && strcmp(questions->track[i].prompt, prompt) != 0)
        i++;
    return i;
}

bool questions_add(struct questions *questions, const char *prompt, struct error *err)
{
    void *tracks = questions->track;
    if (!memory_make_room(&tracks, questions->count, &questions->room, sizeof *questions->track,
                          err))
        return false;
    questions->track = tracks;
    bool made = question_track_init(&questions->track[questions->count], prompt, err);
    questions->count += made;
    return made;
}

void questions_drop(struct questions *questions, size_t index)
{
    question_track_free(&questions->track[index]);
    questions->count--;
    memmove(questions->track + index, questions->track + index + 1,
            (questions->count - index) * sizeof *questions->track);
}

/* ---- lines of a record ---- */

struct reader {
    struct questions questions; /* every one that was ever asked */
    struct strings watched;
};

static void forget_after(struct questions *questions, uint64_t step)
{
    for (size_t i = 0; i < questions->count; i++)
        question_track_forget(&questions->track[i], step);
}

static bool find_or_add(struct questions *questions, const char *prompt, size_t *index,
                        struct error *err)
{
    *index = questions_find(questions, prompt);
    return *index < questions->count || questions_add(questions, prompt, err);
}

/* What is not a number was recorded as null. */
static double read_probability(const json_t *number)
{
    return json_is_number(number) ? json_number_value(number) : NAN;
}

/* A value and its probability. */
static bool read_value(json_t *list, struct question_value *value)
{
    json_t *probability;
    if (json_unpack(list, "[so!]", &value->text, &probability) != 0)
        return false;
    value->probability = read_probability(probability);
    return json_is_number(probability) || json_is_null(probability);
}

static bool read_answer(const json_t *line, struct question_answer *answer)
{
    size_t index;
    json_t *value, *values = json_object_get(line, LINE_VALUES);
    answer->truth = json_string_value(json_object_get(line, LINE_TRUTH));
    answer->truth_probability = read_probability(json_object_get(line, LINE_TRUTH_PROBABILITY));
    if (!json_is_array(values) || json_array_size(values) > ANSWER_CANDIDATES)
        return false;
    json_array_foreach (values, index, value) {
        if (!read_value(value, &answer->value[index]))
            return false;
    }
    answer->values = json_array_size(values);
    return true;
}

static bool take_answer(struct reader *reader, const json_t *line, const char *prompt,
                        uint64_t step, struct error *err)
{
    size_t index;
    struct question_answer answer = {.step = step};
    if (!read_answer(line, &answer))
        return error_set(err, ERROR_DATA, "the event is not an answer to a question");
    return find_or_add(&reader->questions, prompt, &index, err) &&
           question_track_add(&reader->questions.track[index], &answer, err);
}

/* Watched anew, a question stands behind the others. */
static bool take_watch(struct reader *reader, const char *prompt, bool begins, struct error *err)
{
    if (begins && strings_has(&reader->watched, prompt))
        return true;
    strings_remove(&reader->watched, prompt);
    return !begins || strings_add(&reader->watched, prompt, err);
}

static bool take_event(void *context, const json_t *line, struct error *err)
{
    struct reader *reader = context;
    const char *event = json_string_value(json_object_get(line, "event"));
    const char *prompt = json_string_value(json_object_get(line, LINE_PROMPT));
    json_int_t step = json_integer_value(json_object_get(line, "step"));
    if (!event || step < 0)
        return true;
    if (strcmp(event, line_event_name(EVENT_START)) == 0)
        forget_after(&reader->questions, (uint64_t)step);
    if (!prompt)
        return true;
    if (strcmp(event, line_event_name(EVENT_QUESTION)) == 0)
        return take_answer(reader, line, prompt, (uint64_t)step, err);
    bool begins = strcmp(event, line_event_name(EVENT_WATCH)) == 0;
    bool ends = strcmp(event, line_event_name(EVENT_UNWATCH)) == 0;
    return !(begins || ends) || take_watch(reader, prompt, begins, err);
}

static void mark_recorded(struct question_track *track)
{
    for (size_t p = 0; p < track->points; p++)
        track->point[p].recorded = true;
}

/* Moves those that are watched to where they are wanted, in the order of the watching. */
static bool take_watched(struct reader *reader, struct questions *questions, struct error *err)
{
    for (size_t i = 0; i < reader->watched.count; i++) {
        size_t index;
        if (!questions_add(questions, reader->watched.text[i], err) ||
            !find_or_add(&reader->questions, reader->watched.text[i], &index, err))
            return false;
        struct question_track *to = &questions->track[i], *from = &reader->questions.track[index];
        struct question_track empty = *to;
        *to = *from;
        *from = empty;
        mark_recorded(to);
    }
    return true;
}

bool questions_read(struct questions *questions, const char *path, uint64_t step, struct error *err)
{
    struct reader reader = {.watched = {0}};
    *questions = (struct questions){0};
    bool read = event_lines_each(path, take_event, &reader, err);
    forget_after(&reader.questions, step);
    read = read && take_watched(&reader, questions, err);
    questions_free(&reader.questions);
    strings_free(&reader.watched);
    if (!read)
        questions_free(questions);
    return read;
}
