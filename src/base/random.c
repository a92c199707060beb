#include "base/random.h"

#include <math.h>
#include <string.h>

#define GOLDEN_GAMMA UINT64_C(0x9E3779B97F4A7C15)
#define FNV_OFFSET   UINT64_C(0xCBF29CE484222325)

uint64_t hash_u64(uint64_t value)
{
    value = (value ^ (value >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94D049BB133111EB);
    return value ^ (value >> 31);
}

/* One byte more. */
static uint64_t fnv_1a(uint64_t hash, uint64_t byte)
{
    return (hash ^ byte) * UINT64_C(0x100000001B3);
}

uint64_t hash_bytes(const void *bytes, size_t size)
{
    const unsigned char *byte = bytes;
    uint64_t hash = FNV_OFFSET;
    for (size_t i = 0; i < size; i++)
        hash = fnv_1a(hash, byte[i]);
    return hash_u64(hash);
}

/* The lowest bytes of a number, lowest first. */
static uint64_t add_number(uint64_t hash, uint64_t number, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        hash = fnv_1a(hash, number >> (8 * i) & 0xFF);
    return hash;
}

uint64_t hash_u32_list(const uint32_t *number, size_t count)
{
    uint64_t hash = FNV_OFFSET;
    for (size_t i = 0; i < count; i++)
        hash = add_number(hash, number[i], sizeof *number);
    return hash_u64(hash);
}

uint64_t hash_double_list(const double *number, size_t count)
{
    uint64_t hash = FNV_OFFSET;
    for (size_t i = 0; i < count; i++) {
        uint64_t bits;
        memcpy(&bits, &number[i], sizeof bits);
        hash = add_number(hash, bits, sizeof bits);
    }
    return hash_u64(hash);
}

struct random random_stream(uint64_t seed, enum random_purpose purpose, uint64_t a, uint64_t b)
{
    uint64_t state = hash_u64(seed + GOLDEN_GAMMA);
    state = hash_u64(state ^ ((uint64_t)purpose + GOLDEN_GAMMA));
    state = hash_u64(state ^ (a + GOLDEN_GAMMA));
    state = hash_u64(state ^ (b + GOLDEN_GAMMA));
    return (struct random){state};
}

uint64_t random_u64(struct random *random)
{
    random->state += GOLDEN_GAMMA;
    return hash_u64(random->state);
}

uint64_t random_below(struct random *random, uint64_t bound)
{
    unsigned __int128 product = (unsigned __int128)random_u64(random) * bound;
    if ((uint64_t)product < bound) {
        uint64_t threshold = -bound % bound;
        while ((uint64_t)product < threshold)
            product = (unsigned __int128)random_u64(random) * bound;
    }
    return (uint64_t)(product >> 64);
}

double random_uniform(struct random *random)
{
    return (double)(random_u64(random) >> 11) * 0x1p-53;
}

double random_normal(struct random *random)
{
    const double two_pi = 6.283185307179586476925;
    double radius = sqrt(-2.0 * log(1.0 - random_uniform(random)));
    return radius * cos(two_pi * random_uniform(random));
}

void random_permutation(struct random *random, size_t *order, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t j = (size_t)random_below(random, i + 1);
        order[i] = order[j];
        order[j] = i;
    }
}
