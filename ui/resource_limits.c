/* Ends the program before its libraries are loaded where a limit leaves them or its threads too
 * little. OpenBLAS asks for its buffers when it is loaded, before main, and goes on asking for
 * ever; and a thread that overruns its stack ends the program without a word. */
#ifdef __linux__
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "model/blas.h"
#include "ui/cli/cli.h"

/* What libraries and the C library take for themselves until main begins: some 8 MiB, and with two
 * OpenMP libraries, as clang's has another one than OpenBLAS, up to 40. */
#define OTHERS ((rlim_t)48 << 20)

/* A thread holds a block of a product on its stack, and libraries are there, too: 512 KiB do. */
#define STACK ((rlim_t)1 << 20)

__attribute__((format(printf, 1, 2))) static void refuse(const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0 || write(STDERR_FILENO, text, (size_t)length) < 0)
        _exit(EXIT_FAILED);
    _exit(EXIT_FAILED);
}

/* Address space */

static rlim_t mapped_bytes(void)
{
    char text[64] = "";
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t got = file >= 0 ? read(file, text, sizeof text - 1) : -1;
    if (file >= 0)
        close(file);
    return got > 0 ? strtoul(text, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE) : 0;
}

static const char *value_of(char *const *environment, const char *name)
{
    size_t length = strlen(name);
    for (; *environment; environment++)
        if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=')
            return *environment + length + 1;
    return NULL;
}

/* What OpenBLAS has buffers for: as many threads as OpenMP is told, else as there are processors,
 * though this process may have leave to use only some of them. */
static unsigned long threads_at_load(char *const *environment)
{
    const char *text = value_of(environment, "OMP_NUM_THREADS");
    unsigned long threads = text ? strtoul(text, NULL, 10) : 0;
    if (threads > 0)
        return threads;
    long processors = sysconf(_SC_NPROCESSORS_CONF);
    return processors > 0 ? (unsigned long)processors : 1;
}

static void check_address_space(char *const *environment)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
        return;
    unsigned long threads = threads_at_load(environment);
    if (limit.rlim_cur < mapped_bytes() + threads * (rlim_t)BLAS_BUFFER + OTHERS)
        refuse("mneme: the limit on address space, %llu KiB (ulimit -v), is too small: OpenBLAS "
               "takes %llu MiB for each of %lu threads; raise it%s\n",
               (unsigned long long)limit.rlim_cur / 1024, (unsigned long long)BLAS_BUFFER >> 20,
               threads, threads > 1 ? ", or set OMP_NUM_THREADS=1" : "");
}

/* Stacks */

/* "512", "512k", " 1 M ": KiB without a unit. False for what OpenMP does not take either. */
static bool read_stack(const char *text, rlim_t *bytes)
{
    static const char units[] = "bkmg";
    char *end;
    unsigned long long number = strtoull(text, &end, 10);
    bool is_number = end > text && !strchr(text, '-');
    int shift = 10;
    end += strspn(end, " \t");
    const char *unit = *end ? strchr(units, *end | ' ') : NULL;
    if (unit) {
        shift = 10 * (int)(unit - units);
        end++;
    }
    end += strspn(end, " \t");
    *bytes = number > RLIM_INFINITY >> shift ? RLIM_INFINITY : (rlim_t)number << shift;
    return is_number && *end == '\0';
}

/* The first of them that is set counts. */
static void check_stacks(char *const *environment)
{
    static const char *const names[] = {"OMP_STACKSIZE", "GOMP_STACKSIZE"};
    struct rlimit limit;
    rlim_t bytes;
    if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < STACK)
        refuse("mneme: the limit on the stack, %llu KiB (ulimit -s), is too small: at least %llu "
               "KiB are needed\n",
               (unsigned long long)limit.rlim_cur / 1024, (unsigned long long)STACK / 1024);
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        const char *text = value_of(environment, names[n]);
        if (text && read_stack(text, &bytes)) {
            if (bytes < STACK)
                refuse("mneme: %s=%s is too small: a thread needs a stack of at least %llu KiB\n",
                       names[n], text, (unsigned long long)STACK / 1024);
            return;
        }
    }
}

__attribute__((no_sanitize_address)) static void check(int argc, char **argv, char **environment)
{
    (void)argc, (void)argv;
    check_address_space(environment);
    check_stacks(environment);
}

/* What stands here is called before anything of the libraries. */
__attribute__((section(".preinit_array"),
               used)) static void (*const before_libraries)(int argc, char **argv,
                                                            char **environment) = check;
#endif
