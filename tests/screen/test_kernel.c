/* The program under a library that takes too old a kernel, and under one that takes another than
 * the last time. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "model/blas.h"
#include "model/onednn.h"
#include "tests/screen/process.h"
#include "tests/screen/terminal.h"
#include "tests/screen/tiny.h"

struct fixture {
    struct sandbox sandbox;
    struct process process;
};

/* The stand-in to be preloaded; null where there is none. */
static const char *other_libraries(void)
{
    const char *path = getenv("MNEME_OTHER_LIBRARIES");
    return path && *path != '\0' ? path : NULL;
}

/* The kernel that the program has to find for this processor; null where Prescott is as good. */
static const char *fitting(void)
{
    struct blas blas = blas_describe("OpenBLAS 0 DYNAMIC_ARCH", "Prescott",
                                     instruction_set_of_processor(), NULL, NULL);
    return blas_wanted_kernel(&blas);
}

static int set_up(void **state)
{
    const char *library = other_libraries();
    struct fixture *fixture = calloc(1, sizeof *fixture);
    *state = fixture;
    return fixture && sandbox_open(&fixture->sandbox) &&
                   sandbox_write(&fixture->sandbox, TINY_PATH, TINY_PRESET) &&
                   sandbox_set(&fixture->sandbox, BLAS_KERNEL_VARIABLE, NULL) &&
                   sandbox_set(&fixture->sandbox, "LD_PRELOAD", library)
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    process_free(&fixture->process);
    sandbox_close(&fixture->sandbox);
    free(fixture);
    return 0;
}

/* Where the stand-in cannot be: without one, or where it is no lesser one. */
static void skip_where_nothing_is_lesser(void)
{
    if (!other_libraries() || !fitting())
        skip();
}

static void set(void **state, const char *name, const char *value)
{
    struct fixture *fixture = *state;
    assert_true(sandbox_set(&fixture->sandbox, name, value));
}

#define ARGUMENTS(...) ((const char *const[]){sandbox_program(), __VA_ARGS__, NULL})
#define MNEME(...)     run(*state, NULL, ARGUMENTS(__VA_ARGS__))

static const struct process *run(struct fixture *fixture, const char *input,
                                 const char *const *arguments)
{
    process_free(&fixture->process);
    assert_true(process_run(&fixture->process, &fixture->sandbox, arguments, input, NULL, 0));
    return &fixture->process;
}

static void assert_said(const struct process *process, int status, const char *words)
{
    const char *out = process_out(process), *err = process_err(process);
    if (process->status != status || (!strstr(out, words) && !strstr(err, words)))
        fail_msg("status %d, not %d, or not \"%s\"; it wrote:\n%s%s", process->status, status,
                 words, out, err);
}

static void a_lesser_kernel_is_replaced(void **state)
{
    skip_where_nothing_is_lesser();
    char words[128];
    snprintf(words, sizeof words, "kernel %s (", fitting());
    assert_said(MNEME("--version"), 0, words);
    assert_said(&((struct fixture *)*state)->process, 0,
                "chosen by Mneme; the library would use Prescott");
    snprintf(words, sizeof words, "\"kernel\":\"%s\"", fitting());
    assert_said(MNEME("bench", "tiny", "--json", "--rounds", "1", "--seconds", "0"), 0, words);
}

static void arguments_and_input_are_kept(void **state)
{
    skip_where_nothing_is_lesser();
    struct fixture *fixture = *state;
    assert_said(MNEME("phases", "no such $run"), 2, "no such $run");
    assert_said(MNEME("train", "tiny", "--run", "r", "--quiet"), 0, "");
    assert_said(run(fixture, "What is this?\n", ARGUMENTS("ask", "r")), 2, "\"What\"");
}

static void children_of_a_sweep_run_on_it_too(void **state)
{
    skip_where_nothing_is_lesser();
    struct fixture *fixture = *state;
    char words[128];
    snprintf(words, sizeof words, "\"kernel\": \"%s\"", fitting());
    assert_true(sandbox_write(&fixture->sandbox, "config/mneme/sweeps/s.ini",
                              "[sweep]\npreset = tiny\n[grid]\ntrain.steps = 3\n"));
    assert_said(MNEME("sweep", "s"), 0, "");
    const char *const shell[] = {"sh", "-c", "cat data/mneme/runs/s/*/metrics.jsonl", NULL};
    assert_said(run(fixture, NULL, shell), 0, words);
}

static void a_users_kernel_stays(void **state)
{
    set(state, BLAS_KERNEL_VARIABLE, "Prescott");
    if (!other_libraries())
        skip();
    assert_said(MNEME("--version"), 0, "kernel Prescott");
    assert_said(MNEME("--version"), 0, "set by OPENBLAS_CORETYPE");
}

