#include "lab/session_follow.h"

#include "base/memory.h"
#include "lab/session_open.h"
#include "lab/session_past.h"

static bool follow(struct session *session, const struct paths *paths,
                   const struct follower_pace *pace, struct error *err)
{
    const struct trainer_options *options = &session->preset.trainer;
    const struct follower_of of = {
        .run = &session->run,
        .paths = paths,
        .population = &session->population,
        .plan = &session->plan,
        .sampling = &session->sampling,
        .asked = session_asked(session, options->evaluate_known, options->evaluate_new,
                               session->baseline),
        .baseline = session->baseline,
        .watches = session->watches,
    };
    session->follower = follower_new(&of, pace, err);
    return session->follower != NULL;
}

/* A run is followed from its beginning on, when it has no model yet, and so is one whose newest
 * models were cut off or spoiled. */
static bool go_to_newest(struct session *session, struct error *err)
{
    struct trainer_status status;
    struct error why = {ERROR_NONE, ""};
    uint64_t *step = NULL;
    size_t count = 0;
    bool went = false;
    follower_status(session->follower, &status);
    if (!status.has_saved)
        return true;
    if (!run_models(&session->run, &step, &count, err))
        return false;
    while (!went && why.kind != ERROR_MEMORY && count-- > 0)
        went = step[count] <= status.saved_step && session_go_to(session, step[count], &why);
    memory_free(step);
    return went || why.kind != ERROR_MEMORY || error_set(err, why.kind, "%s", why.message);
}

bool session_follow(struct session *session, const struct paths *paths, const char *run,
                    const struct follower_pace *pace, struct error *err)
{
    *session = (struct session){0};
    return (run_open(&session->run, paths, run, false, err) &&
            run_preset(&session->run, paths, &session->preset, err) &&
            session_load_facts(session, paths, &session->run, err) &&
            session_find_baselines(session, err) && (session->watches = watches_new(err)) &&
            follow(session, paths, pace, err) && go_to_newest(session, err)) ||
           session_give_up(session);
}

void session_status(const struct session *session, struct trainer_status *status)
{
    if (session->follower)
        follower_status(session->follower, status);
    else
        trainer_status(session->trainer, status);
}

struct history *session_history(const struct session *session)
{
    return session->follower ? follower_history(session->follower)
                             : trainer_history(session->trainer);
}

bool session_wait(const struct session *session, double seconds, uint64_t *seen)
{
    return session->follower ? follower_wait(session->follower, seconds, seen)
                             : trainer_wait(session->trainer, seconds, seen);
}
