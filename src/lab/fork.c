#include "lab/fork.h"

#include <inttypes.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "config/preset_complete.h"
#include "config/preset_key.h"
#include "record/run_files.h"
#include "record/settings.h"

/* Opens what "RUN@STEP" names: a run of that whole name, where there is one, else RUN at a step. */
static bool open_named(struct fork *fork, const struct paths *paths, const char *from,
                       bool *has_step, uint64_t *step, struct error *err)
{
    struct error why;
    const char *at = strrchr(from, '@');
    *has_step = false;
    if (run_open(&fork->run, paths, from, &why))
        return true;
    if (why.kind != ERROR_INPUT || !at || !number_read_count(at + 1, step))
        return error_set(err, why.kind, "%s", why.message);
    char *name = memory_format(err, "%.*s", (int)(at - from), from);
    bool opened = name && run_open(&fork->run, paths, name, err);
    memory_free(name);
    return *has_step = opened;
}

/* What the run had set by hand behind the checkpoint does not hold there. A record that cannot be
 * read has nothing to say. */
static bool take_back(struct fork *fork, struct error *err)
{
    struct settings settings = {0};
    struct error why = {ERROR_NONE, ""};
    bool undone, read = settings_read(&settings, fork->record, &why);
    bool done = (read || why.kind != ERROR_MEMORY || error_set(err, why.kind, "%s", why.message)) &&
                settings_undo(&settings, fork->step, &fork->preset, &undone, err);
    settings_free(&settings);
    return done;
}

/* Steps that were made and not kept cannot be told from those that were never made. */
static bool check_reached(const struct fork *fork, struct error *err)
{
    uint64_t *step;
    size_t count;
    if (!run_models(&fork->run, &step, &count, err))
        return false;
    uint64_t newest = count > 0 ? step[count - 1] : 0;
    memory_free(step);
    return fork->step <= newest || error_set(err, ERROR_INPUT,
                                             "run %s has kept nothing from step %" PRIu64
                                             " on; its newest step is %" PRIu64,
                                             fork->run.name, fork->step, newest);
}

static bool find_step(struct fork *fork, const uint64_t *step, struct error *err)
{
    if (!run_find_checkpoint(&fork->run, step, &fork->saved, err))
        return false;
    fork->is_newest = !step;
    fork->step = step ? *step : fork->saved;
    return check_reached(fork, err);
}

bool fork_open(struct fork *fork, const struct paths *paths, const char *from, struct error *err)
{
    *fork = (struct fork){0};
    bool has_step;
    uint64_t step;
    bool opened = open_named(fork, paths, from, &has_step, &step, err) &&
                  run_preset(&fork->run, paths, &fork->preset, err) &&
                  find_step(fork, has_step ? &step : NULL, err) &&
                  (fork->checkpoint = run_checkpoint_path(&fork->run, fork->saved, err)) &&
                  (fork->record = run_metrics_path(&fork->run, err)) && take_back(fork, err);
    if (!opened)
        fork_close(fork);
    return opened;
}

void fork_close(struct fork *fork)
{
    run_close(&fork->run);
    preset_free(&fork->preset);
    memory_free(fork->checkpoint);
    memory_free(fork->record);
    *fork = (struct fork){0};
}

bool fork_is_outdated(const struct fork *fork)
{
    return fork->is_newest && fork->checkpoint && !file_exists(fork->checkpoint);
}

/* A facts file or a table may lie elsewhere now: its content counts, of which there is the
 * fingerprint. */
bool fork_keeps_key(const struct preset_key *key)
{
    static const char *const sections[] = {"facts", "population", "model"};
    static const char *const free_keys[] = {"file", "table", "fingerprint", "fine_tuning",
                                            "family"};
    bool same = false;
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        same |= strcmp(key->section, sections[i]) == 0;
    for (size_t i = 0; i < sizeof free_keys / sizeof *free_keys; i++)
        same &= strcmp(key->name, free_keys[i]) != 0;
    return same;
}

static bool check_key(const struct fork *fork, const struct preset *preset,
                      const struct preset_key *key, struct error *err)
{
    char *then = preset_value(&fork->preset, key, err);
    char *now = then ? preset_value(preset, key, err) : NULL;
    bool same = now && strcmp(then, now) == 0;
    if (now && !same)
        error_set(err, ERROR_INPUT,
                  "%s.%s = %s cannot start from run %s, where it is %s; model, facts and "
                  "individuals must be the same",
                  key->section, key->name, now, fork->run.name, then);
    memory_free(then);
    memory_free(now);
    return same;
}

