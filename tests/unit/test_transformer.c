#include <malloc.h>
#include <math.h>
#include <omp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "model/model.h"
#include "model/workspace.h"
#include "tests/fixtures/model_reference.h"
#include "tests/larger.h"

static const struct model_options hoffmann = {
    .layers = 2,
    .heads = 3,
    .d_model = 21,
    .d_hidden = 33,
    .d_key = 5,
    .vocab = 23,
    .max_length = 50,
    .norm = NORM_RMS,
    .positions = POSITIONS_RELATIVE,
    .bias = false,
};

static const struct model_options gpt2 = {
    .layers = 2,
    .heads = 3,
    .d_model = 21,
    .d_hidden = 33,
    .d_key = 5,
    .vocab = 23,
    .max_length = 50,
    .norm = NORM_LAYER,
    .positions = POSITIONS_LEARNED,
    .bias = true,
};

static const struct model_options recurrent = {
    .mixer = MIXER_RG_LRU,
    .layers = 2,
    .heads = 3,
    .d_model = 21,
    .d_hidden = 33,
    .d_key = 5,
    .vocab = 23,
    .max_length = 50,
    .norm = NORM_RMS,
    .positions = POSITIONS_RELATIVE,
    .bias = false,
};

/* The paper's, with its 32,000 words. */
static const struct model_options paper = {
    .layers = 8,
    .heads = 8,
    .d_model = 512,
    .d_hidden = 2048,
    .d_key = 64,
    .vocab = 32000,
    .max_length = 100,
    .norm = NORM_RMS,
    .positions = POSITIONS_RELATIVE,
    .bias = false,
};

/* ---- parameters ---- */

/* 8 blocks of 12 * 512^2, 8 * 512^2 for distances, 32,000 * 512 words; then 17 norms and two
 * biases of attention in each block, 512 each. */
static void the_papers_model_has_44_million_parameters(void **state)
{
    (void)state;
    size_t square = 512 * 512;
    size_t blocks = 8 * 12 * square, distances = 8 * square, words = 32000 * 512;
    size_t vectors = (17 + 2 * 8) * 512;
    assert_int_equal(model_count_parameters(&paper), blocks + distances + words + vectors);
    assert_int_equal(model_count_parameters(&paper), 43663872);
    assert_int_equal(model_count_matrix_parameters(&paper), blocks + words);
}

/* GPT-2's own formula: V C + T C + L (12 C^2 + 13 C) + 2 C. */
static void a_gpt2_model_has_its_parameters(void **state)
{
    (void)state;
    struct model_options options = gpt2;
    options.heads = 4;
    options.d_key = 6;
    options.d_model = 24;
    options.d_hidden = 96;
    size_t c = 24, blocks = options.layers * (12 * c * c + 13 * c);
    assert_int_equal(model_count_parameters(&options),
                     options.vocab * c + options.max_length * c + blocks + 2 * c);
    assert_int_equal(model_count_matrix_parameters(&options),
                     options.vocab * c + options.layers * 12 * c * c);
}

/* Per block 2 C W into the branches, W C back, 2 heads of D^2 a gate for W = heads * D, 4 W of
 * convolution, and 4 W of vectors; no distances. */
static void a_recurrent_model_has_its_parameters(void **state)
{
    (void)state;
    struct model_options options = recurrent;
    size_t c = 21, heads = 3, d = 5, w = heads * d, words = 23 * c;
    size_t block = 3 * c * w + 2 * heads * d * d + 4 * w + 2 * c * 33;
    assert_int_equal(model_count_matrix_parameters(&options), words + 2 * block);
    assert_int_equal(model_count_parameters(&options), words + 2 * (block + 4 * w + 2 * c) + c);
    assert_false(model_has_distances(&options));
    options.bias = true;
    options.norm = NORM_LAYER;
    assert_int_equal(model_count_parameters(&options),
                     words + 2 * (block + 4 * w + 4 * c + 2 * w + c + 33 + c) + 2 * c);
}

