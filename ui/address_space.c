/* Ends the program before OpenBLAS is loaded where a limit on address space leaves it too little:
 * the library asks for its buffers when it is loaded, before main, and goes on asking for ever. */
#ifdef __linux__
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "model/blas.h"
#include "ui/cli/cli.h"

/* What libraries and the C library take for themselves until main begins. */
#define OTHERS ((rlim_t)8 << 20)

static rlim_t mapped_bytes(void)
{
    char text[64] = "";
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t got = file >= 0 ? read(file, text, sizeof text - 1) : -1;
    if (file >= 0)
        close(file);
    return got > 0 ? strtoul(text, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE) : 0;
}

/* What OpenBLAS has buffers for: as many threads as OpenMP is told, else as there are processors,
 * though this process may have leave to use only some of them. */
static unsigned long threads_at_load(char *const *environment)
{
    static const char name[] = "OMP_NUM_THREADS=";
    for (; *environment; environment++)
        if (strncmp(*environment, name, strlen(name)) == 0) {
            unsigned long threads = strtoul(*environment + strlen(name), NULL, 10);
            if (threads > 0)
                return threads;
        }
    long processors = sysconf(_SC_NPROCESSORS_CONF);
    return processors > 0 ? (unsigned long)processors : 1;
}

static void refuse(rlim_t limit, unsigned long threads)
{
    char text[512];
    int length = snprintf(text, sizeof text,
                          "mneme: the limit on address space, %llu KiB (ulimit -v), is too small: "
                          "OpenBLAS takes %llu MiB for each of %lu threads; raise it%s\n",
                          (unsigned long long)limit / 1024, (unsigned long long)BLAS_BUFFER >> 20,
                          threads, threads > 1 ? ", or set OMP_NUM_THREADS=1" : "");
    if (length < 0 || write(STDERR_FILENO, text, (size_t)length) < 0)
        _exit(EXIT_FAILED);
    _exit(EXIT_FAILED);
}

__attribute__((no_sanitize_address)) static void check(int argc, char **argv, char **environment)
{
    (void)argc, (void)argv;
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
        return;
    unsigned long threads = threads_at_load(environment);
    if (limit.rlim_cur < mapped_bytes() + threads * (rlim_t)BLAS_BUFFER + OTHERS)
        refuse(limit.rlim_cur, threads);
}

/* What stands here is called before anything of the libraries. */
__attribute__((section(".preinit_array"),
               used)) static void (*const before_libraries)(int argc, char **argv,
                                                            char **environment) = check;
#endif
