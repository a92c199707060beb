/* The transformer as a kind of model: a pass over a micro-batch.
 *
 * forward_ and backward_ of a thing stand next to each other, in the order of the way forward. */
#include <string.h>

#include "model/block.h"
#include "model/mixer.h"
#include "model/model_ops.h"
#include "model/output.h"
#include "model/pass.h"
#include "model/transformer_decoder.h"

static void forward_embedding(const struct pass *pass, real *x)
{
    const struct sequences *sequences = pass->sequences;
    for (size_t s = 0; s < sequences->count; s++) {
        size_t start = sequences->start[s], length = sequences->start[s + 1] - start;
        block_embed(pass->model, &pass->layout, length, sequences->token + start, 0, x);
        x += length * pass->model->options.d_model;
    }
    pass_lap(pass, STEP_EMBEDDING);
}

static void backward_embedding(const struct pass *pass, const real *dx, real *gradient)
{
    const struct sequences *sequences = pass->sequences;
    for (size_t s = 0; s < sequences->count; s++) {
        size_t start = sequences->start[s], length = sequences->start[s + 1] - start;
        block_embed_backward(pass->model, &pass->layout, length, sequences->token + start, dx,
                             gradient);
        dx += length * pass->model->options.d_model;
    }
    pass_lap(pass, STEP_EMBEDDING);
}

static const struct mixer_ops *mixer_of_pass(const struct pass *pass)
{
    return mixer_of(&pass->model->options);
}

static struct block block_at(const struct pass *pass, size_t layer)
{
    return block_of(pass->model, &pass->layout, layer);
}

/* From buffers->input to buffers->normed1. */
static void forward_norm1(const struct pass *pass, const struct block *block,
                          const struct block_buffers *buffers)
{
    norm_forward(&block->norm1, pass->rows, buffers->input, buffers->normed1.at, buffers->row1);
    pass_lap(pass, STEP_NORM);
}

/* From buffers->input to what the mixer gives, buffers->mixed. */
static void forward_mixing(const struct pass *pass, size_t layer, const struct block *block,
                           const struct block_buffers *buffers, bool want_derivative)
{
    forward_norm1(pass, block, buffers);
    mixer_of_pass(pass)->forward(pass, layer, buffers, want_derivative);
}

/* From there and buffers->input to out[rows][d_model]. */
static void forward_stream(const struct pass *pass, const struct block *block,
                           const struct block_buffers *buffers, bool want_derivative, real *out)
{
    size_t rows = pass->rows, bytes = rows * block->norm1.width * sizeof(real);
    memcpy(buffers->middle, buffers->input, bytes);
    pass_lap(pass, STEP_NORM);
    linear_forward(&block->projection, rows, buffers->mixed, MATRIX_ADD, buffers->middle);
    pass_lap(pass, STEP_PROJECTION);
    norm_forward(&block->norm2, rows, buffers->middle, buffers->normed2.at, buffers->row2);
    memcpy(out, buffers->middle, bytes);
    pass_lap(pass, STEP_NORM);
    feed_forward(&block->feed_forward, rows, buffers->normed2, &buffers->feed_forward,
                 want_derivative, out);
    pass_lap(pass, STEP_FEED_FORWARD);
}

/* From buffers->input to out[rows][d_model]. */
static void forward_block(const struct pass *pass, size_t layer,
                          const struct block_buffers *buffers, bool want_derivative, real *out)
{
    struct block block = block_at(pass, layer);
    forward_mixing(pass, layer, &block, buffers, want_derivative);
    forward_stream(pass, &block, buffers, want_derivative, out);
}

/* The pass's d_stream is the gradient of the block's output and becomes that of its input. */
static void backward_block(const struct pass *pass, size_t layer, real *gradient)
{
    const struct pass_buffers *shared = pass->buffers;
    const struct block_buffers *buffers = &shared->block[layer];
    size_t rows = pass->rows;
    real *d_stream = shared->d_stream, *d_normed = shared->d_normed;
    struct activation derivative = {d_stream, shared->rounded};
    struct activation d_hidden = {shared->d_hidden, shared->rounded};
    struct block block = block_at(pass, layer);
    struct block_gradient to =
        block_gradient_of(pass->model, &pass->layout, gradient, layer, pass->gradient);

    feed_forward_backward(&block.feed_forward, rows, buffers->normed2, &buffers->feed_forward,
                          derivative, d_hidden, d_normed, &to.feed_forward);
    pass_lap(pass, STEP_FEED_FORWARD);
    norm_backward(&block.norm2, rows, buffers->middle, buffers->row2, d_normed, d_stream, to.norm2);
    pass_lap(pass, STEP_NORM);
    linear_backward(&block.projection, rows, buffers->mixed, derivative, shared->d_mixed,
                    to.projection);
    pass_lap(pass, STEP_PROJECTION);
    mixer_of_pass(pass)->backward(pass, layer, buffers, gradient);
    norm_backward(&block.norm1, rows, buffers->input, buffers->row1, d_normed, d_stream, to.norm1);
    pass_lap(pass, STEP_NORM);
}

