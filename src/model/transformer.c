/* One pass over a micro-batch: model_backward, model_predict and model_watch_attention.
 *
 * forward_ and backward_ of a thing stand next to each other, in the order of the way forward. */
#include <string.h>

#include "model/associative.h"
#include "model/block.h"
#include "model/output.h"
#include "model/workspace.h"

/* What every part of a pass needs. */
struct pass {
    const struct model *model;
    struct model_layout layout;
    struct workspace *workspace;
    const struct sequences *sequences;
    size_t first;   /* token of the first sequence */
    size_t rows;    /* tokens in all */
    size_t longest; /* tokens of the longest sequence */
};

static struct pass pass_of(const struct model *model, struct workspace *workspace,
                           const struct sequences *sequences)
{
    struct pass pass = {
        .model = model,
        .layout = layout_of(&model->options),
        .workspace = workspace,
        .sequences = sequences,
        .first = sequences->start[0],
        .rows = sequences->start[sequences->count] - sequences->start[0],
    };
    for (size_t s = 0; s < sequences->count; s++) {
        size_t length = sequences->start[s + 1] - sequences->start[s];
        pass.longest = length > pass.longest ? length : pass.longest;
    }
    return pass;
}

static void lap(const struct pass *pass, enum step_part part)
{
    workspace_lap(pass->workspace, part);
}

static void forward_embedding(const struct pass *pass, real *x)
{
    const struct sequences *sequences = pass->sequences;
    for (size_t s = 0; s < sequences->count; s++) {
        size_t start = sequences->start[s], length = sequences->start[s + 1] - start;
        block_embed(pass->model, &pass->layout, length, sequences->token + start, 0, x);
        x += length * pass->model->options.d_model;
    }
    lap(pass, STEP_EMBEDDING);
}

static void backward_embedding(const struct pass *pass, const real *dx, real *gradient)
{
    const struct sequences *sequences = pass->sequences;
    size_t width = pass->model->options.d_model;
    real *embedding = layout_gradient(&pass->layout, gradient, TENSOR_EMBEDDING, 0);
    real *positions = layout_gradient(&pass->layout, gradient, TENSOR_POSITIONS, 0);
    for (size_t s = 0; s < sequences->count; s++)
        for (size_t t = sequences->start[s]; t < sequences->start[s + 1]; t++, dx += width) {
            matrix_add_row(1, width, dx, embedding + (size_t)sequences->token[t] * width, width);
            if (positions)
                matrix_add_row(1, width, dx, positions + (t - sequences->start[s]) * width, width);
        }
    lap(pass, STEP_EMBEDDING);
}

/* Numbers from a token's query to the next token's: [3][heads][d_key]. */
static size_t token_stride(const struct block *block)
{
    return block->query_key_value.outputs;
}

/* Sequence s with queries at every position; its first token is row `at` of the buffers. */
static struct attention_rows sequence_rows(const struct pass *pass, const struct block *block,
                                           const real *query_key_value, size_t at, size_t length)
{
    size_t stride = token_stride(block), width = stride / 3;
    const real *first = query_key_value + at * stride;
    return (struct attention_rows){
        .queries = length,
        .keys = length,
        .position = pass->workspace->counting,
        .query = first,
        .key = first + width,
        .value = first + 2 * width,
        .query_stride = stride,
        .key_stride = stride,
    };
}

/* Fills out, and probability where it does not hold the reference's already. */
static void attend(const struct pass *pass, const struct block *block,
                   const struct attention_rows *rows, real *probability, real *out)
{
    if (pass->model->reference)
        attention_mix(&block->attention, rows, probability, out);
    else
        attention_forward(&block->attention, rows, pass->workspace->attention, probability, out);
}

static void forward_attention(const struct pass *pass, const struct block *block,
                              const struct block_buffers *buffers)
{
    const size_t *start = pass->sequences->start;
    size_t width = token_stride(block) / 3;
    real *probability = buffers->probability;
    for (size_t s = 0; s < pass->sequences->count; s++) {
        size_t at = start[s] - pass->first, length = start[s + 1] - start[s];
        struct attention_rows rows =
            sequence_rows(pass, block, buffers->query_key_value, at, length);
        attend(pass, block, &rows, probability, buffers->mixed + at * width);
        probability += block->attention.heads * length * length;
    }
    lap(pass, STEP_MIXER);
}