/* In the order of the arena, each at a cache line, none reaching into the next. */
static void check_layout(const struct model_options *options)
{
    struct model model;
    assert_true(model_init(&model, options, NULL));
    size_t end = 0, numbers = 0;
    for (size_t p = 0; p < model.parameters; p++) {
        const struct parameter *parameter = &model.parameter[p];
        assert_true(parameter->offset >= end && parameter->offset % 16 == 0);
        end = parameter->offset + parameter->rows * parameter->cols;
        numbers += parameter->rows * parameter->cols;
        assert_int_equal(parameter->decays, parameter->rows > 1);
        assert_ptr_equal(model_parameter(&model, parameter->name), parameter);
    }
    assert_true(end <= model.size);
    assert_int_equal(numbers, model_count_parameters(options));
    assert_null(model_parameter(&model, "blocks.2.norm1.scale"));
    model_free(&model);
}

static void parameters_lie_side_by_side(void **state)
{
    (void)state;
    check_layout(&hoffmann);
    check_layout(&gpt2);
    check_layout(&recurrent);
}

/* The names are a promise: checkpoints hold them. */
static void parameters_have_their_names_and_shapes(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t rows, cols;
    } expected[] = {
        {"embedding", 23, 21},
        {"positions", 50, 21},
        {"blocks.0.norm1.scale", 1, 21},
        {"blocks.0.norm1.bias", 1, 21},
        {"blocks.0.attention.query_key_value.weight", 21, 45},
        {"blocks.0.attention.query_key_value.bias", 1, 45},
        {"blocks.0.attention.projection.weight", 15, 21},
        {"blocks.0.attention.projection.bias", 1, 21},
        {"blocks.0.norm2.scale", 1, 21},
        {"blocks.0.norm2.bias", 1, 21},
        {"blocks.0.feed_forward.in.weight", 21, 33},
        {"blocks.0.feed_forward.in.bias", 1, 33},
        {"blocks.0.feed_forward.out.weight", 33, 21},
        {"blocks.0.feed_forward.out.bias", 1, 21},
        {"blocks.1.norm1.scale", 1, 21},
    };
    struct model model;
    assert_true(model_init(&model, &gpt2, NULL));
    for (size_t p = 0; p < sizeof expected / sizeof *expected; p++) {
        assert_string_equal(model.parameter[p].name, expected[p].name);
        assert_int_equal(model.parameter[p].rows, expected[p].rows);
        assert_int_equal(model.parameter[p].cols, expected[p].cols);
    }
    assert_string_equal(model.parameter[model.parameters - 1].name, "norm.bias");
    model_free(&model);
    assert_true(model_init(&model, &hoffmann, NULL));
    assert_null(model_parameter(&model, "positions"));
    assert_null(model_parameter(&model, "blocks.0.norm1.bias"));
    assert_int_equal(model_parameter(&model, "blocks.1.attention.relative")->rows, 21);
    assert_int_equal(model_parameter(&model, "blocks.1.attention.content_bias")->cols, 15);
    assert_int_equal(model_parameter(&model, "blocks.1.attention.position_bias")->cols, 15);
    model_free(&model);
    assert_true(model_init(&model, &recurrent, NULL));
    assert_null(model_parameter(&model, "blocks.0.attention.query_key_value.weight"));
    assert_null(model_parameter(&model, "blocks.0.attention.relative"));
    assert_null(model_parameter(&model, "blocks.0.recurrence.branches.bias"));
    assert_int_equal(model_parameter(&model, "blocks.1.recurrence.branches.weight")->cols, 30);
    assert_int_equal(model_parameter(&model, "blocks.1.recurrence.convolution.weight")->rows, 4);
    assert_int_equal(model_parameter(&model, "blocks.1.recurrence.input_gate.weight")->rows, 15);
    assert_int_equal(model_parameter(&model, "blocks.1.recurrence.input_gate.weight")->cols, 5);
    assert_int_equal(model_parameter(&model, "blocks.1.recurrence.decay")->cols, 15);
    model_free(&model);
}

