/* Parts of this file: asking; the trainer's thread; what was kept; beginning and end. */
#include "lab/session_watch.h"

#include "base/memory.h"
#include "base/strings.h"
#include "lab/lineage.h"
#include "lab/past_model.h"
#include "lab/session_ask.h"
#include "lab/watches.h"
#include "model/decoder.h"

/* ---- asking ---- */

/* Adds what a decoder's model answers. What cannot be asked, as a record may have it that was
 * written by hand, stays without answers. */
static bool ask(struct session *session, struct decoder *decoder, const char *prompt, uint64_t step,
                struct error *err)
{
    const double *uniform = session->attribute_baseline;
    const struct answer_scale scale = {uniform, uniform};
    struct answer answer;
    struct error why;
    if (!answer_prompt(&answer, &session->population, &session->vocabulary, decoder, &scale, prompt,
                       &why))
        return why.kind == ERROR_INPUT || error_set(err, why.kind, "%s", why.message);
    const struct question_answer added = question_answer_of(&answer, step);
    bool done = watches_answer(session->watches, prompt, &added, err);
    answer_free(&answer);
    return done;
}

/* ---- the trainer's thread ---- */

static bool find_decoder(struct session *session, struct error *err)
{
    if (!session->watch_decoder)
        session->watch_decoder = decoder_new(engine_model(session->engine), err);
    return session->watch_decoder != NULL;
}

static bool ask_live(struct session *session, const struct strings *prompts, uint64_t step,
                     struct error *err)
{
    bool asked =
        prompts->count == 0 || (engine_collect(session->engine, err) && find_decoder(session, err));
    for (size_t i = 0; asked && i < prompts->count; i++)
        asked = ask(session, session->watch_decoder, prompts->text[i], step, err);
    return asked;
}

static bool record_line(struct session *session, struct watch_line *line, uint64_t step,
                        double seconds, struct error *err)
{
    const bool is_answer = line->kind == EVENT_QUESTION;
    const struct event event = {
        .kind = line->kind,
        .step = is_answer ? line->track.point[0].step : step,
        .seconds = seconds,
        .prompt = line->track.prompt,
        .asked = &line->track,
    };
    bool recorded = run_record_add_event(&session->run.record, &event, err);
    if (recorded)
        watches_wrote_line(session->watches, line);
    question_track_free(&line->track);
    return recorded;
}

static bool record_lines(struct session *session, uint64_t step, double seconds, struct error *err)
{
    struct watch_line line;
    bool has = true;
    while (has)
        if (!watches_next_line(session->watches, &line, &has, err) ||
            (has && !record_line(session, &line, step, seconds, err)))
            return false;
    return true;
}

bool session_watch_step(struct session *session, uint64_t step, double seconds, bool evaluates,
                        struct error *err)
{
    struct strings prompts = {0};
    bool listed = watches_list_new(session->watches, &prompts, err);
    if (listed && evaluates) {
        strings_free(&prompts);
        listed = watches_list(session->watches, &prompts, err);
    }
    bool done = listed && ask_live(session, &prompts, step, err) &&
                record_lines(session, step, seconds, err);
    strings_free(&prompts);
    return done;
}

/* Without memory for that, it asks and records at its next evaluation. */
static void wake_trainer(struct session *session)
{
    trainer_send(session->trainer, (struct command){.kind = COMMAND_ASK}, NULL);
}

/* ---- what was kept ---- */

/* The first step behind `from` whose model was kept, by the run or by one that it began in, and has
 * not answered. Until the first checkpoint the run has no directory, which another thread makes;
 * models of later steps are of steps that are made anew. */
static bool find_kept(struct session *session, const char *prompt, uint64_t from,
                      struct lineage *lineage, const struct lineage_model **found,
                      struct error *err)
{
    struct trainer_status status;
    *lineage = (struct lineage){.count = 0};
    *found = NULL;
    trainer_status(session->trainer, &status);
    if (!status.has_saved)
        return true;
    if (!lineage_read(lineage, session->run.directory, status.step, err))
        return false;
    for (size_t i = 0; i < lineage->count && !*found; i++)
        if (lineage->model[i].step >= from &&
            !watches_has(session->watches, prompt, lineage->model[i].step))
            *found = &lineage->model[i];
    return true;
}

static bool ask_kept(struct session *session, const char *prompt, const struct lineage_model *model,
                     struct error *err)
{
    const struct run run = {.directory = model->directory, .name = session->run.name};
    const struct past_model_of of = {&session->preset.model, &session->preset.trainer,
                                     &session->plan, &run};
    struct past_model *past = past_model_new(&of, model->step, err);
    bool asked = past && ask(session, past->decoder, prompt, model->step, err);
    past_model_free(past);
    if (asked)
        wake_trainer(session);
    return asked;
}

static bool is_watched(struct session *session, const char *prompt, struct error *err)
{
    struct strings prompts = {0};
    bool is = watches_list(session->watches, &prompts, err) && strings_has(&prompts, prompt);
    strings_free(&prompts);
    return is;
}

bool session_watch_kept(struct session *session, const char *prompt, uint64_t *from, bool *asked,
                        struct error *err)
{
    struct lineage lineage;
    const struct lineage_model *model;
    *asked = false;
    if (!is_watched(session, prompt, NULL))
        return true;
    if (!find_kept(session, prompt, *from, &lineage, &model, err))
        return false;
    bool is_there = model != NULL;
    if (is_there) {
        *from = model->step + 1;
        *asked = ask_kept(session, prompt, model, err);
    }
    lineage_free(&lineage);
    return *asked || !is_there;
}

/* ---- beginning and end ---- */

bool session_watch(struct session *session, const char *prompt, char **as_read, bool *is_new,
                   struct error *err)
{
    struct answer answer;
    *as_read = NULL;
    if (!session_ask(session, prompt, &answer, err))
        return false;
    *as_read = memory_string(answer.prompt, err);
    answer_free(&answer);
    *is_new = *as_read && watches_number(session->watches, *as_read) == 0;
    if (*as_read && (!*is_new || watches_add(session->watches, *as_read, err))) {
        wake_trainer(session);
        return true;
    }
    memory_free(*as_read);
    *as_read = NULL;
    return false;
}

bool session_unwatch(struct session *session, const char *prompt_or_number, char **ended,
                     struct error *err)
{
    bool done = watches_end(session->watches, prompt_or_number, ended, err);
    if (done)
        wake_trainer(session);
    return done;
}

bool session_watch_restore(struct session *session, const char *record, uint64_t step, bool own,
                           struct error *err)
{
    struct questions questions;
    if (!questions_read(&questions, record, step, err))
        return false;
    watches_restore(session->watches, &questions, own);
    return true;
}
