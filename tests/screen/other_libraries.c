/* Preloaded by tests, this stands for libraries that are otherwise.
 *
 * An OpenBLAS older than the processor: by itself it takes its oldest kernel, and otherwise the one
 * it is asked for. MNEME_TEST_LACKS: letters that kernels begin with which it does not have.
 * MNEME_TEST_PARALLEL: 0 without threads, 1 with threads of its own.
 * A oneDNN, where MNEME_TEST_ONEDNN is "threads" with threads of its own, "memory" without memory
 * when it multiplies.
 * MNEME_TEST_USR1: when to send USR1 to the program, "loading" before its first main, or
 * "executing" where it executes itself. */
#include <dlfcn.h>
#include <signal.h>
#include <stdbool.h>
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

int openblas_get_parallel(void);
char *openblas_get_config(void);
char *openblas_get_corename(void);

int openblas_get_parallel(void)
{
    const char *parallel = getenv("MNEME_TEST_PARALLEL");
    return parallel ? atoi(parallel) : 2;
}

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

/* As the library's header has them. */
struct version {
    int major, minor, patch;
    const char *hash;
    unsigned processor_runtime, device_runtime;
};
const struct version *dnnl_version(void);

int dnnl_primitive_execute(const void *primitive, void *stream, int count, const void *operands);

enum { TBB = 4, OUT_OF_MEMORY = 1 };

static bool onednn_is(const char *what)
{
    const char *otherwise = getenv("MNEME_TEST_ONEDNN");
    return otherwise && strcmp(otherwise, what) == 0;
}

const struct version *dnnl_version(void)
{
    static struct version version;
    __typeof__(dnnl_version) *next = (__typeof__(dnnl_version) *)dlsym(RTLD_NEXT, "dnnl_version");
    version = *next();
    if (onednn_is("threads"))
        version.processor_runtime = TBB;
    return &version;
}

int dnnl_primitive_execute(const void *primitive, void *stream, int count, const void *operands)
{
    __typeof__(dnnl_primitive_execute) *next =
        (__typeof__(dnnl_primitive_execute) *)dlsym(RTLD_NEXT, "dnnl_primitive_execute");
    return onednn_is("memory") ? OUT_OF_MEMORY : next(primitive, stream, count, operands);
}
