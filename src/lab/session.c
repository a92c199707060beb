/* Map of this file: the facts; the model and its memory; the record; the trainer; questions. */
#include "lab/session.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/strings.h"
#include "base/text.h"
#include "config/preset_check.h"
#include "config/preset_complete.h"
#include "config/preset_file.h"
#include "config/preset_key.h"
#include "config/preset_sampling.h"
#include "lab/fork.h"
#include "lab/restore.h"
#include "measure/recall.h"
#include "record/metrics.h"
#include "train/checkpoint.h"

/* The facts */

static bool find_baselines(struct session *session, struct error *err)
{
    size_t attributes = session->facts.attributes;
    session->attribute_baseline = memory_new(attributes, sizeof *session->attribute_baseline, err);
    if (!session->attribute_baseline)
        return false;
    for (size_t a = 0; a < attributes; a++)
        if (!population_entropy(&session->population, a, &session->attribute_baseline[a], NULL,
                                err))
            return false;
    return recall_baseline(&session->population, &session->baseline, &session->baseline_pools, err);
}

static bool make_plan(struct session *session, struct error *err)
{
    const struct preset *preset = &session->preset;
    struct sampling_size size = preset_sampling_size(preset);
    plan_free(&session->plan);
    sampling_free(&session->sampling);
    return sampling_init(&session->sampling, &preset->sampling, &size, err) &&
           plan_init(&session->plan, &preset->trainer, &preset->population, &session->sampling,
                     err);
}

/* As session_open_facts, for a session that already holds its preset. */
static bool open_facts(struct session *session, const struct paths *paths, struct error *err)
{
    struct preset *preset = &session->preset;
    const char *const *data = (const char *const *)paths->data;
    return fact_set_load(&session->facts, &preset->facts, data, err) &&
           preset_take_facts(preset, &session->facts, err) &&
           population_init(&session->population, &session->facts, &preset->population, err) &&
           make_plan(session, err) &&
           vocabulary_build(&session->vocabulary, &session->facts, err) &&
           preset_complete(preset, &session->vocabulary, err);
}

/* Takes a copy of the preset into an empty session. */
static bool take_preset(struct session *session, const struct preset *preset, struct error *err)
{
    *session = (struct session){0};
    return preset_copy(&session->preset, preset, err) &&
           (preset_check(preset, err) || error_prefix(err, "%s", preset->name));
}

/* Gives everything back after a failure; false. */
static bool give_up(struct session *session)
{
    struct error ignored;
    session_close(session, &ignored);
    return false;
}

bool session_open_facts(struct session *session, const struct paths *paths,
                        const struct preset *preset, struct error *err)
{
    return (take_preset(session, preset, err) && open_facts(session, paths, err)) ||
           give_up(session);
}

/* The model and its memory */

static bool is_patching(const struct session *session)
{
    return session->preset.trainer.patching.reference_step.given;
}

/* The second set of weights; null where none is needed. */
static struct model *second_weights_of(struct session *session)
{
    return is_patching(session) ? &session->second_weights : NULL;
}

static bool make_models(struct session *session, struct error *err)
{
    return model_init(&session->model, &session->preset.model, err) &&
           (!is_patching(session) ||
            model_init(&session->second_weights, &session->preset.model, err));
}

/* Reads a checkpoint into the models; the second weights have to have the role of its step. */
static bool read_checkpoint(struct session *session, const char *path, struct optimizer *optimizer,
                            struct trainer_checkpoint *from, struct error *err)
{
    if (!checkpoint_read(path, &session->model, optimizer, second_weights_of(session), from, err))
        return false;
    return from->role == plan_at(&session->plan, from->step).role ||
           error_set(err, ERROR_DATA,
                     "%s does not hold the weights that patching needs at its step", path);
}

/* A limit on address space has to leave room for the library's buffers too, and for what a thread
 * has of its own: a stack, and a heap of malloc's, which is 64 MiB of address space with glibc. */