static void sizes_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    struct model model;
    struct error err;
    struct model_options options = gpt2;
    options.heads = 0;
    assert_false(model_init(&model, &options, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_non_null(strstr(err.message, "heads"));
    options = gpt2;
    options.vocab = SIZE_MAX / 2;
    assert_false(model_init(&model, &options, &err));
    assert_non_null(strstr(err.message, "vocab"));
    options = gpt2;
    options.heads = options.d_key = 100000;
    assert_false(model_init(&model, &options, &err));
    assert_non_null(strstr(err.message, "100000 heads"));
    options = gpt2;
    options.layers = options.d_hidden = options.d_model = 10000000;
    assert_false(model_init(&model, &options, &err));
    assert_non_null(strstr(err.message, "too large"));
    assert_null(model.weight);
}

/* ---- initial weights ---- */

static double deviation_of(const struct model *model, const char *name)
{
    const struct parameter *parameter = model_parameter(model, name);
    size_t count = parameter->rows * parameter->cols;
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += pow((double)model->weight[parameter->offset + i], 2);
    return sqrt(sum / (double)count);
}

static void initial_weights_are_gpt2s(void **state)
{
    (void)state;
    struct model_options options = {
        .layers = 8,
        .heads = 4,
        .d_model = 64,
        .d_hidden = 256,
        .d_key = 16,
        .vocab = 300,
        .max_length = 40,
        .norm = NORM_LAYER,
        .positions = POSITIONS_RELATIVE,
        .bias = true,
    };
    static const struct {
        const char *name;
        double deviation;
    } expected[] = {
        {"embedding", 0.02},
        {"blocks.3.attention.query_key_value.weight", 0.02},
        {"blocks.3.attention.relative", 0.02},
        {"blocks.3.attention.projection.weight", 0.02 / 4},
        {"blocks.3.feed_forward.in.weight", 0.02},
        {"blocks.3.feed_forward.out.weight", 0.02 / 4},
    };
    struct model model;
    assert_true(model_init(&model, &options, NULL));
    model_randomize(&model, 7);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        /* 4096 numbers or more: the deviation is known to 1.1 %, four times that is allowed. */
        double share = deviation_of(&model, expected[i].name) / expected[i].deviation;
        assert_true(share > 0.955 && share < 1.045);
    }
    for (size_t p = 0; p < model.parameters; p++) {
        const struct parameter *parameter = &model.parameter[p];
        double each = strstr(parameter->name, ".scale") ? 1 : 0;
        for (size_t i = 0; parameter->rows == 1 && i < parameter->cols; i++)
            assert_true((double)model.weight[parameter->offset + i] == each);
    }
    model_free(&model);
}

/* De et al. 2024: what is kept of a state, a^8 with a = sigmoid(decay), is uniform in 0.9 .. 0.999;
 * matrices have deviation 1 / sqrt(inputs), the convolution a tenth of it. */
static void a_recurrence_begins_as_published(void **state)
{
    (void)state;
    struct model_options options = recurrent;
    options.heads = 16;
    options.d_key = 64;
    options.d_model = 100;
    static const struct {
        const char *name;
        double deviation;
    } expected[] = {
        {"blocks.1.recurrence.branches.weight", 0.1},
        {"blocks.1.recurrence.convolution.weight", 0.05},
        {"blocks.1.recurrence.recurrence_gate.weight", 0.125},
        {"blocks.1.recurrence.input_gate.weight", 0.125},
        {"blocks.1.recurrence.projection.weight", 0.01},
    };
    struct model model;
    assert_true(model_init(&model, &options, NULL));
    model_randomize(&model, 7);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        double share = deviation_of(&model, expected[i].name) / expected[i].deviation;
        assert_true(share > 0.955 && share < 1.045);
    }
    size_t in_tenth[10] = {0};
    const real *decay = model.weight + model_parameter(&model, "blocks.1.recurrence.decay")->offset;
    for (size_t j = 0; j < 1024; j++) {
        double kept = pow(1 + exp(-(double)decay[j]), -8);
        assert_true(kept > 0.8999 && kept < 0.99901);
        in_tenth[(size_t)fmin(9, fmax(0, (kept - 0.9) / 0.0099))]++;
    }
    for (size_t i = 0; i < 10; i++) /* 102 are expected, with a deviation of 9.6 */
        assert_true(in_tenth[i] > 60 && in_tenth[i] < 145);
    model_free(&model);
}

static void initial_weights_depend_on_the_seed_alone(void **state)
{
    (void)state;
    struct model a, b;
    assert_true(model_init(&a, &gpt2, NULL) && model_init(&b, &gpt2, NULL));
    fill_normal(b.weight, b.size, 0, 1, 1);
    model_randomize(&a, 5);
    model_randomize(&b, 5);
    for (size_t p = 0; p < a.parameters; p++)
        assert_memory_equal(a.weight + a.parameter[p].offset, b.weight + a.parameter[p].offset,
                            a.parameter[p].rows * a.parameter[p].cols * sizeof(real));
    model_randomize(&b, 6);
    assert_true(a.weight[0] != b.weight[0]);
    const char *several[] = {"embedding", "positions", "blocks.0.feed_forward.in.weight",
                             "blocks.1.feed_forward.in.weight"};
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < i; j++)
            assert_true(a.weight[model_parameter(&a, several[i])->offset] !=
                        a.weight[model_parameter(&a, several[j])->offset]);
    model_free(&a);
    model_free(&b);
}

