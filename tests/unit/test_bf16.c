/* Products in bf16: the rounding, the products themselves against loops in double precision over
 * the same rounded numbers, and a model's results against those in fp32. */
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
#include "model/bf16.h"
#include "model/decoder.h"
#include "model/matrix.h"
#include "model/model.h"
#include "model/onednn.h"
#include "model/output.h"
#include "model/weight_tiles.h"
#include "model/workspace.h"
#include "tests/fixtures/model_reference.h"
#include "tests/larger.h"

static void skip_without_products(void)
{
    if (onednn_lacks_bf16()) {
        print_message("no products in bf16 here\n");
        skip();
    }
}

static float float_of(bf16 number)
{
    uint32_t bits = (uint32_t)number << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static bf16 round_one(float x)
{
    real number = x;
    bf16 rounded;
    bf16_round(1, &number, &rounded);
    return rounded;
}

/* ---- rounding ---- */

/* Every number of 16 bits stays; between it and the next, the nearer one is taken, and half-way the
 * one whose last digit is 0. */
static void numbers_are_rounded_to_the_nearest(void **state)
{
    (void)state;
    for (uint32_t upper = 0; upper < 0x7f7f; upper++) {
        float low = float_of((bf16)upper), high = float_of((bf16)(upper + 1));
        float half = low + (high - low) / 2;
        assert_int_equal(round_one(low), upper);
        assert_int_equal(round_one(-low), upper | 0x8000);
        assert_int_equal(round_one(half), upper % 2 == 0 ? upper : upper + 1);
        assert_int_equal(round_one(nextafterf(half, 0)), upper);
        assert_int_equal(round_one(nextafterf(half, INFINITY)), upper + 1);
    }
    assert_int_equal(round_one(INFINITY), 0x7f80);
    assert_int_equal(round_one(-INFINITY), 0xff80);
    for (uint32_t low = 1; low < 1u << 16; low <<= 1) {
        uint32_t bits = 0x7f800000 | low;
        float none;
        memcpy(&none, &bits, sizeof none);
        assert_true(isnan(float_of(round_one(none))));
    }
}

static void many_are_rounded_as_one(void **state)
{
    (void)state;
    enum { COUNT = 1003 };
    real x[COUNT];
    bf16 all[COUNT];
    fill_normal(x, COUNT, 0, 3, 1);
    bf16_round(COUNT, x, all);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(all[i], round_one(x[i]));
        assert_true(fabs((double)float_of(all[i]) - (double)x[i]) <=
                    BF16_ROUNDING * fabs((double)x[i]));
    }
}

/* ---- products ---- */

/* A matrix of normal numbers, rounded, with what it is in double precision. */
struct rounded {
    real *x;
    bf16 *rounded;
    double *exactly;
};

static struct rounded rounded_new(size_t count, uint64_t stream)
{
    struct rounded r = {memory_new(count, sizeof(real), NULL),
                        memory_new_aligned(count, sizeof(bf16), NULL),
                        memory_new(count, sizeof(double), NULL)};
    fill_normal(r.x, count, 0, 1, stream);
    bf16_round(count, r.x, r.rounded);
    for (size_t i = 0; i < count; i++)
        r.exactly[i] = (double)float_of(r.rounded[i]);
    return r;
}

static void rounded_free(struct rounded *r)
{
    memory_free(r->x);
    memory_free(r->rounded);
    memory_free(r->exactly);
}

/* Sums of k products in fp32 are off by k 2^-24 of the sum of their sizes at most, however they are
 * added up; that of what was there before counts too. */
static void assert_product(size_t m, size_t n, size_t k, const double *a, size_t a_row,
                           size_t a_column, const double *b, size_t b_row, size_t b_column,
                           const real *before, const real *got)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = before ? (double)before[i * n + j] : 0, size = fabs(sum);
            for (size_t l = 0; l < k; l++) {
                double product = a[i * a_row + l * a_column] * b[l * b_row + j * b_column];
                sum += product;
                size += fabs(product);
            }
            assert_true(fabs((double)got[i * n + j] - sum) <= (double)(k + 1) * 0x1p-24 * size);
        }
}

