#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/recurrence.h"
#include "tests/fixtures/model_reference.h"

/* Sums of up to 7 products, each rounded to 6e-8, over the tokens that a state remembers. */
#define TOLERANCE 1e-5

enum { HEADS = 3, D_KEY = 5, WIDTH = HEADS * D_KEY, LONGEST = 75, WINDOW = RECURRENCE_WINDOW };

struct fixture {
    real convolution[WINDOW * WIDTH], convolution_bias[WIDTH];
    real recurrence_gate[WIDTH * D_KEY], recurrence_gate_bias[WIDTH];
    real input_gate[WIDTH * D_KEY], input_gate_bias[WIDTH];
    real decay[WIDTH];
    real given[LONGEST * 2 * WIDTH];    /* branches */
    real branches[LONGEST * 2 * WIDTH]; /* the same, for a pass to overwrite */
    real buffer[5][LONGEST * WIDTH], rate[WIDTH];
    real out[LONGEST * WIDTH];
    struct recurrence recurrence;
    struct recurrence_buffers buffers;
};

/* Channels keep what recurrence_decay says of `kept`, some more, some less. */
static struct fixture *fixture_new(double kept)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    fill_normal(f->convolution, WINDOW * WIDTH, 0, 0.5, 1);
    fill_normal(f->convolution_bias, WIDTH, 0, 0.5, 2);
    fill_normal(f->recurrence_gate, WIDTH * D_KEY, 0, 1, 3);
    fill_normal(f->recurrence_gate_bias, WIDTH, 0, 1, 4);
    fill_normal(f->input_gate, WIDTH * D_KEY, 0, 1, 5);
    fill_normal(f->input_gate_bias, WIDTH, 0, 1, 6);
    fill_normal(f->decay, WIDTH, recurrence_decay(kept), 0.3, 7);
    fill_normal(f->given, LONGEST * 2 * WIDTH, 0, 1, 8);
    f->recurrence = (struct recurrence){
        .heads = HEADS,
        .d_key = D_KEY,
        .convolution = f->convolution,
        .convolution_bias = f->convolution_bias,
        .recurrence_gate = {f->recurrence_gate, f->recurrence_gate_bias},
        .input_gate = {f->input_gate, f->input_gate_bias},
        .decay = f->decay,
    };
    f->buffers = (struct recurrence_buffers){f->branches,  f->buffer[0], f->buffer[1], f->buffer[2],
                                             f->buffer[3], f->buffer[4], f->rate};
    return f;
}

static void run(struct fixture *f, const struct recurrence_rows *rows, bool want_derivative)
{
    memcpy(f->branches, f->given, sizeof f->given);
    recurrence_forward(&f->recurrence, rows, &f->buffers, want_derivative, f->out);
}

/* out[length][width] of a sequence whose branches begin at row `first`, by loops. */
static void expect(const struct fixture *f, size_t first, size_t length, double *out)
{
    const struct reference_recurrence reference = {
        .heads = HEADS,
        .d_key = D_KEY,
        .convolution = to_double(f->convolution, WINDOW * WIDTH),
        .convolution_bias = to_double(f->convolution_bias, WIDTH),
        .recurrence_gate = to_double(f->recurrence_gate, WIDTH * D_KEY),
        .recurrence_gate_bias = to_double(f->recurrence_gate_bias, WIDTH),
        .input_gate = to_double(f->input_gate, WIDTH * D_KEY),
        .input_gate_bias = to_double(f->input_gate_bias, WIDTH),
        .decay = to_double(f->decay, WIDTH),
    };
    double *branches = to_double(f->given + first * 2 * WIDTH, length * 2 * WIDTH);
    reference_recurrence(&reference, length, branches, out);
    free(branches);
    const double *copy[] = {reference.convolution,
                            reference.convolution_bias,
                            reference.recurrence_gate,
                            reference.recurrence_gate_bias,
                            reference.input_gate,
                            reference.input_gate_bias,
                            reference.decay};
    for (size_t i = 0; i < sizeof copy / sizeof *copy; i++)
        free((void *)(uintptr_t)copy[i]);
}

static const double kept[] = {0.01, 0.9, 0.999};

static void a_sequence_follows_the_formula(void **state)
{
    (void)state;
    const size_t length[] = {1, 2, 4, 5, LONGEST};
    double expected[LONGEST * WIDTH];
    for (size_t k = 0; k < sizeof kept / sizeof *kept; k++) {
        struct fixture *f = fixture_new(kept[k]);
        for (size_t i = 0; i < sizeof length / sizeof *length; i++) {
            const size_t start[] = {0, length[i]};
            struct recurrence_rows rows = {.sequences = 1, .start = start};
            expect(f, 0, length[i], expected);
            run(f, &rows, i % 2 == 0);
            assert_residual("out", f->out, expected, length[i] * WIDTH, TOLERANCE);
        }
        free(f);
    }
}

