/* Products with tiles of weights against loops in double precision over the same rounded numbers,
 * for matrices narrower and wider than a tile; and that a row's bits are its own. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "model/matrix.h"
#include "model/onednn.h"
#include "model/packed.h"
#include "model/weight_tiles.h"

static void skip_without_products(void)
{
    if (onednn_lacks_bf16()) {
        print_message("no products in bf16 here\n");
        skip();
    }
}

static double value_of(bf16 number)
{
    uint32_t bits = (uint32_t)number << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return (double)value;
}

static real *normal(size_t count, uint64_t stream)
{
    struct random random = random_stream(1, RANDOM_TEST, stream, 0);
    real *x = memory_new_aligned(count, sizeof *x, NULL);
    for (size_t i = 0; i < count; i++)
        x[i] = (real)random_normal(&random);
    return x;
}

/* Rows whose slices are theirs alone: what is behind the last one is no number. */
static struct bf16_matrix matrix_new(size_t rows, size_t columns, const real *x)
{
    size_t room = bf16_room(rows, columns);
    struct bf16_matrix matrix = {memory_new_aligned(room, sizeof(bf16), NULL), rows, columns};
    memset(matrix.at, 0xff, room * sizeof(bf16));
    bf16_fill(matrix, 0, rows, x);
    return matrix;
}

static double entry(struct bf16_matrix matrix, size_t i, size_t j)
{
    return value_of(bf16_slice(matrix, j / BF16_SLICE, i)[j % BF16_SLICE]);
}

static double rounded(real x)
{
    bf16 one;
    bf16_round(1, &x, &one);
    return value_of(one);
}

struct case_of {
    size_t m, n, k;
    real *x, *weight;
    struct bf16_matrix a;
    struct weight_tiles *tiles;
};

static struct case_of case_new(size_t m, size_t n, size_t k)
{
    struct case_of c = {m, n, k, normal(m * k, 1), normal(k * n, 2), {NULL, 0, 0}, NULL};
    c.a = matrix_new(m, k, c.x);
    c.tiles = weight_tiles_new(k, n, n, 1, NULL);
    assert_non_null(c.tiles);
    weight_tiles_fill(c.tiles, c.weight);
    return c;
}

static void case_free(struct case_of *c)
{
    weight_tiles_free(c->tiles);
    memory_free(c->a.at);
    memory_free(c->x);
    memory_free(c->weight);
}

/* A sum of k products in fp32 is off by k 2^-24 of the sum of their sizes at most. */
static void assert_entry(const struct case_of *c, size_t i, size_t j, double before, double got)
{
    double sum = before, size = fabs(before);
    for (size_t l = 0; l < c->k; l++) {
        double product = entry(c->a, i, l) * rounded(c->weight[l * c->n + j]);
        sum += product;
        size += fabs(product);
    }
    assert_true(fabs(got - sum) <= (double)(c->k + 1) * 0x1p-24 * size);
}

static const size_t sizes[][3] = {
    {1, 1, 1},      {33, 70, 90},   {20, 8, 40},     {50, 16, 600},   {130, 513, 30},
    {40, 600, 530}, {17, 128, 512}, {261, 40, 1030}, {33, 150, 2100},
};

enum { SIZES = sizeof sizes / sizeof *sizes };

static void check_formula(const size_t size[3], enum matrix_result result)
{
    struct case_of c = case_new(size[0], size[1], size[2]);
    real *before = normal(c.m * c.n, 3), *to = normal(c.m * c.n, 3);
    weight_tiles_multiply(c.tiles, c.a, 0, c.m, result, to);
    for (size_t i = 0; i < c.m; i++)
        for (size_t j = 0; j < c.n; j++) {
            double was = result == MATRIX_ADD ? (double)before[i * c.n + j] : 0;
            assert_entry(&c, i, j, was, (double)to[i * c.n + j]);
        }
    memory_free(before);
    memory_free(to);
    case_free(&c);
}

static void products_follow_their_formula(void **state)
{
    (void)state;
    skip_without_products();
    struct matrix_thread thread = matrix_thread_prepare();
    for (size_t i = 0; i < SIZES; i++) {
        check_formula(sizes[i], MATRIX_REPLACE);
        check_formula(sizes[i], MATRIX_ADD);
    }
    matrix_thread_release(&thread);
}

static void gradients_follow_their_formula(void **state)
{
    (void)state;
    enum { ROWS = 21, INPUTS = 530, OUTPUTS = 1030 };
    skip_without_products();
    struct matrix_thread thread = matrix_thread_prepare();
    real *x = normal(ROWS * INPUTS, 1), *dy = normal(ROWS * OUTPUTS, 2);
    real *before = normal(INPUTS * OUTPUTS, 3), *gradient = normal(INPUTS * OUTPUTS, 3);
    struct bf16_matrix a = matrix_new(ROWS, INPUTS, x), b = matrix_new(ROWS, OUTPUTS, dy);
    packed_gradient(a, b, MATRIX_ADD, gradient);
    for (size_t i = 0; i < INPUTS; i++)
        for (size_t j = 0; j < OUTPUTS; j++) {
            double sum = (double)before[i * OUTPUTS + j], size = fabs(sum);
            for (size_t row = 0; row < ROWS; row++) {
                sum += entry(a, row, i) * entry(b, row, j);
                size += fabs(entry(a, row, i) * entry(b, row, j));
            }
            assert_true(fabs((double)gradient[i * OUTPUTS + j] - sum) <=
                        (ROWS + 1) * 0x1p-24 * size);
        }
    memory_free(a.at);
    memory_free(b.at);
    memory_free(x);
    memory_free(dy);
    memory_free(before);
    memory_free(gradient);
    matrix_thread_release(&thread);
}

