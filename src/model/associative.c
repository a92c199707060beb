#include "model/associative.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "model/arena.h"
#include "model/decoder_state.h"
#include "model/layout.h"
#include "model/linear.h"
#include "model/model.h"
#include "model/model_ops.h"
#include "model/output.h"
#include "model/workspace.h"

enum { KEYS_WEIGHT, KEYS_BIAS, VALUES_WEIGHT, VALUES_BIAS };

static const struct tensor tensors[] = {
    [KEYS_WEIGHT] = {"keys.weight", 1, DIM_MODEL, 1, DIM_HIDDEN, TENSOR_MATRIX, MODEL_FEED_FORWARD,
                     IF_ANY, init_by_rows, 0},
    [KEYS_BIAS] = {"keys.bias", 1, DIM_ONE, 1, DIM_HIDDEN, TENSOR_VECTOR, MODEL_FEED_FORWARD,
                   IF_BIAS, init_zero, 0},
    [VALUES_WEIGHT] = {"values.weight", 1, DIM_VALUES, 1, DIM_HIDDEN, TENSOR_OUTPUT,
                       MODEL_FEED_FORWARD, IF_ANY, init_by_cols, 0},
    [VALUES_BIAS] = {"values.bias", 1, DIM_ONE, 1, DIM_VALUES, TENSOR_VECTOR, MODEL_FEED_FORWARD,
                     IF_BIAS, init_zero, 0},
};

static const struct tensor_list lists[TENSOR_GROUPS] = {
    [TENSORS_FRONT] = TENSOR_LIST(tensors),
};

/* Buffers of a pass over keys; as many as the workspace has room for tokens. */
struct associative_buffers {
    struct activation key;    /* [keys][d_model] */
    struct activation active; /* [keys][d_hidden] after ReLU */
    real *d_active;           /* [keys][d_hidden] */
    real *d_key;              /* [keys][d_model] scratch: keys are not trained */
    int32_t *answer;          /* [keys] the value to be learned, counted from 0 */
    struct output_scratch output;
    bf16 *rounded; /* [keys][d_hidden] scratch; null in fp32 */
};

/* A decoder has those of one key, as far as reading needs them. */
struct associative_decoder {
    struct associative_buffers buffers;
    int32_t *token; /* [max_length] that were read */
};

static void *new_pass_buffers(struct arena *arena, const struct model_options *options, size_t keys)
{
    struct associative_buffers buffers;
    buffers.key = activation_take(arena, options, keys, options->d_model);
    buffers.active = activation_take(arena, options, keys, options->d_hidden);
    buffers.d_active = arena_take_reals(arena, keys * options->d_hidden);
    buffers.d_key = arena_take_reals(arena, keys * options->d_model);
    buffers.answer = arena_take(arena, keys, sizeof *buffers.answer);
    buffers.output = output_take_scratch(arena, options, keys, options->values);
    buffers.rounded = activation_take_rounded(arena, options, keys, options->d_hidden);
    return arena_keep(arena, &buffers, sizeof buffers);
}

static void *new_decoder_buffers(struct arena *arena, const struct model_options *options)
{
    struct associative_decoder own = {.token = NULL};
    own.buffers.key = activation_take(arena, options, 1, options->d_model);
    own.buffers.active = activation_take(arena, options, 1, options->d_hidden);
    own.token = arena_take(arena, options->max_length, sizeof *own.token);
    return arena_keep(arena, &own, sizeof own);
}

/* A memory's values are tokens of the vocabulary. */
static bool check_values(const struct model_options *options, struct error *err)
{
    bool among = options->first_value >= 0 && (size_t)options->first_value < options->vocab;
    if (among && options->values > 0 &&
        options->values <= options->vocab - (size_t)options->first_value)
        return true;
    return error_set(err, ERROR_INPUT, "a memory's %zu values from token %d on are not among %zu",
                     options->values, options->first_value, options->vocab);
}

static bool is_value(const struct model_options *options, int32_t token)
{
    return token >= options->first_value &&
           (size_t)(token - options->first_value) < options->values;
}

static size_t targets(const struct model_options *options, const struct sequences *sequences)
{
    size_t values = 0;
    for (size_t t = sequences->start[0]; t < sequences->start[sequences->count]; t++)
        values += is_value(options, sequences->target[t]);
    return values;
}