/* The last norm and the output layer, forward and backward: leaves d_stream. */
static double output_pass(const struct pass *pass, real scale, real *gradient)
{
    const struct pass_buffers *buffers = pass->buffers;
    struct norm norm = block_last_norm(pass->model, &pass->layout);
    struct output output = block_output(pass->model, &pass->layout, buffers->output);
    norm_forward(&norm, pass->rows, buffers->last, buffers->normed.at, buffers->row);
    pass_lap(pass, STEP_NORM);
    double loss = output_backward(
        &output, pass->rows, buffers->normed, pass->sequences->target + pass->first, scale,
        buffers->d_normed, pass->gradient, block_embedding_gradient(&pass->layout, gradient), NULL);
    pass_lap(pass, STEP_OUTPUT);
    memset(buffers->d_stream, 0, pass->rows * norm.width * sizeof(real));
    norm_backward(&norm, pass->rows, buffers->last, buffers->row, buffers->d_normed,
                  buffers->d_stream, block_last_norm_gradient(&pass->layout, gradient));
    pass_lap(pass, STEP_NORM);
    return loss;
}

static size_t targets(const struct model_options *options, const struct sequences *sequences)
{
    (void)options;
    return sequences->start[sequences->count] - sequences->start[0];
}

/* forward_mixing of those asked about alone: buffers->mixed[count][heads][d_key]. */
static void forward_mixing_at(const struct pass *pass, size_t layer, const struct block *block,
                              const struct block_buffers *buffers, const size_t *position,
                              size_t count)
{
    const struct mixer_ops *mixer = mixer_of_pass(pass);
    size_t width = block->projection.inputs;
    real *asked = pass->buffers->d_mixed;
    forward_norm1(pass, block, buffers);
    if (mixer->forward_at) {
        mixer->forward_at(pass, layer, buffers, position, count);
        return;
    }
    mixer->forward(pass, layer, buffers, false);
    pass_gather(pass, position, count, width, buffers->mixed.at, asked);
    memcpy(buffers->mixed.at, asked, count * width * sizeof *asked);
    pass_lap(pass, STEP_MIXER);
}

/* One block's buffers serve all where nothing has to stay for a way back but the patterns. */
static struct block_buffers passing_buffers(const struct pass *pass, size_t layer)
{
    struct block_buffers buffers = pass->buffers->block[0];
    buffers.probability = pass->buffers->block[layer].probability;
    return buffers;
}

/* The reference's patterns into the probabilities of every block; what else the first block's
 * buffers hold is lost. Of the last block those of the queries at position[count] alone, or, where
 * that is null, of all. want_derivative as where the reference would run alone: the same bits. */
static void forward_reference(const struct pass *pass, bool want_derivative, const size_t *position,
                              size_t count)
{
    struct pass reference = pass_of(pass->model->reference, pass->workspace, pass->sequences);
    size_t last = pass->model->options.layers - 1;
    forward_embedding(&reference, pass->buffers->block[0].input);
    for (size_t l = 0; l < last; l++) {
        struct block_buffers buffers = passing_buffers(pass, l);
        forward_block(&reference, l, &buffers, want_derivative, buffers.input);
    }
    struct block_buffers buffers = passing_buffers(pass, last);
    struct block block = block_at(&reference, last);
    if (position)
        forward_mixing_at(&reference, last, &block, &buffers, position, count);
    else
        forward_mixing(&reference, last, &block, &buffers, want_derivative);
}

/* That the blocks from `layer` on, and what lies behind them, are done with. */
static void tell(const struct pass *pass, const struct gradient_watcher *watcher, size_t layer)
{
    if (!watcher)
        return;
    watcher->complete_from(watcher->context, layout_block_begin(&pass->layout, layer));
    pass_lap(pass, STEP_OPTIMIZER);
}