/* Nothing of a sequence reaches the next one, neither by the convolution nor by the state. */
static void sequences_side_by_side_are_each_alone(void **state)
{
    (void)state;
    const size_t start[] = {10, 11, 11, 50, 52, 10 + LONGEST};
    double expected[LONGEST * WIDTH];
    struct fixture *f = fixture_new(0.999);
    struct recurrence_rows rows = {.sequences = 5, .start = start};
    for (size_t s = 0; s < 5; s++)
        expect(f, start[s] - 10, start[s + 1] - start[s], expected + (start[s] - 10) * WIDTH);
    run(f, &rows, true);
    assert_residual("out", f->out, expected, LONGEST * WIDTH, TOLERANCE);
    free(f);
}

/* Two sequences that go on alike behind the first `before` tokens: both are the one they go on. */
static void check_going_on(struct fixture *f, size_t before)
{
    enum { MORE = 6 };
    real input[(WINDOW - 1) * WIDTH] = {0}, last[WIDTH] = {0};
    double expected[(LONGEST + 2 * MORE) * WIDTH];
    const size_t start[] = {0, before}, then[] = {0, MORE, 2 * MORE};
    struct recurrence_rows rows = {.sequences = 1, .start = start};
    expect(f, 0, before + MORE, expected);
    run(f, &rows, false);
    for (size_t k = 0; k < WINDOW - 1 && k < before; k++)
        memcpy(input + (WINDOW - 2 - k) * WIDTH, f->given + (2 * (before - 1 - k) + 1) * WIDTH,
               WIDTH * sizeof *input);
    if (before > 0)
        memcpy(last, f->buffers.state + (before - 1) * WIDTH, sizeof last);
    for (size_t s = 0; s < 2; s++)
        memcpy(f->branches + s * MORE * 2 * WIDTH, f->given + before * 2 * WIDTH,
               MORE * 2 * WIDTH * sizeof(real));
    rows = (struct recurrence_rows){2, then, input, last};
    recurrence_forward(&f->recurrence, &rows, &f->buffers, false, f->out);
    for (size_t s = 0; s < 2; s++)
        assert_residual("out", f->out + s * MORE * WIDTH, expected + before * WIDTH, MORE * WIDTH,
                        TOLERANCE);
}

static void going_on_from_a_state_is_going_on(void **state)
{
    (void)state;
    struct fixture *f = fixture_new(0.99);
    const size_t before[] = {0, 1, 2, 3, 40};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        check_going_on(f, before[i]);
    free(f);
}

/* A single token's state is sqrt(1 - a^2) i v. Where a differs from 1 by no more than the digits of
 * a, this is still known to its own last digits. */
static void what_comes_in_is_exact_where_nearly_all_is_kept(void **state)
{
    (void)state;
    const size_t start[] = {0, 1};
    const struct recurrence_rows rows = {.sequences = 1, .start = start};
    struct fixture *f = fixture_new(0.999);
    for (double nearly = 1e-3; nearly > 1e-30; nearly /= 100) {
        double expected[WIDTH];
        double decay = -log(nearly / 8); /* softplus(-decay) is nearly / 8 to within its square */
        for (size_t j = 0; j < WIDTH; j++)
            f->decay[j] = (real)decay;
        run(f, &rows, false);
        for (size_t j = 0; j < WIDTH; j++) {
            double rate = 8 * log1p(exp(-(double)f->decay[j]));
            double root = sqrt(-expm1(-2 * rate * (double)f->buffers.recurrence_gate[j]));
            expected[j] = root * (double)f->buffers.input_gate[j] * (double)f->buffers.convolved[j];
        }
        assert_residual("what comes in", f->buffers.state, expected, WIDTH, 1e-6);
    }
    free(f);
}

static void a_decay_keeps_what_it_says(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof kept / sizeof *kept; k++) {
        double a = 1 / (1 + exp(-recurrence_decay(kept[k])));
        assert_true(fabs(pow(a, 8) - kept[k]) < 1e-13);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sequence_follows_the_formula),
        cmocka_unit_test(sequences_side_by_side_are_each_alone),
        cmocka_unit_test(going_on_from_a_state_is_going_on),
        cmocka_unit_test(what_comes_in_is_exact_where_nearly_all_is_kept),
        cmocka_unit_test(a_decay_keeps_what_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