/* ---- the pass ---- */

enum { FIRST = 2, SEQUENCES = 4, TOKENS = 1 + 44 + 0 + 13 };

/* A batch of sequences of 1, 44, 0 and 13 tokens, the first of which begins at token 2. */
struct fixture {
    struct model model;
    struct workspace *workspace;
    int32_t token[FIRST + TOKENS], target[FIRST + TOKENS];
    size_t start[SEQUENCES + 1];
    struct sequences sequences;
    real *gradient;
};

static void open_fixture(struct fixture *f, const struct model_options *options)
{
    *f = (struct fixture){.start = {FIRST, FIRST + 1, FIRST + 45, FIRST + 45, FIRST + TOKENS}};
    assert_true(model_init(&f->model, options, NULL));
    randomize_strongly(&f->model, 1);
    f->workspace = workspace_new(options, TOKENS, NULL);
    f->gradient = memory_new_aligned(f->model.size, sizeof(real), NULL);
    assert_true(f->workspace && f->gradient);
    fill_tokens(f->token, FIRST + TOKENS, options->vocab, 2);
    fill_tokens(f->target, FIRST + TOKENS, options->vocab, 3);
    f->sequences = (struct sequences){f->token, f->target, f->start, SEQUENCES};
}

static void close_fixture(struct fixture *f)
{
    memory_free(f->gradient);
    workspace_free(f->workspace);
    model_free(&f->model);
}

static void for_all_shapes(void (*check)(struct fixture *f))
{
    const struct model_options *shape[] = {&hoffmann, &gpt2, &recurrent};
    for (size_t i = 0; i < sizeof shape / sizeof *shape; i++) {
        struct fixture f;
        open_fixture(&f, shape[i]);
        check(&f);
        close_fixture(&f);
    }
}

/* Logits are a few tens large here and 40 additions away from the weights: single precision knows
 * them to 40 * 6e-8 of that. */
#define LOSS_TOLERANCE 5e-5

static void check_predictions(struct fixture *f)
{
    size_t vocab = f->model.options.vocab;
    double *weight = to_double(f->model.weight, f->model.size);
    double *expected = calloc(TOKENS * vocab, sizeof *expected);
    for (size_t s = 0; s < SEQUENCES; s++)
        reference_model(&f->model, weight, f->token + f->start[s], f->start[s + 1] - f->start[s],
                        expected + (f->start[s] - FIRST) * vocab);
    size_t position[TOKENS];
    struct prediction prediction[TOKENS];
    for (size_t i = 0; i < TOKENS; i++)
        position[i] = FIRST + i;
    model_predict(&f->model, f->workspace, &f->sequences, position, TOKENS, prediction);
    double worst = 0;
    for (size_t i = 0; i < TOKENS; i++) {
        const double *log_probability = expected + i * vocab;
        double entropy = 0, most = 0;
        for (size_t w = 0; w < vocab; w++) {
            entropy -= exp(log_probability[w]) * log_probability[w];
            most = fmax(most, exp(log_probability[w]));
        }
        worst = larger(worst, fabs(prediction[i].loss + log_probability[f->target[FIRST + i]]));
        worst = larger(worst, fabs(prediction[i].entropy - entropy));
        worst = larger(worst, fabs(prediction[i].max_probability - most));
        assert_true(exp(log_probability[prediction[i].likeliest]) > most - LOSS_TOLERANCE);
    }
    print_message("    predictions: largest error %.1e nats\n", worst);
    assert_true(worst < LOSS_TOLERANCE);
    free(weight);
    free(expected);
}

static void predictions_are_what_the_formulas_say(void **state)
{
    (void)state;
    for_all_shapes(check_predictions);
}

/* Where a watcher keeps what it is shown. */
struct album {
    size_t layers;           /* shown */
    struct sequences *shown; /* the sequences that are to be shown */
    double *probability;     /* [layers] of each sequence in turn [heads][length][length] */
    size_t numbers;          /* of a layer */
};

