/* Which kernel of OpenBLAS is the right one, and what is said of it. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/blas.h"

#define DYNAMIC "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY USE_OPENMP Prescott"

static const char *wanted(const char *kernel, enum instruction_set processor)
{
    struct blas blas = blas_describe(DYNAMIC, kernel, processor, NULL, NULL);
    return blas_wanted_kernel(&blas);
}

static void a_kernel_without_the_processors_vectors_is_replaced(void **state)
{
    (void)state;
    assert_string_equal(wanted("Prescott", INSTRUCTIONS_AMX), "Cooperlake");
    assert_string_equal(wanted("Prescott", INSTRUCTIONS_AVX512_BF16), "Cooperlake");
    assert_string_equal(wanted("Haswell", INSTRUCTIONS_AVX512), "SkylakeX");
    assert_string_equal(wanted("Zen", INSTRUCTIONS_AVX512_BF16), "Cooperlake");
    assert_string_equal(wanted("Barcelona", INSTRUCTIONS_AVX2), "Haswell");
    assert_string_equal(wanted("Katmai", INSTRUCTIONS_AVX2), "Haswell");
    assert_string_equal(wanted("Sandybridge", INSTRUCTIONS_AVX2), "Haswell");
    assert_string_equal(wanted("Nehalem", INSTRUCTIONS_AVX), "Sandybridge");
}

static void one_that_has_them_stays(void **state)
{
    (void)state;
    assert_null(wanted("Prescott", INSTRUCTIONS_SSE3));
    assert_null(wanted("Prescott", INSTRUCTIONS_SSE4_2));
    assert_null(wanted("Zen", INSTRUCTIONS_AVX2));
    assert_null(wanted("Excavator", INSTRUCTIONS_AVX2));
    assert_null(wanted("Steamroller", INSTRUCTIONS_AVX));
    assert_null(wanted("SkylakeX", INSTRUCTIONS_AMX));
    assert_null(wanted("Cooperlake", INSTRUCTIONS_AMX));
}

static void what_is_not_known_is_left_alone(void **state)
{
    (void)state;
    assert_null(wanted("neoversen1", INSTRUCTIONS_UNKNOWN));
    assert_null(wanted("GraniteRapids", INSTRUCTIONS_AMX));
    assert_null(wanted("Prescott", INSTRUCTIONS_UNKNOWN));
}

static void a_users_choice_stands_and_is_named(void **state)
{
    (void)state;
    char sentence[BLAS_SENTENCE];
    struct blas blas = blas_describe(DYNAMIC, "Prescott", INSTRUCTIONS_AVX2, "prescott", NULL);
    assert_null(blas_wanted_kernel(&blas));
    blas_explain(&blas, sentence);
    assert_string_equal(sentence,
                        "OpenBLAS 0.3.21, kernel Prescott (SSE3), set by OPENBLAS_CORETYPE; "
                        "this processor has AVX2, with which Haswell is faster");
    blas = blas_describe(DYNAMIC, "Haswell", INSTRUCTIONS_AVX2, "Hasswell", NULL);
    blas_explain(&blas, sentence);
    assert_string_equal(sentence, "OpenBLAS 0.3.21, kernel Haswell (AVX2), chosen by the library, "
                                  "which has no OPENBLAS_CORETYPE=Hasswell");
    blas = blas_describe(DYNAMIC, "Prescott", INSTRUCTIONS_AVX2, "", NULL); /* as good as none */
    assert_string_equal(blas_wanted_kernel(&blas), "Haswell");
}

/* A Turkish capital I is not i's. */
static void a_kernel_is_known_in_capitals_in_any_locale(void **state)
{
    (void)state;
    static const char *const locales[] = {"C", "tr_TR.UTF-8"};
    char sentence[BLAS_SENTENCE];
    for (size_t i = 0; i < sizeof locales / sizeof *locales; i++) {
        if (!setlocale(LC_ALL, locales[i]))
            continue; /* not on this machine */
        struct blas blas =
            blas_describe(DYNAMIC, "Piledriver", INSTRUCTIONS_AVX, "PILEDRIVER", NULL);
        blas_explain(&blas, sentence);
        assert_string_equal(sentence,
                            "OpenBLAS 0.3.21, kernel Piledriver (AVX), set by OPENBLAS_CORETYPE");
    }
    setlocale(LC_ALL, "C");
}