static bool check_address_space(const struct session *session, size_t needed, size_t threads,
                                bool train, struct error *err)
{
    const size_t mebibyte = (size_t)1 << 20, own = (8 + 64) * mebibyte;
    size_t left = memory_address_space(), more = threads * (BLAS_BUFFER + own);
    if (left == SIZE_MAX || (needed <= left && more <= left - needed))
        return true;
    return error_set(err, ERROR_MEMORY,
                     "preset %s on %zu thread%s needs %zu MiB of address space and the limit "
                     "(ulimit -v) leaves %zu MiB; a higher one%s is needed",
                     session->preset.name, threads, threads > 1 ? "s" : "",
                     (needed + more) / mebibyte, left / mebibyte,
                     threads == 1 ? ""
                     : train      ? ", or fewer train.threads,"
                                  : ", or OMP_NUM_THREADS=1,");
}

bool session_check_memory(const struct session *session, bool train, struct error *err)
{
    const double gibibyte = 1024.0 * 1024 * 1024;
    const struct model_options *model = &session->preset.model;
    size_t models = is_patching(session) ? 2 : 1;
    size_t needed = train ? trainer_bytes(&session->preset.trainer, model)
                          : models * model_count_parameters(model) * sizeof(real);
    size_t threads = train ? trainer_threads(&session->preset.trainer) : shards_machine_threads();
    size_t available = memory_available();
    if (needed <= available)
        return check_address_space(session, needed, threads, train, err);
    return error_set(err, ERROR_MEMORY,
                     "preset %s needs %.1f GiB of memory and %.1f GiB are free; a smaller model%s "
                     "needs less",
                     session->preset.name, (double)needed / gibibyte, (double)available / gibibyte,
                     train ? ", or fewer train.shards," : "");
}

/* The record */

static bool record_training(void *context, const struct training_point *point, struct error *err)
{
    struct session *session = context;
    return run_record_add_training(&session->run.record, point, err);
}

static bool record_evaluation(void *context, const struct evaluation_point *point,
                              struct error *err)
{
    struct session *session = context;
    return run_record_add_evaluation(&session->run.record, point, &session->facts, err);
}

static bool record_circuits(void *context, const struct circuits_point *point, struct error *err)
{
    struct session *session = context;
    return run_record_add_circuits(&session->run.record, point, err);
}

static bool record_event(void *context, const struct event *event, struct error *err)
{
    struct session *session = context;
    return run_record_add_event(&session->run.record, event, err);
}

/* Adds a sentence to what whoever goes on is told. */
static bool add_remark(struct session *session, const char *sentence, struct error *err)
{
    char *before = session->remark;
    session->remark =
        before ? memory_format(err, "%s; %s", before, sentence) : memory_string(sentence, err);
    memory_free(before);
    return session->remark != NULL;
}

/* Makes the run; what was recorded before waits to be written into it. */
static bool make_run(struct session *session, const char *directory, struct error *err)
{
    struct text waiting = session->run.record.pending;
    bool made = run_create(&session->run, session->paths, &session->preset, directory, err);
    session->run.record.pending = waiting;
    return made;
}

static bool remark_on_lock(struct session *session, struct error *err)
{
    return !session->run.lock.stands_in ||
           add_remark(session,
                      "the file system of the run has no locks: the file lock.owner replaces them, "
                      "and must be removed by hand if this machine crashes",
                      err);
}

static bool write_checkpoint(struct session *session, const struct trainer_checkpoint *checkpoint,
                             struct error *err)
{
    const struct trainer_options *options = &session->preset.trainer;
    char *path = run_checkpoint_path(&session->run, checkpoint->step, err);
    if (!path || !checkpoint_write(path, checkpoint, options->shards, trainer_threads(options),
                                   session->preset_text, err)) {
        memory_free(path);
        return false;
    }
    memory_free(session->checkpoint_path);
    session->checkpoint_path = path;
    return true;
}

