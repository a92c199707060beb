#include "lab/session_ask.h"

#include "base/text.h"
#include "facts/wordings.h"
#include "lab/past_model.h"
#include "model/decoder.h"
#include "train/sampled_entropy.h"

/* Of the model that is asked; null with the error set. */
static struct decoder *find_decoder(struct session *session, struct error *err)
{
    if (session->past)
        return session->past->decoder;
    if (!session->engine) {
        error_set(err, ERROR_INPUT, "nothing is saved yet that could be asked");
        return NULL;
    }
    if (!session->decoder)
        session->decoder = decoder_new(engine_model(session->engine), err);
    return session->decoder;
}

/* The step of the model that is asked, and how many individuals can be drawn for the next one. */
static void find_step(const struct session *session, uint64_t *step, uint64_t *drawn)
{
    struct trainer_status status = {.step = session->checkpoint_step,
                                    .drawn = session->sampling.subset};
    if (session->past) {
        status.step = session->past->step;
        status.drawn = session->past->drawn;
    } else if (session->trainer)
        trainer_status(session->trainer, &status);
    *step = status.step;
    *drawn = status.drawn;
}

/* What a model is compared with that has made the steps of the one that is asked. */
static bool find_scale(struct session *session, struct answer_scale *scale, struct error *err)
{
    uint64_t made, drawn;
    find_step(session, &made, &drawn);
    if (!session->sampled)
        session->sampled =
            sampled_entropy_new(&session->population, &session->sampling, &session->plan.finetune,
                                session->preset.trainer.batch, err);
    if (!session->sampled)
        return false;
    uint64_t step = plan_at(&session->plan, made).own_step;
    *scale = (struct answer_scale){
        .uniform = session->attribute_baseline,
        .sampled = sampled_entropy_at(session->sampled, step, drawn),
    };
    return true;
}

/* The live weights; those of an earlier step stand still. */
static void hold_weights(struct session *session)
{
    if (session->trainer && !session->past)
        trainer_hold_weights(session->trainer);
}

static void release_weights(struct session *session)
{
    if (session->trainer && !session->past)
        trainer_release_weights(session->trainer);
}

bool session_ask(struct session *session, const char *prompt, struct answer *answer,
                 struct error *err)
{
    struct answer_scale scale;
    struct decoder *decoder = find_decoder(session, err);
    if (!decoder || !find_scale(session, &scale, err))
        return false;
    hold_weights(session);
    bool answered = answer_prompt(answer, &session->population, &session->vocabulary, decoder,
                                  &scale, prompt, err);
    release_weights(session);
    return answered;
}

bool session_ask_attribute(struct session *session, uint64_t individual, size_t attribute,
                           struct answer *answer, struct error *err)
{
    struct answer_scale scale;
    struct decoder *decoder = find_decoder(session, err);
    if (!decoder || !find_scale(session, &scale, err))
        return false;
    hold_weights(session);
    bool answered = answer_attribute(answer, &session->population, &session->vocabulary, decoder,
                                     &scale, individual, attribute, err);
    release_weights(session);
    return answered;
}

char *session_example(const struct session *session, uint64_t number, struct error *err)
{
    const struct fact_set *facts = &session->facts;
    uint64_t individual = number % session->population.size.known;
    size_t attribute = (size_t)(number % facts->attributes), tried = 0;
    for (; tried < facts->attributes; tried++, attribute = (attribute + 1) % facts->attributes)
        if (population_tells(&session->population, individual, attribute))
            break;
    struct text name = {0}, text = {0};
    population_name_text(&session->population, individual, &name);
    wording_write(&facts->attribute[attribute].template[0], name.failed ? "" : name.bytes, &text);
    text.failed |= name.failed;
    text_free(&name);
    return text_take(&text, err);
}
