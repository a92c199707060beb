/* Preloaded by tests, this makes the n-th system call of a kind fail, or sends a signal there: see
 * failing_calls.h. Map of this file: what it was told; the verdict over a call; the calls; memory.
 */
#include "failing_calls.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- what it was told ---- */

enum how { HOW_NOT, HOW_ERROR, HOW_SHORT, HOW_SIGNAL_BEFORE, HOW_SIGNAL_AFTER };

static struct {
    const char *below, *call, *name;
    uint64_t at, times;
    enum how how;
    int number; /* of the error or the signal */
    int log;
    struct failing_count *count;
} told = {.log = -1};

/* clang-format off */
static const struct {
    const char *name;
    enum how how;
    int number;
} hows[] = {
    {"ENOSPC", HOW_ERROR, ENOSPC},       {"EIO", HOW_ERROR, EIO},
    {"EINTR", HOW_ERROR, EINTR},         {"EDQUOT", HOW_ERROR, EDQUOT},
    {"ENOMEM", HOW_ERROR, ENOMEM},       {"EACCES", HOW_ERROR, EACCES},
    {"EMFILE", HOW_ERROR, EMFILE},       {"EROFS", HOW_ERROR, EROFS},
    {"EINVAL", HOW_ERROR, EINVAL},       {"ENOTSUP", HOW_ERROR, ENOTSUP},
    {"ENOLCK", HOW_ERROR, ENOLCK},       {"ESTALE", HOW_ERROR, ESTALE},
    {"short", HOW_SHORT, 0},             {"KILL", HOW_SIGNAL_BEFORE, SIGKILL},
    {"KILL+", HOW_SIGNAL_AFTER, SIGKILL}, {"TERM", HOW_SIGNAL_BEFORE, SIGTERM},
    {"TERM+", HOW_SIGNAL_AFTER, SIGTERM}, {"INT", HOW_SIGNAL_BEFORE, SIGINT},
    {"HUP", HOW_SIGNAL_BEFORE, SIGHUP},  {"USR1", HOW_SIGNAL_BEFORE, SIGUSR1},
    {"USR1+", HOW_SIGNAL_AFTER, SIGUSR1}, {"XCPU", HOW_SIGNAL_BEFORE, SIGXCPU},
    {"PWR", HOW_SIGNAL_BEFORE, SIGPWR},
};
/* clang-format on */