static void check_weights(size_t m, size_t n, size_t k, bool turned, enum matrix_result result)
{
    struct rounded a = rounded_new(m * k, 1), b = rounded_new(k * n, 2);
    real *c = memory_new_aligned(m * n, sizeof *c, NULL);
    real *before = memory_new(m * n, sizeof *before, NULL);
    size_t row = turned ? 1 : n, column = turned ? k : 1;
    struct onednn_weight *weight = onednn_weight_new(k, n, row, column, NULL);
    fill_normal(before, m * n, 2, 1, 3);
    memcpy(c, before, m * n * sizeof *c);
    assert_non_null(weight);
    onednn_weight_fill(weight, b.x);
    onednn_multiply(m, a.rounded, weight, result, c);
    assert_product(m, n, k, a.exactly, k, 1, b.exactly, row, column,
                   result == MATRIX_ADD ? before : NULL, c);
    onednn_weight_free(weight);
    memory_free(before);
    memory_free(c);
    rounded_free(&a);
    rounded_free(&b);
}

static const size_t sizes[][3] = {
    {1, 1, 1}, {1, 70, 33}, {15, 64, 32}, {16, 30, 50}, {17, 129, 63}, {47, 33, 70}, {80, 192, 64},
};

enum { SIZES = sizeof sizes / sizeof *sizes };

static void products_with_weights_follow_their_formula(void **state)
{
    (void)state;
    skip_without_products();
    struct matrix_thread thread = matrix_thread_prepare();
    for (size_t i = 0; i < SIZES; i++)
        for (int way = 0; way < 4; way++)
            check_weights(sizes[i][0], sizes[i][1], sizes[i][2], way % 2,
                          way / 2 ? MATRIX_ADD : MATRIX_REPLACE);
    matrix_thread_release(&thread);
}

static void products_of_the_way_back_follow_their_formula(void **state)
{
    (void)state;
    skip_without_products();
    struct matrix_thread thread = matrix_thread_prepare();
    for (size_t i = 0; i < SIZES; i++) {
        size_t m = sizes[i][2], n = sizes[i][1], k = sizes[i][0];
        struct rounded a = rounded_new(k * m, 1), b = rounded_new(k * n, 2);
        real *c = memory_new_aligned(m * n, sizeof *c, NULL);
        real *before = memory_new(m * n, sizeof *before, NULL);
        fill_normal(before, m * n, 2, 1, 3);
        memcpy(c, before, m * n * sizeof *c);
        onednn_transposed_multiply(m, n, k, a.rounded, b.rounded, MATRIX_ADD, c, n);
        assert_product(m, n, k, a.exactly, 1, m, b.exactly, n, 1, before, c);
        memory_free(before);
        memory_free(c);
        rounded_free(&a);
        rounded_free(&b);
    }
    matrix_thread_release(&thread);
}

/* More shapes than a thread keeps: those that have to make room are right when they come back. */
static void shapes_without_number_are_multiplied(void **state)
{
    (void)state;
    enum { SHAPES = 1100, M = 1, N = 8 };
    skip_without_products();
    struct matrix_thread thread = matrix_thread_prepare();
    for (int round = 0; round < 2; round++)
        for (size_t k = 1; k <= SHAPES; k += round == 0 ? 1 : 97)
            check_weights(M, N, k, false, MATRIX_REPLACE);
    matrix_thread_release(&thread);
}

/* ---- models ---- */

static const struct model_options hoffmann = {
    .layers = 2,
    .heads = 3,
    .d_model = 48,
    .d_hidden = 96,
    .d_key = 16,
    .vocab = 61,
    .max_length = 40,
    .norm = NORM_RMS,
    .positions = POSITIONS_RELATIVE,
};

static const struct model_options gpt2 = {
    .layers = 2,
    .heads = 3,
    .d_model = 48,
    .d_hidden = 96,
    .d_key = 16,
    .vocab = 61,
    .max_length = 40,
    .norm = NORM_LAYER,
    .positions = POSITIONS_LEARNED,
    .bias = true,
};