/* A record that somebody else has altered is no reason to lose the weights as well. */
static bool save_without_record(struct session *session,
                                const struct trainer_checkpoint *checkpoint,
                                const struct error *why, struct error *err)
{
    return write_checkpoint(session, checkpoint, err) &&
           error_set(err, why->kind, "%s; step %" PRIu64 " is saved nevertheless", why->message,
                     checkpoint->step);
}

static bool record_checkpoint(void *context, const struct trainer_checkpoint *checkpoint,
                              const char **path, struct error *err)
{
    struct error why;
    struct session *session = context;
    if (!session->run.directory && !make_run(session, NULL, err))
        return false;
    if (!run_record_sync(&session->run.record, checkpoint->seconds, &why))
        return why.kind == ERROR_DATA ? save_without_record(session, checkpoint, &why, err)
                                      : error_set(err, why.kind, "%s", why.message);
    if (!write_checkpoint(session, checkpoint, err))
        return false;
    *path = session->checkpoint_path;
    return true;
}

/* Says so where steps that follow are computed in another way than the checkpoint was. Those of
 * 0.1.0 do not tell of loops, and minded subnormal numbers. */
static bool remark_on_bits(struct session *session, const struct trainer_checkpoint *from,
                           struct error *err)
{
    struct blas_identity own = blas_identity();
    char then[BLAS_SENTENCE], now[BLAS_SENTENCE];
    if (from->step >= trainer_steps(&session->preset.trainer))
        return true;
    if (blas_difference(&own, &from->blas, now) && blas_difference(&from->blas, &own, then)) {
        char sentence[2 * BLAS_SENTENCE + sizeof "last bits may differ:  now,  before"];
        snprintf(sentence, sizeof sentence, "last bits may differ: %s now, %s before", now, then);
        return add_remark(session, sentence, err);
    }
    return *from->blas.kernel == '\0' || *from->blas.loops != '\0' ||
           add_remark(session, "last bits may differ: the checkpoint is one of Mneme 0.1.0", err);
}

/* The trainer */

static bool make_trainer(struct session *session, const struct trainer_checkpoint *from,
                         struct optimizer *optimizer, bool forks, uint64_t first, struct error *err)
{
    struct trainer_setup setup = {
        .options = session->preset.trainer,
        .plan = &session->plan,
        .population = &session->population,
        .vocabulary = &session->vocabulary,
        .sampling = &session->sampling,
        .model = &session->model,
        .second_weights = second_weights_of(session),
        .observer = {.context = session,
                     .training = record_training,
                     .evaluation = record_evaluation,
                     .circuits = record_circuits,
                     .event = record_event,
                     .checkpoint = record_checkpoint},
        .baseline = session->baseline,
        .from = from,
        .from_optimizer = optimizer,
        .forks = forks,
    };
    session->plan.first = first;
    memory_free(session->preset_text);
    session->preset_text = preset_write(&session->preset, err);
    session->trainer = session->preset_text ? trainer_new(&setup, err) : NULL;
    return session->trainer != NULL;
}

bool session_open_preset(struct session *session, const struct paths *paths,
                         const struct preset *preset, struct error *err)
{
    bool opened = take_preset(session, preset, err) && open_facts(session, paths, err) &&
                  find_baselines(session, err) && session_check_memory(session, true, err) &&
                  make_models(session, err) && make_trainer(session, NULL, NULL, false, 0, err);
    session->paths = paths;
    return opened || give_up(session);
}

bool session_keep(struct session *session, const char *directory, struct error *err)
{
    return make_run(session, directory, err) && remark_on_lock(session, err) &&
           trainer_send(session->trainer, (struct command){.kind = COMMAND_CHECKPOINT}, err);
}

static bool add_remarks(struct session *session, const struct strings *remarks, struct error *err)
{
    bool added = true;
    for (size_t i = 0; added && i < remarks->count; i++)
        added = add_remark(session, remarks->text[i], err);
    return added;
}

