#include "model/associative.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "model/layout.h"
#include "model/linear.h"
#include "model/output.h"
#include "model/workspace.h"

static bool is_value(const struct model_options *options, int32_t token)
{
    return token >= options->first_value &&
           (size_t)(token - options->first_value) < options->values;
}

size_t associative_targets(const struct model_options *options, const struct sequences *sequences)
{
    size_t targets = 0;
    for (size_t t = sequences->start[0]; t < sequences->start[sequences->count]; t++)
        targets += is_value(options, sequences->target[t]);
    return targets;
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
                               real *logit)
{
    const struct model_options *options = &model->options;
    return (struct layers){
        .hidden = {options->d_model, options->d_hidden,
                   layout_weight(layout, model->weight, TENSOR_KEYS_WEIGHT, 0),
                   layout_weight(layout, model->weight, TENSOR_KEYS_BIAS, 0)},
        .output = {.width = options->d_hidden,
                   .vocab = options->values,
                   .embedding = layout_weight(layout, model->weight, TENSOR_VALUES_WEIGHT, 0),
                   .bias = layout_weight(layout, model->weight, TENSOR_VALUES_BIAS, 0),
                   .logit = logit},
    };
}

static void forward_hidden(const struct linear *hidden, size_t keys,
                           const struct associative_buffers *buffers)
{
    linear_forward(hidden, keys, buffers->key, MATRIX_REPLACE, buffers->active);
#pragma omp simd
    for (size_t i = 0; i < keys * hidden->outputs; i++)
        buffers->active[i] = buffers->active[i] > 0 ? buffers->active[i] : 0;
}

static void backward_hidden(const struct linear *hidden, size_t keys,
                            const struct associative_buffers *buffers,
                            struct linear_gradient gradient)
{
#pragma omp simd
    for (size_t i = 0; i < keys * hidden->outputs; i++)
        buffers->d_active[i] = buffers->active[i] > 0 ? buffers->d_active[i] : 0;
    linear_backward(hidden, keys, buffers->key, buffers->d_active, buffers->d_key, gradient);
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
            make_key(read, options->d_model, buffers->key + keys * options->d_model);
            buffers->answer[keys++] = sequences->target[t] - options->first_value;
        }
    }
    return keys;
}

double associative_backward(const struct model *model, struct workspace *workspace,
                            const struct sequences *sequences, real scale, real *gradient)
{
    const struct associative_buffers *buffers = &workspace->associative;
    struct model_layout layout = layout_of(&model->options);
    struct layers layers = layers_of(model, &layout, buffers->logit);
    struct linear_gradient to_hidden = {
        layout_gradient(&layout, gradient, TENSOR_KEYS_WEIGHT, 0),
        layout_gradient(&layout, gradient, TENSOR_KEYS_BIAS, 0),
    };
    int threads = matrix_thread_prepare();
    workspace_begin_laps(workspace);
    size_t keys = find_keys(&model->options, sequences, NULL, 0, buffers);
    workspace_lap(workspace, STEP_EMBEDDING);
    forward_hidden(&layers.hidden, keys, buffers);
    workspace_lap(workspace, STEP_FEED_FORWARD);
    double loss = output_backward(&layers.output, keys, buffers->active, buffers->answer, scale,
                                  buffers->d_active,
                                  layout_gradient(&layout, gradient, TENSOR_VALUES_WEIGHT, 0),
                                  layout_gradient(&layout, gradient, TENSOR_VALUES_BIAS, 0));
    workspace_lap(workspace, STEP_OUTPUT);
    backward_hidden(&layers.hidden, keys, buffers, to_hidden);
    workspace_lap(workspace, STEP_FEED_FORWARD);
    matrix_thread_release(threads);
    return loss;
}

void associative_predict(const struct model *model, struct workspace *workspace,
                         const struct sequences *sequences, const size_t *position, size_t count,
                         struct prediction *prediction)
{
    const struct associative_buffers *buffers = &workspace->associative;
    struct model_layout layout = layout_of(&model->options);
    struct layers layers = layers_of(model, &layout, buffers->logit);
    int threads = matrix_thread_prepare();
    workspace_begin_laps(workspace);
    size_t keys = find_keys(&model->options, sequences, position, count, buffers);
    workspace_lap(workspace, STEP_EMBEDDING);
    forward_hidden(&layers.hidden, keys, buffers);
    workspace_lap(workspace, STEP_FEED_FORWARD);
    output_predict(&layers.output, keys, buffers->active, buffers->answer, prediction);
    for (size_t k = 0; k < keys; k++)
        prediction[k].likeliest += model->options.first_value;
    workspace_lap(workspace, STEP_OUTPUT);
    matrix_thread_release(threads);
}

void associative_read(const struct model *model, const struct associative_buffers *buffers,
                      const int32_t *token, size_t count, real *log_probability)
{
    const struct model_options *options = &model->options;
    struct model_layout layout = layout_of(options);
    struct layers layers = layers_of(model, &layout, buffers->logit);
    int threads = matrix_thread_prepare();
    associative_key(token, count, options->d_model, buffers->key);
    forward_hidden(&layers.hidden, 1, buffers);
    for (size_t t = 0; t < options->vocab; t++)
        log_probability[t] = -INFINITY;
    output_log_probability(&layers.output, 1, buffers->active,
                           log_probability + options->first_value);
    matrix_thread_release(threads);
}
