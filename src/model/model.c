#include "model/model.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "model/layout.h"
#include "model/recurrence.h"

#define INITIAL_DEVIATION     0.02
#define CONVOLUTION_DEVIATION 0.1 /* times 1 / sqrt(inputs) */

/* What a recurrence keeps of its states at first, with open gates. */
#define LEAST_KEPT 0.9
#define MOST_KEPT  0.999

/* The largest width BLAS is asked for, and the most parameters: below them no size overflows. */
#define MOST_WIDTH      (INT_MAX / 8)
#define MOST_PARAMETERS 0x1p40

/* The longest wave of the sinusoids (Vaswani et al. 2017). */
#define LONGEST_WAVE 10000.0

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

/* At least as many as there are, without overflow. */
static double most_parameters(const struct model_options *options)
{
    double hidden = (double)options->d_hidden, model = (double)options->d_model;
    double width = (double)options->heads * (double)options->d_key;
    if (options->kind == MODEL_ASSOCIATIVE)
        return hidden * (model + 1) + (double)options->values * (hidden + 1);
    double block = model * (5 * width + 2 * hidden + 8) + 2 * width * (double)options->d_key;
    double tables = model * ((double)options->vocab + (double)options->max_length);
    return (double)options->layers * (block + 16 * width) + tables;
}

static bool check_options(const struct model_options *options, struct error *err)
{
    if (!check_sizes(options, err) ||
        (options->kind == MODEL_ASSOCIATIVE && !check_values(options, err)))
        return false;
    double width = (double)options->heads * (double)options->d_key;
    if (width > MOST_WIDTH)
        return error_set(err, ERROR_INPUT,
                         "%zu heads of d_key %zu are too wide: at most %d together", options->heads,
                         options->d_key, MOST_WIDTH);
    double parameters = most_parameters(options);
    if (parameters > MOST_PARAMETERS)
        return error_set(err, ERROR_INPUT, "a model of %.3g parameters is too large", parameters);
    return true;
}

static size_t count_tensors(const struct model_options *options)
{
    size_t count = 0;
    for (struct layout_place p = layout_first(options); p.tensor < TENSORS;
         p = layout_next(options, p))
        count++;
    return count;
}

static void list_parameters(struct model *model)
{
    const struct model_options *options = &model->options;
    struct model_layout layout = layout_of(options);
    for (struct layout_place p = layout_first(options); p.tensor < TENSORS;
         p = layout_next(options, p))
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
            double angle = distance * pow(LONGEST_WAVE, -2.0 * (double)sinusoid / (double)width);
            model->sinusoid[row * width + j] = (real)(j < sines ? sin(angle) : cos(angle));
        }
    }
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
    if (!model->weight || (distances && !model->sinusoid)) {
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
    *model = (struct model){.parameters = 0};
}

bool model_has_distances(const struct model_options *options)
{
    return model_attends(options) && options->positions == POSITIONS_RELATIVE;
}

static size_t count_numbers(const struct model_options *options, bool matrices_only)
{
    size_t count = 0;
    struct model_layout layout = layout_of(options);
    for (struct layout_place p = layout_first(options); p.tensor < TENSORS;
         p = layout_next(options, p)) {
        struct parameter parameter = layout_parameter(options, &layout, p);
        if (!matrices_only || layout_is_matrix(p.tensor))
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
    return options->kind == MODEL_TRANSFORMER && options->mixer == MIXER_ATTENTION;
}

static void fill(real *weight, size_t count, real value)
{
    for (size_t i = 0; i < count; i++)
        weight[i] = value;
}

static void fill_normal(real *weight, size_t count, double deviation, struct random random)
{
    for (size_t i = 0; i < count; i++)
        weight[i] = (real)(deviation * random_normal(&random));
}

static void fill_decay(real *weight, size_t count, struct random random)
{
    for (size_t i = 0; i < count; i++)
        weight[i] =
            (real)recurrence_decay(LEAST_KEPT + (MOST_KEPT - LEAST_KEPT) * random_uniform(&random));
}

static double deviation_of(const struct model *model, const struct parameter *parameter,
                           enum beginning beginning)
{
    switch (beginning) {
    case INIT_PROJECTION:
        return INITIAL_DEVIATION / sqrt(2.0 * (double)model->options.layers);
    case INIT_BY_ROWS:
        return 1 / sqrt((double)parameter->rows);
    case INIT_BY_COLS:
        return 1 / sqrt((double)parameter->cols);
    case INIT_WINDOW:
        return CONVOLUTION_DEVIATION / sqrt((double)parameter->rows);
    default:
        return INITIAL_DEVIATION;
    }
}

static void begin(struct model *model, const struct parameter *parameter, enum beginning beginning,
                  uint64_t seed)
{
    real *weight = model->weight + parameter->offset;
    size_t count = parameter->rows * parameter->cols;
    uint64_t name = hash_bytes(parameter->name, strlen(parameter->name));
    struct random random = random_stream(seed, RANDOM_WEIGHTS, name, 0);
    if (beginning == INIT_ZERO || beginning == INIT_ONE)
        fill(weight, count, beginning == INIT_ONE);
    else if (beginning == INIT_DECAY)
        fill_decay(weight, count, random);
    else
        fill_normal(weight, count, deviation_of(model, parameter, beginning), random);
}

void model_randomize(struct model *model, uint64_t seed)
{
    const struct model_options *options = &model->options;
    const struct parameter *parameter = model->parameter;
    for (struct layout_place p = layout_first(options); p.tensor < TENSORS;
         p = layout_next(options, p))
        begin(model, parameter++, layout_beginning(p.tensor), seed);
}

/* With fewer tokens a large model's weights are fetched too often for what is done with them (at
 * 256 a twelfth of the time goes into it); with more, nothing is gained. */
enum { MICRO_BATCH_TOKENS = 512 };

size_t model_micro_batch_tokens(const struct model_options *options)
{
    size_t longest = options->max_length;
    return longest > MICRO_BATCH_TOKENS ? longest : MICRO_BATCH_TOKENS;
}

const struct parameter *model_parameter(const struct model *model, const char *name)
{
    for (size_t i = 0; i < model->parameters; i++)
        if (strcmp(model->parameter[i].name, name) == 0)
            return &model->parameter[i];
    return NULL;
}
