#include "lab/session_train.h"

#include <stdio.h>

#include "base/memory.h"
#include "base/number.h"
#include "config/preset_file.h"
#include "lab/session_open.h"
#include "lab/session_record.h"
#include "lab/watches.h"

/* Says so where steps that follow are computed in another way than the checkpoint was. Those of
 * 0.1.0 do not tell of loops, and minded subnormal numbers. */
static bool remark_on_bits(struct session *session, const struct trainer_checkpoint *from,
                           struct error *err)
{
    struct blas_identity own = precision_identity(session->preset.model.precision);
    char then[BLAS_SENTENCE], now[BLAS_SENTENCE];
    if (from->step >= trainer_steps(&session->preset.trainer))
        return true;
    if (blas_difference(&own, &from->blas, now) && blas_difference(&from->blas, &own, then)) {
        char sentence[2 * BLAS_SENTENCE + sizeof "last bits may differ:  now,  before"];
        bool rounds = precision_of_identity(&own) != precision_of_identity(&from->blas);
        snprintf(sentence, sizeof sentence, "%s differ: %s now, %s before",
                 rounds ? "numbers" : "last bits may", now, then);
        return session_add_remark(session, sentence, err);
    }
    return *from->blas.kernel == '\0' || *from->blas.loops != '\0' ||
           session_add_remark(session, "last bits may differ: the checkpoint is one of Mneme 0.1.0",
                              err);
}

/* Says so where products are not made in the precision that the preset asks for. */
static bool remark_on_precision(struct session *session, struct error *err)
{
    const char *why;
    precision_in_use(session->preset.model.precision, &why);
    if (!why)
        return true;
    char *sentence = memory_format(err, "products are made in fp32: %s", why);
    bool made = sentence && session_add_remark(session, sentence, err);
    memory_free(sentence);
    return made;
}

/* Snapshots of which not two fit into their budget are not kept. */
static bool fit_snapshots(struct session *session, struct error *err)
{
    char each[NUMBER_TEXT], budget[NUMBER_TEXT];
    struct plan *plan = &session->plan;
    double most = (double)session->preset.trainer.snapshot_budget * (1 << 20);
    double bytes = (double)engine_model(session->engine)->size * sizeof(real);
    if (plan->keep != KEEP_SPACED || 2 * bytes <= most)
        return true;
    plan->keep = KEEP_ALL;
    number_write_bytes(each, bytes);
    number_write_bytes(budget, most);
    char *sentence = memory_format(err,
                                   "no snapshots are kept: they take %s each, and "
                                   "checkpoint.budget is %s",
                                   each, budget);
    bool made = sentence && session_add_remark(session, sentence, err);
    memory_free(sentence);
    return made;
}

struct trainer_setup session_trainer_setup(struct session *session,
                                           const struct trainer_checkpoint *from, bool forks)
{
    return (struct trainer_setup){
        .options = session->preset.trainer,
        .plan = &session->plan,
        .population = &session->population,
        .vocabulary = &session->vocabulary,
        .sampling = &session->sampling,
        .engine = session->engine,
        .observer = session_observer(session),
        .baseline = session->baseline,
        .from = from,
        .forks = forks,
    };
}

void session_begin_sampling(const struct session *session, struct trainer_checkpoint *from)
{
    const struct sampling_options *sampling = &session->preset.sampling;
    if (!sampling_adapts(sampling->kind) || from->subset > 0)
        return;
    from->subset = sampling->subset;
    from->subset_since = from->step;
}

bool session_make_trainer(struct session *session, const struct trainer_checkpoint *from,
                          bool forks, uint64_t first, struct error *err)
{
    const struct trainer_setup setup = session_trainer_setup(session, from, forks);
    if (!remark_on_precision(session, err) || !fit_snapshots(session, err) ||
        (from && !remark_on_bits(session, from, err)))
        return false;
    if (!session->watches)
        session->watches = watches_new(err);
    if (!session->watches)
        return false;
    session->plan.first = first;
    memory_free(session->preset_text);
    session->preset_text = preset_write(&session->preset, err);
    session->trainer = session->preset_text ? trainer_new(&setup, err) : NULL;
    if (!session->trainer)
        return false;
    struct trainer_status status;
    trainer_status(session->trainer, &status);
    session->began.step = status.step;
    session->began.seconds = status.seconds;
    return true;
}

bool session_open_preset(struct session *session, const struct paths *paths,
                         const struct preset *preset, struct error *err)
{
    bool opened = session_take_preset(session, preset, err) &&
                  session_load_facts(session, paths, NULL, err) &&
                  session_make_engine(session, true, err) &&
                  session_make_trainer(session, NULL, false, 0, err);
    session->paths = paths;
    return opened || session_give_up(session);
}

bool session_keep(struct session *session, const char *directory, struct error *err)
{
    return session_make_run(session, directory, err) && session_remark_on_lock(session, err) &&
           trainer_send(session->trainer, (struct command){.kind = COMMAND_CHECKPOINT}, err);
}