static bool restore_run(struct session *session, uint64_t step, struct error *err)
{
    struct strings remarks = {0};
    char *path = run_metrics_path(&session->run, err);
    bool restored = path &&
                    restore_own(session->trainer, &session->facts, path, step, &remarks, err) &&
                    add_remarks(session, &remarks, err);
    strings_free(&remarks);
    memory_free(path);
    return restored;
}

/* A rate that was set by hand in the other run, and does not hold on here: the schedule's is the
 * rate again. */
static bool record_rate(struct session *session, const struct fork *fork, double seconds,
                        struct error *err)
{
    struct trainer_status status;
    const struct history *history = trainer_history(session->trainer);
    trainer_status(session->trainer, &status);
    const struct turn turn = {TURN_RATE, fork->step,
                              history->trainings > 0 ? history->training[history->trainings - 1].lr
                                                     : NAN,
                              status.lr, NAN};
    const struct event event = {.kind = EVENT_SET,
                                .step = fork->step,
                                .seconds = seconds,
                                .key = "train.lr",
                                .before = turn.from,
                                .value = turn.to};
    return trainer_restore_turn(session->trainer, &turn, err) &&
           run_record_add_event(&session->run.record, &event, err);
}

/* What the record of a fork begins with. */
static bool record_fork(struct session *session, const struct fork *fork, double seconds,
                        bool resets_rate, struct error *err)
{
    struct event event = {
        .kind = EVENT_FORK, .step = fork->step, .seconds = seconds, .run = fork->run.name};
    const struct turn turn = {TURN_BRANCH, fork->step, NAN, NAN, NAN};
    return trainer_restore_turn(session->trainer, &turn, err) &&
           run_record_add_event(&session->run.record, &event, err) &&
           metrics_copy(&session->run.record.pending, fork->record, fork->step, err) &&
           (!resets_rate || record_rate(session, fork, seconds, err));
}

/* What becomes of a rate that was set by hand in the other run. */
static bool remark_on_rate(struct session *session, const struct fork *fork, bool resets_rate,
                           struct error *err)
{
    struct trainer_status status;
    char rate[NUMBER_TEXT];
    trainer_status(session->trainer, &status);
    number_write_rounded(rate, status.lr, 3);
    char *sentence = memory_format(
        err,
        resets_rate ? "train.lr was set by hand in run %s; this run uses that of the preset, %s"
                    : "train.lr was set by hand in run %s; this run continues with it, %s",
        fork->run.name, rate);
    bool made = sentence && add_remark(session, sentence, err);
    memory_free(sentence);
    return made;
}

static bool restore_fork(struct session *session, const struct fork *fork,
                         const struct trainer_checkpoint *from, struct error *err)
{
    struct strings remarks = {0};
    bool restored = restore_other(session->trainer, &session->facts, fork->record, &fork->preset,
                                  fork->step, from->subset, &remarks, err) &&
                    add_remarks(session, &remarks, err);
    strings_free(&remarks);
    return restored;
}

/* The weights that a patched model is to set out from, where the other run has passed them and does
 * not go on as a patched one. */
static bool take_start(struct session *session, const struct fork *fork,
                       struct trainer_checkpoint *from, struct error *err)
{
    struct trainer_checkpoint ignored = {0};
    const struct patching_options *patching = &session->preset.trainer.patching;
    if (from->role == SECOND_REFERENCE)
        return true;
    from->role = SECOND_NONE;
    if (!is_patching(session) || patching->start_step >= fork->step)
        return true;
    char *path = fork_checkpoint_path(fork, patching->start_step, err);
    bool taken = path && checkpoint_read(path, &session->second_weights, NULL, NULL, &ignored, err);
    from->role = SECOND_START;
    memory_free(path);
    return taken;
}

/* Weights and moments of the other run; its evaluation of that step is made anew, since what is
 * asked may differ. */
