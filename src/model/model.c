#include "model/model.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "model/layout.h"
#include "model/mixer.h"
#include "model/model_ops.h"
#include "model/packed.h"

/* The largest width BLAS is asked for, and the most parameters: below them no size overflows. */
#define MOST_WIDTH      (INT_MAX / 8)
#define MOST_PARAMETERS 0x1p40

/* The longest wave of the sinusoids (Vaswani et al. 2017). */
#define LONGEST_WAVELENGTH 10000.0

static bool check_sizes(const struct model_options *options, struct error *err)
{
    const struct {
        const char *name;
        size_t value;
    } sizes[] = {
        {"layers", options->layers},         {"heads", options->heads},
        {"d_model", options->d_model},       {"d_hidden", options->d_hidden},
        {"d_key", options->d_key},           {"vocab", options->vocab},
        {"max_length", options->max_length},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        if (sizes[i].value == 0 || sizes[i].value > MOST_WIDTH)
            return error_set(err, ERROR_INPUT, "a model's %s must be 1 to %d, not %zu",
                             sizes[i].name, MOST_WIDTH, sizes[i].value);
    return true;
}

static bool check_options(const struct model_options *options, struct error *err)
{
    const struct model_ops *ops = model_ops_of(options);
    if (!check_sizes(options, err) || (ops->check && !ops->check(options, err)))
        return false;
    double width = (double)options->heads * (double)options->d_key;
    if (width > MOST_WIDTH)
        return error_set(err, ERROR_INPUT,
                         "%zu heads of d_key %zu are too wide: at most %d together", options->heads,
                         options->d_key, MOST_WIDTH);
    double parameters = layout_count(options);
    if (parameters > MOST_PARAMETERS)
        return error_set(err, ERROR_INPUT, "a model of %.3g parameters is too large", parameters);
    return true;
}

static size_t count_tensors(const struct model_options *options)
{
    size_t count = 0;
    for (struct layout_place p = layout_first(options); p.tensor; p = layout_next(options, p))
        count++;
    return count;
}

static void list_parameters(struct model *model)
{
    const struct model_options *options = &model->options;
    struct model_layout layout = layout_of(options);
    for (struct layout_place p = layout_first(options); p.tensor; p = layout_next(options, p))
        model->parameter[model->parameters++] = layout_parameter(options, &layout, p);
    model->size = layout.size;
}

/* The sines and cosines of every distance, farthest first: attention reads them so (see
 * attention.h). First all sines, then all cosines, as in Transformer-XL. */
static void fill_sinusoid(struct model *model)
{
    size_t length = model->options.max_length, width = model->options.d_model;
    size_t sines = (width + 1) / 2;
    for (size_t row = 0; row < length; row++) {
        double distance = (double)(length - 1 - row);
        for (size_t j = 0; j < width; j++) {
            size_t sinusoid = j < sines ? j : j - sines;
            double angle =
                distance * pow(LONGEST_WAVELENGTH, -2.0 * (double)sinusoid / (double)width);
            model->sinusoid[row * width + j] = (real)(j < sines ? sin(angle) : cos(angle));
        }
    }
}

/* The same weights for products in bf16, where those are asked for and can be had. */
static bool make_packed(struct model *model, struct error *err)
{
    if (precision_in_use(model->options.precision, NULL) != PRECISION_BF16)
        return true;
    model->packed = packed_weights_new(&model->options, err);
    model_refresh(model, 1);
    return model->packed;
}

bool model_init(struct model *model, const struct model_options *options, struct error *err)
{
    *model = (struct model){.parameters = 0};
    if (!check_options(options, err))
        return false;
    model->options = *options;
    bool distances = model_has_distances(options);
    model->parameter = memory_new(count_tensors(options), sizeof *model->parameter, err);
    if (model->parameter)
        list_parameters(model);
    if (model->parameter)
        model->weight = memory_new_aligned(model->size, sizeof(real), err);
    if (model->weight && distances)
        model->sinusoid =
            memory_new_aligned(options->max_length * options->d_model, sizeof(real), err);
    if (!model->weight || (distances && !model->sinusoid) || !make_packed(model, err)) {
        model_free(model);
        return false;
    }
    if (distances)
        fill_sinusoid(model);
    return true;
}

void model_free(struct model *model)
{
    memory_free(model->parameter);
    memory_free(model->weight);
    memory_free(model->sinusoid);
    packed_weights_free(model->packed);
    *model = (struct model){.parameters = 0};
}

void model_refresh(struct model *model, size_t threads)
{
    if (model->packed)
        packed_weights_fill(model->packed, model->weight, threads);
}

size_t model_bytes(const struct model_options *options)
{
    bool rounds = precision_in_use(options->precision, NULL) == PRECISION_BF16;
    size_t bytes = memory_product(model_count_parameters(options), sizeof(real));
    return memory_sum(bytes, rounds ? packed_weights_bytes(options) : 0);
}

bool model_has_distances(const struct model_options *options)
{
    return model_attends(options) && options->positions == POSITIONS_RELATIVE;
}

/* Whether every token is multiplied with it. */
static bool meets_tokens(const struct tensor *tensor)
{
    return tensor->use != TENSOR_VECTOR && tensor->use != TENSOR_TABLE;
}

static size_t count_numbers(const struct model_options *options, bool matrices_only)
{
    size_t count = 0;
    struct model_layout layout = layout_of(options);
    for (struct layout_place p = layout_first(options); p.tensor; p = layout_next(options, p)) {
        struct parameter parameter = layout_parameter(options, &layout, p);
        if (!matrices_only || meets_tokens(p.tensor))
            count += parameter.rows * parameter.cols;
    }
    return count;
}

size_t model_count_parameters(const struct model_options *options)
{
    return count_numbers(options, false);
}

size_t model_count_matrix_parameters(const struct model_options *options)
{
    return count_numbers(options, true);
}

bool model_attends(const struct model_options *options)
{
    return model_ops_of(options)->has_blocks && mixer_of(options)->attends;
}

void model_randomize(struct model *model, uint64_t seed)
{
    const struct model_options *options = &model->options;
    const struct parameter *parameter = model->parameter;
    for (struct layout_place p = layout_first(options); p.tensor;
         p = layout_next(options, p), parameter++) {
        struct init_shape shape = {parameter->rows, parameter->cols, options->layers};
        uint64_t name = hash_bytes(parameter->name, strlen(parameter->name));
        p.tensor->init(&shape, random_stream(seed, RANDOM_WEIGHTS, name, 0),
                       model->weight + parameter->offset);
    }
    model_refresh(model, 1);
}

/* With fewer tokens a large model's weights are fetched too often for what is done with them (at
 * 256 a twelfth of the time goes into it); with more, nothing is gained in fp32. In bf16 products
 * are so much faster that what is fetched for each micro-batch, most of all the gradient that it is
 * added to, is fetched too often still. */
enum { MICRO_BATCH_TOKENS = 512, MICRO_BATCH_TOKENS_BF16 = 1280 };

size_t model_micro_batch_tokens(const struct model_options *options)
{
    size_t longest = options->max_length;
    size_t tokens =
        options->precision == PRECISION_BF16 ? MICRO_BATCH_TOKENS_BF16 : MICRO_BATCH_TOKENS;
    return longest > tokens ? longest : tokens;
}

const struct parameter *model_parameter(const struct model *model, const char *name)
{
    for (size_t i = 0; i < model->parameters; i++)
        if (strcmp(model->parameter[i].name, name) == 0)
            return &model->parameter[i];
    return NULL;
}

size_t model_targets(const struct model_options *options, const struct sequences *sequences)
{
    return model_ops_of(options)->targets(options, sequences);
}

/* Zeros where gradients are summed; those of the matrices that make products come out of one, which
 * can leave them behind in place of what is there. */
static void clear_sums(const struct model *model, real *gradient)
{
    for (size_t p = 0; p < model->parameters; p++) {
        const struct parameter *parameter = &model->parameter[p];
        if (!parameter->makes_products)
            memset(gradient + parameter->offset, 0,
                   parameter->rows * parameter->cols * sizeof *gradient);
    }
}

double model_backward(const struct model *model, struct workspace *workspace,
                      const struct sequences *sequences, real scale, enum matrix_result result,
                      real *gradient, const struct gradient_watcher *watcher)
{
    /* Beside a reference only parts of a matrix have a gradient, of no tokens none. */
    bool whole = !model->reference && model_targets(&model->options, sequences) > 0;
    if (result == MATRIX_REPLACE && whole) {
        clear_sums(model, gradient);
    } else if (result == MATRIX_REPLACE) {
        memset(gradient, 0, model->size * sizeof *gradient);
        result = MATRIX_ADD;
    }
    return model_ops_of(&model->options)
        ->backward(model, workspace, sequences, scale, result, gradient, watcher);
}

void model_predict(const struct model *model, struct workspace *workspace,
                   const struct sequences *sequences, const size_t *position, size_t count,
                   struct prediction *prediction)
{
    model_ops_of(&model->options)
        ->predict(model, workspace, sequences, position, count, prediction);
}

void model_watch_attention(const struct model *model, struct workspace *workspace,
                           const struct sequences *sequences,
                           const struct attention_watcher *watcher)
{
    if (model_attends(&model->options))
        model_ops_of(&model->options)->watch_attention(model, workspace, sequences, watcher);
}
