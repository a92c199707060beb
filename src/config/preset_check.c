#include "config/preset_check.h"

#include <inttypes.h>
#include <string.h>

#include "config/preset_key.h"
#include "config/preset_sampling.h"
#include "model/model_ops.h"

#define NAME_MAX_BYTES 100

static bool check_name(const char *name, struct error *err)
{
    if (*name == '\0' || *name == '.' || strchr(name, '/') || strlen(name) > NAME_MAX_BYTES)
        return error_set(err, ERROR_INPUT,
                         "preset.name = %s cannot be part of a file's name (1 to %d bytes, without "
                         "/, not beginning with a full stop)",
                         name, NAME_MAX_BYTES);
    return true;
}

/* What a model without blocks has no use for says what it would say if it were not there. */
static bool check_model(const struct preset *preset, struct error *err)
{
    static const struct {
        const char *section, *name;
    } of_blocks[] = {
        {"model", "layers"},
        {"model", "heads"},
        {"model", "d_key"},
        {"model", "norm"},
        {"model", "positions"},
        {"fine-tuning", "freeze_embedding"},
        {"fine-tuning", "freeze_attention"},
        {"fine-tuning", "freeze_feed_forward"},
    };
    size_t keys = sizeof of_blocks / sizeof *of_blocks;
    for (size_t i = 0; !model_ops_of(&preset->model)->has_blocks && i < keys; i++) {
        const char *section = of_blocks[i].section, *name = of_blocks[i].name;
        const char *standard = preset_key_find(section, name)->standard;
        if (!preset_check_unused(preset, section, name, standard, "model", err))
            return false;
    }
    return true;
}

/* Patching needs attention, and changes what the steps of a run are. */
static bool check_patching(const struct preset *preset, struct error *err)
{
    const struct trainer_options *trainer = &preset->trainer;
    const struct patching_options *patching = &trainer->patching;
    if (patching->reference_step.given && !model_attends(&preset->model))
        return error_set(err, ERROR_INPUT,
                         "patching.reference_step = %" PRIu64 " needs a model with attention",
                         patching->reference_step.count);
    if (patching->reference_step.given && trainer->finetune.after > 0)
        return error_set(err, ERROR_INPUT,
                         "patching.reference_step = %" PRIu64 " and fine-tuning.after = %" PRIu64
                         " cannot be combined",
                         patching->reference_step.count, trainer->finetune.after);
    return patching_check(patching, &preset->sampling, &trainer->schedule, err);
}

/* One of the two says what the facts are. */
static bool check_facts(const struct facts_options *facts, struct error *err)
{
    const char *standard = preset_key_find("facts", "file")->standard;
    if (*facts->table && strcmp(facts->file, standard) != 0)
        return error_set(err, ERROR_INPUT,
                         "facts.table = %s takes the place of facts.file = %s; one of the two must "
                         "be unset",
                         facts->table, facts->file);
    bool one_wording = facts->templates == 1 && facts->train_templates == 1;
    if (facts->templates > 0 && facts->train_templates >= facts->templates && !one_wording)
        return error_set(err, ERROR_INPUT,
                         "facts.train_templates = %zu leaves none of facts.templates = %zu for "
                         "evaluation",
                         facts->train_templates, facts->templates);
    return true;
}

/* What has to fit the number of individuals, where that is not left to a table. */
static bool check_population(const struct preset *preset, struct error *err)
{
    const struct trainer_options *trainer = &preset->trainer;
    if (population_is_open(&preset->population))
        return true;
    if (trainer->evaluate_known > preset->population.known)
        return error_set(err, ERROR_INPUT, "eval.known = %zu is above population.known = %" PRIu64,
                         trainer->evaluate_known, preset->population.known);
    if (trainer->evaluate_new > preset->population.held_out)
        return error_set(err, ERROR_INPUT, "eval.new = %zu is above population.new = %" PRIu64,
                         trainer->evaluate_new, preset->population.held_out);
    return preset_check_sampling(preset, err) &&
           finetune_check(&trainer->finetune, &preset->population, &preset->sampling,
                          &trainer->schedule, err) &&
           check_patching(preset, err);
}

bool preset_check(const struct preset *preset, struct error *err)
{
    const struct trainer_options *trainer = &preset->trainer;
    if (!check_name(preset->name, err) || !check_facts(&preset->facts, err) ||
        !schedule_check(&trainer->schedule, err))
        return false;
    if (trainer->shards > trainer->batch)
        return error_set(err, ERROR_INPUT, "train.shards = %zu is above train.batch = %zu",
                         trainer->shards, trainer->batch);
    return check_model(preset, err) && check_population(preset, err);
}