/* Wider than a slice of a product's operands. */
static const struct model_options wide = {
    .layers = 1,
    .heads = 2,
    .d_model = 530,
    .d_hidden = 1040,
    .d_key = 16,
    .vocab = 1061,
    .max_length = 40,
    .norm = NORM_LAYER,
    .positions = POSITIONS_LEARNED,
    .bias = true,
};

static const struct model_options recurrent = {
    .mixer = MIXER_RG_LRU,
    .layers = 2,
    .heads = 3,
    .d_model = 48,
    .d_hidden = 96,
    .d_key = 16,
    .vocab = 61,
    .max_length = 40,
    .norm = NORM_RMS,
    .positions = POSITIONS_RELATIVE,
};

static const struct model_options memory = {
    .kind = MODEL_ASSOCIATIVE,
    .layers = 1,
    .heads = 1,
    .d_model = 48,
    .d_hidden = 96,
    .d_key = 16,
    .vocab = 61,
    .max_length = 40,
    .positions = POSITIONS_RELATIVE,
    .bias = true,
    .first_value = 10,
    .values = 50,
};

static const struct {
    const char *name;
    const struct model_options *options;
} models[] = {{"hoffmann", &hoffmann},
              {"gpt2", &gpt2},
              {"wide", &wide},
              {"rg-lru", &recurrent},
              {"memory", &memory}};

enum { MODELS_TESTED = sizeof models / sizeof *models, SEQUENCES = 5, TOKENS = SEQUENCES * 40 };

/* The same model in both precisions, and tokens. */
struct fixture {
    struct model model[2]; /* by precision */
    struct workspace *workspace[2];
    int32_t token[TOKENS], target[TOKENS];
    size_t start[SEQUENCES + 1];
    struct sequences sequences;
};

static struct fixture *fixture_new(const struct model_options *options)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    for (enum precision p = PRECISION_FP32; p <= PRECISION_BF16; p++) {
        struct model_options own = *options;
        own.precision = p;
        assert_true(model_init(&f->model[p], &own, NULL));
        model_randomize(&f->model[p], 1);
        f->workspace[p] = workspace_new(&own, TOKENS, NULL);
        assert_non_null(f->workspace[p]);
    }
    fill_tokens(f->token, TOKENS, options->vocab, 2);
    fill_tokens(f->target, TOKENS, options->vocab, 3);
    for (size_t s = 0; s < SEQUENCES; s++)
        f->start[s + 1] = f->start[s] + 40 - 3 * s;
    f->sequences = (struct sequences){f->token, f->target, f->start, SEQUENCES};
    return f;
}

static void fixture_free(struct fixture *f)
{
    for (enum precision p = PRECISION_FP32; p <= PRECISION_BF16; p++) {
        workspace_free(f->workspace[p]);
        model_free(&f->model[p]);
    }
    free(f);
}

static real *gradient_of(const struct fixture *f, enum precision p, double *loss)
{
    real *gradient = memory_new_aligned(f->model[p].size, sizeof *gradient, NULL);
    *loss =
        model_backward(&f->model[p], f->workspace[p], &f->sequences, 1, MATRIX_ADD, gradient, NULL);
    return gradient;
}

/* The distance of a parameter's gradient from what it is in fp32, as a share of that one's length.
 */
static double distance(const struct parameter *parameter, const real *got, const real *expected)
{
    double square = 0, length = 0;
    for (size_t i = parameter->offset; i < parameter->offset + parameter->rows * parameter->cols;
         i++) {
        double difference = (double)got[i] - (double)expected[i];
        square += difference * difference;
        length += (double)expected[i] * (double)expected[i];
    }
    return square == 0 ? 0 : sqrt(square / length);
}

/* From a parameter's gradient to the input and back there are at most 9 products on either way (4 a
 * layer, of which there are 2, and the output's), each of two operands that are off by 2^-8 of
 * themselves at most. Were all of these errors as large as they can be and to add up, it would be
 * 36 2^-8, 14 per cent; norms and what shrinks on its way leave less. That fp32 follows central
 * differences is what test_gradients holds. */
static const double largest_distance = 36 * BF16_ROUNDING;

