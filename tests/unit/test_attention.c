#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/attention.h"
#include "tests/fixtures/model_reference.h"

/* Scores of up to 39 products, each rounded to 6e-8, go through an exponential. */
#define TOLERANCE 2e-6

enum { HEADS = 3, WIDEST_KEY = 37, WIDEST = HEADS * WIDEST_KEY };
enum { STRIDE = 3 * WIDEST + 2, LONGEST = 75 };

/* Keys narrower and wider than what is computed at once, with and without a rest. */
static const size_t d_keys[] = {5, 16, 21, WIDEST_KEY};

/* One sequence's rows [query][key][value] with a gap behind them, and relative positions for
 * more distances than it needs. */
struct fixture {
    size_t d_key, width;
    real rows[LONGEST * STRIDE];
    real relative[(LONGEST + 4) * WIDEST];
    real content_bias[WIDEST], position_bias[WIDEST];
    real probability[HEADS * LONGEST * LONGEST];
    real out[LONGEST * WIDEST];
    size_t position[LONGEST];
};

static struct fixture *fixture_new(size_t d_key)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->d_key = d_key;
    f->width = HEADS * d_key;
    fill_normal(f->rows, LONGEST * STRIDE, 0, 1, 1);
    fill_normal(f->relative, (LONGEST + 4) * WIDEST, 0, 1, 2);
    fill_normal(f->content_bias, WIDEST, 0, 1, 3);
    fill_normal(f->position_bias, WIDEST, 0, 1, 4);
    return f;
}

/* As much as is asked for, of what is not a number. */
static real *new_scratch(size_t d_key, size_t keys)
{
    size_t count = attention_scratch(d_key, keys);
    real *scratch = malloc(count * sizeof *scratch);
    assert_non_null(scratch);
    for (size_t i = 0; i < count; i++)
        scratch[i] = NAN;
    return scratch;
}

static struct attention attention_of(const struct fixture *f, bool relative, size_t distances)
{
    struct attention attention = {.heads = HEADS, .d_key = f->d_key};
    if (relative) {
        attention.content_bias = f->content_bias;
        attention.position_bias = f->position_bias;
        attention.relative = f->relative;
        attention.distances = distances;
    }
    return attention;
}

/* Every step-th position of a sequence from `first` on asks. */
static struct attention_rows rows_of(struct fixture *f, size_t keys, size_t first, size_t step)
{
    struct attention_rows rows = {
        .keys = keys,
        .position = f->position,
        .query = f->rows + first * STRIDE,
        .key = f->rows + f->width,
        .value = f->rows + 2 * f->width,
        .query_stride = step * STRIDE,
        .key_stride = STRIDE,
    };
    for (size_t t = first; t < keys; t += step)
        f->position[rows.queries++] = t;
    return rows;
}

/* The same by loops; r[distance] in the order of distances. */
static void expect(const struct fixture *f, bool relative, size_t distances,
                   const struct attention_rows *rows, double *probability, double *out)
{
    double *all = to_double(f->rows, LONGEST * STRIDE);
    double *u = to_double(f->content_bias, f->width), *v = to_double(f->position_bias, f->width);
    double *r = calloc(distances * STRIDE, sizeof *r);
    for (size_t m = 0; m < distances; m++)
        for (size_t j = 0; j < f->width; j++)
            r[(distances - 1 - m) * STRIDE + j] = (double)f->relative[m * f->width + j];
    for (size_t h = 0; h < HEADS; h++)
        for (size_t i = 0; i < rows->queries; i++) {
            size_t c = h * f->d_key, t = rows->position[i];
            reference_attention(
                f->d_key, t, all + t * STRIDE + c, all + f->width + c, all + 2 * f->width + c,
                STRIDE, relative ? u + c : NULL, relative ? v + c : NULL, relative ? r + c : NULL,
                probability + (h * rows->queries + i) * rows->keys, out + i * f->width + c);
        }
    free(all);
    free(u);
    free(v);
    free(r);
}