static bool take_checkpoint(struct session *session, const struct fork *fork, struct error *err)
{
    struct optimizer optimizer = {0};
    struct trainer_checkpoint from = {0};
    bool read =
        optimizer_init(&optimizer, &session->preset.trainer.optimizer, session->model.size, err) &&
        checkpoint_read(fork->checkpoint, &session->model, &optimizer, second_weights_of(session),
                        &from, err);
    bool by_hand = read && from.lr_scale != 1;
    bool resets_rate = by_hand && !fork_keeps_rate(fork, &session->preset);
    if (resets_rate)
        from.lr_scale = 1;
    bool taken = read && take_start(session, fork, &from, err) &&
                 remark_on_bits(session, &from, err) &&
                 make_trainer(session, &from, &optimizer, true, from.step, err) &&
                 restore_fork(session, fork, &from, err) &&
                 record_fork(session, fork, from.seconds, resets_rate, err) &&
                 (!by_hand || remark_on_rate(session, fork, resets_rate, err));
    optimizer_free(&optimizer);
    return taken;
}

bool session_open_fork(struct session *session, const struct paths *paths,
                       const struct preset *preset, const char *from, struct error *err)
{
    struct fork fork = {0};
    bool opened = take_preset(session, preset, err) && open_facts(session, paths, err) &&
                  fork_open(&fork, paths, from, err) && fork_check(&fork, &session->preset, err) &&
                  find_baselines(session, err) && session_check_memory(session, true, err) &&
                  make_models(session, err) && take_checkpoint(session, &fork, err);
    session->paths = paths;
    fork_close(&fork);
    return opened || give_up(session);
}

/* Opens a run with its facts and an empty model of its shape. */
static bool open_run(struct session *session, const struct paths *paths, const char *run,
                     bool write, const uint64_t *step, struct error *err)
{
    *session = (struct session){0};
    return run_open(&session->run, paths, run, write, err) && remark_on_lock(session, err) &&
           run_preset(&session->run, paths, &session->preset, err) &&
           open_facts(session, paths, err) && find_baselines(session, err) &&
           run_find_checkpoint(&session->run, step, &session->checkpoint_step, err) &&
           session_check_memory(session, write, err) && make_models(session, err);
}

/* The number of steps is the one thing that may change when a run goes on. */
static bool change_steps(struct session *session, uint64_t steps, struct error *err)
{
    const struct trainer_options *trainer = &session->preset.trainer;
    if (steps > 0 && !preset_set_steps(&session->preset, steps, err))
        return false;
    if (steps > 0 && trainer_steps(trainer) < session->checkpoint_step)
        return error_set(err, ERROR_INPUT,
                         "run %s has made %llu steps already; it cannot end at step %llu",
                         session->run.name, (unsigned long long)session->checkpoint_step,
                         (unsigned long long)trainer_steps(trainer));
    return preset_check(&session->preset, err) && make_plan(session, err);
}

/* The step a run began at is that of its first checkpoint. */
static bool find_first_step(const struct session *session, uint64_t *first, struct error *err)
{
    uint64_t *step = NULL;
    size_t count;
    if (!run_checkpoints(&session->run, &step, &count, err))
        return false;
    *first = count > 0 ? step[0] : 0;
    memory_free(step);
    return true;
}

static bool read_step(struct session *session, uint64_t step, struct optimizer *optimizer,
                      struct trainer_checkpoint *from, struct error *err)
{
    char *path = run_checkpoint_path(&session->run, step, err);
    bool read = path && read_checkpoint(session, path, optimizer, from, err);
    if (read)
        session->checkpoint_step = step;
    memory_free(path);
    return read;
}

/* Says what is wrong with the newest checkpoint, and where the run goes on instead. */
static bool remark_on_damage(struct session *session, const struct error *newest, struct error *err)
{
    char *sentence = memory_format(err, "%s; resuming from step %" PRIu64, newest->message,
                                   session->checkpoint_step);
    bool made = sentence && add_remark(session, sentence, err);
    memory_free(sentence);
    return made;
}

