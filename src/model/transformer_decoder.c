#include "model/transformer_decoder.h"

#include <string.h>

#include "model/block.h"
#include "model/decoder.h"
#include "model/decoder_state.h"
#include "model/mixer.h"

/* Tokens read in one go; more are read in several. */
enum { CHUNK = DECODER_MOST_BRANCH_TOKENS };

struct decoder_buffers {
    real *stream;                             /* [CHUNK][d_model] */
    struct activation normed;                 /* [CHUNK][d_model] */
    struct norm_row *row;                     /* [CHUNK] */
    struct activation mixed;                  /* [CHUNK][heads][d_key] */
    real *probability;                        /* of each branch in turn [heads][count][keys];
                                                 without room where the mixer does not attend */
    struct feed_forward_buffers feed_forward; /* of [CHUNK] rows */
    void *mixer;                              /* the mixer's own */
    void **cache;                             /* [layers] what the mixer keeps of each block */
};

void *transformer_new_decoder_buffers(struct arena *arena, const struct model_options *options)
{
    const struct mixer_ops *mixer = mixer_of(options);
    size_t patterns = mixer->attends ? options->heads * CHUNK * options->max_length : 0;
    struct decoder_buffers buffers;
    buffers.stream = arena_take_reals(arena, CHUNK * options->d_model);
    buffers.normed = activation_take(arena, options, CHUNK, options->d_model);
    buffers.row = arena_take(arena, CHUNK, sizeof *buffers.row);
    buffers.mixed = activation_take(arena, options, CHUNK, options->heads * options->d_key);
    buffers.probability = arena_take_reals(arena, patterns);
    buffers.feed_forward.hidden = arena_take_reals(arena, CHUNK * options->d_hidden);
    buffers.feed_forward.active = activation_take(arena, options, CHUNK, options->d_hidden);
    buffers.mixer = mixer->reading_buffers(arena, options, CHUNK);
    buffers.cache = arena_take(arena, options->layers, sizeof *buffers.cache);
    for (size_t l = 0; l < options->layers; l++) {
        void *cache = mixer->cache(arena, options);
        if (buffers.cache)
            buffers.cache[l] = cache;
    }
    return arena_keep(arena, &buffers, sizeof buffers);
}

/* What is read in one go: tokens behind the decoder's length, in one branch or in several. */
struct reading {
    const int32_t *token; /* [branches][count] */
    size_t branches, count;
};

/* From the normed stream to mixed; by the reference's patterns, if there is one. */
static void mix(const struct decoder *decoder, const struct model_layout *layout, size_t layer,
                const struct reading *reading)
{
    const struct decoder_buffers *buffers = decoder->buffers;
    const struct decoder *patterns = decoder->reference ? decoder->reference : decoder;
    struct mixer_reading mixing = {
        .model = decoder->model,
        .layout = layout,
        .layer = layer,
        .length = decoder->length,
        .branches = reading->branches,
        .count = reading->count,
        .normed = buffers->normed,
        .mixed = buffers->mixed.at,
        .probability = ((const struct decoder_buffers *)patterns->buffers)->probability,
        .given = decoder->reference,
    };
    mixer_of(&decoder->model->options)->read(&mixing, buffers->cache[layer], buffers->mixer);
}

/* The decoder's stream through one block, [branches][count][d_model]. */
static void read_block(const struct decoder *decoder, const struct model_layout *layout,
                       size_t layer, const struct reading *reading)
{
    const struct decoder_buffers *buffers = decoder->buffers;
    size_t rows = reading->branches * reading->count;
    struct block block = block_of(decoder->model, layout, layer);
    norm_forward(&block.norm1, rows, buffers->stream, buffers->normed.at, buffers->row);
    mix(decoder, layout, layer, reading);
    linear_forward(&block.projection, rows, buffers->mixed, MATRIX_ADD, buffers->stream);
    norm_forward(&block.norm2, rows, buffers->stream, buffers->normed.at, buffers->row);
    feed_forward(&block.feed_forward, rows, buffers->normed, &buffers->feed_forward, false,
                 buffers->stream);
}

static void embed(const struct decoder *decoder, const struct model_layout *layout,
                  const struct reading *reading)
{
    const struct decoder_buffers *buffers = decoder->buffers;
    size_t count = reading->count, width = decoder->model->options.d_model;
    for (size_t b = 0; b < reading->branches; b++)
        block_embed(decoder->model, layout, count, reading->token + b * count, decoder->length,
                    buffers->stream + b * count * width);
}

/* Reads at most CHUNK tokens; normed holds what the output layer takes. The reference is one block
 * ahead: its patterns are those of the block that comes next. */
static void read_chunk(const struct decoder *decoder, const struct model_layout *layout,
                       const struct reading *reading)
{
    const struct decoder *reference = decoder->reference;
    const struct decoder_buffers *buffers = decoder->buffers;
    struct norm norm = block_last_norm(decoder->model, layout);
    embed(decoder, layout, reading);
    if (reference)
        embed(reference, layout, reading);
    for (size_t l = 0; l < decoder->model->options.layers; l++) {
        if (reference)
            read_block(reference, layout, l, reading);
        read_block(decoder, layout, l, reading);
    }
    norm_forward(&norm, reading->branches * reading->count, buffers->stream, buffers->normed.at,
                 buffers->row);
}

/* What was read last stays. */
static void keep(struct decoder *decoder, size_t count)
{
    decoder->length += count;
    if (decoder->reference)
        keep(decoder->reference, count);
}

void transformer_read(struct decoder *decoder, const int32_t *token, size_t count, size_t wanted,
                      real *log_probability)
{
    const struct model_options *options = &decoder->model->options;
    const struct decoder_buffers *buffers = decoder->buffers;
    struct model_layout layout = layout_of(options);
    struct output output =
        block_output(decoder->model, &layout, (struct output_scratch){.logit = NULL});
    struct matrix_thread thread = matrix_thread_prepare();
    for (size_t done = 0; done < count;) {
        size_t n = count - done < CHUNK ? count - done : CHUNK;
        struct reading reading = {token + done, 1, n};
        read_chunk(decoder, &layout, &reading);
        keep(decoder, n);
        done += n;
        size_t left = count - done; /* of the wanted ones, those still to be read */
        size_t here = wanted <= left ? 0 : wanted - left < n ? wanted - left : n;
        struct activation last = {buffers->normed.at + (n - here) * options->d_model,
                                  buffers->normed.rounded};
        if (here > 0)
            output_log_probability(&output, here, last,
                                   log_probability + (wanted - left - here) * options->vocab);
    }
    matrix_thread_release(&thread);
}

void transformer_branch(struct decoder *decoder, const int32_t *token, size_t branches,
                        size_t count, const size_t *length, real *log_probability)
{
    const struct decoder_buffers *buffers = decoder->buffers;
    struct model_layout layout = layout_of(&decoder->model->options);
    struct output output =
        block_output(decoder->model, &layout, (struct output_scratch){.logit = NULL});
    struct reading reading = {token, branches, count};
    size_t width = output.width;
    struct matrix_thread thread = matrix_thread_prepare();
    read_chunk(decoder, &layout, &reading);
    for (size_t b = 0; b < branches; b++) {
        size_t last_row = b * count + (length ? length[b] : count) - 1;
        memcpy(buffers->stream + b * width, buffers->normed.at + last_row * width,
               width * sizeof(real));
    }
    struct activation last = {buffers->stream, buffers->normed.rounded};
    output_log_probability(&output, branches, last, log_probability);
    matrix_thread_release(&thread);
}
