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

/* The newest that can be read of those there are now. *newest is the first one tried, *went tells
 * whether there is one that can; none is no failure. */
static bool try_models(struct session *session, uint64_t *newest, bool *went, struct error *err)
{
    struct error why = {ERROR_NONE, ""};
    uint64_t *step = NULL;
    size_t count = 0;
    *went = false;
    if (!run_models(&session->run, &step, &count, err))
        return false;
    *newest = count > 0 ? step[count - 1] : 0;
    while (!*went && why.kind != ERROR_MEMORY && count-- > 0)
        *went = session_go_to(session, step[count], &why);
    memory_free(step);
    return *went || why.kind != ERROR_MEMORY || error_set(err, why.kind, "%s", why.message);
}

/* Where the writer keeps the last one alone, it may be gone before it is read. */
bool session_go_to_newest(struct session *session, struct error *err)
{
    uint64_t newest = 0, before = UINT64_MAX;
    bool went = false;
    for (int t = 0; t < RUN_TRIES && !went && newest != before; t++) {
        before = newest;
        if (!try_models(session, &newest, &went, err))
            return false;
    }
    return went || error_set(err, ERROR_DATA, "no model of run %s can be read", session->run.name);
}

/* A run is followed from its beginning on, when it has no model yet, and so is one whose models
 * were all cut off or spoiled. */
static bool begin_at_newest(struct session *session, struct error *err)
{
    struct error why = {ERROR_NONE, ""};
    return session_go_to_newest(session, &why) || why.kind != ERROR_MEMORY ||
           error_set(err, why.kind, "%s", why.message);
}

bool session_follow(struct session *session, const struct paths *paths, const char *run,
                    const struct follower_pace *pace, struct error *err)
{
    *session = (struct session){0};
    return (run_open(&session->run, paths, run, err) &&
            run_preset(&session->run, paths, &session->preset, err) &&
            session_load_facts(session, paths, &session->run, err) &&
            session_find_baselines(session, err) && (session->watches = watches_new(err)) &&
            follow(session, paths, pace, err) && begin_at_newest(session, err)) ||
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