/* The gradient of values alone. */
static void backward_patched_attention(const struct pass *pass, const struct block *block,
                                       const struct block_buffers *buffers)
{
    const size_t *start = pass->sequences->start;
    const struct workspace *workspace = pass->workspace;
    size_t stride = token_stride(block), width = stride / 3;
    const real *probability = buffers->probability;
    for (size_t s = 0; s < pass->sequences->count; s++) {
        size_t at = start[s] - pass->first, length = start[s + 1] - start[s];
        struct attention_rows rows =
            sequence_rows(pass, block, buffers->query_key_value, at, length);
        attention_mix_backward(&block->attention, &rows, probability,
                               workspace->d_mixed + at * width,
                               workspace->d_query_key_value + at * stride + 2 * width);
        probability += block->attention.heads * length * length;
    }
    lap(pass, STEP_MIXER);
}

static void backward_attention(const struct pass *pass, const struct block *block,
                               const struct block_buffers *buffers,
                               const struct block_gradient *gradient)
{
    const size_t *start = pass->sequences->start;
    const struct workspace *workspace = pass->workspace;
    size_t stride = token_stride(block), width = stride / 3;
    const real *probability = buffers->probability;
    if (gradient->relative.weight)
        memset(workspace->d_relative, 0, pass->longest * width * sizeof(real));
    for (size_t s = 0; s < pass->sequences->count; s++) {
        size_t at = start[s] - pass->first, length = start[s + 1] - start[s];
        struct attention_rows rows =
            sequence_rows(pass, block, buffers->query_key_value, at, length);
        struct attention_gradient to = {
            .query = workspace->d_query_key_value + at * stride,
            .key = workspace->d_query_key_value + at * stride + width,
            .value = workspace->d_query_key_value + at * stride + 2 * width,
            .content_bias = gradient->content_bias,
            .position_bias = gradient->position_bias,
            .relative = gradient->relative.weight ? workspace->d_relative : NULL,
        };
        attention_backward(&block->attention, &rows, workspace->attention, probability,
                           workspace->d_mixed + at * width, &to);
        probability += block->attention.heads * length * length;
    }
    lap(pass, STEP_MIXER);
}

/* Every sequence of the pass from its beginning. */
static struct recurrence_rows recurrence_rows_of(const struct pass *pass)
{
    return (struct recurrence_rows){.sequences = pass->sequences->count,
                                    .start = pass->sequences->start};
}

/* A block whose attention finds the distances of the longest sequence in the buffers. */
static struct block pass_block(const struct pass *pass, size_t layer, const real *relative)
{
    return block_of(pass->model, &pass->layout, layer, relative, pass->longest);
}

/* From buffers->input to what attention or the recurrence gives, buffers->mixed. */
static void forward_mixing(const struct pass *pass, const struct block *block,
                           const struct block_buffers *buffers, bool want_derivative)
{
    norm_forward(&block->norm1, pass->rows, buffers->input, buffers->normed1, buffers->row1);
    lap(pass, STEP_NORM);
    if (block->mixer == MIXER_RG_LRU) {
        struct recurrence_rows sequences = recurrence_rows_of(pass);
        linear_forward(&block->branches, pass->rows, buffers->normed1, MATRIX_REPLACE,
                       buffers->recurrence.branches);
        lap(pass, STEP_PROJECTION);
        recurrence_forward(&block->recurrence, &sequences, &buffers->recurrence, want_derivative,
                           buffers->mixed);
        lap(pass, STEP_MIXER);
        return;
    }
    linear_forward(&block->query_key_value, pass->rows, buffers->normed1, MATRIX_REPLACE,
                   buffers->query_key_value);
    if (!pass->model->reference)
        block_relative_forward(block, pass->model, 0, pass->longest, buffers->relative);
    lap(pass, STEP_PROJECTION);
    forward_attention(pass, block, buffers);
}

/* From there and buffers->input to out[rows][d_model]. */
static void forward_stream(const struct pass *pass, const struct block *block,
                           const struct block_buffers *buffers, bool want_derivative, real *out)
{
    size_t rows = pass->rows, bytes = rows * block->norm1.width * sizeof(real);
    memcpy(buffers->middle, buffers->input, bytes);
    lap(pass, STEP_NORM);
    linear_forward(&block->projection, rows, buffers->mixed, MATRIX_ADD, buffers->middle);
    lap(pass, STEP_PROJECTION);
    norm_forward(&block->norm2, rows, buffers->middle, buffers->normed2, buffers->row2);
    memcpy(out, buffers->middle, bytes);
    lap(pass, STEP_NORM);
    block_feed_forward(block, rows, buffers->normed2, &buffers->feed_forward, want_derivative, out);
    lap(pass, STEP_FEED_FORWARD);
}

