/* The memory without attention, against its formula by loops. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "engine/shards.h"
#include "model/associative.h"
#include "model/decoder.h"
#include "tests/fixtures/model_reference.h"

enum { VOCAB = 20, FIRST_VALUE = 7, VALUES = 5, WIDTH = 12, HIDDEN = 9, LENGTH = 6 };

static const struct model_options memory = {
    .kind = MODEL_ASSOCIATIVE,
    .layers = 8,
    .heads = 8,
    .d_key = 64,
    .d_model = WIDTH,
    .d_hidden = HIDDEN,
    .vocab = VOCAB,
    .max_length = LENGTH,
    .bias = true,
    .first_value = FIRST_VALUE,
    .values = VALUES,
};

/* Three sequences: each token's target is the next one. Values are targets at positions 2, 6, 7 and
 * 12. */
static const int32_t token[] = {1, 3, 4, 8, 1, 3, 5, 7, 11, 1, 0, 14, 19, 10};
static const int32_t target[] = {3, 4, 8, 2, 3, 5, 7, 11, 2, 0, 14, 19, 10, 2};
static const size_t start[] = {0, 4, 9, 14};
static const struct sequences sequences = {token, target, start, 3};
static const size_t position[] = {2, 6, 7, 12}, sequence[] = {0, 1, 1, 2};
enum { POSITIONS = 4 };

#define TOLERANCE 1e-5

static struct model new_model(void)
{
    struct model model;
    assert_true(model_init(&model, &memory, NULL));
    randomize_strongly(&model, 1);
    return model;
}

static const real *weight(const struct model *model, const char *name)
{
    return model->weight + model_parameter(model, name)->offset;
}

/* log_probability[VALUES] behind the tokens from the start of position p's sequence to p. */
static void reference(const struct model *model, size_t p, double *log_probability)
{
    size_t first = start[sequence[p]], count = position[p] + 1 - first;
    real key[WIDTH];
    associative_key(token + first, count, WIDTH, key);
    for (size_t v = 0; v < VALUES; v++)
        log_probability[v] = (double)weight(model, "values.bias")[v];
    for (size_t h = 0; h < HIDDEN; h++) {
        double active = (double)weight(model, "keys.bias")[h];
        for (size_t j = 0; j < WIDTH; j++)
            active += (double)key[j] * (double)weight(model, "keys.weight")[j * HIDDEN + h];
        for (size_t v = 0; v < VALUES && active > 0; v++)
            log_probability[v] += active * (double)weight(model, "values.weight")[v * HIDDEN + h];
    }
    reference_log_softmax(VALUES, log_probability);
}

