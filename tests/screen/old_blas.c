/* Preloaded by tests, this stands for an OpenBLAS older than the processor: by itself it takes its
 * oldest kernel, and otherwise the one it is asked for. MNEME_TEST_LACKS: letters that kernels
 * begin with which it does not have. MNEME_TEST_USR1: when to send USR1 to the program, "loading"
 * before its first main, or "executing" where it executes itself. */
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int execv(const char *path, char *const *arguments)
{
    __typeof__(execv) *next = (__typeof__(execv) *)dlsym(RTLD_NEXT, "execv");
    const char *moment = getenv("MNEME_TEST_USR1");
    if (moment && strcmp(moment, "executing") == 0)
        raise(SIGUSR1);
    return next(path, arguments);
}

__attribute__((constructor)) static void be_loaded(void)
{
    const char *moment = getenv("MNEME_TEST_USR1");
    if (moment && strcmp(moment, "loading") == 0 && !getenv("MNEME_BLAS_DEFAULT"))
        raise(SIGUSR1);
}

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