static void the_programs_own_choice_is_made_once(void **state)
{
    (void)state;
    char sentence[BLAS_SENTENCE];
    struct blas blas =
        blas_describe(DYNAMIC, "Cooperlake", INSTRUCTIONS_AMX, "Cooperlake", "Prescott");
    assert_null(blas_wanted_kernel(&blas));
    blas_explain(&blas, sentence);
    assert_string_equal(sentence, "OpenBLAS 0.3.21, kernel Cooperlake (AVX-512 bf16), chosen by "
                                  "Mneme; the library would use Prescott");
    /* in vain: it has not that one, and is asked for lesser ones */
    blas = blas_describe(DYNAMIC, "Prescott", INSTRUCTIONS_AMX, "Cooperlake", "Prescott");
    assert_string_equal(blas_wanted_kernel(&blas), "SkylakeX");
    blas = blas_describe(DYNAMIC, "Prescott", INSTRUCTIONS_AMX, "SkylakeX", "Prescott");
    assert_string_equal(blas_wanted_kernel(&blas), "Haswell");
    blas = blas_describe(DYNAMIC, "Haswell", INSTRUCTIONS_AMX, "SkylakeX", "Haswell");
    assert_null(blas_wanted_kernel(&blas));
    blas = blas_describe(DYNAMIC, "Prescott", INSTRUCTIONS_AMX, "Sandybridge", "Prescott");
    assert_null(blas_wanted_kernel(&blas));
    blas_explain(&blas, sentence);
    assert_string_equal(sentence, "OpenBLAS 0.3.21, kernel Prescott (SSE3), chosen by the library, "
                                  "which rejects Sandybridge");
    /* where something took the variable away again, nothing is tried for ever */
    blas = blas_describe(DYNAMIC, "Prescott", INSTRUCTIONS_AMX, NULL, "Prescott");
    assert_null(blas_wanted_kernel(&blas));
}

static void a_library_with_one_kernel_is_not_asked_for_another(void **state)
{
    (void)state;
    char sentence[BLAS_SENTENCE];
    struct blas blas = blas_describe("OpenBLAS 0.3.26 USE_OPENMP Haswell MAX_THREADS=64", "Haswell",
                                     INSTRUCTIONS_AVX512, "SkylakeX", NULL);
    assert_null(blas_wanted_kernel(&blas));
    blas_explain(&blas, sentence);
    assert_string_equal(sentence, "OpenBLAS 0.3.26, kernel Haswell (AVX2), the only one in this "
                                  "library; this processor has AVX-512, with which SkylakeX is "
                                  "faster");
}

static void strange_names_stay_within_the_sentence(void **state)
{
    (void)state;
    char sentence[BLAS_SENTENCE], name[500];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    struct blas blas = blas_describe(name, name, INSTRUCTIONS_AVX2, name, name);
    blas_explain(&blas, sentence);
    assert_true(strlen(sentence) < sizeof sentence);
    blas = blas_describe(DYNAMIC, "Haswell", INSTRUCTIONS_AVX2, "\033[31m", NULL);
    blas_explain(&blas, sentence);
    assert_null(strchr(sentence, '\033'));
    assert_non_null(strstr(sentence, "(not printable)"));
    blas = blas_describe(DYNAMIC, "Haswell", INSTRUCTIONS_AVX2, "Haswell", "\a");
    blas_explain(&blas, sentence);
    assert_null(strchr(sentence, '\a'));
    blas = blas_describe("", "", INSTRUCTIONS_UNKNOWN, NULL, NULL);
    blas_explain(&blas, sentence);
    assert_true(strlen(sentence) < sizeof sentence);
}