/* What the tokens read so far and one more have in common with no others. */
static uint64_t read_token(uint64_t read, int32_t token)
{
    return hash_u64(read) + (uint64_t)token;
}

/* Normal numbers have no direction they prefer (Marsaglia 1972). */
static void make_key(uint64_t read, size_t width, real *key)
{
    struct random random = random_stream(read, RANDOM_KEYS, 0, 0);
    double square = 0;
    for (size_t j = 0; j < width; j++) {
        double number = random_normal(&random);
        key[j] = (real)number;
        square += number * number;
    }
    real scale = (real)(1 / sqrt(square));
    for (size_t j = 0; j < width; j++)
        key[j] *= scale;
}

void associative_key(const int32_t *token, size_t count, size_t width, real *key)
{
    uint64_t read = 0;
    for (size_t t = 0; t < count; t++)
        read = read_token(read, token[t]);
    make_key(read, width, key);
}

struct layers {
    struct linear hidden;
    struct output output;
};

static struct layers layers_of(const struct model *model, const struct model_layout *layout,
                               struct output_scratch scratch)
{
    const struct model_options *options = &model->options;
    return (struct layers){
        .hidden = {options->d_model, options->d_hidden,
                   layout_weight(layout, model->weight, TENSORS_FRONT, KEYS_WEIGHT, 0),
                   layout_weight(layout, model->weight, TENSORS_FRONT, KEYS_BIAS, 0),
                   packed_of(model->packed, TENSORS_FRONT, KEYS_WEIGHT, 0)},
        .output = {.width = options->d_hidden,
                   .vocab = options->values,
                   .embedding =
                       layout_weight(layout, model->weight, TENSORS_FRONT, VALUES_WEIGHT, 0),
                   .bias = layout_weight(layout, model->weight, TENSORS_FRONT, VALUES_BIAS, 0),
                   .packed = packed_of(model->packed, TENSORS_FRONT, VALUES_WEIGHT, 0),
                   .scratch = scratch},
    };
}

static void forward_hidden(const struct linear *hidden, size_t keys,
                           const struct associative_buffers *buffers)
{
    real *active = buffers->active.at;
    linear_forward(hidden, keys, buffers->key, MATRIX_REPLACE, active);
#pragma omp simd
    for (size_t i = 0; i < keys * hidden->outputs; i++)
        active[i] = active[i] > 0 ? active[i] : 0;
}

static void backward_hidden(const struct linear *hidden, size_t keys,
                            const struct associative_buffers *buffers,
                            struct linear_gradient gradient)
{
    struct activation derivative = {buffers->d_active, buffers->rounded};
#pragma omp simd
    for (size_t i = 0; i < keys * hidden->outputs; i++)
        buffers->d_active[i] = buffers->active.at[i] > 0 ? buffers->d_active[i] : 0;
    linear_backward(hidden, keys, buffers->key, derivative, buffers->d_key, gradient);
}

/* The keys of all values of the sequences, or of those at the ascending position[count] alone, and
 * what they are to be answered with. Returns how many there are. */
static size_t find_keys(const struct model_options *options, const struct sequences *sequences,
                        const size_t *position, size_t count,
                        const struct associative_buffers *buffers)
{
    size_t keys = 0, asked = 0;
    for (size_t s = 0; s < sequences->count; s++) {
        uint64_t read = 0;
        for (size_t t = sequences->start[s]; t < sequences->start[s + 1]; t++) {
            read = read_token(read, sequences->token[t]);
            bool wanted = position ? asked < count && position[asked] == t
                                   : is_value(options, sequences->target[t]);
            if (!wanted)
                continue;
            asked++;
            make_key(read, options->d_model, buffers->key.at + keys * options->d_model);
            buffers->answer[keys++] = sequences->target[t] - options->first_value;
        }
    }
    return keys;
}

