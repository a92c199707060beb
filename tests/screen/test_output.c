/* What becomes of output that cannot be written, and of files that cannot grow: with the real
 * program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/screen/process.h"
#include "tests/screen/tiny.h"

struct fixture {
    struct sandbox sandbox;
    struct process process;
};

/* A shell's script, in which mneme is the program; its environment is the sandbox's. */
static struct process *run_script(struct fixture *fixture, const char *script)
{
    char *whole = memory_format(NULL, "mneme() { \"$program\" \"$@\"; }\n%s", script);
    process_free(&fixture->process);
    assert_true(process_run(&fixture->process, &fixture->sandbox,
                            (const char *const[]){"sh", "-c", whole, NULL}, NULL, NULL, 0));
    memory_free(whole);
    return &fixture->process;
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    *state = fixture;
    if (!fixture || !sandbox_open(&fixture->sandbox) ||
        !sandbox_set(&fixture->sandbox, "program", sandbox_program()) ||
        !sandbox_write(&fixture->sandbox, TINY_PATH, TINY_PRESET) ||
        !sandbox_write(&fixture->sandbox, "config/mneme/sweeps/s.ini",
                       "[sweep]\npreset = tiny\nseeds = 1..2\n"))
        return -1;
    return run_script(fixture, "mneme train tiny --run done --quiet && mneme train tiny --quiet")
                       ->status == 0
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

/* Whether a script left with status 1 and its last line on stderr is one of the program's with
 * these words; in front of it only where one goes on may stand. */
static bool failed_with(const struct process *process, const char *words)
{
    const char *said = process_err(process), *line = said;
    while (strncmp(line, "saved; go on with: ", 19) == 0)
        line += strcspn(line, "\n") + 1;
    const char *end = strchr(line, '\n');
    if (process->status == 1 && strncmp(line, "mneme: ", 7) == 0 && end && !end[1] &&
        strstr(line, words))
        return true;
    fprintf(stderr, "status %d, wanted 1 and \"%s\"; stderr:\n%s\n", process->status, words, said);
    return false;
}

/* Everything that prints, with little to print and with much. */
static const char *const printing[] = {
    "--help",
    "--version",
    "train --help",
    "train tiny --run full-$n --steps 100000000",
    "train tiny --run full-$n --steps 100000000 --json",
    "ask done 'Anna was born in'",
    "ask done --json 'Anna was born in'",
    "score done 'Anna was born'",
    "score done --json 'Anna was born'",
    "eval done",
    "eval done --json",
    "facts done",
    "facts done --json",
    "circuits done",
    "circuits done --json",
    "phases done",
    "phases done --json",
    "sample tiny",
    "sample tiny --json",
    "sample tiny --number 32",
    "runs",
    "runs --json",
    "presets",
    "presets --json",
    "presets --show tiny",
    "bench tiny --seconds 0",
    "bench tiny --seconds 0 --json",
    "sweep",
    "sweep --json",
    "sweep s --list",
    "sweep s --list --json",
    "sweep s",
    "sweep s --json",
    "reproduce --list",
    "reproduce --list --json",
};

static void output_that_cannot_be_written_is_one_sentence(void **state)
{
    static const char *const places[] = {"> /dev/full", ">&-"};
    for (size_t p = 0; p < sizeof places / sizeof *places; p++)
        for (size_t i = 0; i < sizeof printing / sizeof *printing; i++) {
            char script[256];
            snprintf(script, sizeof script, "n=%zu\nmneme %s %s", 100 * p + i, printing[i],
                     places[p]);
            if (!failed_with(run_script(*state, script), "standard output could not be written"))
                fail_msg("%s", script);
        }
}

static void the_sentence_says_why(void **state)
{
    assert_true(
        failed_with(run_script(*state, "mneme runs > /dev/full"), ": No space left on device"));
    assert_true(failed_with(run_script(*state, "mneme train tiny -r why -n 100000000 > /dev/full"),
                            ": No space left on device"));
    assert_true(failed_with(run_script(*state, "mneme runs --json > /dev/full"),
                            ": No space left on device"));
}

/* What is printed would go into the first file that was opened. */
static void closed_streams_take_no_files_number(void **state)
{
    const struct process *process =
        run_script(*state, "mneme train tiny --run closed --steps 5 >&-\n"
                           "grep -v '^process [0-9]* on ' closed/lock\n"
                           "mneme eval closed");
    assert_int_equal(process->status, 0);
    assert_int_equal(strncmp(process_out(process), "closed, step 0", 14), 0);
}

/* A run that was stopped by its output is whole, and it is said how to go on. */
static void a_run_that_cannot_be_told_of_goes_on(void **state)
{
    const struct process *process =
        run_script(*state, "mneme train tiny --run told --steps 100000000 > /dev/full 2> said\n"
                           "grep 'train --resume' said && mneme eval told");
    assert_int_equal(process->status, 0);
    assert_non_null(strstr(process_out(process), "step 0"));
}

static void a_file_that_becomes_too_large_is_reported(void **state)
{
    /* In blocks of 512 bytes: checkpoints are larger than 8 KiB. */
    static const struct {
        const char *script, *said;
    } cases[] = {
        {"ulimit -f 16; mneme train tiny --run large --quiet", ": File too large"},
        {"ulimit -f 1; mneme plot done -o large.svg", ": File too large"},
        {"ulimit -f 1; mneme sample tiny --number 32 > large.txt", "standard output"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(failed_with(run_script(*state, cases[i].script), cases[i].said));
    const struct process *process = run_script(*state, "find . -name '*.tmp'");
    assert_string_equal(process_out(process), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_that_cannot_be_written_is_one_sentence),
        cmocka_unit_test(the_sentence_says_why),
        cmocka_unit_test(closed_streams_take_no_files_number),
        cmocka_unit_test(a_run_that_cannot_be_told_of_goes_on),
        cmocka_unit_test(a_file_that_becomes_too_large_is_reported),
    };
    return cmocka_run_group_tests_name("output", tests, set_up, tear_down);
}