static void gradients_are_those_of_fp32_but_for_rounding(void **state)
{
    (void)state;
    skip_without_products();
    for (size_t i = 0; i < MODELS_TESTED; i++) {
        struct fixture *f = fixture_new(models[i].options);
        double loss[2], most = 0;
        real *expected = gradient_of(f, PRECISION_FP32, &loss[0]);
        real *got = gradient_of(f, PRECISION_BF16, &loss[1]);
        for (size_t p = 0; p < f->model[0].parameters; p++) {
            double off = distance(&f->model[0].parameter[p], got, expected);
            most = larger(most, off);
        }
        print_message("    %-10s loss off by %.1e, gradients by %.1e\n", models[i].name,
                      fabs(loss[1] / loss[0] - 1), most);
        assert_true(most > 0 && most <= largest_distance);
        assert_true(fabs(loss[1] - loss[0]) <= largest_distance * loss[0]);
        memory_free(expected);
        memory_free(got);
        fixture_free(f);
    }
}

/* A model with another one's attention patterns learns of attention the values alone. */
static void gradients_beside_a_reference_are_those_of_fp32(void **state)
{
    (void)state;
    skip_without_products();
    struct fixture *f = fixture_new(&hoffmann), *reference = fixture_new(&hoffmann);
    double loss[2], most = 0;
    real *gradient[2];
    for (enum precision p = PRECISION_FP32; p <= PRECISION_BF16; p++) {
        model_randomize(&reference->model[p], 2);
        f->model[p].reference = &reference->model[p];
        gradient[p] = gradient_of(f, p, &loss[p]);
    }
    for (size_t p = 0; p < f->model[0].parameters; p++) {
        const struct parameter *parameter = &f->model[0].parameter[p];
        double off = distance(parameter, gradient[PRECISION_BF16], gradient[PRECISION_FP32]);
        most = larger(most, off);
        for (size_t i = 0; i < parameter->rows * parameter->cols; i++)
            if (i % parameter->cols < parameter->pattern_cols)
                assert_true(gradient[PRECISION_BF16][parameter->offset + i] == 0);
    }
    print_message("    loss off by %.1e, gradients by %.1e\n", fabs(loss[1] / loss[0] - 1), most);
    assert_true(most > 0 && most <= largest_distance);
    assert_true(fabs(loss[1] - loss[0]) <= largest_distance * loss[0]);
    memory_free(gradient[0]);
    memory_free(gradient[1]);
    fixture_free(f);
    fixture_free(reference);
}

static void gradients_replace_what_was_there(void **state)
{
    (void)state;
    skip_without_products();
    for (size_t i = 0; i < MODELS_TESTED; i++) {
        struct fixture *f = fixture_new(models[i].options);
        const struct model *model = &f->model[PRECISION_BF16];
        double loss;
        real *added = gradient_of(f, PRECISION_BF16, &loss);
        real *replaced = memory_new_aligned(model->size, sizeof *replaced, NULL);
        for (size_t p = 0; p < model->parameters; p++)
            for (size_t n = 0; n < model->parameter[p].rows * model->parameter[p].cols; n++)
                replaced[model->parameter[p].offset + n] = NAN;
        model_backward(model, f->workspace[PRECISION_BF16], &f->sequences, 1, MATRIX_REPLACE,
                       replaced, NULL);
        for (size_t n = 0; n < model->size; n++)
            assert_true(replaced[n] == added[n]);
        memory_free(added);
        memory_free(replaced);
        fixture_free(f);
    }
}

static void bits_do_not_depend_on_threads(void **state)
{
    (void)state;
    enum { THREADS = 3 };
    skip_without_products();
    struct fixture *f = fixture_new(&hoffmann);
    double loss;
    real *expected = gradient_of(f, PRECISION_BF16, &loss);
    bool same[THREADS];
#pragma omp parallel for num_threads(THREADS) schedule(static, 1)
    for (size_t t = 0; t < THREADS; t++) {
        struct workspace *own = workspace_new(&f->model[PRECISION_BF16].options, TOKENS, NULL);
        real *gradient = memory_new_aligned(f->model[0].size, sizeof *gradient, NULL);
        double of_thread = model_backward(&f->model[PRECISION_BF16], own, &f->sequences, 1,
                                          MATRIX_ADD, gradient, NULL);
        same[t] = of_thread == loss &&
                  memcmp(gradient, expected, f->model[0].size * sizeof *gradient) == 0;
        memory_free(gradient);
        workspace_free(own);
    }
    for (size_t t = 0; t < THREADS; t++)
        assert_true(same[t]);
    memory_free(expected);
    fixture_free(f);
}

