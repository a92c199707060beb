/* Matrix products in the shapes that the presets have, GFLOP/s of one thread: OpenBLAS, oneDNN in
 * fp32 (what a build makes of both, and by which rule, is in model/matrix.c), and oneDNN in bf16,
 * in tiles (model/weight_tiles.h); attention's by OpenBLAS and by loops of our own instead
 * (model/small_product.h).
 *
 *   OPENBLAS_CORETYPE=NAME products [SECONDS]
 *
 * The libraries take turns, on the processor time of the thread, and the fastest of ROUNDS counts.
 * Prints figures and judges nothing: machines differ. */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "base/random.h"
#include "model/bf16.h"
#include "model/blas.h"
#include "model/matrix.h"
#include "model/onednn.h"
#include "model/packed.h"
#include "model/small_product.h"
#include "model/weight_tiles.h"

enum { ROUNDS = 6 };

/* c[m][n] of inner size k; the way forward, the way back, and a gradient of weights. */
enum way { FORWARD, BACK, GRADIENT };

static const struct shape {
    const char *of;
    enum way way;
    size_t m, n, k;
} shapes[] = {
    {"quickstart: queries, keys, values", FORWARD, 512, 384, 128},
    {"quickstart: projection", FORWARD, 512, 128, 128},
    {"quickstart: feed-forward in", FORWARD, 512, 512, 128},
    {"quickstart: feed-forward out", FORWARD, 512, 128, 512},
    {"quickstart: output", BACK, 512, 615, 128},
    {"quickstart: feed-forward in, back", BACK, 512, 128, 512},
    {"quickstart: feed-forward out, back", BACK, 512, 512, 128},
    {"quickstart: feed-forward in, weights", GRADIENT, 128, 512, 512},
    {"quickstart: feed-forward out, weights", GRADIENT, 512, 128, 512},
    {"attention: 6 queries meet keys", FORWARD, 6, 80, 32},
    {"attention: 6 queries mix values", FORWARD, 6, 32, 75},
    {"attention: 6 keys, gradient", GRADIENT, 6, 32, 48},
    {"paper: queries, keys, values", FORWARD, 512, 1536, 512},
    {"paper: feed-forward in", FORWARD, 512, 2048, 512},
    {"paper: feed-forward out", FORWARD, 512, 512, 2048},
    {"paper: output", BACK, 256, 32000, 512},
    {"paper: output, back", FORWARD, 256, 512, 32000},
    {"paper: feed-forward in, back", BACK, 512, 512, 2048},
    {"paper: feed-forward out, back", BACK, 512, 2048, 512},
    {"paper: feed-forward in, weights", GRADIENT, 512, 2048, 512},
    {"paper: feed-forward out, weights", GRADIENT, 2048, 512, 512},
    {"paper: embedding, weights", GRADIENT, 32000, 512, 256},
    {"paper: one biography", FORWARD, 80, 2048, 512},
    {"paper: one token", FORWARD, 1, 2048, 512},
};

struct operands {
    real *a, *b, *c;
    struct bf16_matrix a_rounded, b_rounded; /* as they lie */
    struct weight_tiles *weight;             /* null without bf16 */
};

static double processor_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void by_openblas(const struct shape *s, const struct operands *o)
{
    bool turn_a = s->way == GRADIENT, turn_b = s->way == BACK;
    cblas_sgemm(CblasRowMajor, turn_a ? CblasTrans : CblasNoTrans,
                turn_b ? CblasTrans : CblasNoTrans, (blasint)s->m, (blasint)s->n, (blasint)s->k, 1,
                o->a, (blasint)(turn_a ? s->m : s->k), o->b, (blasint)(turn_b ? s->k : s->n),
                s->way == GRADIENT, o->c, (blasint)s->n);
}

static void by_onednn(const struct shape *s, const struct operands *o)
{
    bool turn_a = s->way == GRADIENT, turn_b = s->way == BACK;
    onednn_multiply_fp32(
        turn_a, turn_b, s->m, s->n, s->k, 1, (struct matrix){o->a, turn_a ? s->m : s->k},
        (struct matrix){o->b, turn_b ? s->k : s->n}, s->way == GRADIENT, o->c, s->n);
}

static void in_bf16(const struct shape *s, const struct operands *o)
{
    if (s->way == GRADIENT)
        packed_gradient(o->a_rounded, o->b_rounded, MATRIX_ADD, o->c);
    else
        weight_tiles_multiply(o->weight, o->a_rounded, 0, s->m, MATRIX_REPLACE, o->c);
}

static void by_loops(const struct shape *s, const struct operands *o)
{
    bool turn_a = s->way == GRADIENT;
    struct small_operand a = {o->a, turn_a ? 1 : s->k, turn_a ? s->m : 1};
    small_multiply(s->m, s->n, s->k, 1, a, (struct matrix){o->b, s->n},
                   turn_a ? MATRIX_ADD : MATRIX_REPLACE, o->c, s->n);
}

