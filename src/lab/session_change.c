/* Map of this file: reading what is to change; doing it. */
#include "lab/session_change.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "config/preset_check.h"
#include "config/preset_complete.h"
#include "config/preset_key.h"
#include "config/preset_sampling.h"
#include "lab/branch.h"
#include "lab/past_model.h"
#include "lab/session_open.h"
#include "lab/session_rate.h"
#include "lab/session_resume.h"
#include "model/decoder.h"
#include "train/sampled_entropy.h"

/* Reading what is to change */

/* The key of an assignment; null with the error set where it is none that can change. */
static const struct preset_key *find_key(const char *assignment, struct error *err)
{
    const struct preset_key *key = preset_key_assigned(assignment);
    if (key && !key->changes)
        error_set(err, ERROR_INPUT, "%s.%s is fixed when a run begins%s", key->section, key->name,
                  branch_can_change(key) ? "; a branch can have another"
                                         : ", for its branches as well");
    return key && key->changes ? key : NULL;
}

static bool take_assignment(struct session_change *change, const char *assignment,
                            struct error *err)
{
    struct preset *preset = &change->preset;
    struct error why = {ERROR_NONE, ""};
    const struct preset_key *key = find_key(assignment, &why);
    double lr = preset->trainer.schedule.lr;
    if (!key && why.kind != ERROR_NONE)
        return error_set(err, why.kind, "%s", why.message);
    if (!preset_set(preset, assignment, err)) /* which says what is wrong with the key, too */
        return false;
    if (!key)
        return error_set(err, ERROR_INPUT, "%s cannot be set while a run is trained", assignment);
    if (!key->is_rate)
        return true;
    change->sets_rate = true;
    change->rate = preset->trainer.schedule.lr;
    preset->trainer.schedule.lr = lr;
    return true;
}

/* What a key was and is, where that is not the same; both are null where it is. */
struct difference {
    char *was, *is;
};

static void difference_free(struct difference *difference)
{
    memory_free(difference->was);
    memory_free(difference->is);
    *difference = (struct difference){NULL, NULL};
}

static bool compare(const struct preset *before, const struct preset *now,
                    const struct preset_key *key, struct difference *difference, struct error *err)
{
    difference->was = preset_value(before, key, err);
    difference->is = difference->was ? preset_value(now, key, err) : NULL;
    bool compared = difference->is != NULL;
    if (!compared || strcmp(difference->was, difference->is) == 0)
        difference_free(difference);
    return compared;
}

/* How many keys that can change have another value, of a section or, where that is null, of all. */
static bool count_others(const struct preset *before, const struct preset *now, const char *section,
                         size_t *count, struct error *err)
{
    *count = 0;
    for (size_t i = 0; i < preset_key_count; i++) {
        const struct preset_key *key = &preset_keys[i];
        struct difference difference;
        if (!key->changes || (section && strcmp(key->section, section) != 0))
            continue;
        if (!compare(before, now, key, &difference, err))
            return false;
        *count += difference.is != NULL;
        difference_free(&difference);
    }
    return true;
}

/* A sampling by a column of the table weighs by numbers, of which the fingerprint tells. */
static bool take_sampling(const struct session *session, struct preset *preset, struct error *err)
{
    size_t others;
    if (!count_others(&session->preset, preset, "sampling", &others, err))
        return false;
    if (others == 0)
        return true;
    preset->facts.fingerprint[0] = '\0';
    return preset_take_facts(preset, &session->facts, err);
}

static bool check_steps(const struct session *session, const struct session_change *change,
                        struct error *err)
{
    struct trainer_status status;
    uint64_t steps = trainer_steps(&change->preset.trainer);
    trainer_status(session->trainer, &status);
    if (status.state == TRAINER_FAILED)
        return error_set(err, ERROR_INPUT,
                         "the run has failed; nothing can be set before it goes on");
    if (steps < status.step)
        return error_set(err, ERROR_INPUT,
                         "%" PRIu64 " steps are made already; the run cannot end at step %" PRIu64,
                         status.step, steps);
    return steps > status.step ||
           error_set(err, ERROR_INPUT,
                     "all steps are done: there is no next step to set it for; train.steps=N gives "
                     "the run more");
}

static bool read_change(const struct session *session, const char *const *assignment,
                        size_t assignments, struct session_change *change, struct error *err)
{
    for (size_t i = 0; i < assignments; i++)
        if (!take_assignment(change, assignment[i], err))
            return false;
    struct sampling sampling;
    struct sampling_size size = preset_sampling_size(&change->preset);
    size.population = &session->population;
    if (!take_sampling(session, &change->preset, err) || !preset_check(&change->preset, err) ||
        !check_steps(session, change, err) ||
        !sampling_init(&sampling, &change->preset.sampling, &size, err))
        return false;
    sampling_free(&sampling);
    return count_others(&session->preset, &change->preset, NULL, &change->others, err);
}

bool session_change_read(const struct session *session, const char *const *assignment,
                         size_t assignments, struct session_change *change, struct error *err)
{
    *change = (struct session_change){.sets_rate = false};
    if (!preset_copy(&change->preset, &session->preset, err))
        return false;
    if (read_change(session, assignment, assignments, change, err))
        return true;
    session_change_free(change);
    return false;
}

void session_change_free(struct session_change *change)
{
    preset_free(&change->preset);
    *change = (struct session_change){.sets_rate = false};
}

/* Doing it */

