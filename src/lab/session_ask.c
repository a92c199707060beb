#include "lab/session_ask.h"

#include "base/text.h"
#include "model/decoder.h"

static bool need_decoder(struct session *session, struct error *err)
{
    if (!session->decoder)
        session->decoder = decoder_new(&session->model, err);
    return session->decoder != NULL;
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
    if (!need_decoder(session, err))
        return false;
    hold_weights(session);
    bool answered = answer_prompt(answer, &session->population, &session->vocabulary,
                                  session->decoder, session->attribute_baseline, prompt, err);
    release_weights(session);
    return answered;
}

bool session_ask_attribute(struct session *session, uint64_t individual, size_t attribute,
                           struct answer *answer, struct error *err)
{
    if (!need_decoder(session, err))
        return false;
    hold_weights(session);
    bool answered =
        answer_attribute(answer, &session->population, &session->vocabulary, session->decoder,
                         session->attribute_baseline, individual, attribute, err);
    release_weights(session);
    return answered;
}

char *session_example(const struct session *session, uint64_t number, struct error *err)
{
    const struct fact_set *facts = &session->facts;
    const struct template *template = facts->attribute[number % facts->attributes].template;
    struct text text = {0};
    text_add(&text, template->before_name);
    population_name_text(&session->population, number % session->population.size.known, &text);
    text_add(&text, template->before_value);
    while (text.length > 0 && text.bytes[text.length - 1] == ' ')
        text.bytes[--text.length] = '\0';
    return text_take(&text, err);
}