/* Weights that have changed count from the refresh on. */
static void a_refresh_rounds_new_weights(void **state)
{
    (void)state;
    skip_without_products();
    struct fixture *f = fixture_new(&hoffmann), *other = fixture_new(&hoffmann);
    struct model *model = &f->model[PRECISION_BF16];
    double before, stale, fresh, expected;
    model_randomize(&other->model[PRECISION_BF16], 2);
    memory_free(gradient_of(f, PRECISION_BF16, &before));
    memory_free(gradient_of(other, PRECISION_BF16, &expected));
    memcpy(model->weight, other->model[PRECISION_BF16].weight, model->size * sizeof(real));
    memory_free(gradient_of(f, PRECISION_BF16, &stale));
    model_refresh(model, 2);
    memory_free(gradient_of(f, PRECISION_BF16, &fresh));
    assert_true(fresh == expected);
    assert_true(stale != expected && before != expected);
    fixture_free(f);
    fixture_free(other);
}

/* A decoder reads the same rounded weights as a pass: of the same token they think the same but for
 * the order of sums in fp32. */
static void a_decoder_reads_what_a_pass_reads(void **state)
{
    (void)state;
    skip_without_products();
    for (size_t i = 0; i < MODELS_TESTED; i++) {
        if (models[i].options->kind != MODEL_TRANSFORMER)
            continue;
        struct fixture *f = fixture_new(models[i].options);
        const struct model *model = &f->model[PRECISION_BF16];
        size_t vocab = model->options.vocab, length = f->start[1];
        struct decoder *decoder = decoder_new(model, NULL);
        real *log_probability = memory_new(length * vocab, sizeof *log_probability, NULL);
        assert_true(decoder_read(decoder, f->token, length - 7, 0, NULL, NULL));
        for (size_t t = length - 7; t < length; t++)
            assert_true(
                decoder_read(decoder, f->token + t, 1, 1, log_probability + t * vocab, NULL));
        for (size_t t = length - 7; t < length; t++) {
            struct prediction prediction;
            model_predict(model, f->workspace[PRECISION_BF16], &f->sequences, &t, 1, &prediction);
            double read = -(double)log_probability[t * vocab + (size_t)f->target[t]];
            assert_true(fabs(prediction.loss - read) < 1e-2);
        }
        memory_free(log_probability);
        decoder_free(decoder);
        fixture_free(f);
    }
}

static void fp32_is_used_where_bf16_cannot_be_had(void **state)
{
    (void)state;
    const char *why;
    bool has = !onednn_lacks_bf16();
    assert_int_equal(precision_in_use(PRECISION_FP32, &why), PRECISION_FP32);
    assert_null(why);
    assert_int_equal(precision_in_use(PRECISION_BF16, &why), has ? PRECISION_BF16 : PRECISION_FP32);
    assert_true(has ? !why : strlen(why) > 0);
    assert_int_equal(precision_in_use(PRECISION_AUTO, &why), has ? PRECISION_BF16 : PRECISION_FP32);
    assert_null(why); /* nobody asked for bf16 */
    struct blas_identity fp32 = precision_identity(PRECISION_FP32);
    struct blas_identity rounds = precision_identity(PRECISION_BF16);
    assert_int_equal(strncmp(fp32.products, "fp32, oneDNN ", 13) == 0, matrix_uses_onednn());
    assert_int_equal(strncmp(rounds.products, "bf16, oneDNN ", 13) == 0, has);
    struct model_options options = hoffmann;
    options.precision = PRECISION_BF16;
    struct model model;
    assert_true(model_init(&model, &options, NULL));
    assert_int_equal(model.packed != NULL, has);
    model_free(&model);
}

/* ---- the output layer ---- */