/* Blocks that a taker was given, put together. */
struct collector {
    struct product_taker taker;
    size_t n;
    real *c;
};

static void collect(const struct product_taker *taker, const struct product_block *block)
{
    const struct collector *to = (const struct collector *)taker;
    for (size_t i = 0; i < block->rows; i++)
        memcpy(to->c + (block->row + i) * to->n + block->column, block->at + i * block->columns,
               block->columns * sizeof *block->at);
}

static void blocks_are_the_product(void **state)
{
    (void)state;
    skip_without_products();
    struct matrix_thread thread = matrix_thread_prepare();
    for (size_t i = 0; i < SIZES; i++) {
        struct case_of c = case_new(sizes[i][0], sizes[i][1], sizes[i][2]);
        real *whole = normal(c.m * c.n, 3), *pieces = normal(c.m * c.n, 4);
        const struct collector to = {{collect}, c.n, pieces};
        weight_tiles_multiply(c.tiles, c.a, 0, c.m, MATRIX_REPLACE, whole);
        weight_tiles_give(c.tiles, c.a, &to.taker);
        assert_memory_equal(pieces, whole, c.m * c.n * sizeof *whole);
        memory_free(whole);
        memory_free(pieces);
        case_free(&c);
    }
    matrix_thread_release(&thread);
}

/* The rows from `first` on, as many as count, alone in a matrix of their own. */
static void check_rows_alone(const struct case_of *c, size_t first, size_t count,
                             enum matrix_result result, const real *all)
{
    real *some = normal(c->m * c->n, 3);
    struct bf16_matrix alone = matrix_new(count, c->k, c->x + first * c->k);
    weight_tiles_multiply(c->tiles, alone, 0, count, result, some + first * c->n);
    assert_memory_equal(some + first * c->n, all + first * c->n, count * c->n * sizeof *some);
    memory_free(alone.at);
    memory_free(some);
}

/* Both beside no other and beside any. */
static void a_row_has_the_same_bits_beside_any_others(void **state)
{
    (void)state;
    static const size_t shapes[][2] = {{70, 90},   {64, 64},   {60, 100},   {16, 600},  {8, 128},
                                       {128, 512}, {256, 256}, {512, 2048}, {600, 40},  {3, 2000},
                                       {520, 40},  {528, 520}, {64, 1025},  {150, 2100}};
    static const size_t counts[] = {1, 2, 3, 4, 7, 15, 16, 17, 31, 33, 48, 80};
    enum {
        M = 300,
        SHAPES = sizeof shapes / sizeof *shapes,
        COUNTS = sizeof counts / sizeof *counts
    };
    skip_without_products();
    struct matrix_thread thread = matrix_thread_prepare();
    for (size_t s = 0; s < SHAPES; s++)
        for (int way = 0; way < 2; way++) {
            enum matrix_result result = way ? MATRIX_ADD : MATRIX_REPLACE;
            struct case_of c = case_new(M, shapes[s][0], shapes[s][1]);
            real *all = normal(M * c.n, 3);
            weight_tiles_multiply(c.tiles, c.a, 0, M, result, all);
            for (size_t i = 0; i < COUNTS; i++)
                for (size_t first = i; first + counts[i] <= M; first += 73)
                    check_rows_alone(&c, first, counts[i], result, all);
            memory_free(all);
            case_free(&c);
        }
    matrix_thread_release(&thread);
}

/* Some of a matrix's rows are what they are in all of it. */
static void parts_of_a_matrix_are_multiplied(void **state)
{
    (void)state;
    skip_without_products();
    struct matrix_thread thread = matrix_thread_prepare();
    struct case_of c = case_new(90, 530, 600);
    real *all = normal(c.m * c.n, 3), *part = normal(c.m * c.n, 4);
    weight_tiles_multiply(c.tiles, c.a, 0, c.m, MATRIX_REPLACE, all);
    weight_tiles_multiply(c.tiles, c.a, 0, 48, MATRIX_REPLACE, part);
    weight_tiles_multiply(c.tiles, c.a, 48, 42, MATRIX_REPLACE, part + 48 * c.n);
    assert_memory_equal(part, all, c.m * c.n * sizeof *all);
    memory_free(all);
    memory_free(part);
    case_free(&c);
    matrix_thread_release(&thread);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_follow_their_formula),
        cmocka_unit_test(gradients_follow_their_formula),
        cmocka_unit_test(blocks_are_the_product),
        cmocka_unit_test(a_row_has_the_same_bits_beside_any_others),
        cmocka_unit_test(parts_of_a_matrix_are_multiplied),
    };
    return cmocka_run_group_tests_name("weight tiles", tests, NULL, NULL);
}
