#include "model/decoder.h"

#include <string.h>

#include "base/memory.h"
#include "model/associative.h"
#include "model/block.h"
#include "model/output.h"

/* Tokens read in one go; more are read in several. */
enum { CHUNK = DECODER_MOST_BRANCH_TOKENS };

/* What is kept of a block between reads. */
struct cache {
    /* Of attention, else null: */
    real *key_value; /* [max_length][2][heads][d_key] */
    real *relative;  /* [max_length][heads][d_key]; null without relative positions */
    /* Of a recurrence, else null; before the first token's there are rows of zeros: */
    real *input; /* [RECURRENCE_WINDOW - 1 + max_length][heads][d_key] */
    real *state; /* [1 + max_length][heads][d_key] */
};

struct decoder {
    const struct model *model;
    struct decoder *reference; /* reads along with the model's reference, for its patterns; made
                             when the model has one */
    size_t length;
    size_t distances;                         /* 0 .. distances-1 are in the caches */
    size_t *position;                         /* [max_length] 0, 1, 2, ... */
    real *stream;                             /* [CHUNK][d_model] */
    real *normed;                             /* [CHUNK][d_model] */
    struct norm_row *row;                     /* [CHUNK] */
    real *query;                              /* [CHUNK][heads][d_key] */
    real *key_value;                          /* [CHUNK][2][heads][d_key] of branches */
    real *mixed;                              /* [CHUNK][heads][d_key] */
    real *probability;                        /* of each branch in turn [heads][count][keys] */
    real *scratch;                            /* [attention_scratch(d_key, max_length)] */
    struct recurrence_buffers recurrence;     /* of [CHUNK] rows */
    struct feed_forward_buffers feed_forward; /* of [CHUNK] rows */
    struct associative_buffers associative;   /* of one key: a memory has these and token alone */
    int32_t *token;                           /* [max_length] that were read */
    struct cache cache[];                     /* [layers] */
};

/* Numbers somewhere; a count of 0 leaves them null. */
struct buffer {
    real **at;
    size_t count;
};

static bool allocate_buffers(const struct buffer *buffer, size_t buffers, struct error *err)
{
    for (size_t i = 0; i < buffers; i++) {
        if (buffer[i].count > 0)
            *buffer[i].at = memory_new_aligned(buffer[i].count, sizeof(real), err);
        if (buffer[i].count > 0 && !*buffer[i].at)
            return false;
    }
    return true;
}

/* The mixer's share of what allocate asks for. */
static bool allocate_attention(struct decoder *decoder, const struct model_options *options,
                               struct error *err)
{
    size_t width = options->heads * options->d_key, length = options->max_length;
    const struct buffer shared[] = {
        {&decoder->query, CHUNK * width},
        {&decoder->key_value, CHUNK * 2 * width},
        {&decoder->probability, options->heads * CHUNK * length},
        {&decoder->scratch, attention_scratch(options->d_key, length)},
    };
    bool ok = allocate_buffers(shared, sizeof shared / sizeof *shared, err);
    for (size_t l = 0; ok && l < options->layers; l++) {
        const struct buffer own[] = {
            {&decoder->cache[l].key_value, length * 2 * width},
            {&decoder->cache[l].relative, model_has_distances(options) ? length * width : 0},
        };
        ok = allocate_buffers(own, sizeof own / sizeof *own, err);
    }
    return ok;
}

static bool allocate_recurrence(struct decoder *decoder, const struct model_options *options,
                                struct error *err)
{
    size_t width = options->heads * options->d_key, length = options->max_length;
    struct recurrence_buffers *buffers = &decoder->recurrence;
    const struct buffer shared[] = {
        {&buffers->branches, CHUNK * 2 * width},
        {&buffers->gate, CHUNK * width},
        {&buffers->convolved, CHUNK * width},
        {&buffers->recurrence_gate, CHUNK * width},
        {&buffers->input_gate, CHUNK * width},
        {&buffers->state, CHUNK * width},
        {&buffers->rate, width},
    };
    bool ok = allocate_buffers(shared, sizeof shared / sizeof *shared, err);
    for (size_t l = 0; ok && l < options->layers; l++) {
        const struct buffer own[] = {
            {&decoder->cache[l].input, (RECURRENCE_WINDOW - 1 + length) * width},
            {&decoder->cache[l].state, (1 + length) * width},
        };
        ok = allocate_buffers(own, sizeof own / sizeof *own, err);
    }
    return ok;
}