/* From buffers->input to out[rows][d_model]. */
static void forward_block(const struct pass *pass, size_t layer,
                          const struct block_buffers *buffers, bool want_derivative, real *out)
{
    struct block block = pass_block(pass, layer, buffers->relative);
    forward_mixing(pass, &block, buffers, want_derivative);
    forward_stream(pass, &block, buffers, want_derivative, out);
}

/* From d_mixed to d_normed. */
static void backward_mixing(const struct pass *pass, const struct block *block,
                            const struct block_buffers *buffers, const struct block_gradient *to)
{
    const struct workspace *workspace = pass->workspace;
    const struct linear *linear = &block->query_key_value;
    size_t stride = token_stride(block), width = stride / 3;
    if (block->mixer == MIXER_RG_LRU) {
        struct recurrence_rows sequences = recurrence_rows_of(pass);
        recurrence_backward(&block->recurrence, &sequences, &buffers->recurrence,
                            workspace->d_mixed, &workspace->recurrence, &to->recurrence);
        lap(pass, STEP_MIXER);
        linear_backward(&block->branches, pass->rows, buffers->normed1,
                        workspace->recurrence.branches, workspace->d_normed, to->branches);
    } else if (pass->model->reference) {
        backward_patched_attention(pass, block, buffers);
        linear_backward_part(linear, 2 * width, width, pass->rows, buffers->normed1,
                             workspace->d_query_key_value + 2 * width, stride, workspace->d_normed,
                             to->query_key_value);
    } else {
        backward_attention(pass, block, buffers, to);
        block_relative_backward(block, pass->model, workspace->d_relative, to);
        linear_backward(linear, pass->rows, buffers->normed1, workspace->d_query_key_value,
                        workspace->d_normed, to->query_key_value);
    }
    lap(pass, STEP_PROJECTION);
}

/* The workspace's d_stream is the gradient of the block's output and becomes that of its input. */
static void backward_block(const struct pass *pass, size_t layer, real *gradient)
{
    const struct workspace *workspace = pass->workspace;
    const struct block_buffers *buffers = &workspace->block[layer];
    size_t rows = pass->rows;
    real *d_stream = workspace->d_stream, *d_normed = workspace->d_normed;
    struct block block = pass_block(pass, layer, buffers->relative);
    struct block_gradient to = block_gradient_of(&pass->layout, gradient, layer);

    block_feed_forward_backward(&block, rows, buffers->normed2, &buffers->feed_forward, d_stream,
                                workspace->d_hidden, d_normed, &to);
    lap(pass, STEP_FEED_FORWARD);
    norm_backward(&block.norm2, rows, buffers->middle, buffers->row2, d_normed, d_stream, to.norm2);
    lap(pass, STEP_NORM);
    linear_backward(&block.projection, rows, buffers->mixed, d_stream, workspace->d_mixed,
                    to.projection);
    lap(pass, STEP_PROJECTION);
    backward_mixing(pass, &block, buffers, &to);
    norm_backward(&block.norm1, rows, buffers->input, buffers->row1, d_normed, d_stream, to.norm1);
    lap(pass, STEP_NORM);
}

static struct output output_of(const struct pass *pass)
{
    return (struct output){
        .width = pass->model->options.d_model,
        .vocab = pass->model->options.vocab,
        .embedding = layout_weight(&pass->layout, pass->model->weight, TENSOR_EMBEDDING, 0),
        .logit = pass->workspace->logit,
    };
}

/* The last norm and the output layer, forward and backward: leaves d_stream. */
static double output_pass(const struct pass *pass, real scale, real *gradient)
{
    const struct workspace *workspace = pass->workspace;
    struct norm norm = block_last_norm(pass->model, &pass->layout);
    struct output output = output_of(pass);
    norm_forward(&norm, pass->rows, workspace->last, workspace->normed, workspace->row);
    lap(pass, STEP_NORM);
    double loss = output_backward(
        &output, pass->rows, workspace->normed, pass->sequences->target + pass->first, scale,
        workspace->d_normed, layout_gradient(&pass->layout, gradient, TENSOR_EMBEDDING, 0), NULL);
    lap(pass, STEP_OUTPUT);
    memset(workspace->d_stream, 0, pass->rows * norm.width * sizeof(real));
    norm_backward(&norm, pass->rows, workspace->last, workspace->row, workspace->d_normed,
                  workspace->d_stream, block_last_norm_gradient(&pass->layout, gradient));
    lap(pass, STEP_NORM);
    return loss;
}

size_t model_targets(const struct model_options *options, const struct sequences *sequences)
{
    return options->kind == MODEL_ASSOCIATIVE
               ? associative_targets(options, sequences)
               : sequences->start[sequences->count] - sequences->start[0];
}

