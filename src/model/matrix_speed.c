/* Map of this file: in fp32; in bf16; the rate of either. */
#include "model/matrix_speed.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "model/bf16.h"
#include "model/matrix.h"
#include "model/packed.h"
#include "model/weight_tiles.h"

/* One thread's matrices. The last three are empty in fp32. */
struct operands {
    real *a, *b, *c;
    struct bf16_matrix rounded_a, rounded_b;
    struct weight_tiles *weights;
};

/* In fp32 */

static void multiply_fp32(const struct matrix_shape *shape, const struct operands *own)
{
    size_t m = shape->m, n = shape->n, k = shape->k;
    struct matrix a = {own->a, k}, a_transposed = {own->a, m}, b = {own->b, n},
                  b_transposed = {own->b, k};
    switch (shape->product) {
    case MATRIX_MULTIPLY:
        matrix_multiply(m, n, k, 1, a, b, MATRIX_REPLACE, own->c, n);
        return;
    case MATRIX_MULTIPLY_TRANSPOSED:
        matrix_multiply_transposed(m, n, k, 1, a, b_transposed, MATRIX_REPLACE, own->c, n);
        return;
    case MATRIX_TRANSPOSED_MULTIPLY:
        matrix_transposed_multiply(m, n, k, 1, a_transposed, b, MATRIX_REPLACE, own->c, n);
        return;
    }
}

static size_t count_numbers(const struct matrix_shape *shape)
{
    return shape->m * shape->k + shape->k * shape->n + shape->m * shape->n;
}

/* The same few random numbers over and over: zeros would take less power, and so be multiplied
 * faster than what a model is made of. */
static void fill(real *numbers, size_t count)
{
    enum { PERIOD = 4099 };
    struct random random = random_stream(0, RANDOM_TEST, 0, 0);
    for (size_t i = 0; i < count; i++)
        numbers[i] = i < PERIOD ? (real)random_normal(&random) : numbers[i - PERIOD];
}

static void lay_out(struct operands *own, const struct matrix_shape *shape, real *numbers)
{
    *own = (struct operands){.a = numbers,
                             .b = numbers + shape->m * shape->k,
                             .c = numbers + shape->m * shape->k + shape->k * shape->n};
    fill(numbers, count_numbers(shape));
}

/* In bf16 */

static void multiply_bf16(const struct matrix_shape *shape, const struct operands *own)
{
    if (shape->product == MATRIX_TRANSPOSED_MULTIPLY)
        packed_gradient(own->rounded_a, own->rounded_b, MATRIX_ADD, own->c);
    else
        weight_tiles_multiply(own->weights, own->rounded_a, 0, shape->m, MATRIX_REPLACE, own->c);
}

static bool round_matrix(struct bf16_matrix *rounded, size_t rows, size_t columns,
                         const real *numbers, struct error *err)
{
    *rounded = (struct bf16_matrix){memory_new_aligned(bf16_room(rows, columns), sizeof(bf16), err),
                                    rows, columns};
    if (rounded->at)
        bf16_fill(*rounded, 0, rows, numbers);
    return rounded->at;
}

static bool round_weights(struct operands *own, const struct matrix_shape *shape, struct error *err)
{
    bool transposed = shape->product == MATRIX_MULTIPLY_TRANSPOSED;
    own->weights = weight_tiles_new(shape->k, shape->n, transposed ? 1 : shape->n,
                                    transposed ? shape->k : 1, err);
    if (own->weights)
        weight_tiles_fill(own->weights, own->b);
    return own->weights;
}

static bool round_operands(struct operands *own, const struct matrix_shape *shape,
                           struct error *err)
{
    size_t m = shape->m, n = shape->n, k = shape->k;
    if (shape->product == MATRIX_TRANSPOSED_MULTIPLY)
        return round_matrix(&own->rounded_a, k, m, own->a, err) &&
               round_matrix(&own->rounded_b, k, n, own->b, err);
    return round_matrix(&own->rounded_a, m, k, own->a, err) && round_weights(own, shape, err);
}

/* The rate of either */

static void multiply(const struct matrix_shape *shape, enum precision precision,
                     const struct operands *own)
{
    if (precision == PRECISION_BF16)
        multiply_bf16(shape, own);
    else
        multiply_fp32(shape, own);
}

/* Products a second of one thread. The first one, which warms pages and caches, does not count. */
static double rate(const struct matrix_shape *shape, enum precision precision,
                   const struct operands *own, double seconds)
{
    double products = 0, elapsed;
    multiply(shape, precision, own);
    double begin = clock_seconds();
    do {
        multiply(shape, precision, own);
        products++;
        elapsed = clock_seconds() - begin;
    } while (elapsed < seconds);
    return products / elapsed;
}

/* own[threads] hold nothing at first; operands_free holds for them whatever this returns. */
static bool operands_new(struct operands *own, const struct matrix_shape *shape,
                         enum precision precision, size_t threads, real *numbers, struct error *err)
{
    for (size_t t = 0; t < threads; t++) {
        lay_out(&own[t], shape, numbers + t * count_numbers(shape));
        if (precision == PRECISION_BF16 && !round_operands(&own[t], shape, err))
            return false;
    }
    return true;
}

static void operands_free(struct operands *own, size_t threads)
{
    for (size_t t = 0; t < threads; t++) {
        memory_free(own[t].rounded_a.at);
        memory_free(own[t].rounded_b.at);
        weight_tiles_free(own[t].weights);
    }
    memory_free(own);
}

static double rate_of_all(const struct matrix_shape *shape, enum precision precision,
                          const struct operands *own, size_t threads, double seconds)
{
    double products = 0;
#pragma omp parallel for num_threads((int)threads) schedule(static) reduction(+ : products)
    for (size_t t = 0; t < threads; t++) {
        struct matrix_thread thread = matrix_thread_prepare();
        products += rate(shape, precision, &own[t], seconds);
        matrix_thread_release(&thread);
    }
    return products;
}

bool matrix_speed(const struct matrix_shape *shape, enum precision precision, size_t threads,
                  double seconds, double *speed, struct error *err)
{
    real *numbers = memory_new_aligned(threads * count_numbers(shape), sizeof *numbers, err);
    struct operands *own = numbers ? memory_new(threads, sizeof *own, err) : NULL;
    bool made = own && operands_new(own, shape, precision, threads, numbers, err);
    if (made)
        *speed = 2 * (double)shape->m * (double)shape->n * (double)shape->k *
                 rate_of_all(shape, precision, own, threads, seconds);
    if (own)
        operands_free(own, threads);
    memory_free(numbers);
    return made;
}
