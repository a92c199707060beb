#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/output.h"
#include "tests/fixtures/model_reference.h"

/* Logits of up to 11 products, a few tens large, are rounded to 2e-6: so far the exponent is off.
 */
#define TOLERANCE 5e-6

struct fixture {
    size_t rows, width, vocab;
    real *y, *embedding, *bias, *logit;
    int32_t *target;
    double *log_probability; /* [rows][vocab] by loops */
    struct output output;
};

static struct fixture fixture_of(size_t rows, size_t width, size_t vocab, bool with_bias)
{
    struct fixture f = {.rows = rows, .width = width, .vocab = vocab};
    f.y = calloc(rows * width, sizeof *f.y);
    f.embedding = calloc(vocab * width, sizeof *f.embedding);
    f.bias = calloc(vocab, sizeof *f.bias);
    f.logit = calloc(output_block(vocab) * vocab, sizeof *f.logit);
    f.target = calloc(rows, sizeof *f.target);
    f.log_probability = calloc(rows * vocab, sizeof *f.log_probability);
    assert_true(f.y && f.embedding && f.bias && f.logit && f.target && f.log_probability);
    fill_normal(f.y, rows * width, 0, 1, 1);
    fill_normal(f.embedding, vocab * width, 0, 1, 2);
    fill_normal(f.bias, vocab, 0, 1, 4);
    fill_tokens(f.target, rows, vocab, 3);
    for (size_t i = 0; i < rows; i++) {
        double *logit = f.log_probability + i * vocab;
        for (size_t w = 0; w < vocab; w++)
            logit[w] = with_bias ? (double)f.bias[w] : 0;
        for (size_t w = 0; w < vocab; w++)
            for (size_t j = 0; j < width; j++)
                logit[w] += (double)f.y[i * width + j] * (double)f.embedding[w * width + j];
        reference_log_softmax(vocab, logit);
    }
    f.output = (struct output){
        width, vocab, f.embedding, with_bias ? f.bias : NULL, NULL, {f.logit, NULL, NULL}};
    return f;
}

static void fixture_free(struct fixture *f)
{
    free(f->y);
    free(f->embedding);
    free(f->bias);
    free(f->logit);
    free(f->target);
    free(f->log_probability);
}

/* Shapes whose rows are one block, several, and a last one that is not full. */
static void for_every_shape(void (*check)(struct fixture *fixture))
{
    const size_t shape[][3] = {{1, 1, 2}, {5, 11, 17}, {3, 4, 64}, {150, 3, 20011}};
    for (size_t i = 0; i < sizeof shape / sizeof *shape; i++) {
        for (int with_bias = 0; with_bias < 2; with_bias++) {
            struct fixture f = fixture_of(shape[i][0], shape[i][1], shape[i][2], with_bias);
            check(&f);
            fixture_free(&f);
        }
    }
}

static void check_backward(struct fixture *f)
{
    size_t rows = f->rows, width = f->width, vocab = f->vocab;
    const double scale = 0.25;
    double loss = 0;
    double *dy = calloc(rows * width, sizeof *dy), *d_embedding = calloc(vocab * width, sizeof *dy);
    double *d_bias = calloc(vocab, sizeof *d_bias);
    for (size_t e = 0; e < vocab * width; e++)
        d_embedding[e] = 0.5;
    for (size_t i = 0; i < rows; i++) {
        const double *log_probability = f->log_probability + i * vocab;
        loss -= log_probability[f->target[i]];
        for (size_t w = 0; w < vocab; w++) {
            double derivative = scale * (exp(log_probability[w]) - ((int32_t)w == f->target[i]));
            d_bias[w] += derivative;
            for (size_t j = 0; j < width; j++) {
                dy[i * width + j] += derivative * (double)f->embedding[w * width + j];
                d_embedding[w * width + j] += derivative * (double)f->y[i * width + j];
            }
        }
    }
    real *got_dy = calloc(rows * width, sizeof *got_dy);
    real *got_embedding = calloc(vocab * width, sizeof *got_embedding);
    real *got_bias = calloc(vocab, sizeof *got_bias);
    for (size_t e = 0; e < vocab * width; e++)
        got_embedding[e] = 0.5f;
    double got =
        output_backward(&f->output, rows, (struct activation){f->y, NULL}, f->target, (real)scale,
                        got_dy, MATRIX_ADD, got_embedding, f->output.bias ? got_bias : NULL);
    assert_true(fabs(got - loss) < TOLERANCE * fabs(loss));
    assert_residual("dy", got_dy, dy, rows * width, TOLERANCE);
    assert_residual("d_embedding", got_embedding, d_embedding, vocab * width, TOLERANCE);
    if (f->output.bias)
        assert_residual("d_bias", got_bias, d_bias, vocab, TOLERANCE);
    free(dy);
    free(d_embedding);
    free(d_bias);
    free(got_bias);
    free(got_dy);
    free(got_embedding);
}

