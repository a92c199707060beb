/* Numbers below the least normal one (1.2e-38 in float) cost some processors a hundred cycles each,
 * and the tails of attention and saturated gates are full of them. */
#ifndef MNEME_BASE_SUBNORMALS_H
#define MNEME_BASE_SUBNORMALS_H

#if defined(__SSE2__)
#include <xmmintrin.h>
#elif defined(__aarch64__)
#include <stdint.h>
#endif

/* From here on the calling thread takes and gives 0 in their place, in float and double. Called by
 * whatever begins a piece of computing on a thread: each thread has a mode of its own. Does nothing
 * on processors other than x86-64 and arm64. */
static inline void subnormals_flush(void)
{
#if defined(__SSE2__)
    const unsigned int flush_to_zero = 1u << 15, denormals_are_zero = 1u << 6;
    const unsigned int wanted = flush_to_zero | denormals_are_zero, mode = _mm_getcsr();
    if ((mode & wanted) != wanted)
        _mm_setcsr(mode | wanted);
#elif defined(__aarch64__)
    const uint64_t flush_to_zero = UINT64_C(1) << 24;
    uint64_t mode;
    __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
    if ((mode & flush_to_zero) == 0)
        __asm__ volatile("msr fpcr, %0" : : "r"(mode | flush_to_zero));
#endif
}

#endif
