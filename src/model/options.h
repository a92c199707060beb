/* The shape of a model. */
#ifndef MNEME_MODEL_OPTIONS_H
#define MNEME_MODEL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/precision.h"

/* The kinds of model and of mixer, one row each: MODEL_X or MIXER_X, the struct model_ops or
 * mixer_ops that it stands for (model_x, mixer_x), and its name in presets. */
#define MODELS(ROW)                                                                                \
    ROW(TRANSFORMER, transformer, "transformer")                                                   \
    ROW(ASSOCIATIVE, associative, "memory")
#define MIXERS(ROW)                                                                                \
    ROW(ATTENTION, attention, "attention")                                                         \
    ROW(RG_LRU, recurrence, "rg-lru")

#define CONSTANT(constant, ops, name) MODEL_##constant,
enum model_kind { MODELS(CONSTANT) };
#undef CONSTANT
#define CONSTANT(constant, ops, name) MIXER_##constant,
enum mixer_kind { MIXERS(CONSTANT) };
#undef CONSTANT
enum norm_kind { NORM_RMS, NORM_LAYER };
enum positions_kind { POSITIONS_LEARNED, POSITIONS_RELATIVE };

struct model_options {
    enum model_kind kind; /* one without blocks has no use for mixer, layers, heads, d_key, norm and
                             positions */
    enum mixer_kind mixer;
    size_t layers, heads;
    size_t d_model, d_hidden;
    size_t d_key;      /* of one head: width of its keys, queries and values, or its channels */
    size_t vocab;      /* rows of the embedding; at least the vocabulary's words */
    size_t max_length; /* longest sequence */
    enum norm_kind norm;
    enum positions_kind positions; /* relative ones are attention's alone */
    bool bias;
    int32_t first_value;      /* a memory answers with the tokens first_value .. */
    size_t values;            /* .. first_value+values-1 */
    enum precision precision; /* of products; where the machine has no others, fp32 all the same */
};

#endif
