/* Which kernels of OpenBLAS the tests can run under.
 *
 *   kernels                 the names of those that this processor has the instructions for
 *   kernels --used          the one in use
 *   kernels --works         nothing; status 1 where the one in use gives wrong products, and a
 * signal where it does not come back from one kernels --environment   shell commands that set what
 * mneme sets for itself; nothing where the library's own choice is right, or the user's
 */
#include <cblas.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/blas.h"

static void print_environment(const struct blas *blas)
{
    const char *wanted = blas_wanted_kernel(blas);
    if (wanted)
        printf("export " BLAS_KERNEL_VARIABLE "=%s " BLAS_DEFAULT_VARIABLE "=%s\n", wanted,
               blas->kernel);
}

static void print_kernels(const struct blas *blas)
{
    enum instruction_set needs;
    const char *name;
    for (size_t i = 0; (name = blas_kernel(i, &needs)) != NULL; i++)
        if (needs <= blas->processor)
            printf("%s\n", name);
}

/* Whether the library's own sgemm gives a product[m][n] of small whole numbers, which are exact,
 * each factor turned or not: without any code of the program's. */
static bool multiplies(int m, int n, int k, CBLAS_TRANSPOSE turn_a, CBLAS_TRANSPOSE turn_b)
{
    bool a_transposed = turn_a == CblasTrans, b_transposed = turn_b == CblasTrans, right = true;
    float *a = malloc((size_t)m * k * sizeof *a), *b = malloc((size_t)k * n * sizeof *b);
    float *c = malloc((size_t)m * n * sizeof *c);
    for (int i = 0; a && i < m * k; i++)
        a[i] = (float)(i % 7 - 3);
    for (int i = 0; b && i < k * n; i++)
        b[i] = (float)(i % 5 - 2);
    if (a && b && c)
        cblas_sgemm(CblasRowMajor, turn_a, turn_b, m, n, k, 1, a, a_transposed ? m : k, b,
                    b_transposed ? k : n, 0, c, n);
    for (int i = 0; a && b && c && i < m; i++)
        for (int j = 0; j < n; j++) {
            float sum = 0;
            for (int l = 0; l < k; l++)
                sum += (a_transposed ? a[l * m + i] : a[i * k + l]) *
                       (b_transposed ? b[j * k + l] : b[l * n + j]);
            right = right && c[i * n + j] == sum;
        }
    free(a);
    free(b);
    free(c);
    return right;
}

static bool works(void)
{
    static const int sizes[] = {1, 33, 128, 501, 1030};
    enum { SIZES = sizeof sizes / sizeof *sizes };
    bool right = true;
    omp_set_num_threads(1);
    for (int i = 0; i < SIZES; i++)
        for (int turned = 0; turned < 3; turned++)
            right = right && multiplies(33, 67, sizes[i], turned == 1 ? CblasTrans : CblasNoTrans,
                                        turned == 2 ? CblasTrans : CblasNoTrans);
    return right;
}

int main(int argc, char **argv)
{
    struct blas blas = blas_in_use();
    if (argc > 1 && strcmp(argv[1], "--environment") == 0)
        print_environment(&blas);
    else if (argc > 1 && strcmp(argv[1], "--used") == 0)
        printf("%s\n", blas.kernel);
    else if (argc > 1 && strcmp(argv[1], "--works") == 0)
        return works() ? EXIT_SUCCESS : EXIT_FAILURE;
    else
        print_kernels(&blas);
    return 0;
}