static void keep_view(void *context, const struct attention_view *view)
{
    struct album *album = context;
    assert_int_equal(view->layer, album->layers);
    assert_int_equal(view->heads, hoffmann.heads);
    assert_ptr_equal(view->sequences, album->shown);
    for (size_t i = 0; i < album->numbers; i++)
        album->probability[album->layers * album->numbers + i] = (double)view->probability[i];
    album->layers++;
}

/* By the formulas, [layers] of each sequence in turn [heads][length][length]. */
static double *reference_album(const struct fixture *f, size_t numbers)
{
    const struct model_options *o = &f->model.options;
    double *weight = to_double(f->model.weight, f->model.size);
    double *album = calloc(o->layers * numbers, sizeof *album);
    for (size_t s = 0, at = 0; s < SEQUENCES; s++) {
        size_t length = f->start[s + 1] - f->start[s], size = o->heads * length * length;
        double *x = calloc(length * o->d_model + 1, sizeof *x);
        double *attention = calloc(o->layers * size + 1, sizeof *attention);
        reference_stream(&f->model, weight, f->token + f->start[s], length, x, attention);
        for (size_t l = 0; l < o->layers; l++)
            memcpy(album + l * numbers + at, attention + l * size, size * sizeof *album);
        at += size;
        free(x);
        free(attention);
    }
    free(weight);
    return album;
}

static void check_attention(struct fixture *f)
{
    size_t layers = f->model.options.layers;
    size_t numbers = f->model.options.heads * (1 * 1 + 44 * 44 + 13 * 13);
    struct album album = {.shown = &f->sequences, .numbers = numbers};
    struct attention_watcher watcher = {&album, keep_view};
    double *expected = reference_album(f, numbers);
    album.probability = calloc(layers * numbers, sizeof *album.probability);
    model_watch_attention(&f->model, f->workspace, &f->sequences, &watcher);
    assert_int_equal(album.layers, f->model.options.mixer == MIXER_ATTENTION ? layers : 0);
    double worst = 0;
    for (size_t i = 0; i < album.layers * numbers; i++)
        worst = larger(worst, fabs(album.probability[i] - expected[i]));
    print_message("    attention: largest error %.1e\n", worst);
    assert_true(worst < LOSS_TOLERANCE);
    free(album.probability);
    free(expected);
}

static void a_watcher_sees_the_attention_the_formulas_give(void **state)
{
    (void)state;
    for_all_shapes(check_attention);
}

static void check_some_positions(struct fixture *f)
{
    const size_t position[] = {3, 4, 9, 35, 46, 47, 58, 59};
    enum { SOME = sizeof position / sizeof *position };
    struct prediction some[SOME], alone;
    model_predict(&f->model, f->workspace, &f->sequences, position, SOME, some);
    for (size_t k = 0; k < SOME; k++) {
        size_t s = position[k] < f->start[2] ? 1 : 3;
        struct sequences only = {f->token, f->target, f->start + s, 1};
        model_predict(&f->model, f->workspace, &only, position + k, 1, &alone);
        assert_true(fabs(alone.loss - some[k].loss) < LOSS_TOLERANCE);
        assert_true(fabs(alone.entropy - some[k].entropy) < LOSS_TOLERANCE);
        assert_int_equal(alone.likeliest, some[k].likeliest);
    }
    model_predict(&f->model, f->workspace, &f->sequences, position, 0, some);
}

static void a_prediction_does_not_depend_on_what_else_is_asked(void **state)
{
    (void)state;
    for_all_shapes(check_some_positions);
}

static void check_causality(struct fixture *f)
{
    const size_t position[] = {3, 20, 30};
    struct prediction before[3], after[3];
    model_predict(&f->model, f->workspace, &f->sequences, position, 3, before);
    f->token[21] = (f->token[21] + 1) % (int32_t)f->model.options.vocab;
    model_predict(&f->model, f->workspace, &f->sequences, position, 3, after);
    assert_true(before[0].loss == after[0].loss && before[1].loss == after[1].loss);
    assert_true(before[2].loss != after[2].loss);
}

static void a_token_changes_nothing_before_it(void **state)
{
    (void)state;
    for_all_shapes(check_causality);
}

