#include "lab/session_ask.h"

#include "base/text.h"
#include "facts/wordings.h"
#include "model/decoder.h"
#include "train/sampled_entropy.h"

static bool need_decoder(struct session *session, struct error *err)
{
    if (!session->decoder)
        session->decoder = decoder_new(engine_model(session->engine), err);
    return session->decoder != NULL;
}

/* What a model is compared with that has made the steps of the live one. */
static bool find_scale(struct session *session, struct answer_scale *scale, struct error *err)
{
    struct trainer_status status = {.step = session->checkpoint_step};
    if (session->trainer)
        trainer_status(session->trainer, &status);
    else
        status.drawn = session->sampling.subset;
    if (!session->sampled)
        session->sampled =
            sampled_entropy_new(&session->population, &session->sampling, &session->plan.finetune,
                                session->preset.trainer.batch, err);
    if (!session->sampled)
        return false;
    uint64_t step = plan_at(&session->plan, status.step).own_step;
    *scale = (struct answer_scale){
        .uniform = session->attribute_baseline,
        .sampled = sampled_entropy_at(session->sampled, step, status.drawn),
    };
    return true;
}

static void hold_weights(struct session *session)
{
    if (session->trainer)
        trainer_hold_weights(session->trainer);
}

static void release_weights(struct session *session)
{
    if (session->trainer)
        trainer_release_weights(session->trainer);
}

bool session_ask(struct session *session, const char *prompt, struct answer *answer,
                 struct error *err)
{
    struct answer_scale scale;
    if (!need_decoder(session, err) || !find_scale(session, &scale, err))
        return false;
    hold_weights(session);
    bool answered = answer_prompt(answer, &session->population, &session->vocabulary,
                                  session->decoder, &scale, prompt, err);
    release_weights(session);
    return answered;
}

bool session_ask_attribute(struct session *session, uint64_t individual, size_t attribute,
                           struct answer *answer, struct error *err)
{
    struct answer_scale scale;
    if (!need_decoder(session, err) || !find_scale(session, &scale, err))
        return false;
    hold_weights(session);
    bool answered = answer_attribute(answer, &session->population, &session->vocabulary,
                                     session->decoder, &scale, individual, attribute, err);
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
