#include "config/preset_sampling.h"

#include <inttypes.h>
#include <string.h>

#include "config/preset_key.h"
#include "facts/sampling/keys.h"

#define SECTION "sampling"

/* What a key says that says nothing: its default, but for those that a run of Mneme 0.1.0 put as a
 * number. */
static const char *nothing(const struct preset_key *key)
{
    static const struct {
        const char *name, *nothing;
    } of_0_1_0[] = {{"alpha", "0"}, {"weight", "1"}};
    for (size_t i = 0; i < sizeof of_0_1_0 / sizeof *of_0_1_0; i++)
        if (strcmp(of_0_1_0[i].name, key->name) == 0)
            return of_0_1_0[i].nothing;
    return key->standard;
}

struct sampling_size preset_sampling_size(const struct preset *preset)
{
    return (struct sampling_size){
        .known = preset->population.known,
        .batch = preset->trainer.batch,
        .steps = finetune_steps_before(&preset->trainer.finetune, preset->trainer.schedule.steps),
    };
}

static bool is_of_kinds(const struct preset_key *key)
{
    return strcmp(key->section, SECTION) == 0 && strcmp(key->name, "kind") != 0;
}

bool preset_check_sampling(const struct preset *preset, struct error *err)
{
    const struct sampling_options *sampling = &preset->sampling;
    struct sampling_size size = preset_sampling_size(preset);
    for (size_t i = 0; i < preset_key_count; i++) {
        const struct preset_key *key = &preset_keys[i];
        if (is_of_kinds(key) && !sampling_use(sampling->kind, key->name) &&
            !preset_check_unused(preset, SECTION, key->name, nothing(key), SECTION, err))
            return false;
    }
    if (!sampling_check(sampling, &size, err))
        return false;
    if (preset->trainer.evaluate_known < sampling->groups)
        return error_set(err, ERROR_INPUT,
                         "eval.known = %zu is below " SECTION ".groups = %" PRIu64,
                         preset->trainer.evaluate_known, sampling->groups);
    return true;
}