/* The first step of a fine-tuning is where it begins: it cannot lie behind the checkpoint unless
 * that one comes from the same fine-tuning. */
static bool check_finetune(const struct fork *fork, const struct preset *preset, struct error *err)
{
    uint64_t after = preset->trainer.finetune.after;
    return after == 0 || fork->step <= after || fork->preset.trainer.finetune.after == after ||
           error_set(err, ERROR_INPUT,
                     "fine-tuning.after = %" PRIu64 " is below step %" PRIu64
                     " of run %s; --set fine-tuning.after=%" PRIu64 " starts there",
                     after, fork->step, fork->run.name, fork->step);
}

char *fork_checkpoint_path(const struct fork *fork, uint64_t step, struct error *err)
{
    return run_find_model(&fork->run, &step, &step, err) ? run_model_path(&fork->run, step, err)
                                                         : NULL;
}

/* A model that was not patched can become a reference up to reference_step; one that was goes on
 * as it was. */
static bool check_patching(const struct fork *fork, const struct patching_options *patching,
                           struct error *err)
{
    const struct patching_options *then = &fork->preset.trainer.patching;
    const struct optional_count *reference = &patching->reference_step;
    if (patching_holds(then, fork->step))
        return (reference->given && reference->count == then->reference_step.count &&
                patching->start_step == then->start_step) ||
               error_set(err, ERROR_INPUT,
                         "run %s is patched at step %" PRIu64 "; [patching] must be the same",
                         fork->run.name, fork->step);
    return !reference->given || fork->step <= reference->count ||
           error_set(err, ERROR_INPUT,
                     "step %" PRIu64 " of run %s is after patching.reference_step = %" PRIu64
                     "; start from %s@%" PRIu64,
                     fork->step, fork->run.name, reference->count, fork->run.name,
                     reference->count);
}

bool fork_has_facts(const struct fork *fork, const struct preset *preset)
{
    return *preset->facts.fingerprint && preset_has_facts_of(preset, &fork->preset);
}

bool fork_check(const struct fork *fork, const struct preset *preset, struct error *err)
{
    if (!preset_has_facts_of(preset, &fork->preset))
        return error_set(err, ERROR_INPUT,
                         "preset %s has other facts than run %s: files that were edited since, or "
                         "other ones; model, facts and individuals must be the same. To go on with "
                         "the run's own copy of them, name %s/" RUN_PRESET " as the preset",
                         preset->name, fork->run.name, fork->run.directory);
    for (size_t i = 0; i < preset_key_count; i++)
        if (fork_keeps_key(&preset_keys[i]) && !check_key(fork, preset, &preset_keys[i], err))
            return false;
    if (!check_patching(fork, &preset->trainer.patching, err))
        return false;
    if (trainer_steps(&preset->trainer) <= fork->step)
        return error_set(err, ERROR_INPUT,
                         "train.steps = %" PRIu64 " leaves no steps after step %" PRIu64
                         " of run %s",
                         preset->trainer.schedule.steps, fork->step, fork->run.name);
    return check_finetune(fork, preset, err);
}

/* Which schedule a step of a run belongs to. */
struct schedule_part {
    bool tuned, patched;
};

static struct schedule_part part_at(const struct trainer_options *options, uint64_t step)
{
    uint64_t own = patching_own_step(&options->patching, step);
    uint64_t before = finetune_steps_before(&options->finetune, UINT64_MAX);
    return (struct schedule_part){own >= before, patching_holds(&options->patching, step)};
}

bool fork_keeps_rate(const struct fork *fork, const struct preset *preset)
{
    const struct trainer_options *then = &fork->preset.trainer, *now = &preset->trainer;
    struct schedule_part before = part_at(then, fork->step), here = part_at(now, fork->step);
    if (preset->names_rate || before.tuned != here.tuned || before.patched != here.patched)
        return false;
    if (here.tuned)
        return then->finetune.lr == now->finetune.lr;
    return then->schedule.kind == now->schedule.kind && then->schedule.lr == now->schedule.lr &&
           then->schedule.final_lr == now->schedule.final_lr;
}