static bool is_small(const struct shape *shape)
{
    return shape->m == SMALL_ROWS;
}

static void (*const libraries[])(const struct shape *, const struct operands *) = {
    by_openblas, by_onednn, in_bf16, by_loops};

enum { LIBRARIES = sizeof libraries / sizeof *libraries };

static bool has_onednn(void)
{
    char name[ONEDNN_NAME];
    onednn_write_name(name);
    return *name != '\0';
}

/* Whether a library has products of this shape to make. */
static bool makes(size_t library, const struct shape *shape, const struct operands *own)
{
    void (*how)(const struct shape *, const struct operands *) = libraries[library];
    return how == by_openblas || (how == by_loops && is_small(shape)) ||
           (!is_small(shape) &&
            ((how == by_onednn && has_onednn()) || (how == in_bf16 && own->weight)));
}

static double seconds_of(size_t library, const struct shape *shape, const struct operands *own,
                         double least)
{
    double began = processor_seconds(), passed;
    size_t products = 0, at_once = is_small(shape) ? 100 : 1; /* the clock takes its time, too */
    do {
        for (size_t i = 0; i < at_once; i++)
            libraries[library](shape, own);
        products += at_once;
        passed = processor_seconds() - began;
    } while (passed < least);
    return passed / (double)products;
}

/* x[rows][columns] */
static real *numbers(size_t rows, size_t columns, uint64_t stream, struct bf16_matrix *rounded)
{
    struct error err;
    struct random random = random_stream(1, RANDOM_TEST, stream, 0);
    real *x = memory_new_aligned(rows * columns, sizeof *x, &err);
    bf16 *at = memory_new_aligned(bf16_room(rows, columns), sizeof *at, &err);
    if (!x || !at) {
        fprintf(stderr, "products: %s\n", err.message);
        exit(EXIT_FAILURE);
    }
    for (size_t i = 0; i < rows * columns; i++)
        x[i] = (real)random_normal(&random);
    *rounded = (struct bf16_matrix){at, rows, columns};
    bf16_fill(*rounded, 0, rows, x);
    return x;
}

static void measure(const struct shape *shape, double seconds)
{
    struct bf16_matrix unused;
    struct error err;
    struct operands own;
    size_t m = shape->m, n = shape->n, k = shape->k;
    bool has_bf16 = !onednn_lacks_bf16();
    bool turns_a = shape->way == GRADIENT, turns_b = shape->way == BACK;
    own.a = numbers(turns_a ? k : m, turns_a ? m : k, 1, &own.a_rounded);
    own.b = numbers(turns_b ? n : k, turns_b ? k : n, 2, &own.b_rounded);
    own.c = numbers(m, n, 3, &unused);
    own.weight = has_bf16 ? weight_tiles_new(k, n, turns_b ? 1 : n, turns_b ? k : 1, &err) : NULL;
    if (own.weight)
        weight_tiles_fill(own.weight, own.b);
    double best[LIBRARIES] = {0};
    for (size_t round = 0; round < ROUNDS; round++)
        for (size_t l = 0; l < LIBRARIES; l++) {
            if (!makes(l, shape, &own))
                continue;
            double own_seconds = seconds_of(l, shape, &own, seconds / ROUNDS);
            best[l] = round == 0 || own_seconds < best[l] ? own_seconds : best[l];
        }
    printf("%-40s %6zu %6zu %6zu", shape->of, m, n, k);
    for (size_t l = 0; l < LIBRARIES; l++)
        if (makes(l, shape, &own))
            printf(" %8.1f", 2 * (double)m * (double)n * (double)k / best[l] / 1e9);
        else
            printf(" %8s", "-");
    printf("\n");
    fflush(stdout);
    weight_tiles_free(own.weight);
    memory_free(own.a);
    memory_free(own.b);
    memory_free(own.c);
    memory_free(own.a_rounded.at);
    memory_free(own.b_rounded.at);
    memory_free(unused.at);
}

int main(int argc, char **argv)
{
    char library[ONEDNN_NAME], sentence[BLAS_SENTENCE];
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 0.1;
    struct blas blas = blas_in_use();
    struct matrix_thread thread = matrix_thread_prepare();
    blas_explain(&blas, sentence);
    onednn_write_name(library);
    printf("%s\n%s\n\n%-40s %6s %6s %6s %8s %8s %8s %8s\n", sentence, library,
           "GFLOP/s of one thread", "m", "n", "k", "OpenBLAS", "oneDNN", "bf16", "loops");
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        measure(&shapes[i], seconds);
    matrix_thread_release(&thread);
    return EXIT_SUCCESS;
}
