#include "model/mixer.h"

#define OPS(constant, ops, name)  [MIXER_##constant] = &mixer_##ops,
#define NAME(constant, ops, name) [MIXER_##constant] = name,

static const struct mixer_ops *const mixers[] = {MIXERS(OPS)};

const char *const mixer_names[] = {MIXERS(NAME) NULL};

const struct mixer_ops *mixer_of(const struct model_options *options)
{
    return mixers[options->mixer];
}
