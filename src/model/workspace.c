#include "model/workspace.h"

#include "base/clock.h"
#include "base/memory.h"
#include "model/attention.h"
#include "model/output.h"

/* Tokens that attention, and that a recurrence, needs room for. */
static size_t tokens_of(const struct model_options *options, enum mixer_kind mixer, size_t tokens)
{
    return options->mixer == mixer ? tokens : 0;
}

static void take_recurrence(struct arena *arena, size_t tokens, size_t width,
                            struct recurrence_buffers *buffers)
{
    real **const row[] = {&buffers->gate, &buffers->convolved, &buffers->recurrence_gate,
                          &buffers->input_gate, &buffers->state};
    buffers->branches = arena_take_reals(arena, tokens * 2 * width);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        *row[i] = arena_take_reals(arena, tokens * width);
    buffers->rate = arena_take_reals(arena, tokens > 0 ? width : 0);
}

static void take_recurrence_derivatives(struct arena *arena, size_t tokens, size_t width,
                                        struct recurrence_derivatives *derivatives)
{
    real **const row[] = {&derivatives->convolved, &derivatives->recurrence_gate,
                          &derivatives->input_gate};
    derivatives->branches = arena_take_reals(arena, tokens * 2 * width);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        *row[i] = arena_take_reals(arena, tokens * width);
    derivatives->channel =
        arena_take_reals(arena, tokens > 0 ? RECURRENCE_CHANNEL_ROWS * width : 0);
}

static void take_block(struct arena *arena, const struct model_options *options, size_t tokens,
                       struct block_buffers *block)
{
    size_t stream = tokens * options->d_model;
    size_t width = options->heads * options->d_key;
    size_t distances = model_has_distances(options) ? options->max_length : 0;
    size_t attending = tokens_of(options, MIXER_ATTENTION, tokens);
    block->input = arena_take_reals(arena, stream);
    block->normed1 = arena_take_reals(arena, stream);
    block->row1 = arena_take(arena, tokens, sizeof(struct norm_row));
    block->query_key_value = arena_take_reals(arena, attending * 3 * width);
    block->relative = arena_take_reals(arena, distances * width);
    block->probability = arena_take_reals(arena, attending * options->max_length * options->heads);
    take_recurrence(arena, tokens_of(options, MIXER_RG_LRU, tokens), width, &block->recurrence);
    block->mixed = arena_take_reals(arena, tokens * width);
    block->middle = arena_take_reals(arena, stream);
    block->normed2 = arena_take_reals(arena, stream);
    block->row2 = arena_take(arena, tokens, sizeof(struct norm_row));
    block->feed_forward.hidden = arena_take_reals(arena, tokens * options->d_hidden);
    block->feed_forward.active = arena_take_reals(arena, tokens * options->d_hidden);
}

/* All but the blocks. */
static void take_shared(struct arena *arena, const struct model_options *options, size_t tokens,
                        struct workspace *workspace)
{
    size_t stream = tokens * options->d_model;
    size_t width = options->heads * options->d_key;
    size_t length = options->max_length;
    size_t distances = model_has_distances(options) ? length : 0;
    size_t attending = tokens_of(options, MIXER_ATTENTION, tokens);
    workspace->counting = arena_take(arena, length, sizeof(size_t));
    workspace->position = arena_take(arena, tokens, sizeof(size_t));
    workspace->last = arena_take_reals(arena, stream);
    workspace->normed = arena_take_reals(arena, stream);
    workspace->row = arena_take(arena, tokens, sizeof(struct norm_row));
    workspace->target = arena_take(arena, tokens, sizeof(int32_t));
    workspace->logit = arena_take_reals(arena, output_block(options->vocab) * options->vocab);
    workspace->attention =
        arena_take_reals(arena, attending > 0 ? attention_scratch(options->d_key, length) : 0);
    workspace->d_stream = arena_take_reals(arena, stream);
    workspace->d_normed = arena_take_reals(arena, stream);
    workspace->d_query_key_value = arena_take_reals(arena, attending * 3 * width);
    workspace->d_relative = arena_take_reals(arena, distances * width);
    take_recurrence_derivatives(arena, tokens_of(options, MIXER_RG_LRU, tokens), width,
                                &workspace->recurrence);
    workspace->d_mixed = arena_take_reals(arena, tokens * width);
    workspace->d_hidden = arena_take_reals(arena, tokens * options->d_hidden);
}

static void take_associative(struct arena *arena, const struct model_options *options, size_t keys,
                             struct associative_buffers *buffers)
{
    buffers->key = arena_take_reals(arena, keys * options->d_model);
    buffers->active = arena_take_reals(arena, keys * options->d_hidden);
    buffers->d_active = arena_take_reals(arena, keys * options->d_hidden);
    buffers->d_key = arena_take_reals(arena, keys * options->d_model);
    buffers->answer = arena_take(arena, keys, sizeof(int32_t));
    buffers->logit = arena_take_reals(arena, output_block(options->values) * options->values);
}

static size_t blocks(const struct model_options *options)
{
    return options->kind == MODEL_ASSOCIATIVE ? 0 : options->layers;
}

/* The struct itself. */
static size_t own_bytes(const struct model_options *options)
{
    return sizeof(struct workspace) + blocks(options) * sizeof(struct block_buffers);
}

size_t workspace_bytes(const struct model_options *options, size_t tokens)
{
    struct workspace shared;
    struct block_buffers block;
    struct arena counter = {.memory = NULL};
    if (options->kind == MODEL_ASSOCIATIVE)
        take_associative(&counter, options, tokens, &shared.associative);
    else
        take_shared(&counter, options, tokens, &shared);
    for (size_t l = 0; l < blocks(options); l++)
        take_block(&counter, options, tokens, &block);
    return own_bytes(options) + counter.used;
}

static void take_all(struct arena *arena, const struct model_options *options, size_t tokens,
                     struct workspace *workspace)
{
    if (options->kind == MODEL_ASSOCIATIVE) {
        take_associative(arena, options, tokens, &workspace->associative);
        return;
    }
    take_shared(arena, options, tokens, workspace);
    for (size_t l = 0; l < options->layers; l++)
        take_block(arena, options, tokens, &workspace->block[l]);
    for (size_t i = 0; i < options->max_length; i++)
        workspace->counting[i] = i;
}

struct workspace *workspace_new(const struct model_options *options, size_t tokens,
                                struct error *err)
{
    struct workspace *workspace = memory_new(1, own_bytes(options), err);
    struct arena arena, counted = {.used = workspace_bytes(options, tokens) - own_bytes(options)};
    if (!workspace || !arena_open(&arena, &counted, err)) {
        memory_free(workspace);
        return NULL;
    }
    workspace->tokens = tokens;
    workspace->layers = blocks(options);
    workspace->memory = arena.memory;
    take_all(&arena, options, tokens, workspace);
    return workspace;
}

void workspace_free(struct workspace *workspace)
{
    if (workspace)
        memory_free(workspace->memory);
    memory_free(workspace);
}

void workspace_begin_laps(struct workspace *workspace)
{
    workspace->lap = clock_seconds();
}

void workspace_lap(struct workspace *workspace, enum step_part part)
{
    double now = clock_seconds();
    workspace->seconds[part] += now - workspace->lap;
    workspace->lap = now;
}