static void check_loss(struct fixture *f)
{
    double *weight = to_double(f->model.weight, f->model.size);
    double expected = reference_loss(&f->model, weight, &f->sequences);
    double loss =
        model_backward(&f->model, f->workspace, &f->sequences, 1, MATRIX_ADD, f->gradient, NULL);
    print_message("    loss: %.6f, by the formulas %.6f\n", loss, expected);
    assert_true(fabs(loss - expected) < TOKENS * LOSS_TOLERANCE);
    free(weight);
}

static void the_loss_is_what_the_formulas_say(void **state)
{
    (void)state;
    for_all_shapes(check_loss);
}

/* The gradient in single precision against the derivative of the formulas' loss in double
 * precision, along directions of every parameter. */
static void check_derivative(struct fixture *f)
{
    const double h = 1e-5;
    model_backward(&f->model, f->workspace, &f->sequences, 1, MATRIX_ADD, f->gradient, NULL);
    double *weight = to_double(f->model.weight, f->model.size);
    real *direction = calloc(f->model.size, sizeof *direction);
    double worst = 0;
    for (size_t p = 0; p < f->model.parameters; p++) {
        const struct parameter *parameter = &f->model.parameter[p];
        size_t first = parameter->offset, count = parameter->rows * parameter->cols;
        double derivative = 0, norm = 0;
        fill_normal(direction, count, 0, 1, p);
        for (size_t i = 0; i < count; i++) {
            derivative += (double)f->gradient[first + i] * (double)direction[i];
            norm += pow((double)f->gradient[first + i], 2);
            weight[first + i] += h * (double)direction[i];
        }
        double above = reference_loss(&f->model, weight, &f->sequences);
        for (size_t i = 0; i < count; i++)
            weight[first + i] -= 2 * h * (double)direction[i];
        double below = reference_loss(&f->model, weight, &f->sequences);
        for (size_t i = 0; i < count; i++)
            weight[first + i] += h * (double)direction[i];
        worst = larger(worst, fabs(derivative - (above - below) / (2 * h)) / sqrt(norm));
    }
    print_message("    slopes: largest error %.1e of the gradient's norm\n", worst);
    assert_true(worst < 1e-4);
    free(direction);
    free(weight);
}

static void the_gradient_is_the_slope_of_the_formulas(void **state)
{
    (void)state;
    for_all_shapes(check_derivative);
}

static void check_accumulation(struct fixture *f)
{
    model_backward(&f->model, f->workspace, &f->sequences, 1, MATRIX_ADD, f->gradient, NULL);
    double *expected = to_double(f->gradient, f->model.size);
    for (size_t i = 0; i < f->model.size; i++)
        expected[i] *= 1.5;
    model_backward(&f->model, f->workspace, &f->sequences, 0.5f, MATRIX_ADD, f->gradient, NULL);
    assert_residual("gradient", f->gradient, expected, f->model.size, 1e-6);
    free(expected);
}

/* What was there may be no number; between parameters it stays. */
static void check_replacement(struct fixture *f)
{
    real *replaced = calloc(f->model.size, sizeof *replaced);
    memset(f->gradient, 0, f->model.size * sizeof *f->gradient);
    for (size_t p = 0; p < f->model.parameters; p++) {
        const struct parameter *parameter = &f->model.parameter[p];
        for (size_t i = 0; i < parameter->rows * parameter->cols; i++)
            replaced[parameter->offset + i] = NAN;
    }
    model_backward(&f->model, f->workspace, &f->sequences, 1, MATRIX_ADD, f->gradient, NULL);
    model_backward(&f->model, f->workspace, &f->sequences, 1, MATRIX_REPLACE, replaced, NULL);
    for (size_t i = 0; i < f->model.size; i++)
        assert_true(replaced[i] == f->gradient[i]);
    free(replaced);
}

static void gradients_replace_what_was_there(void **state)
{
    (void)state;
    for_all_shapes(check_replacement);
}

static void gradients_are_scaled_and_added(void **state)
{
    (void)state;
    for_all_shapes(check_accumulation);
}

static void no_sequences_give_nothing(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, &hoffmann);
    struct sequences none = {f.token, f.target, f.start + 2, 1};
    assert_true(model_backward(&f.model, f.workspace, &none, 1, MATRIX_ADD, f.gradient, NULL) == 0);
    for (size_t i = 0; i < f.model.size; i++)
        assert_true(f.gradient[i] == 0);
    model_predict(&f.model, f.workspace, &none, NULL, 0, NULL);
    close_fixture(&f);
}

