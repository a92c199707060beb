/* Map of this file: asking, on the worker's thread; names to ask about. */
#include "ui/tui/ask.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "facts/name_reader.h"
#include "facts/question.h"
#include "lab/session_ask.h"
#include "ui/tui/pages/prompt.h"
#include "ui/tui/state.h"

enum { PEOPLE_SHOWN = 12, INVENTIONS_TRIED = 1000 };

/* Asking */

void ask_next_example(struct workbench *workbench)
{
    memory_free(workbench->example);
    workbench->example = session_example(workbench->session, workbench->examples++, NULL);
}

struct ask_task {
    struct task task;
    struct workbench *workbench;
    struct session *session;
    unsigned long entry; /* of the transcript */
    char *prompt;        /* null: all attributes of the individual */
    uint64_t individual;
    struct answer *answer; /* [answers] */
    size_t answers, room;
    bool answered;
    struct error err;
};

static void ask_work(struct task *task)
{
    struct ask_task *own = (struct ask_task *)task;
    own->answered = true;
    while (own->answered && own->answers < own->room) {
        struct answer *answer = &own->answer[own->answers];
        own->answered = own->prompt ? session_ask(own->session, own->prompt, answer, &own->err)
                                    : session_ask_attribute(own->session, own->individual,
                                                            own->answers, answer, &own->err);
        own->answers += own->answered;
    }
}

static void ask_done(struct task *task)
{
    struct ask_task *own = (struct ask_task *)task;
    struct transcript *transcript = &own->workbench->transcript;
    if (own->answered)
        transcript_answers(transcript, own->entry, own->prompt ? ENTRY_ANSWER : ENTRY_TABLE,
                           own->answer, own->answers);
    else {
        transcript_note(transcript, own->entry, ENTRY_ERROR, own->err.message);
        for (size_t a = 0; a < own->answers; a++)
            answer_free(&own->answer[a]);
        memory_free(own->answer);
    }
    memory_free(own->prompt);
    memory_free(own);
}

/* An empty prompt is for a table of all attributes. */
static void add_question(struct workbench *workbench, const char *question, const char *prompt,
                         uint64_t individual, size_t answers)
{
    struct ask_task *own = workbench_new_task(workbench, sizeof *own);
    if (!own)
        return;
    own->task = (struct task){.work = ask_work, .done = ask_done};
    own->workbench = workbench;
    own->session = workbench->session;
    own->individual = individual;
    own->room = answers;
    own->answer = memory_new(answers, sizeof *own->answer, &own->err);
    own->prompt = prompt ? memory_string(prompt, &own->err) : NULL;
    if (own->answer && (!prompt || own->prompt) &&
        transcript_add(&workbench->transcript, question, clock_seconds(), &own->entry, &own->err)) {
        worker_add(workbench->worker, &own->task);
        return;
    }
    workbench_say(workbench, true, "%s", own->err.message);
    memory_free(own->answer);
    memory_free(own->prompt);
    memory_free(own);
}

void ask_prompt(struct workbench *workbench, const char *prompt)
{
    ask_next_example(workbench);
    add_question(workbench, prompt, prompt, 0, 1);
}

void ask_individual(struct workbench *workbench, const char *question, uint64_t individual)
{
    add_question(workbench, question, NULL, individual, workbench->session->facts.attributes);
}

/* Names to ask about */

static void who_tidy(struct workbench *workbench, const char *name, const char *line)
{
    const struct session *session = workbench->session;
    uint64_t individual;
    size_t bytes;
    struct error err;
    struct question question;
    char text[512];
    if (name_read(&session->population, &session->vocabulary, name, &individual, &bytes)) {
        ask_individual(workbench, line, individual);
        return;
    }
    /* Where a word is unknown the question's reader knows better what is wrong. */
    if (question_read(&question, &session->population, &session->vocabulary, name,
                      session->preset.model.max_length, &err)) {
        question_free(&question);
        snprintf(text, sizeof text, "%.200s is not a full name; /people shows some", name);
        workbench_reply(workbench, line, ENTRY_ERROR, text);
    } else
        workbench_reply(workbench, line, ENTRY_ERROR, err.message);
}

void ask_who(const struct request_call *call)
{
    struct error err;
    char *tidy = vocabulary_tidy(&call->workbench->session->vocabulary, call->argument, &err);
    if (tidy)
        who_tidy(call->workbench, tidy, call->line);
    else
        workbench_reply(call->workbench, call->line, ENTRY_ERROR, err.message);
    memory_free(tidy);
}