static double inner(const real *a, const real *b, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

static void a_key_has_length_one_and_belongs_to_its_tokens_alone(void **state)
{
    (void)state;
    static const int32_t tokens[][3] = {{1, 2, 3}, {1, 3, 2}, {1, 2, 4}, {0, 2, 3}, {1, 2, 0}};
    enum { KEYS = sizeof tokens / sizeof *tokens, WIDE = 64 };
    real key[KEYS + 1][WIDE];
    for (size_t k = 0; k < KEYS; k++)
        associative_key(tokens[k], 3, WIDE, key[k]);
    associative_key(tokens[0], 2, WIDE, key[KEYS]);
    for (size_t a = 0; a <= KEYS; a++) {
        assert_true(fabs(inner(key[a], key[a], WIDE) - 1) < TOLERANCE);
        /* The cosine of random directions has deviation 1/8; five of them never come by chance. */
        for (size_t b = 0; b < a; b++)
            assert_true(fabs(inner(key[a], key[b], WIDE)) < 5.0 / 8);
    }
    real again[WIDE];
    associative_key(tokens[2], 3, WIDE, again);
    assert_memory_equal(again, key[2], sizeof again);
}

/* The sum of many unit vectors that prefer no direction is about the root of their number long. */
static void keys_point_everywhere(void **state)
{
    (void)state;
    enum { KEYS = 4096, WIDE = 64 };
    double sum[WIDE] = {0}, length = 0;
    for (int32_t k = 0; k < KEYS; k++) {
        real key[WIDE];
        associative_key(&k, 1, WIDE, key);
        for (size_t j = 0; j < WIDE; j++)
            sum[j] += (double)key[j];
    }
    for (size_t j = 0; j < WIDE; j++)
        length += sum[j] * sum[j];
    assert_true(sqrt(length / KEYS) > 0.5 && sqrt(length / KEYS) < 1.5);
}

static void only_values_count(void **state)
{
    (void)state;
    assert_int_equal(model_targets(&memory, &sequences), POSITIONS);
    struct sequences last = sequences;
    last.start += 1;
    last.count = 2;
    assert_int_equal(model_targets(&memory, &last), 3);
}

static void the_loss_is_the_mean_over_values(void **state)
{
    (void)state;
    struct model model = new_model();
    struct shards shards;
    double expected = 0, loss;
    for (size_t p = 0; p < POSITIONS; p++) {
        double log_probability[VALUES];
        reference(&model, p, log_probability);
        expected -= log_probability[target[position[p]] - FIRST_VALUE] / POSITIONS;
    }
    assert_true(shards_init(&shards, &memory, 2, 2, true, NULL));
    assert_true(shards_backward(&shards, &model, &sequences, NULL, NULL, &loss));
    assert_true(fabs(loss - expected) < TOLERANCE * expected);
    shards_free(&shards);
    model_free(&model);
}

static void predictions_follow_the_formula(void **state)
{
    (void)state;
    struct model model = new_model();
    struct shards shards;
    struct prediction prediction[POSITIONS];
    assert_true(shards_init(&shards, &memory, 2, 1, false, NULL));
    assert_true(shards_predict(&shards, &model, &sequences, position, POSITIONS, NULL, prediction));
    for (size_t p = 0; p < POSITIONS; p++) {
        double log_probability[VALUES], entropy = 0;
        size_t best = 0;
        reference(&model, p, log_probability);
        for (size_t v = 0; v < VALUES; v++) {
            entropy -= exp(log_probability[v]) * log_probability[v];
            best = log_probability[v] > log_probability[best] ? v : best;
        }
        double loss = -log_probability[target[position[p]] - FIRST_VALUE];
        assert_int_equal(prediction[p].likeliest, FIRST_VALUE + best);
        assert_true(fabs(prediction[p].loss - loss) < TOLERANCE);
        assert_true(fabs(prediction[p].max_probability - exp(log_probability[best])) < TOLERANCE);
        assert_true(fabs(prediction[p].entropy - entropy) < TOLERANCE);
    }
    shards_free(&shards);
    model_free(&model);
}

static void assert_says(const real *next, const double *log_probability)
{
    for (size_t t = 0; t < VOCAB; t++)
        if (t >= FIRST_VALUE && t < FIRST_VALUE + VALUES)
            assert_true(fabs((double)next[t] - log_probability[t - FIRST_VALUE]) < TOLERANCE);
        else
            assert_true(next[t] == (real)-INFINITY);
}

/* Token by token, after a rewind, and in branches. */
static void a_decoder_reads_what_a_pass_predicts(void **state)
{
    (void)state;
    struct model model = new_model();
    struct decoder *decoder = decoder_new(&model, NULL);
    real next[VOCAB], last[2 * VOCAB], both[2 * VOCAB];
    double third[VALUES], fourth[VALUES];
    assert_non_null(decoder);
    reference(&model, 1, third);
    reference(&model, 2, fourth);
    assert_true(decoder_read(decoder, token + 4, 4, 2, last, NULL));
    assert_says(last, third);
    assert_says(last + VOCAB, fourth);
    decoder_rewind(decoder, 2);
    const int32_t branches[] = {5, 7, 4, 4};
    assert_true(decoder_branch(decoder, branches, 2, 2, NULL, both, NULL));
    assert_says(both, fourth);
    assert_int_equal(decoder_length(decoder), 2);
    assert_true(decoder_read(decoder, token + 6, 1, 1, next, NULL));
    assert_says(next, third);
    struct error err = {0};
    assert_false(decoder_read(decoder, token, LENGTH, 1, next, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    decoder_free(decoder);
    model_free(&model);
}

/* 64 x 256 and 30 x 256 weights, with a bias for every unit and value. */
static void the_papers_memory_has_24_thousand_parameters(void **state)
{
    (void)state;
    struct model_options paper = memory;
    paper.d_model = 64;
    paper.d_hidden = 256;
    paper.vocab = 1933;
    paper.values = 30;
    assert_int_equal(model_count_parameters(&paper), 64 * 256 + 256 + 30 * 256 + 30);
    assert_int_equal(model_count_matrix_parameters(&paper), 64 * 256 + 30 * 256);
    paper.bias = false;
    assert_int_equal(model_count_parameters(&paper), 64 * 256 + 30 * 256);
}

/* Layers begin with 1/sqrt(inputs), biases with 0. */
static void weights_begin_by_their_inputs(void **state)
{
    (void)state;
    struct model_options large = memory;
    struct model model;
    large.d_model = 64;
    large.d_hidden = 256;
    assert_true(model_init(&model, &large, NULL));
    model_randomize(&model, 1);
    const struct {
        const char *name;
        size_t count, inputs;
    } layers[] = {{"keys.weight", 64 * 256, 64}, {"values.weight", VALUES * 256, 256}};
    for (size_t i = 0; i < 2; i++) {
        const real *w = weight(&model, layers[i].name);
        double square = inner(w, w, layers[i].count) * (double)layers[i].inputs;
        assert_true(fabs(square / (double)layers[i].count - 1) < 0.2);
    }
    for (size_t h = 0; h < 256; h++)
        assert_true(weight(&model, "keys.bias")[h] == 0);
    model_free(&model);
}

static void values_outside_the_vocabulary_are_refused(void **state)
{
    (void)state;
    static const struct {
        int32_t first;
        size_t values;
    } wrong[] = {{-1, 2}, {VOCAB, 1}, {FIRST_VALUE, 0}, {FIRST_VALUE, VOCAB - FIRST_VALUE + 1}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct model_options options = memory;
        struct model model;
        struct error err = {0};
        options.first_value = wrong[i].first;
        options.values = wrong[i].values;
        assert_false(model_init(&model, &options, &err));
        assert_int_equal(err.kind, ERROR_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_has_length_one_and_belongs_to_its_tokens_alone),
        cmocka_unit_test(keys_point_everywhere),
        cmocka_unit_test(only_values_count),
        cmocka_unit_test(the_loss_is_the_mean_over_values),
        cmocka_unit_test(predictions_follow_the_formula),
        cmocka_unit_test(a_decoder_reads_what_a_pass_predicts),
        cmocka_unit_test(the_papers_memory_has_24_thousand_parameters),
        cmocka_unit_test(weights_begin_by_their_inputs),
        cmocka_unit_test(values_outside_the_vocabulary_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