static bool allocate_associative(struct decoder *decoder, const struct model_options *options,
                                 struct error *err)
{
    struct associative_buffers *buffers = &decoder->associative;
    return (buffers->key = memory_new_aligned(options->d_model, sizeof(real), err)) &&
           (buffers->active = memory_new_aligned(options->d_hidden, sizeof(real), err)) &&
           (decoder->token = memory_new(options->max_length, sizeof *decoder->token, err));
}

static bool allocate(struct decoder *decoder, const struct model_options *options,
                     struct error *err)
{
    size_t width = options->heads * options->d_key, length = options->max_length;
    const struct buffer shared[] = {
        {&decoder->stream, CHUNK * options->d_model},
        {&decoder->normed, CHUNK * options->d_model},
        {&decoder->mixed, CHUNK * width},
        {&decoder->feed_forward.hidden, CHUNK * options->d_hidden},
        {&decoder->feed_forward.active, CHUNK * options->d_hidden},
    };
    if (!allocate_buffers(shared, sizeof shared / sizeof *shared, err))
        return false;
    decoder->position = memory_new(length, sizeof *decoder->position, err);
    decoder->row = decoder->position ? memory_new(CHUNK, sizeof *decoder->row, err) : NULL;
    if (!decoder->row)
        return false;
    for (size_t i = 0; i < length; i++)
        decoder->position[i] = i;
    return options->mixer == MIXER_RG_LRU ? allocate_recurrence(decoder, options, err)
                                          : allocate_attention(decoder, options, err);
}

struct decoder *decoder_new(const struct model *model, struct error *err)
{
    const struct model_options *options = &model->options;
    size_t size = sizeof(struct decoder) + options->layers * sizeof(struct cache);
    struct decoder *decoder = memory_new(1, size, err);
    if (!decoder)
        return NULL;
    decoder->model = model;
    bool allocated = options->kind == MODEL_ASSOCIATIVE
                         ? allocate_associative(decoder, options, err)
                         : allocate(decoder, options, err);
    if (!allocated) {
        decoder_free(decoder);
        return NULL;
    }
    return decoder;
}