/* Rows of x[..][width] to to[count][width]. */
static void gather(const struct pass *pass, const size_t *position, size_t count, size_t width,
                   const real *x, real *to)
{
    for (size_t k = 0; k < count; k++)
        memcpy(to + k * width, x + (position[k] - pass->first) * width, width * sizeof *to);
}

/* Attention of the queries at position[count] alone, query and mixed [count][heads][d_key]. */
static void attend_positions(const struct pass *pass, const struct block *block,
                             const struct block_buffers *buffers, const size_t *position,
                             size_t count, const real *query)
{
    const struct workspace *workspace = pass->workspace;
    const size_t *start = pass->sequences->start;
    size_t width = token_stride(block) / 3;
    real *probability = buffers->probability;
    size_t k = 0;
    for (size_t s = 0; s < pass->sequences->count; s++) {
        size_t first = k;
        for (; k < count && position[k] < start[s + 1]; k++)
            workspace->position[k] = position[k] - start[s];
        struct attention_rows rows = sequence_rows(pass, block, buffers->query_key_value,
                                                   start[s] - pass->first, start[s + 1] - start[s]);
        rows.queries = k - first;
        rows.position = workspace->position + first;
        rows.query = query + first * width;
        rows.query_stride = width;
        attend(pass, block, &rows, probability, buffers->mixed + first * width);
        probability += block->attention.heads * rows.queries * rows.keys;
    }
}

/* forward_mixing with keys and values of every token, all else only of those asked about:
 * buffers->mixed[count][heads][d_key]. */
static void attend_asked(const struct pass *pass, const struct block *block,
                         const struct block_buffers *buffers, const size_t *position, size_t count)
{
    const struct workspace *workspace = pass->workspace;
    size_t stride = token_stride(block), width = stride / 3;
    real *asked = workspace->normed, *query = workspace->d_mixed;

    norm_forward(&block->norm1, pass->rows, buffers->input, buffers->normed1, buffers->row1);
    lap(pass, STEP_NORM);
    linear_forward_part(&block->query_key_value, width, 2 * width, pass->rows, buffers->normed1,
                        MATRIX_REPLACE, buffers->query_key_value + width, stride);
    gather(pass, position, count, block->norm1.width, buffers->normed1, asked);
    linear_forward_part(&block->query_key_value, 0, width, count, asked, MATRIX_REPLACE, query,
                        width);
    if (!pass->model->reference)
        block_relative_forward(block, pass->model, 0, pass->longest, buffers->relative);
    lap(pass, STEP_PROJECTION);
    attend_positions(pass, block, buffers, position, count, query);
    lap(pass, STEP_MIXER);
}

/* The same by a recurrence, which goes through every token in any case. */
static void recur_asked(const struct pass *pass, const struct block *block,
                        const struct block_buffers *buffers, const size_t *position, size_t count)
{
    size_t width = block->projection.inputs;
    real *asked = pass->workspace->d_mixed;
    forward_mixing(pass, block, buffers, false);
    gather(pass, position, count, width, buffers->mixed, asked);
    memcpy(buffers->mixed, asked, count * width * sizeof *asked);
    lap(pass, STEP_MIXER);
}

/* One block's buffers serve all where nothing has to stay for a way back but the patterns. */
static struct block_buffers passing_buffers(const struct workspace *workspace, size_t layer)
{
    struct block_buffers buffers = workspace->block[0];
    buffers.probability = workspace->block[layer].probability;
    return buffers;
}

/* The reference's patterns into the probabilities of every block; what else the first block's
 * buffers hold is lost. Of the last block those of the queries at position[count] alone, or, where
 * that is null, of all. want_derivative as where the reference would run alone: the same bits. */
static void forward_reference(const struct pass *pass, bool want_derivative, const size_t *position,
                              size_t count)
{
    struct pass reference = pass_of(pass->model->reference, pass->workspace, pass->sequences);
    size_t last = pass->workspace->layers - 1;
    forward_embedding(&reference, pass->workspace->block[0].input);
    for (size_t l = 0; l < last; l++) {
        struct block_buffers buffers = passing_buffers(pass->workspace, l);
        forward_block(&reference, l, &buffers, want_derivative, buffers.input);
    }
    struct block_buffers buffers = passing_buffers(pass->workspace, last);
    struct block block = pass_block(&reference, last, buffers.relative);
    if (position)
        attend_asked(&reference, &block, &buffers, position, count);
    else
        forward_mixing(&reference, &block, &buffers, want_derivative);
}