/* Kernels are asked for from the best on until one is taken. */
static void a_library_is_asked_for_less_where_it_has_not_the_best(void **state)
{
    if (!other_libraries() || instruction_set_of_processor() < INSTRUCTIONS_AVX512)
        skip();
    set(state, "MNEME_TEST_LACKS", "C");
    assert_said(MNEME("--version"), 0, "kernel SkylakeX (AVX-512), chosen by Mneme; the library");
    set(state, "MNEME_TEST_LACKS", "CS");
    assert_said(MNEME("--version"), 0, "kernel Haswell (AVX2), chosen by Mneme; the library");
}

static void one_that_has_no_other_is_used_as_it_is(void **state)
{
    skip_where_nothing_is_lesser();
    set(state, "MNEME_TEST_LACKS", "CSH");
    assert_said(MNEME("--version"), 0,
                "kernel Prescott (SSE3), chosen by the library, which rejects Sandybridge\n");
}

/* What has taken away one of the two variables does not have the program execute itself for ever.
 */
static void one_variable_alone_starts_nothing_anew(void **state)
{
    skip_where_nothing_is_lesser();
    set(state, BLAS_DEFAULT_VARIABLE, "Prescott");
    assert_said(MNEME("--version"), 0, "kernel Prescott (SSE3), chosen by the library");
}

/* Given to the loader as an argument, the program is not what it would find as its own. */
static void a_program_that_the_loader_was_given_stays(void **state)
{
    static const char loader[] = "/lib64/ld-linux-x86-64.so.2";
    skip_where_nothing_is_lesser();
    if (access(loader, X_OK) != 0)
        skip();
    const char *const arguments[] = {loader, sandbox_program(), "--version", NULL};
    assert_said(run(*state, NULL, arguments), 0, "mneme ");
    assert_said(run(*state, NULL, arguments), 0, "kernel Prescott");
}

static void a_kernel_the_processor_cannot_run_is_refused(void **state)
{
    enum instruction_set processor = instruction_set_of_processor();
    if (!other_libraries() || processor == INSTRUCTIONS_UNKNOWN || processor == INSTRUCTIONS_AMX)
        skip();
    set(state, BLAS_KERNEL_VARIABLE, "SapphireRapids");
    assert_said(MNEME("runs"), 2,
                "uses its kernel SapphireRapids, which needs AVX-512 AMX, but the processor has ");
    assert_said(MNEME("runs"), 2, "; unset OPENBLAS_CORETYPE");
    assert_said(MNEME("--version"), 0, "kernel SapphireRapids");
}

/* Several threads call it at once. */
static void an_openblas_without_openmp_is_refused(void **state)
{
    if (!other_libraries())
        skip();
    set(state, "MNEME_TEST_PARALLEL", "0");
    assert_said(MNEME("runs"), 2, "the loader found an OpenBLAS 0.3.0 that does not use OpenMP");
    assert_said(MNEME("--version"), 0, "OpenBLAS 0.3.0");
    set(state, "MNEME_TEST_PARALLEL", "1");
    assert_said(MNEME("train", "tiny", "--run", "r"), 2, "does not use OpenMP");
}

/* Bits would depend on how many threads there are. */
static void a_onednn_with_threads_of_its_own_is_not_used(void **state)
{
    static const char why[] = "oneDNN was built with threads of its own";
    if (!other_libraries() || onednn_lacks_bf16())
        skip();
    set(state, "MNEME_TEST_ONEDNN", "threads");
    assert_said(MNEME("--version"), 0, why);
    assert_said(MNEME("train", "tiny", "--run", "r", "--steps=2", "--set=train.precision=bf16"), 0,
                why);
    const struct fixture *fixture = *state;
    assert_non_null(strstr(process_out(&fixture->process), "step 2 of 2"));
}

/* What it leaves is no number, which would be taken for a rate that is too high. */
static void products_without_memory_are_called_that(void **state)
{
    static const char said[] = "there is too little memory for products in bf16";
    if (!other_libraries() || onednn_lacks_bf16())
        skip();
    assert_said(MNEME("train", "tiny", "--run", "r", "--steps=2", "--set=train.precision=bf16"), 0,
                "step 2 of 2");
    set(state, "MNEME_TEST_ONEDNN", "memory");
    assert_said(MNEME("eval", "r"), 1, said);
    assert_said(MNEME("train", "tiny", "--run", "s", "--set=train.precision=bf16"), 1, said);
}

