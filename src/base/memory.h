/* Memory that is asked for through one door: sizes are checked for overflow, refusals become
 * errors, and a test can make the n-th request fail. */
#ifndef MNEME_BASE_MEMORY_H
#define MNEME_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* count * size zeroed bytes, or null with ERROR_MEMORY. A count of 0 gives a block of its own. */
void *memory_new(size_t count, size_t size, struct error *err);

/* The same at an address that is a multiple of 64, for vectors; large ones in huge pages where the
 * system has them. */
void *memory_new_aligned(size_t count, size_t size, struct error *err);

/* Grows or shrinks a block of memory_new (or null) to count * size bytes; new bytes are not
 * cleared. On failure returns null and the old block stays. */
void *memory_resize(void *block, size_t count, size_t size, struct error *err);

/* Makes room for one more element in an array that holds count of them, of `size` bytes each, and
 * has *room for so many: doubles *array where it is full. On false both stay. */
bool memory_make_room(void **array, size_t count, size_t *room, size_t size, struct error *err);

/* A copy of the string, or null with ERROR_MEMORY. */
char *memory_string(const char *string, struct error *err);

/* printf into a new string, or null with ERROR_MEMORY. */
char *memory_format(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Gives back a block of any function above; null is allowed. */
void memory_free(void *block);

/* Bytes in all: the sum, and count times size; PTRDIFF_MAX, which no memory has, where they are
 * more. */
size_t memory_sum(size_t bytes, size_t more);
size_t memory_product(size_t count, size_t size);

/* Bytes this process could still use without swapping: what the system says is available, less
 * where a control group's limit is lower. */
size_t memory_available(void);

/* Bytes of address space that a limit (ulimit -v) leaves; SIZE_MAX where there is none. */
size_t memory_address_space(void);

/* For tests: the n-th request from now (1 is the next) fails, and only that one; 0 turns it off. */
void memory_fail_request(size_t n);

#endif