/* All of it is complete at the end alone. */
static double backward(const struct model *model, struct workspace *workspace,
                       const struct sequences *sequences, real scale, enum matrix_result result,
                       real *gradient, const struct gradient_watcher *watcher)
{
    (void)watcher;
    const struct associative_buffers *buffers = workspace->buffers;
    struct model_layout layout = layout_of(&model->options);
    struct layers layers = layers_of(model, &layout, buffers->output);
    struct linear_gradient to_hidden = {
        layout_gradient(&layout, gradient, TENSORS_FRONT, KEYS_WEIGHT, 0),
        layout_gradient(&layout, gradient, TENSORS_FRONT, KEYS_BIAS, 0),
        result,
    };
    struct matrix_thread thread = matrix_thread_prepare();
    workspace_begin_laps(workspace);
    size_t keys = find_keys(&model->options, sequences, NULL, 0, buffers);
    workspace_lap(workspace, STEP_EMBEDDING);
    forward_hidden(&layers.hidden, keys, buffers);
    workspace_lap(workspace, STEP_FEED_FORWARD);
    double loss = output_backward(
        &layers.output, keys, buffers->active, buffers->answer, scale, buffers->d_active, result,
        layout_gradient(&layout, gradient, TENSORS_FRONT, VALUES_WEIGHT, 0),
        layout_gradient(&layout, gradient, TENSORS_FRONT, VALUES_BIAS, 0));
    workspace_lap(workspace, STEP_OUTPUT);
    backward_hidden(&layers.hidden, keys, buffers, to_hidden);
    workspace_lap(workspace, STEP_FEED_FORWARD);
    matrix_thread_release(&thread);
    return loss;
}

static void predict(const struct model *model, struct workspace *workspace,
                    const struct sequences *sequences, const size_t *position, size_t count,
                    struct prediction *prediction)
{
    const struct associative_buffers *buffers = workspace->buffers;
    struct model_layout layout = layout_of(&model->options);
    struct layers layers = layers_of(model, &layout, buffers->output);
    struct matrix_thread thread = matrix_thread_prepare();
    workspace_begin_laps(workspace);
    size_t keys = find_keys(&model->options, sequences, position, count, buffers);
    workspace_lap(workspace, STEP_EMBEDDING);
    forward_hidden(&layers.hidden, keys, buffers);
    workspace_lap(workspace, STEP_FEED_FORWARD);
    output_predict(&layers.output, keys, buffers->active, buffers->answer, prediction);
    for (size_t k = 0; k < keys; k++)
        prediction[k].likeliest += model->options.first_value;
    workspace_lap(workspace, STEP_OUTPUT);
    matrix_thread_release(&thread);
}

/* log_probability[vocab] of the token behind these; -INFINITY for all that are no values. */
static void answer(const struct model *model, const struct associative_buffers *buffers,
                   const int32_t *token, size_t count, real *log_probability)
{
    const struct model_options *options = &model->options;
    struct model_layout layout = layout_of(options);
    struct layers layers = layers_of(model, &layout, buffers->output);
    struct matrix_thread thread = matrix_thread_prepare();
    associative_key(token, count, options->d_model, buffers->key.at);
    forward_hidden(&layers.hidden, 1, buffers);
    for (size_t t = 0; t < options->vocab; t++)
        log_probability[t] = -INFINITY;
    output_log_probability(&layers.output, 1, buffers->active,
                           log_probability + options->first_value);
    matrix_thread_release(&thread);
}

/* The memory is asked with all tokens at once. */
static void read_tokens(struct decoder *decoder, const int32_t *token, size_t count, size_t wanted,
                        real *log_probability)
{
    const struct associative_decoder *own = decoder->buffers;
    size_t vocab = decoder->model->options.vocab;
    memcpy(own->token + decoder->length, token, count * sizeof *token);
    decoder->length += count;
    for (size_t i = 0; i < wanted; i++)
        answer(decoder->model, &own->buffers, own->token, decoder->length - (wanted - 1 - i),
               log_probability + i * vocab);
}

static void branch(struct decoder *decoder, const int32_t *token, size_t branches, size_t count,
                   const size_t *length, real *log_probability)
{
    size_t before = decoder->length, vocab = decoder->model->options.vocab;
    for (size_t b = 0; b < branches; b++, decoder->length = before)
        read_tokens(decoder, token + b * count, length ? length[b] : count, 1,
                    log_probability + b * vocab);
}

const struct model_ops model_associative = {
    .only_values = true,
    .tensors = lists,
    .check = check_values,
    .targets = targets,
    .backward = backward,
    .predict = predict,
    .pass_buffers = new_pass_buffers,
    .read = read_tokens,
    .branch = branch,
    .decoder_buffers = new_decoder_buffers,
};