double model_backward(const struct model *model, struct workspace *workspace,
                      const struct sequences *sequences, real scale, real *gradient)
{
    if (model->options.kind == MODEL_ASSOCIATIVE)
        return associative_backward(model, workspace, sequences, scale, gradient);
    struct pass pass = pass_of(model, workspace, sequences);
    size_t layers = workspace->layers;
    int threads = matrix_thread_prepare();
    workspace_begin_laps(workspace);
    if (model->reference)
        forward_reference(&pass, true, NULL, 0);
    forward_embedding(&pass, workspace->block[0].input);
    for (size_t l = 0; l < layers; l++)
        forward_block(&pass, l, &workspace->block[l], true,
                      l + 1 < layers ? workspace->block[l + 1].input : workspace->last);
    double loss = output_pass(&pass, scale, gradient);
    for (size_t l = layers; l-- > 0;)
        backward_block(&pass, l, gradient);
    backward_embedding(&pass, workspace->d_stream, gradient);
    matrix_thread_release(threads);
    return loss;
}

/* The last block of those asked about. Leaves workspace->last[count][d_model]. */
static void predict_last_block(const struct pass *pass, const struct block_buffers *buffers,
                               const size_t *position, size_t count)
{
    const struct workspace *workspace = pass->workspace;
    struct block block = pass_block(pass, workspace->layers - 1, buffers->relative);
    if (block.mixer == MIXER_RG_LRU)
        recur_asked(pass, &block, buffers, position, count);
    else
        attend_asked(pass, &block, buffers, position, count);
    gather(pass, position, count, block.norm1.width, buffers->input, buffers->middle);
    linear_forward(&block.projection, count, buffers->mixed, MATRIX_ADD, buffers->middle);
    lap(pass, STEP_PROJECTION);
    norm_forward(&block.norm2, count, buffers->middle, buffers->normed2, buffers->row2);
    memcpy(workspace->last, buffers->middle, count * block.norm2.width * sizeof(real));
    lap(pass, STEP_NORM);
    block_feed_forward(&block, count, buffers->normed2, &buffers->feed_forward, false,
                       workspace->last);
    lap(pass, STEP_FEED_FORWARD);
}

void model_predict(const struct model *model, struct workspace *workspace,
                   const struct sequences *sequences, const size_t *position, size_t count,
                   struct prediction *prediction)
{
    if (model->options.kind == MODEL_ASSOCIATIVE) {
        associative_predict(model, workspace, sequences, position, count, prediction);
        return;
    }
    struct pass pass = pass_of(model, workspace, sequences);
    struct norm norm = block_last_norm(model, &pass.layout);
    struct output output = output_of(&pass);
    size_t last = workspace->layers - 1;
    int threads = matrix_thread_prepare();
    workspace_begin_laps(workspace);
    if (model->reference)
        forward_reference(&pass, false, position, count);
    forward_embedding(&pass, workspace->block[0].input);
    for (size_t l = 0; l < last; l++) {
        struct block_buffers buffers = passing_buffers(workspace, l);
        forward_block(&pass, l, &buffers, false, buffers.input);
    }
    struct block_buffers buffers = passing_buffers(workspace, last);
    predict_last_block(&pass, &buffers, position, count);
    norm_forward(&norm, count, workspace->last, workspace->normed, workspace->row);
    lap(&pass, STEP_NORM);
    for (size_t k = 0; k < count; k++)
        workspace->target[k] = sequences->target[position[k]];
    output_predict(&output, count, workspace->normed, workspace->target, prediction);
    lap(&pass, STEP_OUTPUT);
    matrix_thread_release(threads);
}

void model_watch_attention(const struct model *model, struct workspace *workspace,
                           const struct sequences *sequences,
                           const struct attention_watcher *watcher)
{
    if (!model_attends(&model->options))
        return;
    struct pass pass = pass_of(model, workspace, sequences);
    struct attention_view view = {.heads = model->options.heads, .sequences = sequences};
    int threads = matrix_thread_prepare();
    workspace_begin_laps(workspace);
    if (model->reference)
        forward_reference(&pass, false, NULL, 0);
    forward_embedding(&pass, workspace->block[0].input);
    for (; view.layer < workspace->layers; view.layer++) {
        struct block_buffers buffers = passing_buffers(workspace, view.layer);
        struct block block = pass_block(&pass, view.layer, buffers.relative);
        forward_mixing(&pass, &block, &buffers, false);
        view.probability = buffers.probability;
        watcher->watch(watcher->context, &view);
        workspace_begin_laps(workspace);
        if (view.layer + 1 < workspace->layers)
            forward_stream(&pass, &block, &buffers, false, buffers.input);
    }
    matrix_thread_release(threads);
}
