#include "lab/session.h"
#include "facts/fact_set_load.h"

#include "base/memory.h"
#include "lab/follower.h"
#include "lab/past_model.h"
#include "lab/watches.h"
#include "model/decoder.h"
#include "train/sampled_entropy.h"

bool session_add_remark(struct session *session, const char *sentence, struct error *err)
{
    char *before = session->remark;
    session->remark =
        before ? memory_format(err, "%s; %s", before, sentence) : memory_string(sentence, err);
    memory_free(before);
    return session->remark != NULL;
}

bool session_add_remarks(struct session *session, const struct strings *remarks, struct error *err)
{
    bool added = true;
    for (size_t i = 0; added && i < remarks->count; i++)
        added = session_add_remark(session, remarks->text[i], err);
    return added;
}

struct baselines_subject session_asked(const struct session *session, size_t known, size_t held_out,
                                       double uniform)
{
    return (struct baselines_subject){
        .population = &session->population,
        .sampling = &session->sampling,
        .finetune = &session->plan.finetune,
        .batch = session->preset.trainer.batch,
        .known = known,
        .held_out = held_out,
        .uniform = uniform,
    };
}

bool session_baselines(const struct session *session, size_t known, size_t held_out, double uniform,
                       struct baselines *baselines, struct error *err)
{
    const struct baselines_subject subject = session_asked(session, known, held_out, uniform);
    return baselines_init(baselines, &subject, err);
}

/* Whether the trainer rests with all it has done on the disk, or has failed anew. */
static bool is_settled(const struct trainer_status *status, uint64_t failures)
{
    return status->failures > failures || (status->state != TRAINER_RUNNING && !status->unsaved);
}

bool session_save(struct session *session, struct error *err)
{
    const double patience = 1; /* seconds; then it is looked at again */
    struct trainer_status status;
    uint64_t seen = 0;
    if (!session->trainer)
        return true;
    trainer_status(session->trainer, &status);
    uint64_t failures = status.failures;
    if (status.state == TRAINER_FAILED || is_settled(&status, failures))
        return true;
    if (!trainer_send(session->trainer, (struct command){.kind = COMMAND_PAUSE}, err) ||
        !trainer_send(session->trainer, (struct command){.kind = COMMAND_CHECKPOINT}, err))
        return false;
    for (trainer_status(session->trainer, &status); !is_settled(&status, failures);
         trainer_status(session->trainer, &status))
        trainer_wait(session->trainer, patience, &seen);
    return status.failures == failures ||
           error_set(err, status.failure.kind, "%s", status.failure.message);
}

bool session_stop(struct session *session, struct error *err)
{
    bool stopped = !session->trainer || trainer_stop(session->trainer, err);
    session->trainer = NULL;
    return stopped;
}

bool session_close(struct session *session, struct error *err)
{
    bool closed = session_stop(session, err);
    follower_free(session->follower);
    past_model_free(session->past);
    watches_free(session->watches);
    decoder_free(session->watch_decoder);
    decoder_free(session->decoder);
    sampled_entropy_free(session->sampled);
    run_undo_take_back(&session->undo, &session->run);
    run_close(&session->run);
    engine_free(session->engine);
    vocabulary_free(&session->vocabulary);
    plan_free(&session->plan);
    sampling_free(&session->sampling);
    fact_set_free(&session->facts);
    preset_free(&session->preset);
    memory_free(session->attribute_baseline);
    memory_free(session->preset_text);
    memory_free(session->checkpoint_path);
    memory_free(session->remark);
    *session = (struct session){0};
    return closed;
}

bool session_give_up(struct session *session)
{
    struct error ignored;
    session_close(session, &ignored);
    return false;
}
