#include "model/model_ops.h"

#define OPS(constant, ops, name)  [MODEL_##constant] = &model_##ops,
#define NAME(constant, ops, name) [MODEL_##constant] = name,

static const struct model_ops *const kinds[] = {MODELS(OPS)};

const char *const model_kind_names[] = {MODELS(NAME) NULL};

const struct model_ops *model_ops_of(const struct model_options *options)
{
    return kinds[options->kind];
}