enum { OUT_ROWS = 21, OUT_WIDTH = 24, OUT_VOCAB = 2200 };

struct output_layer {
    real y[OUT_ROWS * OUT_WIDTH], dy[OUT_ROWS * OUT_WIDTH], bias[OUT_VOCAB], d_bias[OUT_VOCAB];
    real embedding[OUT_VOCAB * OUT_WIDTH], d_embedding[OUT_VOCAB * OUT_WIDTH];
    int32_t target[OUT_ROWS];
    double slope[OUT_ROWS][OUT_VOCAB]; /* of the loss, by loops */
    double loss;
    struct packed packed;
    struct output output;
};

/* Numbers that rounding leaves as they are. */
static void fill_rounded(real *x, size_t count, double deviation, uint64_t seed)
{
    fill_normal(x, count, 0, deviation, seed);
    for (size_t i = 0; i < count; i++)
        x[i] = (real)float_of(round_one((float)x[i]));
}

static void expect_slopes(struct output_layer *f, double scale)
{
    f->loss = 0;
    for (size_t i = 0; i < OUT_ROWS; i++) {
        for (size_t w = 0; w < OUT_VOCAB; w++) {
            f->slope[i][w] = (double)f->bias[w];
            for (size_t j = 0; j < OUT_WIDTH; j++)
                f->slope[i][w] +=
                    (double)f->y[i * OUT_WIDTH + j] * (double)f->embedding[w * OUT_WIDTH + j];
        }
        reference_log_softmax(OUT_VOCAB, f->slope[i]);
        f->loss -= f->slope[i][f->target[i]];
        for (size_t w = 0; w < OUT_VOCAB; w++)
            f->slope[i][w] = scale * (exp(f->slope[i][w]) - ((int32_t)w == f->target[i]));
    }
}

static struct output_layer *output_layer_new(double deviation)
{
    struct output_layer *f = calloc(1, sizeof *f);
    assert_non_null(f);
    fill_rounded(f->y, OUT_ROWS * OUT_WIDTH, 1, 1);
    fill_rounded(f->embedding, OUT_VOCAB * OUT_WIDTH, deviation, 2);
    fill_rounded(f->bias, OUT_VOCAB, deviation, 4);
    fill_tokens(f->target, OUT_ROWS, OUT_VOCAB, 3);
    f->packed.forward = weight_tiles_new(OUT_WIDTH, OUT_VOCAB, 1, OUT_WIDTH, NULL);
    f->packed.backward = weight_tiles_new(OUT_VOCAB, OUT_WIDTH, OUT_WIDTH, 1, NULL);
    assert_true(f->packed.forward && f->packed.backward);
    weight_tiles_fill(f->packed.forward, f->embedding);
    weight_tiles_fill(f->packed.backward, f->embedding);
    return f;
}

static void output_layer_free(struct output_layer *f)
{
    weight_tiles_free(f->packed.forward);
    weight_tiles_free(f->packed.backward);
    free(f);
}

static double output_layer_backward(struct output_layer *f, double scale)
{
    struct model_options options = hoffmann;
    struct arena counted = {.memory = NULL}, arena;
    bf16 rounded[((OUT_ROWS + BF16_ROWS - 1) / BF16_ROWS * BF16_ROWS) * OUT_WIDTH];
    options.precision = PRECISION_BF16;
    output_take_scratch(&counted, &options, OUT_ROWS, OUT_VOCAB);
    assert_true(arena_open(&arena, &counted, NULL));
    f->output = (struct output){
        OUT_WIDTH, OUT_VOCAB,  f->embedding,
        f->bias,   &f->packed, output_take_scratch(&arena, &options, OUT_ROWS, OUT_VOCAB)};
    double loss =
        output_backward(&f->output, OUT_ROWS, (struct activation){f->y, rounded}, f->target,
                        (real)scale, f->dy, MATRIX_ADD, f->d_embedding, f->d_bias);
    memory_free(arena.memory);
    return loss;
}

/* |got - expected| against the sum of all terms' sizes, of which what is rounded is off by a share.
 * Beside that, e^-87 is the least power. */
static double off(double got, double expected, double size)
{
    const double least = 1e-35;
    return larger(fabs(got - expected) - least, 0) / fmax(size, least);
}

