#include "base/memory.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* Large arrays are read from end to end again and again: in huge pages their addresses are found in
 * one table's few entries. */
#define VECTOR_ALIGNMENT ((size_t)64)
#define HUGE_PAGE        ((size_t)1 << 21)
#define LARGE            (8 * HUGE_PAGE)

static _Atomic size_t requests_until_failure;

void memory_fail_request(size_t n)
{
    atomic_store(&requests_until_failure, n);
}

static bool told_to_fail(void)
{
    size_t left = atomic_load_explicit(&requests_until_failure, memory_order_relaxed);
    return left > 0 && atomic_fetch_sub(&requests_until_failure, 1) == 1;
}

/* Whether count * size bytes may be asked for; sets the error when not. */
static bool request(size_t count, size_t size, size_t *bytes, struct error *err)
{
    if (__builtin_mul_overflow(count, size, bytes) || *bytes > PTRDIFF_MAX - HUGE_PAGE)
        return error_set(err, ERROR_MEMORY, "a block of %zu times %zu bytes is too large", count,
                         size);
    if (*bytes == 0)
        *bytes = 1;
    if (told_to_fail())
        return error_set(err, ERROR_MEMORY, "out of memory asking for %zu bytes", *bytes);
    return true;
}

static void *refused(size_t bytes, struct error *err)
{
    error_set(err, ERROR_MEMORY, "out of memory asking for %zu bytes", bytes);
    return NULL;
}

size_t memory_sum(size_t bytes, size_t more)
{
    size_t sum;
    return __builtin_add_overflow(bytes, more, &sum) || sum > PTRDIFF_MAX ? PTRDIFF_MAX : sum;
}

size_t memory_product(size_t count, size_t size)
{
    size_t bytes;
    return __builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX ? PTRDIFF_MAX : bytes;
}

void *memory_new(size_t count, size_t size, struct error *err)
{
    size_t bytes;
    if (!request(count, size, &bytes, err))
        return NULL;
    void *block = calloc(1, bytes);
    return block ? block : refused(bytes, err);
}

void *memory_new_aligned(size_t count, size_t size, struct error *err)
{
    size_t bytes;
    if (!request(count, size, &bytes, err))
        return NULL;
    size_t alignment = bytes < LARGE ? VECTOR_ALIGNMENT : HUGE_PAGE;
    bytes = (bytes + alignment - 1) / alignment * alignment;
    void *block = aligned_alloc(alignment, bytes);
    if (!block)
        return refused(bytes, err);
#ifdef MADV_HUGEPAGE
    if (bytes >= LARGE)
        madvise(block, bytes, MADV_HUGEPAGE); /* advice: ordinary pages work as well */
#endif
    return memset(block, 0, bytes);
}

void *memory_resize(void *block, size_t count, size_t size, struct error *err)
{
    size_t bytes;
    if (!request(count, size, &bytes, err))
        return NULL;
    void *resized = realloc(block, bytes);
    return resized ? resized : refused(bytes, err);
}

bool memory_make_room(void **array, size_t count, size_t *room, size_t size, struct error *err)
{
    enum { FIRST = 64 };
    if (count < *room)
        return true;
    size_t larger = *room ? 2 * *room : FIRST;
    void *grown = memory_resize(*array, larger, size, err);
    if (!grown)
        return false;
    *array = grown;
    *room = larger;
    return true;
}

char *memory_string(const char *string, struct error *err)
{
    size_t size = strlen(string) + 1;
    char *copy = memory_new(size, 1, err);
    return copy ? memcpy(copy, string, size) : NULL;
}

char *memory_format(struct error *err, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *string = length < 0 ? NULL : memory_new((size_t)length + 1, 1, err);
    if (length < 0)
        error_set(err, ERROR_INPUT, "text that cannot be formatted");
    if (string)
        vsnprintf(string, (size_t)length + 1, format, again);
    va_end(again);
    return string;
}

void memory_free(void *block)
{
    free(block);
}

/* The number that follows key in a file of "key number" lines, or of a number alone when key is
 * empty; SIZE_MAX where there is none. */
static size_t number_in_file(const char *path, const char *key)
{
    size_t found = SIZE_MAX;
    FILE *file = fopen(path, "re");
    if (!file)
        return found;
    char line[256];
    while (found == SIZE_MAX && fgets(line, sizeof line, file)) {
        uintmax_t number;
        if (strncmp(line, key, strlen(key)) == 0 &&
            sscanf(line + strlen(key), "%" SCNuMAX, &number) == 1)
            found = (size_t)number;
    }
    fclose(file);
    return found;
}

size_t memory_available(void)
{
    size_t kibibytes = number_in_file("/proc/meminfo", "MemAvailable:");
    size_t available = kibibytes < SIZE_MAX / 1024 ? kibibytes * 1024 : SIZE_MAX;
    size_t limit = number_in_file("/sys/fs/cgroup/memory.max", "");
    size_t used = number_in_file("/sys/fs/cgroup/memory.current", "");
    if (limit != SIZE_MAX && used != SIZE_MAX) {
        size_t left = limit > used ? limit - used : 0;
        available = left < available ? left : available;
    }
    return available;
}

size_t memory_address_space(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
        return SIZE_MAX;
    size_t pages = number_in_file("/proc/self/statm", "");
    size_t taken = pages != SIZE_MAX ? pages * (size_t)sysconf(_SC_PAGESIZE) : 0;
    return limit.rlim_cur > taken ? (size_t)limit.rlim_cur - taken : 0;
}
