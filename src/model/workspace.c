#include "model/workspace.h"

#include "base/memory.h"
#include "model/attention.h"
#include "model/output.h"

/* Every buffer begins at a multiple of this many bytes. */
enum { ALIGNMENT = 64 };

/* Memory that is handed out piece by piece; without memory only counted. */
struct arena {
    char *memory;
    size_t used; /* bytes */
};

static void *take(struct arena *arena, size_t count, size_t size)
{
    void *piece = arena->memory ? arena->memory + arena->used : NULL;
    arena->used += (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return piece;
}

static real *take_reals(struct arena *arena, size_t count)
{
    return take(arena, count, sizeof(real));
}

static struct block_buffers take_block(struct arena *arena, const struct model_options *options,
                                       size_t tokens)
{
    size_t stream = tokens * options->d_model;
    size_t width = options->heads * options->d_key;
    size_t distances = options->positions == POSITIONS_RELATIVE ? options->max_length : 0;
    return (struct block_buffers){
        .input = take_reals(arena, stream),
        .normed = take_reals(arena, stream),
        .row = take(arena, tokens, sizeof(struct norm_row)),
        .query_key_value = take_reals(arena, tokens * 3 * width),
        .relative = take_reals(arena, distances * width),
        .probability = take_reals(arena, tokens * options->max_length * options->heads),
        .mixed = take_reals(arena, tokens * width),
        .middle = take_reals(arena, stream),
        .feed_forward = {.normed = take_reals(arena, stream),
                         .row = take(arena, tokens, sizeof(struct norm_row)),
                         .hidden = take_reals(arena, tokens * options->d_hidden),
                         .active = take_reals(arena, tokens * options->d_hidden)},
    };
}

static void take_all(struct arena *arena, const struct model_options *options, size_t tokens,
                     struct workspace *workspace)
{
    size_t stream = tokens * options->d_model;
    size_t width = options->heads * options->d_key;
    size_t length = options->max_length;
    size_t distances = options->positions == POSITIONS_RELATIVE ? length : 0;
    workspace->counting = take(arena, length, sizeof(size_t));
    workspace->position = take(arena, tokens, sizeof(size_t));
    workspace->last = take_reals(arena, stream);
    workspace->normed = take_reals(arena, stream);
    workspace->row = take(arena, tokens, sizeof(struct norm_row));
    workspace->target = take(arena, tokens, sizeof(int32_t));
    workspace->logit = take_reals(arena, output_block(options->vocab) * options->vocab);
    workspace->attention = take_reals(arena, attention_scratch(options->d_key, length));
    workspace->d_stream = take_reals(arena, stream);
    workspace->d_normed = take_reals(arena, stream);
    workspace->d_query_key_value = take_reals(arena, tokens * 3 * width);
    workspace->d_relative = take_reals(arena, distances * width);
    workspace->d_mixed = take_reals(arena, tokens * width);
    workspace->d_hidden = take_reals(arena, tokens * options->d_hidden);
}

size_t workspace_bytes(const struct model_options *options, size_t tokens)
{
    struct workspace counted;
    struct arena arena = {.memory = NULL};
    take_all(&arena, options, tokens, &counted);
    for (size_t l = 0; l < options->layers; l++)
        take_block(&arena, options, tokens);
    return sizeof counted + options->layers * sizeof(struct block_buffers) + arena.used;
}

struct workspace *workspace_new(const struct model_options *options, size_t tokens,
                                struct error *err)
{
    size_t own = sizeof(struct workspace) + options->layers * sizeof(struct block_buffers);
    struct workspace *workspace = memory_new(1, own, err);
    if (!workspace)
        return NULL;
    workspace->tokens = tokens;
    workspace->layers = options->layers;
    size_t bytes = workspace_bytes(options, tokens) - own;
    workspace->memory = memory_new_aligned(bytes, 1, err);
    if (!workspace->memory) {
        workspace_free(workspace);
        return NULL;
    }
    struct arena arena = {.memory = workspace->memory};
    take_all(&arena, options, tokens, workspace);
    for (size_t l = 0; l < options->layers; l++)
        workspace->block[l] = take_block(&arena, options, tokens);
    for (size_t i = 0; i < options->max_length; i++)
        workspace->counting[i] = i;
    return workspace;
}

void workspace_free(struct workspace *workspace)
{
    if (workspace)
        memory_free(workspace->memory);
    memory_free(workspace);
}

/* Activations of a micro-batch that stay near the processor, in bytes. */
enum { NEAR_BYTES = 8 << 20 };

/* Tokens below which matrix products lose speed, and above which they gain none. */
enum { LEAST_TOKENS = 256, MOST_TOKENS = 1024 };

size_t model_micro_batch_tokens(const struct model_options *options)
{
    size_t width = options->heads * options->d_key;
    size_t numbers = 4 * options->d_model + 4 * width + 2 * options->d_hidden;
    size_t tokens = NEAR_BYTES / (options->layers * numbers * sizeof(float));
    tokens = tokens < LEAST_TOKENS ? LEAST_TOKENS : tokens;
    tokens = tokens > MOST_TOKENS ? MOST_TOKENS : tokens;
    return tokens > options->max_length ? tokens : options->max_length;
}
