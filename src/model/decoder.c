#include "model/decoder.h"

#include "base/memory.h"
#include "model/arena.h"
#include "model/decoder_state.h"
#include "model/model_ops.h"

struct decoder *decoder_new(const struct model *model, struct error *err)
{
    const struct model_ops *ops = model_ops_of(&model->options);
    struct decoder *decoder = memory_new(1, sizeof *decoder, err);
    struct arena arena, counted = {.memory = NULL};
    ops->decoder_buffers(&counted, &model->options);
    if (!decoder || !arena_open(&arena, &counted, err)) {
        memory_free(decoder);
        return NULL;
    }
    decoder->model = model;
    decoder->memory = arena.memory;
    decoder->buffers = ops->decoder_buffers(&arena, &model->options);
    return decoder;
}

void decoder_free(struct decoder *decoder)
{
    if (!decoder)
        return;
    decoder_free(decoder->reference);
    memory_free(decoder->memory);
    memory_free(decoder);
}

const struct model_options *decoder_options(const struct decoder *decoder)
{
    return &decoder->model->options;
}

size_t decoder_affordable(const struct decoder *decoder, size_t multiplications, size_t least,
                          size_t most)
{
    size_t tokens = multiplications / model_count_matrix_parameters(&decoder->model->options);
    tokens = tokens > least ? tokens : least;
    return tokens < most ? tokens : most;
}

size_t decoder_length(const struct decoder *decoder)
{
    return decoder->length;
}

void decoder_rewind(struct decoder *decoder, size_t length)
{
    if (length < decoder->length)
        decoder->length = length;
    if (decoder->reference)
        decoder_rewind(decoder->reference, length);
}

/* Makes ready to read along with the model's reference, if it has one. */
static bool need_reference(struct decoder *decoder, struct error *err)
{
    const struct model *reference = decoder->model->reference;
    if (decoder->reference && decoder->reference->model == reference)
        return true;
    decoder_free(decoder->reference);
    decoder->reference = reference ? decoder_new(reference, err) : NULL;
    return !reference || decoder->reference;
}

static bool check_length(const struct decoder *decoder, size_t count, struct error *err)
{
    size_t most = decoder->model->options.max_length;
    if (count <= most - decoder->length)
        return true;
    return error_set(err, ERROR_INPUT,
                     "%zu tokens do not fit: the model reads at most %zu, and %zu are read", count,
                     most, decoder->length);
}

bool decoder_read(struct decoder *decoder, const int32_t *token, size_t count, size_t wanted,
                  real *log_probability, struct error *err)
{
    if (!check_length(decoder, count, err) || !need_reference(decoder, err))
        return false;
    model_ops_of(decoder_options(decoder))->read(decoder, token, count, wanted, log_probability);
    return true;
}

bool decoder_branch(struct decoder *decoder, const int32_t *token, size_t branches, size_t count,
                    const size_t *length, real *log_probability, struct error *err)
{
    if (!check_length(decoder, count, err) || !need_reference(decoder, err))
        return false;
    model_ops_of(decoder_options(decoder))
        ->branch(decoder, token, branches, count, length, log_probability);
    return true;
}
