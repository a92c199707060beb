/* What a preloaded library (failing_calls.c) does to the system calls of a program under test, and
 * the variables by which it is told. It looks at calls on files below one directory alone, counted
 * over the program and all that it starts. */
#ifndef MNEME_TESTS_TORTURE_FAILING_CALLS_H
#define MNEME_TESTS_TORTURE_FAILING_CALLS_H

#include <stdatomic.h>
#include <stdint.h>

/* The directory, without links. Where this is not set, nothing is looked at. */
#define FAILING_BELOW "MNEME_FAILING_BELOW"

/* A file of struct failing_count, shared by all processes. */
#define FAILING_COUNT "MNEME_FAILING_COUNT"

/* A file to which each call that is looked at adds a line: its number, name and path, and what was
 * done to it where that was anything. */
#define FAILING_LOG "MNEME_FAILING_LOG"

/* The call: write, fsync, rename and so on, or "any"; or "memory" for what asks for memory, where
 * the C library is glibc: that is counted apart, of whatever file or none, and not logged but where
 * it fails. */
#define FAILING_CALL "MNEME_FAILING_CALL"

/* The number of the first one of these that fails, from 1 on; and of how many, 1 where it is not
 * set. A write that failed is mostly tried again, or cleaned up after, and a disk stays full. */
#define FAILING_AT    "MNEME_FAILING_AT"
#define FAILING_TIMES "MNEME_FAILING_TIMES"

/* The name of an error; "short" for a write of half the bytes; or a signal, as in KILL, which comes
 * before the call, or with a "+" behind it after the call was made. */
#define FAILING_HOW "MNEME_FAILING_HOW"

struct failing_count {
    _Atomic uint64_t calls, requests; /* on files, and for memory */
};

#endif
