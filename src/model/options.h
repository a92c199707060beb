/* The shape of a model. */
#ifndef MNEME_MODEL_OPTIONS_H
#define MNEME_MODEL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum model_kind { MODEL_TRANSFORMER, MODEL_ASSOCIATIVE };
enum norm_kind { NORM_RMS, NORM_LAYER };
enum positions_kind { POSITIONS_LEARNED, POSITIONS_RELATIVE };
enum mixer_kind { MIXER_ATTENTION, MIXER_RG_LRU };

struct model_options {
    enum model_kind kind; /* a memory has no use for mixer, layers, heads, d_key, norm, positions */
    enum mixer_kind mixer;
    size_t layers, heads;
    size_t d_model, d_hidden;
    size_t d_key;      /* of one head: width of its keys, queries and values, or its channels */
    size_t vocab;      /* rows of the embedding; at least the vocabulary's words */
    size_t max_length; /* longest sequence */
    enum norm_kind norm;
    enum positions_kind positions; /* relative ones are attention's alone */
    bool bias;
    int32_t first_value; /* a memory answers with the tokens first_value .. */
    size_t values;       /* .. first_value+values-1 */
};

#endif
