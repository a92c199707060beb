/* What a decoder is, for those who read with it: decoder.c and the kinds of model. */
#ifndef MNEME_MODEL_DECODER_STATE_H
#define MNEME_MODEL_DECODER_STATE_H

#include <stddef.h>

#include "model/model.h"

struct decoder {
    const struct model *model;
    struct decoder *reference; /* reads along with the model's reference, for its patterns; made
                                  when the model has one */
    size_t length;             /* tokens read so far */
    void *buffers;             /* of the model's kind */
    void *memory;              /* holds them */
};

#endif
