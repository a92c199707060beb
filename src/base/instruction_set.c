#include "config.h"

#include "base/instruction_set.h"

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

static const struct {
    const char *name;
    int speed; /* of fp32, in ranks */
} sets[] = {
    [INSTRUCTIONS_UNKNOWN] = {"unknown", 0},
    [INSTRUCTIONS_SSE3] = {"SSE3", 1},
    [INSTRUCTIONS_SSE4_2] = {"SSE4.2", 1},
    [INSTRUCTIONS_AVX] = {"AVX", 2},
    [INSTRUCTIONS_AVX2] = {"AVX2", 3},
    [INSTRUCTIONS_AVX512] = {"AVX-512", 4},
    [INSTRUCTIONS_AVX512_BF16] = {"AVX-512 bf16", 4},
    [INSTRUCTIONS_AMX] = {"AVX-512 AMX", 4},
};

const char *instruction_set_name(enum instruction_set set)
{
    return sets[set].name;
}

bool instruction_set_is_faster(enum instruction_set a, enum instruction_set b)
{
    return sets[a].speed > sets[b].speed;
}

#if defined(__x86_64__)

/* What a set needs besides the one before it: bits of CPUID's answers, and the parts of the state
 * that the system keeps when it changes from one process to another (XCR0). */
enum cpuid_answer { LEAF_1_ECX, LEAF_7_EBX, LEAF_7_EDX, LEAF_7_1_EAX, STATE, ANSWERS };

#define BIT(n)   (UINT32_C(1) << (n))
#define SSE3     BIT(0)
#define SSSE3    BIT(9)
#define FMA      BIT(12)
#define SSE4_1   BIT(19)
#define SSE4_2   BIT(20)
#define MOVBE    BIT(22)
#define OSXSAVE  BIT(27)
#define AVX      BIT(28)
#define F16C     BIT(29)
#define LZCNT    BIT(5)
#define BMI1     BIT(3)
#define AVX2     BIT(5)
#define BMI2     BIT(8)
#define AVX512F  BIT(16)
#define AVX512DQ BIT(17)
#define AVX512CD BIT(28)
#define AVX512BW BIT(30)
#define AVX512VL BIT(31)
#define AMX_BF16 BIT(22)
#define FP16     BIT(23)
#define AMX_TILE BIT(24)
#define BF16     BIT(5)

static const uint32_t needed[][ANSWERS] = {
    [INSTRUCTIONS_SSE3] = {[LEAF_1_ECX] = SSE3},
    [INSTRUCTIONS_SSE4_2] = {[LEAF_1_ECX] = SSSE3 | SSE4_1 | SSE4_2},
    [INSTRUCTIONS_AVX] = {[LEAF_1_ECX] = OSXSAVE | AVX, [STATE] = BIT(1) | BIT(2)},
    [INSTRUCTIONS_AVX2] = {[LEAF_1_ECX] = FMA, [LEAF_7_EBX] = AVX2},
    [INSTRUCTIONS_AVX512] = {[LEAF_7_EBX] = AVX512F | AVX512DQ | AVX512CD | AVX512BW | AVX512VL,
                             [STATE] = BIT(5) | BIT(6) | BIT(7)},
    [INSTRUCTIONS_AVX512_BF16] = {[LEAF_7_1_EAX] = BF16},
    [INSTRUCTIONS_AMX] = {[LEAF_7_EDX] = AMX_BF16 | FP16 | AMX_TILE, [STATE] = BIT(17) | BIT(18)},
};

static uint32_t kept_state(void)
{
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

static void ask_processor(uint32_t answer[ANSWERS])
{
    uint32_t a, b, c, d;
    if (__get_cpuid(1, &a, &b, &c, &d))
        answer[LEAF_1_ECX] = c;
    if (answer[LEAF_1_ECX] & OSXSAVE)
        answer[STATE] = kept_state();
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d))
        return;
    answer[LEAF_7_EBX] = b;
    answer[LEAF_7_EDX] = d;
    if (a >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d))
        answer[LEAF_7_1_EAX] = a;
}

static bool has(const uint32_t answer[ANSWERS], enum instruction_set set)
{
    for (size_t i = 0; i < ANSWERS; i++)
        if ((answer[i] & needed[set][i]) != needed[set][i])
            return false;
    return true;
}

#ifdef HAVE_TARGET_CLONES
/* What compilers ask of x86-64-v3 besides AVX2 and FMA; a virtual machine may hide some of it. */
static bool has_rest_of_v3(void)
{
    uint32_t answer[ANSWERS] = {0}, a, b, c = 0, d;
    ask_processor(answer);
    return (answer[LEAF_1_ECX] & (MOVBE | F16C)) == (MOVBE | F16C) &&
           (answer[LEAF_7_EBX] & (BMI1 | BMI2)) == (BMI1 | BMI2) &&
           __get_cpuid(UINT32_C(0x80000001), &a, &b, &c, &d) && (c & LZCNT) != 0;
}
#endif

enum instruction_set instruction_set_of_processor(void)
{
    uint32_t answer[ANSWERS] = {0};
    enum instruction_set set = INSTRUCTIONS_UNKNOWN;
    ask_processor(answer);
    while (set < INSTRUCTIONS_AMX && has(answer, set + 1))
        set++;
    return set;
}

#else

enum instruction_set instruction_set_of_processor(void)
{
    return INSTRUCTIONS_UNKNOWN;
}

#endif

const char *instruction_set_of_loops(void)
{
#if defined(HAVE_TARGET_CLONES)
    enum instruction_set set = instruction_set_of_processor();
    if (set < INSTRUCTIONS_AVX2 || !has_rest_of_v3())
        return "x86-64";
    return set >= INSTRUCTIONS_AVX512 ? "x86-64-v4" : "x86-64-v3";
#elif defined(__AVX512VL__)
    return "x86-64-v4";
#elif defined(__AVX2__)
    return "x86-64-v3";
#elif defined(__x86_64__)
    return "x86-64";
#else
    return "plain";
#endif
}
