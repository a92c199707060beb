/* What becomes of output that cannot be written, of files that cannot grow, and of names that a
 * terminal would obey: with the real program. */
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
#include "base/utf8.h"
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
    while (strncmp(line, "saved; resume with: ", 20) == 0)
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
    /* In blocks of 512 bytes: a checkpoint is larger than 8 KiB, and all are larger than 2 KiB, for
     * an OpenMP library may have a file of its own. So has fontconfig, when it has seen fonts. */
    static const struct {
        const char *script, *said;
    } cases[] = {
        {"ulimit -f 16; mneme train tiny --run large --quiet", ": File too large"},
        {"mneme plot done -o first.svg >first; ulimit -f 4; mneme plot done -o large.svg",
         ": File too large"},
        {"ulimit -f 4; mneme sample tiny --number 32 > large.txt", "standard output"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(failed_with(run_script(*state, cases[i].script), cases[i].said));
    const struct process *process = run_script(*state, "find . -name '*.tmp'");
    assert_string_equal(process_out(process), "");
}

/* ---- what a terminal might obey ---- */

/* A word that paints, rings and turns, as a shell's $w. */
#define WORD "w=$(printf 'a\\033[31mb\\007c\\302\\233d\\342\\200\\256e')\n"
/* As a preset's name, which may hold no character of ASCII's control. */
#define PRESET_WORD  "p=$(printf 'c\\302\\233d')\n"
#define PRESET_SHOWN "c\\xc2\\x9bd"
#define SHOWN        "a\\x1b[31mb\\x07c\\xc2\\x9bd\\xe2\\x80\\xaee"

static const char *first_obeyed(const char *text)
{
    while (*text && (*text == '\n' || utf8_is_shown_as_it_is(text)))
        text += utf8_length(text) ? utf8_length(text) : 1;
    return *text ? text : NULL;
}

/* The same word as a run, a preset, a sweep, a directory, a file, an option and a value. */
static void nothing_that_is_named_reaches_a_terminal_raw(void **state)
{
    static const struct {
        const char *arguments, *shown; /* null: some part of it */
        int status;
    } cases[] = {
        {"train \"$p\" --run \"$w\"", PRESET_SHOWN ": ", 0},
        {"train --resume \"$w\"", NULL, 0},
        {"train tiny --run \"$w\"", SHOWN, 2},
        {"train tiny --run \"none/$w\" --set \"$w=1\"", SHOWN, 2},
        {"train tiny --run done/lock/\"$w\"", NULL, 1},
        {"train tiny --set \"facts.path=$w\"", NULL, 2},
        {"eval \"$w\"", SHOWN, 0},
        {"eval \"no$w\"", SHOWN, 2},
        {"ask \"$w\" \"$w\"", NULL, 2},
        {"facts \"$w\"", SHOWN, 0},
        {"circuits \"$w\"", SHOWN, 0},
        {"phases \"$w\"", SHOWN, 0},
        {"plot \"$w\" -o \"$w.svg\"", NULL, 0},
        {"plot \"$w\" -o \"$w.txt\"", NULL, 2},
        {"plot \"$w\" -o \"$w/$w.svg\"", NULL, 0},
        {"plot done -o \"$w.svg/a.svg\"", SHOWN, 1},
        {"sample \"$p\"", NULL, 0},
        {"runs", SHOWN, 0},
        {"presets", PRESET_SHOWN, 2},
        {"presets --show \"$p\"", PRESET_SHOWN, 0},
        {"presets --show \"$w\"", SHOWN, 2},
        {"bench \"$p\" --seconds 0", PRESET_SHOWN, 0},
        {"sweep", SHOWN, 0},
        {"sweep \"$w\" --list", SHOWN, 0},
        {"sweep \"$w\"", SHOWN, 0},
        {"runs \"--$w\"", SHOWN, 2},
        {"runs \"-$w\"", NULL, 2},
        {"\"$p\"", NULL, 2}, /* a preset, and no terminal */
        {"\"none$w\"", NULL, 2},
        {"runs --json", "\\u001B[31mb\\u0007c\\u009Bd\\u202Ee", 0},
        {"eval --json \"$w\"", NULL, 0},
        {"sweep --json \"$w\"", NULL, 0},
        {"presets --json", NULL, 2},
        {"reproduce --only \"$w\"", SHOWN, 2},
        {"reproduce \"$w\"", SHOWN, 2},
        {"export \"$w\"", NULL, 2},
    };
    run_script(*state,
               WORD PRESET_WORD "cp config/mneme/presets/tiny.ini \"config/mneme/presets/$w.ini\"\n"
                                "cp config/mneme/presets/tiny.ini \"config/mneme/presets/$p.ini\"\n"
                                "cp config/mneme/sweeps/s.ini \"config/mneme/sweeps/$w.ini\"\n"
                                "mneme train tiny --run \"data/mneme/runs/$w\" --quiet");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char script[512];
        snprintf(script, sizeof script, WORD PRESET_WORD "mneme %s", cases[i].arguments);
        const struct process *process = run_script(*state, script);
        const char *out = process_out(process), *said = process_err(process);
        bool fine =
            process->status == cases[i].status && !first_obeyed(out) && !first_obeyed(said) &&
            (!cases[i].shown || strstr(out, cases[i].shown) || strstr(said, cases[i].shown));
        if (!fine)
            fail_msg("%s: status %d\n%s%s", cases[i].arguments, process->status, out, said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_that_cannot_be_written_is_one_sentence),
        cmocka_unit_test(the_sentence_says_why),
        cmocka_unit_test(closed_streams_take_no_files_number),
        cmocka_unit_test(a_run_that_cannot_be_told_of_goes_on),
        cmocka_unit_test(a_file_that_becomes_too_large_is_reported),
        cmocka_unit_test(nothing_that_is_named_reaches_a_terminal_raw),
    };
    return cmocka_run_group_tests_name("output", tests, set_up, tear_down);
}