static double backward(const struct model *model, struct workspace *workspace,
                       const struct sequences *sequences, real scale, enum matrix_result result,
                       real *gradient, const struct gradient_watcher *watcher)
{
    struct pass pass = pass_of(model, workspace, sequences);
    pass.gradient = result;
    const struct pass_buffers *buffers = pass.buffers;
    size_t layers = model->options.layers;
    struct matrix_thread thread = matrix_thread_prepare();
    workspace_begin_laps(workspace);
    if (model->reference)
        forward_reference(&pass, true, NULL, 0);
    forward_embedding(&pass, buffers->block[0].input);
    for (size_t l = 0; l < layers; l++)
        forward_block(&pass, l, &buffers->block[l], true,
                      l + 1 < layers ? buffers->block[l + 1].input : buffers->last);
    double loss = output_pass(&pass, scale, gradient);
    for (size_t l = layers; l-- > 0;) {
        backward_block(&pass, l, gradient);
        tell(&pass, watcher, l);
    }
    backward_embedding(&pass, buffers->d_stream, gradient);
    matrix_thread_release(&thread);
    return loss;
}

/* The last block of those asked about. Leaves the pass's last[count][d_model]. */
static void predict_last_block(const struct pass *pass, const struct block_buffers *buffers,
                               const size_t *position, size_t count)
{
    size_t layer = pass->model->options.layers - 1;
    struct block block = block_at(pass, layer);
    real *last = pass->buffers->last;
    forward_mixing_at(pass, layer, &block, buffers, position, count);
    pass_gather(pass, position, count, block.norm1.width, buffers->input, buffers->middle);
    linear_forward(&block.projection, count, buffers->mixed, MATRIX_ADD, buffers->middle);
    pass_lap(pass, STEP_PROJECTION);
    norm_forward(&block.norm2, count, buffers->middle, buffers->normed2.at, buffers->row2);
    memcpy(last, buffers->middle, count * block.norm2.width * sizeof *last);
    pass_lap(pass, STEP_NORM);
    feed_forward(&block.feed_forward, count, buffers->normed2, &buffers->feed_forward, false, last);
    pass_lap(pass, STEP_FEED_FORWARD);
}

static void predict(const struct model *model, struct workspace *workspace,
                    const struct sequences *sequences, const size_t *position, size_t count,
                    struct prediction *prediction)
{
    struct pass pass = pass_of(model, workspace, sequences);
    struct norm norm = block_last_norm(model, &pass.layout);
    const struct pass_buffers *shared = pass.buffers;
    struct output output = block_output(model, &pass.layout, shared->output);
    size_t last = model->options.layers - 1;
    struct matrix_thread thread = matrix_thread_prepare();
    workspace_begin_laps(workspace);
    if (model->reference)
        forward_reference(&pass, false, position, count);
    forward_embedding(&pass, shared->block[0].input);
    for (size_t l = 0; l < last; l++) {
        struct block_buffers buffers = passing_buffers(&pass, l);
        forward_block(&pass, l, &buffers, false, buffers.input);
    }
    struct block_buffers buffers = passing_buffers(&pass, last);
    predict_last_block(&pass, &buffers, position, count);
    norm_forward(&norm, count, shared->last, shared->normed.at, shared->row);
    pass_lap(&pass, STEP_NORM);
    for (size_t k = 0; k < count; k++)
        shared->target[k] = sequences->target[position[k]];
    output_predict(&output, count, shared->normed, shared->target, prediction);
    pass_lap(&pass, STEP_OUTPUT);
    matrix_thread_release(&thread);
}

static void watch_attention(const struct model *model, struct workspace *workspace,
                            const struct sequences *sequences,
                            const struct attention_watcher *watcher)
{
    struct pass pass = pass_of(model, workspace, sequences);
    struct attention_view view = {.heads = model->options.heads, .sequences = sequences};
    size_t layers = model->options.layers;
    struct matrix_thread thread = matrix_thread_prepare();
    workspace_begin_laps(workspace);
    if (model->reference)
        forward_reference(&pass, false, NULL, 0);
    forward_embedding(&pass, pass.buffers->block[0].input);
    for (; view.layer < layers; view.layer++) {
        struct block_buffers buffers = passing_buffers(&pass, view.layer);
        struct block block = block_at(&pass, view.layer);
        forward_mixing(&pass, view.layer, &block, &buffers, false);
        view.probability = buffers.probability;
        watcher->watch(watcher->context, &view);
        workspace_begin_laps(workspace);
        if (view.layer + 1 < layers)
            forward_stream(&pass, &block, &buffers, false, buffers.input);
    }
    matrix_thread_release(&thread);
}

const struct model_ops model_transformer = {
    .has_blocks = true,
    .can_be_measured = true,
    .tensors = block_tensors,
    .targets = targets,
    .backward = backward,
    .predict = predict,
    .watch_attention = watch_attention,
    .pass_buffers = pass_new_buffers,
    .read = transformer_read,
    .branch = transformer_branch,
    .decoder_buffers = transformer_new_decoder_buffers,
};
