#include "model/matrix_speed.h"

#include "base/clock.h"
#include "base/memory.h"
#include "model/matrix.h"

/* One thread's matrices. */
struct operands {
    real *a, *b, *c;
};

static void multiply(const struct matrix_shape *shape, const struct operands *own)
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

/* Products a second of one thread. The first one, which warms pages and caches, does not count. */
static double rate(const struct matrix_shape *shape, const struct operands *own, double seconds)
{
    double products = 0, elapsed;
    multiply(shape, own);
    double begin = clock_seconds();
    do {
        multiply(shape, own);
        products++;
        elapsed = clock_seconds() - begin;
    } while (elapsed < seconds);
    return products / elapsed;
}

bool matrix_speed(const struct matrix_shape *shape, size_t threads, double seconds, double *speed,
                  struct error *err)
{
    size_t m = shape->m, n = shape->n, k = shape->k;
    size_t of_thread = m * k + k * n + m * n;
    real *numbers = memory_new_aligned(threads * of_thread, sizeof *numbers, err);
    if (!numbers)
        return false;
    double products = 0;
#pragma omp parallel for num_threads((int)threads) schedule(static) reduction(+ : products)
    for (size_t t = 0; t < threads; t++) {
        real *first = numbers + t * of_thread;
        struct operands own = {first, first + m * k, first + m * k + k * n};
        struct matrix_thread thread = matrix_thread_prepare();
        products += rate(shape, &own, seconds);
        matrix_thread_release(&thread);
    }
    memory_free(numbers);
    *speed = 2 * (double)m * (double)n * (double)k * products;
    return true;
}