static void cross_entropy_and_its_gradient_follow_the_formula(void **state)
{
    (void)state;
    for_every_shape(check_backward);
}

static void check_predict(struct fixture *f)
{
    struct prediction *prediction = calloc(f->rows, sizeof *prediction);
    output_predict(&f->output, f->rows, (struct activation){f->y, NULL}, f->target, prediction);
    for (size_t i = 0; i < f->rows; i++) {
        const double *log_probability = f->log_probability + i * f->vocab;
        double entropy = 0;
        size_t likeliest = 0;
        for (size_t w = 0; w < f->vocab; w++) {
            entropy -= exp(log_probability[w]) * log_probability[w];
            likeliest = log_probability[w] > log_probability[likeliest] ? w : likeliest;
        }
        double most = exp(log_probability[likeliest]);
        assert_int_equal(prediction[i].likeliest, likeliest);
        assert_true(fabs(prediction[i].loss + log_probability[f->target[i]]) < TOLERANCE);
        assert_true(fabs(prediction[i].max_probability - most) < TOLERANCE);
        assert_true(fabs(prediction[i].entropy - entropy) < TOLERANCE * fmax(1, entropy));
    }
    free(prediction);
}

static void predictions_follow_the_formula(void **state)
{
    (void)state;
    for_every_shape(check_predict);
}

static void check_log_probability(struct fixture *f)
{
    real *log_probability = calloc(f->rows * f->vocab, sizeof *log_probability);
    output_log_probability(&f->output, f->rows, (struct activation){f->y, NULL}, log_probability);
    assert_residual("log probability", log_probability, f->log_probability, f->rows * f->vocab,
                    TOLERANCE);
    free(log_probability);
}

static void log_probabilities_follow_the_formula(void **state)
{
    (void)state;
    for_every_shape(check_log_probability);
}

/* Logits thousands apart: one word is certain, none of the others becomes infinite. */
static void certainty_stays_finite(void **state)
{
    (void)state;
    real y[] = {1}, embedding[] = {-3000, 5000, 0}, log_probability[3];
    real *block = calloc(output_block(3) * 3, sizeof *block);
    struct output output = {1, 3, embedding, NULL, NULL, {block, NULL, NULL}};
    struct activation of_y = {y, NULL};
    struct prediction prediction[1];
    const int32_t target[] = {0};
    output_predict(&output, 1, of_y, target, prediction);
    assert_true(prediction[0].loss == 8000 && prediction[0].likeliest == 1);
    assert_true(prediction[0].max_probability == 1 && fabs(prediction[0].entropy) < 1e-30);
    output_log_probability(&output, 1, of_y, log_probability);
    assert_true(log_probability[0] == -8000 && log_probability[1] == 0);
    real dy[1], d_embedding[3] = {0};
    assert_true(output_backward(&output, 1, of_y, target, 1, dy, MATRIX_ADD, d_embedding, NULL) ==
                8000);
    assert_true(dy[0] == 8000 && d_embedding[0] == -1 && d_embedding[1] == 1);
    free(block);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cross_entropy_and_its_gradient_follow_the_formula),
        cmocka_unit_test(predictions_follow_the_formula),
        cmocka_unit_test(log_probabilities_follow_the_formula),
        cmocka_unit_test(certainty_stays_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