/* A weight that is not a number must show in the loss, or training would go on with it. */
static void what_is_not_a_number_reaches_the_loss(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, &gpt2);
    f.model.weight[model_parameter(&f.model, "blocks.0.feed_forward.in.weight")->offset] = NAN;
    assert_true(isnan(
        model_backward(&f.model, f.workspace, &f.sequences, 1, MATRIX_ADD, f.gradient, NULL)));
    close_fixture(&f);
}

static void the_callers_number_of_threads_stays(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, &gpt2);
    omp_set_num_threads(3);
    model_backward(&f.model, f.workspace, &f.sequences, 1, MATRIX_ADD, f.gradient, NULL);
    model_predict(&f.model, f.workspace, &f.sequences, f.start, 1, &(struct prediction){0});
    assert_int_equal(omp_get_max_threads(), 3);
    close_fixture(&f);
}

/* ---- memory ---- */

static void a_workspace_takes_the_bytes_it_says(void **state)
{
    (void)state;
    const struct model_options *options[] = {&hoffmann, &gpt2, &recurrent};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        size_t said = workspace_bytes(options[i], 333);
        struct workspace *workspace = workspace_new(options[i], 333, NULL);
        size_t taken = malloc_usable_size(workspace) + malloc_usable_size(workspace->memory);
        print_message("    said %zu, took %zu\n", said, taken);
        /* The system rounds large blocks up to pages. */
        assert_true(taken >= said && taken < said + 8192);
        workspace_free(workspace);
    }
}

static void memory_that_is_refused_leaves_nothing_behind(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        struct model model;
        struct error err = {.kind = ERROR_NONE};
        memory_fail_request(n);
        struct workspace *workspace = NULL;
        bool made = model_init(&model, &hoffmann, &err);
        if (made)
            workspace = workspace_new(&hoffmann, 20, &err);
        memory_fail_request(0);
        if (workspace) {
            assert_true(n > 4);
            workspace_free(workspace);
            model_free(&model);
            break;
        }
        assert_int_equal(err.kind, ERROR_MEMORY);
        if (made)
            model_free(&model);
        else
            assert_null(model.parameter);
    }
}

/* A sequence of any length fits, and neither shape is cut into slivers. */
static void micro_batches_hold_a_sequence(void **state)
{
    (void)state;
    struct model_options long_one = gpt2;
    long_one.max_length = 5000;
    assert_true(model_micro_batch_tokens(&long_one) >= 5000);
    assert_true(model_micro_batch_tokens(&paper) >= 128);
    assert_true(model_micro_batch_tokens(&gpt2) >= 128);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_papers_model_has_44_million_parameters),
        cmocka_unit_test(a_gpt2_model_has_its_parameters),
        cmocka_unit_test(a_recurrent_model_has_its_parameters),
        cmocka_unit_test(parameters_lie_side_by_side),
        cmocka_unit_test(parameters_have_their_names_and_shapes),
        cmocka_unit_test(sizes_that_do_not_fit_are_refused),
        cmocka_unit_test(initial_weights_are_gpt2s),
        cmocka_unit_test(a_recurrence_begins_as_published),
        cmocka_unit_test(initial_weights_depend_on_the_seed_alone),
        cmocka_unit_test(predictions_are_what_the_formulas_say),
        cmocka_unit_test(a_watcher_sees_the_attention_the_formulas_give),
        cmocka_unit_test(a_prediction_does_not_depend_on_what_else_is_asked),
        cmocka_unit_test(a_token_changes_nothing_before_it),
        cmocka_unit_test(the_loss_is_what_the_formulas_say),
        cmocka_unit_test(the_gradient_is_the_slope_of_the_formulas),
        cmocka_unit_test(gradients_replace_what_was_there),
        cmocka_unit_test(gradients_are_scaled_and_added),
        cmocka_unit_test(no_sequences_give_nothing),
        cmocka_unit_test(what_is_not_a_number_reaches_the_loss),
        cmocka_unit_test(the_callers_number_of_threads_stays),
        cmocka_unit_test(a_workspace_takes_the_bytes_it_says),
        cmocka_unit_test(memory_that_is_refused_leaves_nothing_behind),
        cmocka_unit_test(micro_batches_hold_a_sequence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
