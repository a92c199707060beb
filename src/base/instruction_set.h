/* Which vector instructions the processor has and the system lets programs use: asked of the
 * processor itself (CPUID), so that one newer than this program is known for what it can. */
#ifndef MNEME_BASE_INSTRUCTION_SET_H
#define MNEME_BASE_INSTRUCTION_SET_H

#include <stdbool.h>

/* Of x86-64, each with all before it. */
enum instruction_set {
    INSTRUCTIONS_UNKNOWN, /* another architecture */
    INSTRUCTIONS_SSE3,
    INSTRUCTIONS_SSE4_2,
    INSTRUCTIONS_AVX,
    INSTRUCTIONS_AVX2,   /* and FMA */
    INSTRUCTIONS_AVX512, /* F, BW, CD, DQ and VL */
    INSTRUCTIONS_AVX512_BF16,
    INSTRUCTIONS_AMX, /* tiles of bf16, and AVX-512 with fp16 */
};

enum instruction_set instruction_set_of_processor(void);

/* "AVX-512 bf16" */
const char *instruction_set_name(enum instruction_set set);

/* Whether fp32 loops run faster with set a than with b: wider vectors, or multiplying and adding in
 * one instruction. Not so where sets differ in instructions for other numbers alone. */
bool instruction_set_is_faster(enum instruction_set a, enum instruction_set b);

/* The level of x86-64 whose build of this program's own loops (base/multiversion.h) runs here:
 * "x86-64-v4", "x86-64-v3" or "x86-64"; "plain" on other architectures. */
const char *instruction_set_of_loops(void);

#endif
