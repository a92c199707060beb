/* Reading a transformer token by token, as model_ops has it. */
#ifndef MNEME_MODEL_TRANSFORMER_DECODER_H
#define MNEME_MODEL_TRANSFORMER_DECODER_H

#include <stddef.h>
#include <stdint.h>

#include "model/arena.h"
#include "model/options.h"
#include "model/real.h"

struct decoder;

void transformer_read(struct decoder *decoder, const int32_t *token, size_t count, size_t wanted,
                      real *log_probability);
void transformer_branch(struct decoder *decoder, const int32_t *token, size_t branches,
                        size_t count, const size_t *length, real *log_probability);
void *transformer_new_decoder_buffers(struct arena *arena, const struct model_options *options);

#endif
