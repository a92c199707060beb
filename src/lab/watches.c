/* Parts of this file: the list; what is watched; answers; what is to be recorded. */
#include "lab/watches.h"

#include <pthread.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"

/* ---- the list ---- */

struct watched {
    struct question_track track;
    bool handed; /* the line that it is watched was handed out, */
    bool told;   /* and the record has it */
    bool asked;  /* since it was added */
};

struct watches {
    pthread_mutex_t lock;
    struct watched watched[WATCHES_MOST]; /* [count] */
    size_t count;
    struct strings ended; /* prompts that the record still says to be watched, or is about to */
    uint64_t changes;
};

struct watches *watches_new(struct error *err)
{
    struct watches *watches = memory_new(1, sizeof *watches, err);
    if (watches)
        pthread_mutex_init(&watches->lock, NULL);
    return watches;
}

static void forget_all(struct watches *watches)
{
    while (watches->count > 0)
        question_track_free(&watches->watched[--watches->count].track);
    strings_free(&watches->ended);
}

void watches_free(struct watches *watches)
{
    if (!watches)
        return;
    forget_all(watches);
    pthread_mutex_destroy(&watches->lock);
    memory_free(watches);
}

static void hold(struct watches *watches)
{
    pthread_mutex_lock(&watches->lock);
}

static void release(struct watches *watches)
{
    pthread_mutex_unlock(&watches->lock);
}

/* Null where it is not watched. */
static struct watched *find(struct watches *watches, const char *prompt)
{
    for (size_t i = 0; i < watches->count; i++)
        if (strcmp(watches->watched[i].track.prompt, prompt) == 0)
            return &watches->watched[i];
    return NULL;
}

/* ---- what is watched ---- */

void watches_restore(struct watches *watches, struct questions *questions, bool told)
{
    hold(watches);
    forget_all(watches);
    for (size_t i = 0; i < questions->count && i < WATCHES_MOST; i++) {
        watches->watched[watches->count++] = (struct watched){
            .track = questions->track[i], .handed = told, .told = told, .asked = true};
        questions->track[i] = (struct question_track){0};
    }
    watches->changes++;
    release(watches);
    questions_free(questions);
}

static bool add(struct watches *watches, const char *prompt, struct error *err)
{
    struct watched *watched = find(watches, prompt);
    if (watched)
        return error_set(err, ERROR_INPUT, "that is watched already, as question %zu",
                         (size_t)(watched - watches->watched) + 1);
    if (watches->count == WATCHES_MOST)
        return error_set(err, ERROR_INPUT,
                         "%d questions are watched, which is the most; /unwatch N ends one",
                         WATCHES_MOST);
    watched = &watches->watched[watches->count];
    *watched = (struct watched){.handed = false};
    if (!question_track_init(&watched->track, prompt, err))
        return false;
    watches->count++;
    watches->changes++;
    return true;
}

bool watches_add(struct watches *watches, const char *prompt, struct error *err)
{
    hold(watches);
    bool added = add(watches, prompt, err);
    release(watches);
    return added;
}

/* Of a number or a prompt; null with the error set. */
static struct watched *find_named(struct watches *watches, const char *name, struct error *err)
{
    uint64_t number = 0;
    struct watched *watched = find(watches, name);
    if (!watched && number_read_count(name, &number) && number >= 1 && number <= watches->count)
        watched = &watches->watched[number - 1];
    if (watched)
        return watched;
    if (watches->count == 0)
        error_set(err, ERROR_INPUT, "no question is watched");
    else if (watches->count == 1)
        error_set(err, ERROR_INPUT, "'%s' is not watched; only question 1 is", name);
    else
        error_set(err, ERROR_INPUT, "'%s' is not watched; questions 1 to %zu are", name,
                  watches->count);
    return NULL;
}

static bool end(struct watches *watches, const char *name, char **ended, struct error *err)
{
    struct watched *watched = find_named(watches, name, err);
    *ended = watched ? memory_string(watched->track.prompt, err) : NULL;
    if (!*ended)
        return false;
    if (watched->handed && !strings_add(&watches->ended, *ended, err)) {
        memory_free(*ended);
        *ended = NULL;
        return false;
    }
    question_track_free(&watched->track);
    watches->count--;
    memmove(watched, watched + 1,
            (watches->count - (size_t)(watched - watches->watched)) * sizeof *watched);
    watches->changes++;
    return true;
}

