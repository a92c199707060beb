/* Random numbers that are pure functions of where they are used.
 *
 * A stream is opened by a seed and up to three coordinates (what for, which step, which
 * individual); the same coordinates always give the same numbers, and no stream's state is ever
 * saved. Generator: SplitMix64 (Steele, Lea, Flood 2014), whose starting state is a hash of the
 * coordinates. */
#ifndef MNEME_BASE_RANDOM_H
#define MNEME_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* What a stream is for. A new purpose goes to the end: the order fixes every run's data. */
enum random_purpose {
    RANDOM_WEIGHTS,
    RANDOM_NAMES,
    RANDOM_VALUES,
    RANDOM_TEMPLATE_SPLIT,
    RANDOM_BATCH,
    RANDOM_EVALUATION,
    RANDOM_SCREEN,
    RANDOM_TEST,
    RANDOM_KEYS,
};

struct random {
    uint64_t state;
};

struct random random_stream(uint64_t seed, enum random_purpose purpose, uint64_t a, uint64_t b);

uint64_t random_u64(struct random *random);

/* Uniform in [0, bound), without bias (Lemire 2019); bound > 0. */
uint64_t random_below(struct random *random, uint64_t bound);

/* Uniform in [0, 1) with 53 random bits. */
double random_uniform(struct random *random);

/* Standard normal (Box-Muller, one of the pair). */
double random_normal(struct random *random);

/* Fisher-Yates: fills order[0..count) with a random permutation of 0..count-1. */
void random_permutation(struct random *random, size_t *order, size_t count);

/* Mixes the bits of a 64-bit number (the finalizer of SplitMix64); a bijection. */
uint64_t hash_u64(uint64_t value);

/* 64-bit FNV-1a of bytes, mixed. */
uint64_t hash_bytes(const void *bytes, size_t size);

/* The same of the bytes that numbers have on a little-endian machine, whatever this one is. */
uint64_t hash_u32_list(const uint32_t *number, size_t count);
uint64_t hash_double_list(const double *number, size_t count);

#endif