static void a_run_that_goes_on_under_another_kernel_says_so(void **state)
{
    static const char said[] = "last bits may differ: kernel Nehalem now, kernel Prescott before";
    struct fixture *fixture = *state;
    if (!other_libraries())
        skip();
    set(state, BLAS_KERNEL_VARIABLE, "Prescott");
    assert_said(MNEME("train", "tiny", "--run", "r", "--steps", "4"), 0, "step 4 of 4");
    assert_said(MNEME("train", "--resume", "r", "--steps", "6"), 0, "resuming from step 4");
    assert_null(strstr(process_out(&fixture->process), "last bits"));
    set(state, BLAS_KERNEL_VARIABLE, "Nehalem");
    assert_said(MNEME("train", "--resume", "r", "--steps", "8"), 0, said);
    assert_said(MNEME("train", "--resume", "r", "--steps", "10"), 0, "resuming from step 8");
    assert_null(strstr(process_out(&fixture->process), "last bits"));
    assert_said(MNEME("train", "tiny", "--from", "r@4", "--run", "f", "--json"), 0, said);
    assert_null(strstr(process_out(&fixture->process), "last bits"));
    const char *const record[] = {"cat", "f/metrics.jsonl", NULL};
    assert_said(run(fixture, NULL, record), 0, "\"kernel\": \"Nehalem\"");
    struct terminal *terminal =
        terminal_start(&fixture->sandbox, ARGUMENTS("tiny", "--from", "r@4", "--run", "g"), 24, 80);
    assert_non_null(terminal);
    bool shown = terminal_shows(terminal, said);
    terminal_close(terminal);
    assert_true(shown);
}

/* Not before it has trained under the kernel is the run's child sure to have said and to save what
 * it has to. A shell's background jobs hear of no SIGINT. */
static void so_does_a_sweep_with_such_runs(void **state)
{
    static const char script[] =
        "\"$0\" sweep s &\n"
        "until sed -n \"/$" BLAS_KERNEL_VARIABLE "/,\\$p\" data/mneme/runs/s/*/metrics.jsonl |"
        "    grep -q train_loss; do kill -0 $! || exit; sleep 0.1; done 2>/dev/null\n"
        "kill -TERM $! && wait $!";
    const char *const shell[] = {"sh", "-c", script, sandbox_program(), NULL};
    struct fixture *fixture = *state;
    if (!other_libraries())
        skip();
    assert_true(sandbox_write(&fixture->sandbox, "config/mneme/sweeps/s.ini",
                              "[sweep]\npreset = tiny\n[grid]\ntrain.steps = 100000000\n"));
    for (int call = 0; call < 2; call++) {
        set(state, BLAS_KERNEL_VARIABLE, call == 0 ? "Prescott" : "Nehalem");
        assert_said(run(fixture, NULL, shell), 130, "resume with");
        const char *note = strstr(process_out(&fixture->process), "note: ");
        assert_int_equal(note != NULL, call == 1);
        assert_int_equal(note && strstr(note, "kernel Nehalem now"), call == 1);
    }
}

/* A moment that cannot be met by chance: before main, and while the program executes itself. */
static void what_asks_to_save_ends_no_program_that_begins(void **state)
{
    static const char *const moments[] = {"loading", "executing"};
    struct fixture *fixture = *state;
    skip_where_nothing_is_lesser();
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        set(state, "MNEME_TEST_USR1", moments[i]);
        assert_said(MNEME("--version"), 0, "kernel");
        process_free(&fixture->process);
        assert_true(process_run(
            &fixture->process, &fixture->sandbox,
            ARGUMENTS("train", "tiny", "--run", moments[i], "--set", "train.steps=100000000"), NULL,
            "saved on a signal", SIGINT));
        assert_said(&fixture->process, 130, "saved on a signal");
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_lesser_kernel_is_replaced),
        TEST(arguments_and_input_are_kept),
        TEST(children_of_a_sweep_run_on_it_too),
        TEST(a_users_kernel_stays),
        TEST(a_library_is_asked_for_less_where_it_has_not_the_best),
        TEST(one_that_has_no_other_is_used_as_it_is),
        TEST(one_variable_alone_starts_nothing_anew),
        TEST(a_program_that_the_loader_was_given_stays),
        TEST(a_kernel_the_processor_cannot_run_is_refused),
        TEST(an_openblas_without_openmp_is_refused),
        TEST(a_onednn_with_threads_of_its_own_is_not_used),
        TEST(products_without_memory_are_called_that),
        TEST(a_run_that_goes_on_under_another_kernel_says_so),
        TEST(so_does_a_sweep_with_such_runs),
        TEST(what_asks_to_save_ends_no_program_that_begins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
