#include "model/pass.h"

#include <string.h>

#include "model/mixer.h"
#include "model/output.h"

struct pass pass_of(const struct model *model, struct workspace *workspace,
                    const struct sequences *sequences)
{
    struct pass pass = {
        .model = model,
        .layout = layout_of(&model->options),
        .workspace = workspace,
        .buffers = workspace->buffers,
        .sequences = sequences,
        .gradient = MATRIX_ADD,
        .first = sequences->start[0],
        .rows = sequences->start[sequences->count] - sequences->start[0],
    };
    for (size_t s = 0; s < sequences->count; s++) {
        size_t length = sequences->start[s + 1] - sequences->start[s];
        pass.longest = length > pass.longest ? length : pass.longest;
    }
    return pass;
}

static struct block_buffers take_block(struct arena *arena, const struct model_options *options,
                                       size_t tokens)
{
    const struct mixer_ops *mixer = mixer_of(options);
    size_t stream = tokens * options->d_model;
    size_t patterns = mixer->attends ? tokens * options->max_length * options->heads : 0;
    struct block_buffers block;
    block.input = arena_take_reals(arena, stream);
    block.normed1 = activation_take(arena, options, tokens, options->d_model);
    block.row1 = arena_take(arena, tokens, sizeof(struct norm_row));
    block.mixer = mixer->block_buffers(arena, options, tokens);
    block.probability = arena_take_reals(arena, patterns);
    block.mixed = activation_take(arena, options, tokens, options->heads * options->d_key);
    block.middle = arena_take_reals(arena, stream);
    block.normed2 = activation_take(arena, options, tokens, options->d_model);
    block.row2 = arena_take(arena, tokens, sizeof(struct norm_row));
    block.feed_forward.hidden = arena_take_reals(arena, tokens * options->d_hidden);
    block.feed_forward.active = activation_take(arena, options, tokens, options->d_hidden);
    return block;
}

void *pass_new_buffers(struct arena *arena, const struct model_options *options, size_t tokens)
{
    size_t stream = tokens * options->d_model;
    struct pass_buffers buffers;
    buffers.last = arena_take_reals(arena, stream);
    buffers.normed = activation_take(arena, options, tokens, options->d_model);
    buffers.row = arena_take(arena, tokens, sizeof(struct norm_row));
    buffers.target = arena_take(arena, tokens, sizeof(int32_t));
    buffers.output = output_take_scratch(arena, options, tokens, options->vocab);
    buffers.rounded = activation_take_rounded(arena, options, tokens, layout_most_outputs(options));
    buffers.mixer = mixer_of(options)->shared_buffers(arena, options, tokens);
    buffers.d_stream = arena_take_reals(arena, stream);
    buffers.d_normed = arena_take_reals(arena, stream);
    buffers.d_mixed = arena_take_reals(arena, tokens * options->heads * options->d_key);
    buffers.d_hidden = arena_take_reals(arena, tokens * options->d_hidden);
    buffers.block = arena_take(arena, options->layers, sizeof *buffers.block);
    for (size_t l = 0; l < options->layers; l++) {
        struct block_buffers block = take_block(arena, options, tokens);
        if (buffers.block)
            buffers.block[l] = block;
    }
    return arena_keep(arena, &buffers, sizeof buffers);
}

void pass_lap(const struct pass *pass, enum step_part part)
{
    workspace_lap(pass->workspace, part);
}

void pass_gather(const struct pass *pass, const size_t *position, size_t count, size_t width,
                 const real *x, real *to)
{
    for (size_t k = 0; k < count; k++)
        memcpy(to + k * width, x + (position[k] - pass->first) * width, width * sizeof *to);
}
