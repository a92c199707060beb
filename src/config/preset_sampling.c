#include "config/preset_sampling.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "config/preset_key.h"

#define SECTION "sampling"

/* The kinds that have a use for a key; kind itself belongs to all. Of others it says nothing, which
 * a run of Mneme 0.1.0 put as a number. */
static const struct use {
    const char *name, *nothing;
    unsigned kinds; /* 1 << enum sampling_kind, of each */
} uses[] = {
    {"alpha", "0", 1u << SAMPLING_POWER_LAW},
    {"celebrities", "0", 1u << SAMPLING_CELEBRITIES},
    {"weight", "1", 1u << SAMPLING_CELEBRITIES},
    {"subset", "0", 1u << SAMPLING_WARM_UP | 1u << SAMPLING_GROW | 1u << SAMPLING_ADAPTIVE},
    {"epochs", "0", 1u << SAMPLING_WARM_UP},
    {"steps", "0", 1u << SAMPLING_WARM_UP | 1u << SAMPLING_GROW},
    {"groups", "1", 1u << SAMPLING_SEQUENTIAL},
    {"repeats", "1", 1u << SAMPLING_SEQUENTIAL},
    {"growth", "linear", 1u << SAMPLING_GROW},
    {"factor", "0", 1u << SAMPLING_ADAPTIVE},
};

struct sampling_size preset_sampling_size(const struct preset *preset)
{
    return (struct sampling_size){
        .known = preset->population.known,
        .batch = preset->trainer.batch,
        .steps = finetune_steps_before(&preset->trainer.finetune, preset->trainer.schedule.steps),
    };
}

bool preset_check_sampling(const struct preset *preset, struct error *err)
{
    const struct sampling_options *sampling = &preset->sampling;
    struct sampling_size size = preset_sampling_size(preset);
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
        if (!(uses[i].kinds & 1u << sampling->kind) &&
            !preset_check_unused(preset, SECTION, uses[i].name, uses[i].nothing, SECTION, err))
            return false;
    if (!sampling_check(sampling, &size, err))
        return false;
    if (preset->trainer.evaluate_known < sampling->groups)
        return error_set(err, ERROR_INPUT,
                         "eval.known = %zu asks about nobody in some of " SECTION
                         ".groups = %" PRIu64,
                         preset->trainer.evaluate_known, sampling->groups);
    return true;
}