static void check(struct fixture *f, bool relative, size_t distances,
                  const struct attention_rows *rows)
{
    size_t probabilities = HEADS * rows->queries * rows->keys, outs = rows->queries * f->width;
    double *probability = calloc(probabilities, sizeof *probability);
    double *out = calloc(outs, sizeof *out);
    expect(f, relative, distances, rows, probability, out);
    struct attention attention = attention_of(f, relative, distances);
    fill_normal(f->probability, HEADS * LONGEST * LONGEST, 9, 1, 5);
    real *scratch = new_scratch(f->d_key, rows->keys);
    attention_forward(&attention, rows, scratch, f->probability, f->out);
    free(scratch);
    assert_residual("probabilities", f->probability, probability, probabilities, TOLERANCE);
    assert_residual("out", f->out, out, outs, TOLERANCE);
    free(probability);
    free(out);
}

static void every_length_follows_the_formula(bool relative)
{
    const size_t length[] = {1, 2, 6, 7, 13, 16, 17, 48, 49, 64, LONGEST};
    for (size_t d = 0; d < sizeof d_keys / sizeof *d_keys; d++) {
        struct fixture *f = fixture_new(d_keys[d]);
        for (size_t i = 0; i < sizeof length / sizeof *length; i++) {
            struct attention_rows rows = rows_of(f, length[i], 0, 1);
            check(f, relative, length[i], &rows);
        }
        free(f);
    }
}

static void plain_attention_follows_its_formula(void **state)
{
    (void)state;
    every_length_follows_the_formula(false);
}

static void relative_attention_follows_its_formula(void **state)
{
    (void)state;
    every_length_follows_the_formula(true);
}

static void more_distances_than_needed_change_nothing(void **state)
{
    (void)state;
    struct fixture *f = fixture_new(WIDEST_KEY);
    struct attention_rows rows = rows_of(f, 40, 0, 1);
    check(f, true, 44, &rows);
    free(f);
}

/* As the decoder asks (the last positions only) and as model_predict does (some in between). */
static void some_positions_can_ask_alone(void **state)
{
    (void)state;
    struct fixture *f = fixture_new(WIDEST_KEY);
    for (int relative = 0; relative < 2; relative++) {
        struct attention_rows rows = rows_of(f, 70, 69, 1);
        check(f, relative, 75, &rows);
        rows = rows_of(f, 70, 60, 1);
        check(f, relative, 75, &rows);
        rows = rows_of(f, 70, 3, 2);
        check(f, relative, 75, &rows);
    }
    free(f);
}

/* out = P V by loops, whatever P, as long as nothing lies behind a row's position. */
static void what_is_mixed_follows_the_probabilities(void **state)
{
    (void)state;
    enum { KEYS = 70 };
    struct fixture *f = fixture_new(WIDEST_KEY);
    struct attention attention = attention_of(f, false, 0);
    struct attention_rows rows = rows_of(f, KEYS, 3, 2);
    double *out = calloc(rows.queries * f->width, sizeof *out);
    fill_normal(f->probability, HEADS * rows.queries * KEYS, 0, 1, 6);
    for (size_t h = 0; h < HEADS; h++)
        for (size_t i = 0; i < rows.queries; i++)
            for (size_t j = 0; j < KEYS; j++) {
                real *p = &f->probability[(h * rows.queries + i) * KEYS + j];
                *p = j <= rows.position[i] ? *p : 0;
                for (size_t c = h * f->d_key; c < (h + 1) * f->d_key; c++)
                    out[i * f->width + c] += (double)*p * (double)rows.value[j * STRIDE + c];
            }
    attention_mix(&attention, &rows, f->probability, f->out);
    assert_residual("mixed", f->out, out, rows.queries * f->width, TOLERANCE);
    free(out);
    free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_attention_follows_its_formula),
        cmocka_unit_test(relative_attention_follows_its_formula),
        cmocka_unit_test(more_distances_than_needed_change_nothing),
        cmocka_unit_test(some_positions_can_ask_alone),
        cmocka_unit_test(what_is_mixed_follows_the_probabilities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