void decoder_free(struct decoder *decoder)
{
    if (!decoder)
        return;
    decoder_free(decoder->reference);
    for (size_t l = 0; l < decoder->model->options.layers; l++) {
        memory_free(decoder->cache[l].key_value);
        memory_free(decoder->cache[l].relative);
        memory_free(decoder->cache[l].input);
        memory_free(decoder->cache[l].state);
    }
    const struct recurrence_buffers *recurrence = &decoder->recurrence;
    real *const of_recurrence[] = {recurrence->branches,   recurrence->gate,
                                   recurrence->convolved,  recurrence->recurrence_gate,
                                   recurrence->input_gate, recurrence->state,
                                   recurrence->rate};
    for (size_t i = 0; i < sizeof of_recurrence / sizeof *of_recurrence; i++)
        memory_free(of_recurrence[i]);
    memory_free(decoder->position);
    memory_free(decoder->stream);
    memory_free(decoder->normed);
    memory_free(decoder->row);
    memory_free(decoder->query);
    memory_free(decoder->key_value);
    memory_free(decoder->mixed);
    memory_free(decoder->probability);
    memory_free(decoder->scratch);
    memory_free(decoder->feed_forward.hidden);
    memory_free(decoder->feed_forward.active);
    memory_free(decoder->associative.key);
    memory_free(decoder->associative.active);
    memory_free(decoder->token);
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

/* What is read in one go: tokens behind the decoder's length, in one branch or in several. */
struct reading {
    const int32_t *token; /* [branches][count] */
    size_t branches, count;
    size_t distances; /* that it needs, and a few more */
};

/* Queries, keys and values of a reading: the keys and values of a single branch go to their place
 * behind what was read, those of several beside it. */
static void project(struct decoder *decoder, const struct block *block, struct cache *cache,
                    const struct reading *reading)
{
    size_t rows = reading->branches * reading->count, width = block->query_key_value.outputs / 3;
    real *to = reading->branches == 1 ? cache->key_value + decoder->length * 2 * width
                                      : decoder->key_value;
    linear_forward_part(&block->query_key_value, 0, width, rows, decoder->normed, MATRIX_REPLACE,
                        decoder->query, width);
    linear_forward_part(&block->query_key_value, width, 2 * width, rows, decoder->normed,
                        MATRIX_REPLACE, to, 2 * width);
}

/* Branches take turns behind what was read. */
static void attend(struct decoder *decoder, const struct block *block, struct cache *cache,
                   const struct reading *reading)
{
    size_t count = reading->count, width = block->query_key_value.outputs / 3;
    size_t pattern = block->attention.heads * count * (decoder->length + count);
    real *behind = cache->key_value + decoder->length * 2 * width;
    for (size_t b = 0; b < reading->branches; b++) {
        size_t first = b * count * width;
        if (reading->branches > 1)
            memcpy(behind, decoder->key_value + 2 * first, count * 2 * width * sizeof *behind);
        struct attention_rows rows = {
            .queries = count,
            .keys = decoder->length + count,
            .position = decoder->position + decoder->length,
            .query = decoder->query + first,
            .key = cache->key_value,
            .value = cache->key_value + width,
            .query_stride = width,
            .key_stride = 2 * width,
        };
        if (decoder->reference)
            attention_mix(&block->attention, &rows, decoder->reference->probability + b * pattern,
                          decoder->mixed + first);
        else
            attention_forward(&block->attention, &rows, decoder->scratch,
                              decoder->probability + b * pattern, decoder->mixed + first);
    }
}

/* The recurrence of all branches from the state behind what was read; a single branch leaves its
 * own behind its tokens. */
static void recur(struct decoder *decoder, const struct block *block, struct cache *cache,
                  const struct reading *reading)
{
    size_t count = reading->count, rows = reading->branches * count;
    size_t width = block->projection.inputs, at = decoder->length * width;
    const struct recurrence_buffers *buffers = &decoder->recurrence;
    size_t start[CHUNK + 1];
    for (size_t b = 0; b <= reading->branches; b++)
        start[b] = b * count;
    struct recurrence_rows sequences = {reading->branches, start, cache->input + at,
                                        cache->state + at};
    linear_forward(&block->branches, rows, decoder->normed, MATRIX_REPLACE, buffers->branches);
    recurrence_forward(&block->recurrence, &sequences, buffers, false, decoder->mixed);
    if (reading->branches > 1)
        return;
    real *input = cache->input + at + (RECURRENCE_WINDOW - 1) * width;
    for (size_t t = 0; t < count; t++)
        memcpy(input + t * width, buffers->branches + (2 * t + 1) * width, width * sizeof(real));
    memcpy(cache->state + at + width, buffers->state, count * width * sizeof(real));
}

/* The decoder's stream through one block, [branches][count][d_model]. */
static void read_block(struct decoder *decoder, const struct model_layout *layout, size_t layer,
                       const struct reading *reading)
{
    struct cache *cache = &decoder->cache[layer];
    size_t rows = reading->branches * reading->count;
    struct block block = block_of(decoder->model, layout, layer, cache->relative,
                                  decoder->model->options.max_length);
    if (!decoder->reference)
        block_relative_forward(&block, decoder->model, decoder->distances, reading->distances,
                               cache->relative);
    norm_forward(&block.norm1, rows, decoder->stream, decoder->normed, decoder->row);
    if (block.mixer == MIXER_RG_LRU) {
        recur(decoder, &block, cache, reading);
    } else {
        project(decoder, &block, cache, reading);
        attend(decoder, &block, cache, reading);
    }
    linear_forward(&block.projection, rows, decoder->mixed, MATRIX_ADD, decoder->stream);
    norm_forward(&block.norm2, rows, decoder->stream, decoder->normed, decoder->row);
    block_feed_forward(&block, rows, decoder->normed, &decoder->feed_forward, false,
                       decoder->stream);
}

/* Distances are made ready as they are needed, a few at once; from the start, new weights count. */
static void find_distances(struct decoder *decoder, struct reading *reading)
{
    enum { STRIDE = 32 };
    size_t needed = (decoder->length + reading->count + STRIDE - 1) / STRIDE * STRIDE;
    size_t most = decoder->model->options.max_length;
    if (decoder->length == 0)
        decoder->distances = 0;
    if (decoder->reference)
        decoder->reference->distances = decoder->distances;
    needed = needed < most ? needed : most;
    reading->distances = needed > decoder->distances ? needed : decoder->distances;
}

static void embed(struct decoder *decoder, const struct model_layout *layout,
                  const struct reading *reading)
{
    size_t count = reading->count, width = decoder->model->options.d_model;
    for (size_t b = 0; b < reading->branches; b++)
        block_embed(decoder->model, layout, count, reading->token + b * count, decoder->length,
                    decoder->stream + b * count * width);
}

/* Reads at most CHUNK tokens; normed holds what the output layer takes. A twin is one block ahead:
 * its patterns are those of the block that comes next. */
static void read_chunk(struct decoder *decoder, const struct model_layout *layout,
                       struct reading *reading)
{
    struct decoder *reference = decoder->reference;
    struct norm norm = block_last_norm(decoder->model, layout);
    find_distances(decoder, reading);
    embed(decoder, layout, reading);
    if (reference)
        embed(reference, layout, reading);
    for (size_t l = 0; l < decoder->model->options.layers; l++) {
        if (reference)
            read_block(reference, layout, l, reading);
        read_block(decoder, layout, l, reading);
    }
    decoder->distances = reading->distances;
    norm_forward(&norm, reading->branches * reading->count, decoder->stream, decoder->normed,
                 decoder->row);
}

/* What was read last stays. */
static void keep(struct decoder *decoder, size_t count)
{
    decoder->length += count;
    if (decoder->reference)
        keep(decoder->reference, count);
}

static struct output output_of(const struct decoder *decoder, const struct model_layout *layout)
{
    const struct model *model = decoder->model;
    return (struct output){
        .width = model->options.d_model,
        .vocab = model->options.vocab,
        .embedding = layout_weight(layout, model->weight, TENSOR_EMBEDDING, 0),
    };
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

/* Reads tokens into a memory, which is asked with all of them at once. */
static void read_associative(struct decoder *decoder, const int32_t *token, size_t count,
                             size_t wanted, real *log_probability)
{
    size_t vocab = decoder->model->options.vocab;
    memcpy(decoder->token + decoder->length, token, count * sizeof *token);
    decoder->length += count;
    for (size_t i = 0; i < wanted; i++)
        associative_read(decoder->model, &decoder->associative, decoder->token,
                         decoder->length - (wanted - 1 - i), log_probability + i * vocab);
}

bool decoder_read(struct decoder *decoder, const int32_t *token, size_t count, size_t wanted,
                  real *log_probability, struct error *err)
{
    const struct model_options *options = &decoder->model->options;
    if (!check_length(decoder, count, err) || !need_reference(decoder, err))
        return false;
    if (options->kind == MODEL_ASSOCIATIVE) {
        read_associative(decoder, token, count, wanted, log_probability);
        return true;
    }
    struct model_layout layout = layout_of(options);
    struct output output = output_of(decoder, &layout);
    int threads = matrix_thread_prepare();
    for (size_t done = 0; done < count;) {
        size_t n = count - done < CHUNK ? count - done : CHUNK;
        struct reading reading = {token + done, 1, n, 0};
        read_chunk(decoder, &layout, &reading);
        keep(decoder, n);
        done += n;
        size_t left = count - done; /* of the wanted ones, those still to be read */
        size_t here = wanted <= left ? 0 : wanted - left < n ? wanted - left : n;
        output_log_probability(&output, here, decoder->normed + (n - here) * options->d_model,
                               log_probability + (wanted - left - here) * options->vocab);
    }
    matrix_thread_release(threads);
    return true;
}

bool decoder_branch(struct decoder *decoder, const int32_t *token, size_t branches, size_t count,
                    real *log_probability, struct error *err)
{
    const struct model_options *options = &decoder->model->options;
    size_t width = options->d_model, length = decoder->length;
    if (!check_length(decoder, count, err) || !need_reference(decoder, err))
        return false;
    if (options->kind == MODEL_ASSOCIATIVE) {
        for (size_t b = 0; b < branches; b++, decoder->length = length)
            read_associative(decoder, token + b * count, count, 1,
                             log_probability + b * options->vocab);
        return true;
    }
    struct model_layout layout = layout_of(options);
    struct output output = output_of(decoder, &layout);
    struct reading reading = {token, branches, count, 0};
    int threads = matrix_thread_prepare();
    read_chunk(decoder, &layout, &reading);
    for (size_t b = 0; b < branches; b++)
        memcpy(decoder->stream + b * width, decoder->normed + (b * count + count - 1) * width,
               width * sizeof(real));
    output_log_probability(&output, branches, decoder->stream, log_probability);
    matrix_thread_release(threads);
    return true;
}
