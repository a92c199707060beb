/* Preloaded by tests, this stands for an OpenBLAS older than the processor: by itself it takes its
 * oldest kernel, and otherwise the one it is asked for. MNEME_TEST_LACKS: letters that kernels
 * begin with which it does not have. */
#include <stdlib.h>
#include <string.h>

char *openblas_get_config(void);
char *openblas_get_corename(void);

char *openblas_get_config(void)
{
    static char config[] = "OpenBLAS 0.3.0 DYNAMIC_ARCH USE_OPENMP";
    return config;
}

char *openblas_get_corename(void)
{
    static char oldest[] = "Prescott";
    char *asked = getenv("OPENBLAS_CORETYPE");
    const char *lacks = getenv("MNEME_TEST_LACKS");
    return asked && *asked != '\0' && !(lacks && strchr(lacks, *asked)) ? asked : oldest;
}