static uint64_t number_of(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

static void *map_count(const char *path)
{
    int descriptor = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
    if (descriptor < 0)
        return MAP_FAILED;
    void *map = mmap(NULL, sizeof *told.count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    syscall(SYS_close, descriptor);
    return map;
}

static void find_modules(void);

__attribute__((constructor)) static void be_told(void)
{
    const char *below = getenv(FAILING_BELOW), *count = getenv(FAILING_COUNT);
    const char *log = getenv(FAILING_LOG), *how = getenv(FAILING_HOW);
    void *map = below && count ? map_count(count) : MAP_FAILED;
    if (map == MAP_FAILED)
        return;
    told.count = map;
    told.call = getenv(FAILING_CALL);
    told.at = number_of(FAILING_AT, 0);
    told.times = number_of(FAILING_TIMES, 1);
    if (log)
        told.log = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CLOEXEC);
    for (size_t i = 0; how && i < sizeof hows / sizeof *hows; i++)
        if (strcmp(hows[i].name, how) == 0) {
            told.name = how;
            told.how = hows[i].how;
            told.number = hows[i].number;
        }
    find_modules();
    told.below = below;
}

/* ---- the verdict over a call ---- */

struct verdict {
    enum how how;
};

static bool is_below(const char *path)
{
    size_t length = strlen(told.below);
    return strncmp(path, told.below, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static void note(uint64_t number, const char *call, const char *path, const char *done)
{
    char line[PATH_MAX + 128];
    int length = snprintf(line, sizeof line, "%llu %s %s%s%s\n", (unsigned long long)number, call,
                          path + strlen(told.below), done ? " " : "", done ? done : "");
    if (told.log >= 0 && length > 0)
        syscall(SYS_write, told.log, line, (size_t)length);
}

/* What becomes of a call on a file below the directory; a signal that comes before it is sent. */
static struct verdict judge_path(const char *call, const char *path)
{
    struct verdict verdict = {HOW_NOT};
    if (!told.below || !is_below(path))
        return verdict;
    bool meant = !told.call || strcmp(told.call, "any") == 0 || strcmp(told.call, call) == 0;
    if (!meant)
        return verdict;
    uint64_t number = atomic_fetch_add(&told.count->calls, 1) + 1;
    if (told.at > 0 && number >= told.at && number - told.at < told.times &&
        !(told.how == HOW_SHORT && strcmp(call, "write") != 0))
        verdict.how = told.how;
    note(number, call, path, verdict.how ? told.name : NULL);
    if (verdict.how == HOW_SIGNAL_BEFORE)
        kill(getpid(), told.number);
    if (verdict.how == HOW_ERROR)
        errno = told.number;
    return verdict;
}

static struct verdict judge_at(const char *call, int directory, const char *path)
{
    char full[PATH_MAX], link[64], base[PATH_MAX];
    if (!told.below)
        return (struct verdict){HOW_NOT};
    if (path[0] == '/')
        return judge_path(call, path);
    snprintf(link, sizeof link, directory == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d",
             directory);
    ssize_t length = readlink(link, base, sizeof base - 1);
    if (length < 0)
        return (struct verdict){HOW_NOT};
    base[length] = '\0';
    while (strncmp(path, "./", 2) == 0)
        path += 2;
    if (snprintf(full, sizeof full, "%s/%s", base, path) >= (int)sizeof full)
        return (struct verdict){HOW_NOT};
    return judge_path(call, full);
}

static struct verdict judge_descriptor(const char *call, int descriptor)
{
    char link[64], path[PATH_MAX];
    int before = errno;
    if (!told.below)
        return (struct verdict){HOW_NOT};
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = before;
    if (length < 0)
        return (struct verdict){HOW_NOT};
    path[length] = '\0';
    return judge_path(call, path);
}

static void end(struct verdict verdict)
{
    int before = errno;
    if (verdict.how == HOW_SIGNAL_AFTER)
        kill(getpid(), told.number);
    errno = before;
}

/* ---- the calls ---- */

/* The next definition of a function: the one that is stood before. */
#define NEXT(function)                                                                             \
    static __typeof__(function) *next;                                                             \
    if (!next)                                                                                     \
    next = (__typeof__(function) *)dlsym(RTLD_NEXT, #function)

/* Of a function on a path or a descriptor: judged, refused with -1, or made. */
#define STAND_BEFORE(result, function, verdict_of, parameters, arguments)                          \
    result function parameters                                                                     \
    {                                                                                              \
        NEXT(function);                                                                            \
        struct verdict verdict = verdict_of;                                                       \
        if (verdict.how == HOW_ERROR)                                                              \
            return -1;                                                                             \
        result made = next arguments;                                                              \
        end(verdict);                                                                              \
        return made;                                                                               \
    }

/* Some file systems cannot bring a directory to the disk. */
static const char *fsync_of(int descriptor)
{
    struct stat about;
    bool is_directory = fstat(descriptor, &about) == 0 && S_ISDIR(about.st_mode);
    return is_directory ? "fsync-directory" : "fsync";
}

STAND_BEFORE(int, fsync, judge_descriptor(fsync_of(descriptor), descriptor), (int descriptor),
             (descriptor))
STAND_BEFORE(int, fdatasync, judge_descriptor(fsync_of(descriptor), descriptor), (int descriptor),
             (descriptor))
STAND_BEFORE(int, ftruncate, judge_descriptor("ftruncate", descriptor),
             (int descriptor, off_t length), (descriptor, length))
STAND_BEFORE(int, ftruncate64, judge_descriptor("ftruncate", descriptor),
             (int descriptor, off64_t length), (descriptor, length))
STAND_BEFORE(ssize_t, read, judge_descriptor("read", descriptor),
             (int descriptor, void *bytes, size_t count), (descriptor, bytes, count))
STAND_BEFORE(int, rename, judge_at("rename", AT_FDCWD, to), (const char *from, const char *to),
             (from, to))
STAND_BEFORE(int, renameat, judge_at("rename", to_directory, to),
             (int from_directory, const char *from, int to_directory, const char *to),
             (from_directory, from, to_directory, to))
STAND_BEFORE(int, link, judge_at("link", AT_FDCWD, to), (const char *from, const char *to),
             (from, to))
STAND_BEFORE(int, mkdir, judge_at("mkdir", AT_FDCWD, path), (const char *path, mode_t mode),
             (path, mode))
STAND_BEFORE(int, unlink, judge_at("unlink", AT_FDCWD, path), (const char *path), (path))
STAND_BEFORE(int, unlinkat, judge_at("unlink", directory, path),
             (int directory, const char *path, int flags), (directory, path, flags))
STAND_BEFORE(int, remove, judge_at("unlink", AT_FDCWD, path), (const char *path), (path))

ssize_t write(int descriptor, const void *bytes, size_t count)
{
    NEXT(write);
    struct verdict verdict = judge_descriptor("write", descriptor);
    if (verdict.how == HOW_ERROR)
        return -1;
    ssize_t made = next(descriptor, bytes, verdict.how == HOW_SHORT ? (count + 1) / 2 : count);
    end(verdict);
    return made;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset)
{
    NEXT(pwrite);
    struct verdict verdict = judge_descriptor("write", descriptor);
    if (verdict.how == HOW_ERROR)
        return -1;
    ssize_t made =
        next(descriptor, bytes, verdict.how == HOW_SHORT ? (count + 1) / 2 : count, offset);
    end(verdict);
    return made;
}

/* Linux closes a descriptor whatever it says. */
int close(int descriptor)
{
    NEXT(close);
    struct verdict verdict = judge_descriptor("close", descriptor);
    int made = next(descriptor);
    if (verdict.how == HOW_ERROR) {
        errno = told.number;
        return -1;
    }
    end(verdict);
    return made;
}

static mode_t mode_of(int flags, va_list list)
{
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
}

#define STAND_BEFORE_OPEN(function)                                                                \
    int function(const char *path, int flags, ...)                                                 \
    {                                                                                              \
        NEXT(function);                                                                            \
        va_list list;                                                                              \
        va_start(list, flags);                                                                     \
        mode_t mode = mode_of(flags, list);                                                        \
        va_end(list);                                                                              \
        struct verdict verdict = judge_at("open", AT_FDCWD, path);                                 \
        if (verdict.how == HOW_ERROR)                                                              \
            return -1;                                                                             \
        int made = next(path, flags, mode);                                                        \
        end(verdict);                                                                              \
        return made;                                                                               \
    }

#define STAND_BEFORE_OPENAT(function)                                                              \
    int function(int directory, const char *path, int flags, ...)                                  \
    {                                                                                              \
        NEXT(function);                                                                            \
        va_list list;                                                                              \
        va_start(list, flags);                                                                     \
        mode_t mode = mode_of(flags, list);                                                        \
        va_end(list);                                                                              \
        struct verdict verdict = judge_at("open", directory, path);                                \
        if (verdict.how == HOW_ERROR)                                                              \
            return -1;                                                                             \
        int made = next(directory, path, flags, mode);                                             \
        end(verdict);                                                                              \
        return made;                                                                               \
    }

STAND_BEFORE_OPEN(open)
STAND_BEFORE_OPEN(open64)
STAND_BEFORE_OPENAT(openat)
STAND_BEFORE_OPENAT(openat64)

DIR *opendir(const char *path)
{
    NEXT(opendir);
    struct verdict verdict = judge_at("opendir", AT_FDCWD, path);
    if (verdict.how == HOW_ERROR)
        return NULL;
    DIR *made = next(path);
    end(verdict);
    return made;
}

/* Locks alone. */
static bool sets_lock(int command)
{
    return command == F_OFD_SETLK || command == F_SETLK;
}

#define STAND_BEFORE_FCNTL(function)                                                               \
    int function(int descriptor, int command, ...)                                                 \
    {                                                                                              \
        NEXT(function);                                                                            \
        va_list list;                                                                              \
        va_start(list, command);                                                                   \
        void *argument = va_arg(list, void *);                                                     \
        va_end(list);                                                                              \
        struct verdict verdict = {HOW_NOT};                                                        \
        if (sets_lock(command))                                                                    \
            verdict = judge_descriptor("lock", descriptor);                                        \
        if (verdict.how == HOW_ERROR)                                                              \
            return -1;                                                                             \
        int made = next(descriptor, command, argument);                                            \
        end(verdict);                                                                              \
        return made;                                                                               \
    }

STAND_BEFORE_FCNTL(fcntl)
STAND_BEFORE_FCNTL(fcntl64)

/* ---- memory ---- */

#ifdef __GLIBC__

/* What goes round for ever or ends the program where there is no memory, and is not Mneme's:
 * OpenBLAS and the OpenMP libraries say so and abort, or ask again without end; readline exits from
 * its xmalloc; jansson asserts that its conversion of numbers got what it asked for; ncurses, GSL,
 * and cairo with what it draws letters with use what they did not get, or abort. */
static const char *const excluded[] = {"libopenblas",   "libblas",  "libgomp",    "libomp",
                                       "libreadline",   "libtinfo", "libncurses", "libgsl",
                                       "libjansson",    "libcairo", "libpixman",  "libfreetype",
                                       "libfontconfig", "libexpat", "ld-linux",   "failing_calls"};

enum { MODULES = 32 };
static struct {
    uintptr_t begin, end;
} modules[MODULES]; /* [module_count] whose requests fail */
static size_t module_count;

static int add_module(struct dl_phdr_info *info, size_t size, void *unused)
{
    (void)size, (void)unused;
    for (size_t i = 0; i < sizeof excluded / sizeof *excluded; i++)
        if (strstr(info->dlpi_name, excluded[i]))
            return 0;
    for (int i = 0; i < info->dlpi_phnum && module_count < MODULES; i++)
        if (info->dlpi_phdr[i].p_type == PT_LOAD && info->dlpi_phdr[i].p_flags & PF_X) {
            modules[module_count].begin = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
            modules[module_count].end = modules[module_count].begin + info->dlpi_phdr[i].p_memsz;
            module_count++;
        }
    return 0;
}

static void find_modules(void)
{
    dl_iterate_phdr(add_module, NULL);
}

/* Whether a request from that place fails. */
static bool refuses(const void *from, const char *call)
{
    bool counts = false;
    if (!told.below || !(told.at == 0 || (told.call && strcmp(told.call, "memory") == 0)))
        return false;
    for (size_t i = 0; i < module_count; i++)
        counts |= (uintptr_t)from >= modules[i].begin && (uintptr_t)from < modules[i].end;
    if (!counts)
        return false;
    uint64_t number = atomic_fetch_add(&told.count->requests, 1) + 1;
    bool fails = told.at > 0 && number >= told.at && number - told.at < told.times;
    if (fails) {
        char where[PATH_MAX];
        Dl_info about = {0};
        dladdr(from, &about);
        snprintf(where, sizeof where, "%s from %s+%#zx", call,
                 about.dli_fname ? about.dli_fname : "?",
                 (uintptr_t)from - (uintptr_t)about.dli_fbase);
        note(number, where, told.below, told.name);
        errno = ENOMEM;
    }
    return fails;
}

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

#define REFUSES(call) refuses(__builtin_return_address(0), call)

void *malloc(size_t size)
{
    return REFUSES("malloc") ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return REFUSES("calloc") ? NULL : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    return REFUSES("realloc") ? NULL : __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return REFUSES("aligned_alloc") ? NULL : __libc_memalign(alignment, size);
}

static char *copy(const char *string, size_t length)
{
    char *made = __libc_malloc(length + 1);
    if (made) {
        memcpy(made, string, length);
        made[length] = '\0';
    }
    return made;
}

/* The C library's own would ask in its name, not in that of who asks it. */
#undef strdup
#undef strndup
char *strdup(const char *string)
{
    return REFUSES("strdup") ? NULL : copy(string, strlen(string));
}

char *strndup(const char *string, size_t most)
{
    return REFUSES("strndup") ? NULL : copy(string, strnlen(string, most));
}

void *mmap(void *at, size_t size, int protection, int flags, int descriptor, off_t offset)
{
    NEXT(mmap);
    return REFUSES("mmap") ? MAP_FAILED : next(at, size, protection, flags, descriptor, offset);
}

#else

static void find_modules(void)
{
}

#endif