bool watches_end(struct watches *watches, const char *prompt_or_number, char **ended,
                 struct error *err)
{
    hold(watches);
    bool did = end(watches, prompt_or_number, ended, err);
    release(watches);
    return did;
}

static bool list(struct watches *watches, bool new_alone, struct strings *prompts,
                 struct error *err)
{
    bool listed = true;
    hold(watches);
    for (size_t i = 0; listed && i < watches->count; i++) {
        struct watched *watched = &watches->watched[i];
        if (new_alone && watched->asked)
            continue;
        listed = strings_add(prompts, watched->track.prompt, err);
        watched->asked |= listed && new_alone;
    }
    release(watches);
    return listed;
}

bool watches_list(struct watches *watches, struct strings *prompts, struct error *err)
{
    return list(watches, false, prompts, err);
}

bool watches_list_new(struct watches *watches, struct strings *prompts, struct error *err)
{
    return list(watches, true, prompts, err);
}

/* ---- answers ---- */

bool watches_answer(struct watches *watches, const char *prompt,
                    const struct question_answer *answer, struct error *err)
{
    hold(watches);
    struct watched *watched = find(watches, prompt);
    bool added = !watched || question_track_add(&watched->track, answer, err);
    watches->changes += watched && added;
    release(watches);
    return added;
}

bool watches_has(struct watches *watches, const char *prompt, uint64_t step)
{
    hold(watches);
    const struct watched *watched = find(watches, prompt);
    const struct question_point *point = watched ? question_track_at(&watched->track, step) : NULL;
    bool has = point && point->step == step;
    release(watches);
    return has;
}

uint64_t watches_changes(struct watches *watches)
{
    hold(watches);
    uint64_t changes = watches->changes;
    release(watches);
    return changes;
}

size_t watches_number(struct watches *watches, const char *prompt)
{
    hold(watches);
    const struct watched *watched = find(watches, prompt);
    size_t number = watched ? (size_t)(watched - watches->watched) + 1 : 0;
    release(watches);
    return number;
}

size_t watches_count(struct watches *watches)
{
    hold(watches);
    size_t count = watches->count;
    release(watches);
    return count;
}

bool watches_copy(struct watches *watches, size_t index, struct question_track *track,
                  struct error *err)
{
    *track = (struct question_track){0};
    hold(watches);
    bool copied =
        index >= watches->count || question_track_copy(track, &watches->watched[index].track, err);
    release(watches);
    return copied;
}

/* ---- what is to be recorded ---- */

static bool make_line(struct watch_line *line, enum event_kind kind, const char *prompt, bool *has,
                      struct error *err)
{
    line->kind = kind;
    *has = question_track_init(&line->track, prompt, err);
    return *has;
}

static bool make_answer(struct watch_line *line, const struct question_track *track, size_t point,
                        bool *has, struct error *err)
{
    line->kind = EVENT_QUESTION;
    *has = question_track_copy_point(&line->track, track, point, err);
    return *has;
}

/* Ends come first: a prompt may be watched again. */
static bool next_line(struct watches *watches, struct watch_line *line, bool *has,
                      struct error *err)
{
    if (watches->ended.count > 0)
        return make_line(line, EVENT_UNWATCH, watches->ended.text[0], has, err);
    for (size_t i = 0; i < watches->count; i++) {
        struct watched *watched = &watches->watched[i];
        const struct question_track *track = &watched->track;
        if (!watched->told)
            return watched->handed = make_line(line, EVENT_WATCH, track->prompt, has, err);
        for (size_t p = 0; p < track->points; p++)
            if (!track->point[p].recorded)
                return make_answer(line, track, p, has, err);
    }
    return true;
}

bool watches_next_line(struct watches *watches, struct watch_line *line, bool *has,
                       struct error *err)
{
    *line = (struct watch_line){.track = {0}};
    *has = false;
    hold(watches);
    bool done = next_line(watches, line, has, err);
    release(watches);
    return done;
}

void watches_wrote_line(struct watches *watches, const struct watch_line *line)
{
    hold(watches);
    struct watched *watched = find(watches, line->track.prompt);
    if (line->kind == EVENT_UNWATCH)
        strings_remove(&watches->ended, line->track.prompt);
    else if (watched && line->kind == EVENT_WATCH)
        watched->told = watched->handed; /* not where it was ended and added anew meanwhile */
    else if (watched)
        for (size_t p = 0; p < watched->track.points; p++)
            watched->track.point[p].recorded |=
                watched->track.point[p].step == line->track.point[0].step;
    release(watches);
}