/* Reads the newest checkpoint that can be read; where there is none, the error is the newest's. */
static bool read_newest(struct session *session, struct optimizer *optimizer,
                        struct trainer_checkpoint *from, struct error *err)
{
    uint64_t *step = NULL;
    size_t count;
    if (!run_checkpoints(&session->run, &step, &count, err))
        return false;
    struct error newest = {ERROR_NONE, ""}, why = {ERROR_NONE, ""};
    bool read = false;
    for (size_t i = count; !read && i > 0 && (i == count || why.kind == ERROR_DATA); i--) {
        read = read_step(session, step[i - 1], optimizer, from, &why);
        if (!read && i == count)
            newest = why;
    }
    memory_free(step);
    if (!read && why.kind != ERROR_DATA)
        newest = why;
    if (!read)
        return error_set(err, newest.kind, "%s", newest.message);
    return newest.kind == ERROR_NONE || remark_on_damage(session, &newest, err);
}

static bool resume(struct session *session, uint64_t steps, struct error *err)
{
    uint64_t first;
    struct optimizer optimizer = {0};
    struct trainer_checkpoint from = {0};
    bool resumed =
        find_first_step(session, &first, err) &&
        optimizer_init(&optimizer, &session->preset.trainer.optimizer, session->model.size, err) &&
        read_newest(session, &optimizer, &from, err) && change_steps(session, steps, err) &&
        remark_on_bits(session, &from, err) &&
        make_trainer(session, &from, &optimizer, false, first, err) &&
        restore_run(session, from.step, err) &&
        (steps == 0 || run_write_preset(&session->run, &session->preset, err));
    optimizer_free(&optimizer);
    return resumed;
}

bool session_resume(struct session *session, const struct paths *paths, const char *run,
                    uint64_t steps, struct error *err)
{
    return (open_run(session, paths, run, true, NULL, err) && resume(session, steps, err)) ||
           give_up(session);
}

bool session_can_resume(const struct paths *paths, const char *run, struct error *err)
{
    struct session session;
    struct trainer_checkpoint from = {0};
    bool can =
        open_run(&session, paths, run, false, NULL, err) && read_newest(&session, NULL, &from, err);
    struct error ignored;
    session_close(&session, &ignored);
    return can || err->kind == ERROR_MEMORY;
}

static bool read_weights(struct session *session, struct error *err)
{
    struct trainer_checkpoint from = {0};
    bool read = read_step(session, session->checkpoint_step, NULL, &from, err);
    session->model.reference = from.role == SECOND_REFERENCE ? &session->second_weights : NULL;
    if (read)
        sampling_restore(&session->sampling, from.subset);
    return read;
}

bool session_open_model(struct session *session, const struct paths *paths, const char *run,
                        const uint64_t *step, struct error *err)
{
    return (open_run(session, paths, run, false, step, err) && read_weights(session, err)) ||
           give_up(session);
}

bool session_baselines(const struct session *session, size_t known, size_t held_out, double uniform,
                       struct baselines *baselines, struct error *err)
{
    const struct baselines_subject subject = {
        .population = &session->population,
        .sampling = &session->sampling,
        .finetune = &session->plan.finetune,
        .batch = session->preset.trainer.batch,
        .known = known,
        .held_out = held_out,
        .uniform = uniform,
    };
    return baselines_init(baselines, &subject, err);
}

/* Questions */

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

bool session_stop(struct session *session, struct error *err)
{
    bool stopped = !session->trainer || trainer_stop(session->trainer, err);
    session->trainer = NULL;
    return stopped;
}

bool session_close(struct session *session, struct error *err)
{
    bool closed = session_stop(session, err);
    decoder_free(session->decoder);
    run_close(&session->run);
    model_free(&session->model);
    model_free(&session->second_weights);
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