static struct random fresh_random(struct workbench *workbench)
{
    uint64_t seed = (uint64_t)(clock_seconds() * 1e6);
    return random_stream(seed, RANDOM_SCREEN, ++workbench->people_shown, 0);
}

static char *name_of(const struct population *population, uint64_t individual)
{
    struct text name = {0};
    population_name_text(population, individual, &name);
    return text_take(&name, NULL);
}

/* Different numbers below count, at most `wanted`; returns how many. */
static size_t draw_numbers(struct random *random, uint64_t count, uint64_t *number, size_t wanted)
{
    size_t drawn = 0;
    if (count < wanted)
        wanted = (size_t)count;
    while (drawn < wanted) {
        uint64_t candidate = random_below(random, count);
        size_t same = 0;
        while (same < drawn && number[same] != candidate)
            same++;
        if (same == drawn)
            number[drawn++] = candidate;
    }
    return drawn;
}

/* Individuals that /people can name, by the word for them. */
static bool find_crowd(const struct population *population, const char *word, struct crowd *crowd)
{
    const struct population_options *size = &population->size;
    const struct {
        const char *word;
        uint64_t count;
    } crowds[] = {
        {"known", size->known}, {"new", size->held_out}, {"fine-tuned", size->fine_tuning}};
    uint64_t first = 0;
    for (size_t i = 0; i < sizeof crowds / sizeof *crowds; i++) {
        *crowd = (struct crowd){first, crowds[i].count, 1};
        if (crowd->count > 0 && (!*word || strcmp(word, crowds[i].word) == 0))
            return true;
        first += crowd->count;
    }
    return false;
}

void ask_people(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    const struct population *population = &workbench->session->population;
    struct crowd crowd;
    uint64_t number[PEOPLE_SHOWN];
    unsigned long entry;
    struct error err;
    if (!find_crowd(population, call->argument, &crowd)) {
        workbench_reply(workbench, call->line, ENTRY_ERROR,
                        population->size.fine_tuning > 0
                            ? "there are known, new and fine-tuned individuals: /people new"
                            : "there are known and new individuals: /people new");
        return;
    }
    struct random random = fresh_random(workbench);
    size_t count = draw_numbers(&random, crowd.count, number, PEOPLE_SHOWN);
    char **name = memory_new(count, sizeof *name, &err);
    if (!name ||
        !transcript_add(&workbench->transcript, call->line, clock_seconds(), &entry, &err)) {
        memory_free(name);
        workbench_say(workbench, true, "%s", err.message);
        return;
    }
    size_t named = 0;
    for (size_t n = 0; n < count; n++) {
        name[named] = name_of(population, crowd.first + number[n]);
        named += name[named] != NULL;
    }
    transcript_names(&workbench->transcript, entry, name, named);
}

/* Draws names until one belongs to nobody. */
static bool invent_name(struct workbench *workbench, struct text *name)
{
    const struct population *population = &workbench->session->population;
    const struct fact_set *facts = population->facts;
    struct random random = fresh_random(workbench);
    for (int try = 0; try < INVENTIONS_TRIED; try++) {
        uint32_t part[FACTS_MAX_PARTS];
        for (size_t p = 0; p < facts->name_parts; p++)
            part[p] = (uint32_t)random_below(&random, facts->pool[facts->name_part[p]].count);
        uint64_t individual = population_find(population, part);
        if (population_status(population, individual) != INDIVIDUAL_INVENTED)
            continue;
        population_name_text(population, individual, name);
        return !name->failed;
    }
    return false;
}

/* The name is put on the prompt, ready to be asked about. */
void ask_invent(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    struct text name = {0}, note = {0};
    if (!invent_name(workbench, &name)) {
        workbench_reply(workbench, call->line, ENTRY_ERROR,
                        "every name belongs to somebody in this population");
        text_free(&name);
        return;
    }
    text_format(&note, "nobody has the name %s: ask the model about it (Tab shows how)",
                name.bytes);
    if (!note.failed)
        workbench_reply(workbench, call->line, ENTRY_NOTE, note.bytes);
    text_add(&name, " ");
    prompt_open(workbench, name.failed ? NULL : name.bytes);
    text_free(&name);
    text_free(&note);
}
