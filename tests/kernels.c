/* Which kernels of OpenBLAS the tests can run under.
 *
 *   kernels                 the names of those that this processor has the instructions for
 *   kernels --used          the one in use
 *   kernels --environment   shell commands that set what mneme sets for itself; nothing where the
 *                           library's own choice is right, or the user's
 */
#include <stdio.h>
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

int main(int argc, char **argv)
{
    struct blas blas = blas_in_use();
    if (argc > 1 && strcmp(argv[1], "--environment") == 0)
        print_environment(&blas);
    else if (argc > 1 && strcmp(argv[1], "--used") == 0)
        printf("%s\n", blas.kernel);
    else
        print_kernels(&blas);
    return 0;
}