/* Slopes are rounded once, and for the embedding's gradient what they are multiplied with, too.
 * Logits up to some hundreds in fp32 are off by 2^-24 of themselves, and so are exponents. Where
 * one is far above those before it, the row's origin rises. */
static void the_output_layer_follows_the_formula(void **state)
{
    static const double deviation[] = {.02, 1, 8, 40};
    const double scale = .25, exponents = 2e-4;
    (void)state;
    skip_without_products();
    for (size_t d = 0; d < sizeof deviation / sizeof *deviation; d++) {
        struct output_layer *f = output_layer_new(deviation[d]);
        double most[3] = {0};
        expect_slopes(f, scale);
        double loss = output_layer_backward(f, scale);
        assert_true(fabs(loss - f->loss) <= 1e-5 * f->loss);
        for (size_t i = 0; i < OUT_ROWS; i++)
            for (size_t j = 0; j < OUT_WIDTH; j++) {
                double sum = 0, size = 0;
                for (size_t w = 0; w < OUT_VOCAB; w++) {
                    double term = f->slope[i][w] * (double)f->embedding[w * OUT_WIDTH + j];
                    sum += term;
                    size += fabs(term);
                }
                most[0] = larger(most[0], off((double)f->dy[i * OUT_WIDTH + j], sum, size));
            }
        for (size_t w = 0; w < OUT_VOCAB; w++) {
            double sum = 0, size = 0;
            for (size_t i = 0; i < OUT_ROWS; i++) {
                sum += f->slope[i][w];
                size += fabs(f->slope[i][w]);
            }
            most[1] = larger(most[1], off((double)f->d_bias[w], sum, size));
            for (size_t j = 0; j < OUT_WIDTH; j++) {
                double product = 0, products = 0;
                for (size_t i = 0; i < OUT_ROWS; i++) {
                    product += f->slope[i][w] * (double)f->y[i * OUT_WIDTH + j];
                    products += fabs(f->slope[i][w] * (double)f->y[i * OUT_WIDTH + j]);
                }
                most[2] = larger(most[2],
                                 off((double)f->d_embedding[w * OUT_WIDTH + j], product, products));
            }
        }
        print_message("    deviation %-4g off by %.1e, %.1e, %.1e\n", deviation[d], most[0],
                      most[1], most[2]);
        assert_true(most[0] <= BF16_ROUNDING + exponents);
        assert_true(most[1] <= BF16_ROUNDING + exponents);
        assert_true(most[2] <= 2 * BF16_ROUNDING + exponents);
        output_layer_free(f);
    }
}

static void a_logit_that_is_no_number_shows_in_the_loss(void **state)
{
    static const real odd[] = {NAN, INFINITY};
    (void)state;
    skip_without_products();
    for (size_t o = 0; o < 2; o++)
        for (size_t w = 0; w < 2; w++) {
            struct output_layer *f = output_layer_new(1);
            f->bias[w == 0 ? 0 : f->target[OUT_ROWS - 1]] = odd[o];
            assert_false(isfinite(output_layer_backward(f, 1)));
            output_layer_free(f);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_rounded_to_the_nearest),
        cmocka_unit_test(many_are_rounded_as_one),
        cmocka_unit_test(products_with_weights_follow_their_formula),
        cmocka_unit_test(products_of_the_way_back_follow_their_formula),
        cmocka_unit_test(shapes_without_number_are_multiplied),
        cmocka_unit_test(gradients_are_those_of_fp32_but_for_rounding),
        cmocka_unit_test(gradients_beside_a_reference_are_those_of_fp32),
        cmocka_unit_test(gradients_replace_what_was_there),
        cmocka_unit_test(bits_do_not_depend_on_threads),
        cmocka_unit_test(a_refresh_rounds_new_weights),
        cmocka_unit_test(a_decoder_reads_what_a_pass_reads),
        cmocka_unit_test(fp32_is_used_where_bf16_cannot_be_had),
        cmocka_unit_test(the_output_layer_follows_the_formula),
        cmocka_unit_test(a_logit_that_is_no_number_shows_in_the_loss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
