#include "engine/gradient_sum.h"

#include <math.h>

#include "base/multiversion.h"
#include "base/subnormals.h"

/* Numbers that are summed in one visit: 16 KiB an array stay in the first cache. */
#define CHUNK ((size_t)4096)

/* sum[n] += term[n] */
MULTIVERSION
static void add(real *restrict sum, const real *restrict term, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        sum[i] += term[i];
}

MULTIVERSION
static double sum_of_squares(const real *value, size_t n)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += (double)value[i] * (double)value[i];
    return sum;
}

/* The numbers first .. first + n of all shards meet in gradient[0]. */
static void add_by_tree(real *const *gradient, size_t count, size_t first, size_t n)
{
    for (size_t apart = 1; apart < count; apart *= 2)
        for (size_t node = 0; node + apart < count; node += 2 * apart)
            add(gradient[node] + first, gradient[node + apart] + first, n);
}

double gradient_sum(real *const *gradient, size_t count, size_t size, size_t threads)
{
    /* Chunks are gathered into a fixed number of groups, each summed by one thread in order. */
    enum { GROUPS = 64 };
    double squares[GROUPS] = {0};
    size_t chunks = (size + CHUNK - 1) / CHUNK;
#pragma omp parallel for schedule(static) num_threads((int)threads)
    for (size_t group = 0; group < GROUPS; group++) {
        subnormals_flush();
        for (size_t c = chunks * group / GROUPS; c < chunks * (group + 1) / GROUPS; c++) {
            size_t first = c * CHUNK, n = size - first < CHUNK ? size - first : CHUNK;
            add_by_tree(gradient, count, first, n);
            squares[group] += sum_of_squares(gradient[0] + first, n);
        }
    }
    double sum = 0;
    for (size_t group = 0; group < GROUPS; group++)
        sum += squares[group];
    return sqrt(sum);
}