/* Whether other individuals are drawn, or more of them. */
static bool draws_others(const struct preset *before, const struct preset *now, bool *does,
                         struct error *err)
{
    size_t others;
    bool counted = count_others(before, now, "sampling", &others, err);
    *does = counted && (others > 0 || before->trainer.batch != now->trainer.batch);
    return counted;
}

static bool save(struct session *session, bool evaluates, struct error *err)
{
    return (!evaluates ||
            trainer_send(session->trainer, (struct command){.kind = COMMAND_EVALUATE}, err)) &&
           trainer_send(session->trainer, (struct command){.kind = COMMAND_CHECKPOINT}, err) &&
           session_stop(session, err);
}

/* What was made of the preset that does not hold any more. */
static void forget_old(struct session *session)
{
    decoder_free(session->watch_decoder);
    decoder_free(session->decoder);
    sampled_entropy_free(session->sampled);
    past_model_free(session->past);
    engine_free(session->engine);
    memory_free(session->remark);
    memory_free(session->attribute_baseline);
    session->attribute_baseline = NULL;
    session->watch_decoder = NULL;
    session->decoder = NULL;
    session->sampled = NULL;
    session->past = NULL;
    session->engine = NULL;
    session->remark = NULL;
}

static bool record_key(struct session *session, const struct preset *before,
                       const struct preset_key *key, double seconds, struct error *err)
{
    struct difference difference;
    if (!compare(before, &session->preset, key, &difference, err))
        return false;
    if (!difference.is)
        return true;
    char *name = memory_format(err, "%s.%s", key->section, key->name);
    const struct event event = {.kind = EVENT_SET,
                                .step = session->checkpoint_step,
                                .seconds = seconds,
                                .key = name,
                                .was = difference.was,
                                .is = difference.is};
    bool recorded = name && run_record_add_event(&session->run.record, &event, err);
    memory_free(name);
    difference_free(&difference);
    return recorded;
}

static bool record(struct session *session, const struct preset *before, struct error *err)
{
    struct trainer_status status;
    trainer_status(session->trainer, &status);
    for (size_t i = 0; i < preset_key_count; i++)
        if (!record_key(session, before, &preset_keys[i], status.seconds, err))
            return false;
    return run_record_sync(&session->run.record, status.seconds, err);
}

/* The preset is written first: a run that is killed before the rest is done goes on with it. */
static bool go_on(struct session *session, const struct preset *before, struct error *err)
{
    return run_write_preset(&session->run, &session->preset, err) &&
           session_make_plan(session, err) && session_make_engine(session, true, err) &&
           session_go_on(session, err) && record(session, before, err);
}

/* *lr is what the rate was at the step that was saved. */
static bool change_others(struct session *session, const struct preset *wanted, double *lr,
                          struct error *err)
{
    bool evaluates;
    struct trainer_status status;
    struct preset before, now;
    trainer_status(session->trainer, &status);
    double scale = status.lr / plan_at(&session->plan, status.step).lr;
    if (!draws_others(&session->preset, wanted, &evaluates, err) ||
        !save(session, evaluates, err) || !preset_copy(&now, wanted, err))
        return false;
    *lr = scale * plan_at(&session->plan, session->checkpoint_step).lr;
    forget_old(session);
    before = session->preset;
    session->preset = now;
    bool gone_on = go_on(session, &before, err);
    preset_free(&before);
    return gone_on;
}

/* *lr_until is what the next step would have had without any of it; null: with what is set now. */
static bool change_from(struct session *session, const struct session_change *change,
                        const double *lr_until, struct error *err)
{
    double before = 0;
    if (change->others > 0 && !change_others(session, &change->preset, &before, err))
        return false;
    if (lr_until)
        before = *lr_until;
    if (change->sets_rate)
        return session_set_rate(session, change->rate, before, err);
    return (change->others == 0 && !lr_until) || session_keep_rate(session, before, err);
}

bool session_change(struct session *session, const struct session_change *change, struct error *err)
{
    return change_from(session, change, NULL, err);
}

/* What there was to say before is still to be said, in front. */
static bool add_before(struct session *session, char *said, struct error *err)
{
    char *later = session->remark;
    if (!said)
        return true;
    session->remark = said;
    bool added = !later || session_add_remark(session, later, err);
    memory_free(later);
    return added;
}

static bool change_reopened(struct session *session, const struct session_resumed *resumed,
                            const char *const *assignment, size_t assignments, struct error *err)
{
    struct session_change change;
    if (!session_change_read(session, assignment, assignments, &change, err))
        return false;
    char *said = session->remark;
    session->remark = NULL;
    bool changed = run_begin_writing(&session->run, err) &&
                   run_undo_begin(&session->undo, &session->run, err) &&
                   session_write_resumed(session, resumed, err) &&
                   change_from(session, &change, &resumed->lr_until, err);
    changed = add_before(session, said, err) && changed;
    if (changed && !change.sets_rate)
        run_undo_forget(&session->undo);
    session_change_free(&change);
    return changed;
}

bool session_resume_changed(struct session *session, const struct paths *paths, const char *run,
                            uint64_t steps, const char *const *assignment, size_t assignments,
                            struct error *err)
{
    struct session_resumed resumed;
    return session_resume_unwritten(session, paths, run, steps, &resumed, err) &&
           (change_reopened(session, &resumed, assignment, assignments, err) ||
            session_give_up(session));
}
