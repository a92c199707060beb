#include "lab/session_past.h"

#include "base/memory.h"
#include "lab/past_model.h"
#include "record/metrics.h"

/* ---- the model ---- */

bool session_go_to(struct session *session, uint64_t step, struct error *err)
{
    if (!session->run.directory)
        return error_set(err, ERROR_INPUT, "nothing is saved yet that could be asked");
    if (!run_find_model(&session->run, &step, &step, err))
        return false;
    const struct past_model_of of = {&session->preset.model, &session->preset.trainer,
                                     &session->plan, &session->run};
    struct past_model *past = past_model_new(&of, step, err);
    if (!past)
        return false;
    past_model_free(session->past);
    session->past = past;
    return true;
}

void session_go_back(struct session *session)
{
    past_model_free(session->past);
    session->past = NULL;
}

bool session_is_at(const struct session *session, uint64_t *step)
{
    if (session->past)
        *step = session->past->step;
    return session->past != NULL;
}

/* ---- what it knew ---- */

/* A patched model learned on its own, without its reference. */
static size_t first_evaluation(const struct session *session, const struct metrics *metrics,
                               uint64_t step)
{
    const struct patching_options *patching = &session->preset.trainer.patching;
    return patching_holds(patching, step) ? metrics_first_patched(metrics, patching) : 0;
}

bool session_known_at(const struct session *session, uint64_t step, struct knowledge *knowledge,
                      struct error *err)
{
    struct metrics metrics;
    char *path = run_metrics_path(&session->run, err);
    bool known = path && metrics_read(&metrics, path, &session->facts, err);
    memory_free(path);
    if (!known)
        return false;
    for (size_t i = first_evaluation(session, &metrics, step); known && i < metrics.evaluations;
         i++) {
        const struct evaluation_point *point = &metrics.evaluation[i];
        if (point->step <= step && point->snapshot.known)
            known = knowledge_push(knowledge, point->step, &point->snapshot, err);
    }
    metrics_free(&metrics);
    if (!known)
        knowledge_free(knowledge);
    return known;
}