/* The kernels listed for every maker's processors ascend, so that a processor runs the first few.
 */
static void kernels_are_listed_from_the_oldest_on(void **state)
{
    (void)state;
    enum instruction_set needs, before = INSTRUCTIONS_UNKNOWN;
    size_t count = 0;
    for (const char *name; (name = blas_kernel(count, &needs)) != NULL; count++) {
        assert_true(needs >= before);
        before = needs;
        struct blas blas = blas_describe(DYNAMIC, name, needs, NULL, NULL);
        assert_null(blas.better);
    }
    assert_int_equal(count, 8);
}

static void this_process_runs_on_what_the_processor_has(void **state)
{
    (void)state;
    char sentence[BLAS_SENTENCE];
    struct blas blas = blas_in_use();
    blas_explain(&blas, sentence);
    print_message("    %s\n", sentence);
    assert_true(strncmp(blas.library, "OpenBLAS ", 9) == 0);
#ifdef __x86_64__
    assert_true(blas.processor >= INSTRUCTIONS_SSE3);
    assert_true(blas.needs <= blas.processor);
#if defined(__GNUC__) && __GNUC__ >= 11
    assert_int_equal(blas.processor >= INSTRUCTIONS_AVX, __builtin_cpu_supports("avx") != 0);
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512vl");
    assert_int_equal(blas.processor >= INSTRUCTIONS_AVX2, avx2);
    assert_int_equal(blas.processor >= INSTRUCTIONS_AVX512, avx512);
#endif
#endif
}

static void a_difference_names_what_is_known_of_both(void **state)
{
    (void)state;
    char text[BLAS_SENTENCE];
    const struct blas_identity own = blas_identity(), unknown = {.library = ""};
    const struct blas_identity old = {"OpenBLAS 0.3.21", "Haswell", "x86-64-v3", ""};
    const struct blas_identity new = {"OpenBLAS 0.3.29", "Cooperlake", "x86-64-v4", ""};
    const struct blas_identity kernel = {"OpenBLAS 0.3.21", "Zen", "x86-64-v3", ""};
    assert_true(own.library[0] && own.kernel[0] && own.loops[0]);
    assert_false(blas_difference(&own, &own, text));
    assert_false(blas_difference(&own, &unknown, text));
    assert_false(blas_difference(&unknown, &own, text));
    assert_true(blas_difference(&kernel, &old, text));
    assert_string_equal(text, "kernel Zen");
    assert_true(blas_difference(&new, &old, text));
    assert_string_equal(text, "OpenBLAS 0.3.29, kernel Cooperlake, code for x86-64-v4");
    struct blas_identity rounds = old;
    snprintf(rounds.products, sizeof rounds.products, "bf16, oneDNN 3.7.2 (AMX)");
    assert_true(blas_difference(&rounds, &old, text));
    assert_string_equal(text, "products in bf16, oneDNN 3.7.2 (AMX)");
    assert_true(blas_difference(&old, &rounds, text));
    assert_string_equal(text, "products in fp32");
    assert_false(blas_difference(&rounds, &unknown, text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kernel_without_the_processors_vectors_is_replaced),
        cmocka_unit_test(one_that_has_them_stays),
        cmocka_unit_test(what_is_not_known_is_left_alone),
        cmocka_unit_test(a_users_choice_stands_and_is_named),
        cmocka_unit_test(a_kernel_is_known_in_capitals_in_any_locale),
        cmocka_unit_test(the_programs_own_choice_is_made_once),
        cmocka_unit_test(a_library_with_one_kernel_is_not_asked_for_another),
        cmocka_unit_test(strange_names_stay_within_the_sentence),
        cmocka_unit_test(kernels_are_listed_from_the_oldest_on),
        cmocka_unit_test(this_process_runs_on_what_the_processor_has),
        cmocka_unit_test(a_difference_names_what_is_known_of_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
