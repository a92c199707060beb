/* What signals do to the real program: saved, stopped, gone on with, or crashed. */
#include "config.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/patience.h"
#include "tests/screen/process.h"
#include "tests/screen/terminal.h"
#include "tests/screen/tiny.h"

/* So many steps that a run does not end by itself while a test looks at it. */
#define ENDLESS "train.steps=100000000"

#define ARGUMENTS(...) ((const char *const[]){sandbox_program(), __VA_ARGS__, NULL})

static const int ending[] = {SIGTERM, SIGHUP, SIGQUIT, SIGXCPU, SIGALRM, SIGVTALRM, SIGPROF,
#ifdef SIGPWR
                             SIGPWR
#endif
};
static const int saving[] = {SIGUSR1, SIGUSR2};
static const int passed[] = {SIGIO, SIGPIPE};

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct fixture {
    struct sandbox sandbox;
    struct terminal *terminal;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    *state = fixture;
    return fixture && sandbox_open(&fixture->sandbox) &&
                   sandbox_write(&fixture->sandbox, TINY_PATH, TINY_PRESET)
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    terminal_close(fixture->terminal);
    sandbox_close(&fixture->sandbox);
    free(fixture);
    return 0;
}

static struct terminal *start(struct fixture *fixture, const char *const *arguments)
{
    terminal_close(fixture->terminal);
    fixture->terminal = terminal_start(&fixture->sandbox, arguments, 24, 80);
    assert_non_null(fixture->terminal);
    return fixture->terminal;
}

static void ends_with(struct terminal *terminal, int wanted)
{
    int status;
    assert_true(terminal_ends(terminal, &status));
    assert_int_equal(status, wanted);
    assert_true(terminal_is_restored(terminal));
}

static bool has_printed(struct terminal *terminal, const char *text)
{
    size_t length;
    const char *output = terminal_output(terminal, &length);
    return memmem(output, length, text, strlen(text)) != NULL;
}

static void type_line(struct terminal *terminal, const char *line)
{
    terminal_type(terminal, line);
    terminal_type(terminal, "\r");
}

static void look_again(struct patience *patience)
{
    assert_true(patience_lasts(patience));
    usleep(100 * 1000);
}

/* ---- the workbench ---- */

/* On a run in the directory of that name, at step 3. */
static struct terminal *open_workbench(struct fixture *fixture, const char *run)
{
    struct terminal *terminal = start(fixture, ARGUMENTS("tiny", "--run", run, "--set", ENDLESS));
    assert_true(terminal_shows(terminal, "paused"));
    type_line(terminal, "/step 3");
    assert_true(terminal_shows(terminal, " 3/100,000,000"));
    assert_true(terminal_shows(terminal, "paused"));
    return terminal;
}

static bool has_checkpoint(struct fixture *fixture, const char *run, unsigned step)
{
    char path[128];
    snprintf(path, sizeof path, "%s/checkpoints/step-%08u.safetensors", run, step);
    char *whole = sandbox_path(&fixture->sandbox, path);
    bool there = file_exists(whole);
    if (!there)
        fprintf(stderr, "%s is missing\n", whole);
    free(whole);
    return there;
}

static void the_workbench_saves_and_ends_at_what_asks_for_the_end(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < COUNT(ending); i++) {
        char run[32];
        snprintf(run, sizeof run, "run%zu", i);
        struct terminal *terminal = open_workbench(fixture, run);
        terminal_signal(terminal, ending[i]);
        ends_with(terminal, 130);
        assert_true(has_checkpoint(fixture, run, 3));
        assert_true(terminal_shows(terminal, "saved; open it again with: "));
    }
}

static void the_workbench_saves_and_goes_on_before_it_is_killed(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < COUNT(saving); i++) {
        char run[32];
        snprintf(run, sizeof run, "run%zu", i);
        struct terminal *terminal = open_workbench(fixture, run);
        terminal_signal(terminal, saving[i]);
        assert_true(terminal_shows(terminal, "saved a checkpoint of step 3"));
        assert_true(has_checkpoint(fixture, run, 3));
        type_line(terminal, "/step");
        assert_true(terminal_shows(terminal, " 4/100,000,000"));
    }
}

static void the_workbench_passes_over_what_is_not_for_it(void **state)
{
    struct terminal *terminal = open_workbench(*state, "run");
    for (size_t i = 0; i < COUNT(passed); i++)
        terminal_signal(terminal, passed[i]);
    type_line(terminal, "/step");
    assert_true(terminal_shows(terminal, " 4/100,000,000"));
}

#ifndef __SANITIZE_ADDRESS__
static void a_crash_puts_the_terminal_back_and_says_how_to_go_on(void **state)
{
    struct fixture *fixture = *state;
    static const int crashing[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
    for (size_t i = 0; i < COUNT(crashing); i++) {
        char run[32], told[64];
        snprintf(run, sizeof run, "run%zu", i);
        snprintf(told, sizeof told, "mneme: crashed; the terminal was restored; resume with: ");
        struct terminal *terminal = open_workbench(fixture, run);
        type_line(terminal, "/save");
        assert_true(terminal_shows(terminal, "saved a checkpoint"));
        terminal_signal(terminal, crashing[i]);
        ends_with(terminal, 128 + crashing[i]);
        assert_true(has_printed(terminal, told));
    }
}
#endif

/* ---- train ---- */

static struct terminal *train(struct fixture *fixture, const char *run)
{
    struct terminal *terminal =
        start(fixture, ARGUMENTS("train", "tiny", "--run", run, "--set", ENDLESS));
    assert_true(terminal_shows(terminal, "baseline"));
    assert_true(terminal_hides(terminal, "loss    nan"));
    return terminal;
}

static void train_saves_and_ends_at_what_asks_for_the_end(void **state)
{
    for (size_t i = 0; i < COUNT(ending); i++) {
        char run[32];
        snprintf(run, sizeof run, "run%zu", i);
        struct terminal *terminal = train(*state, run);
        terminal_signal(terminal, ending[i]);
        ends_with(terminal, 130);
        assert_true(has_printed(terminal, "saved; resume with: "));
    }
}

static bool has_stopped(const struct fixture *fixture)
{
    char *path = sandbox_path(&fixture->sandbox, "run/metrics.jsonl");
    char *record = file_read(path, NULL, NULL);
    bool has = record && strstr(record, "\"event\": \"stop\"");
    memory_free(record);
    free(path);
    return has;
}

/* Ctrl-S stops a terminal, as a pager stops a pipe: nothing that is printed comes through. */
static void train_saves_while_its_terminal_takes_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct patience patience = patience_with(getpid());
    struct terminal *terminal = train(fixture, "run");
    terminal_type(terminal, "\x13");
    terminal_rest(terminal, 1); /* by then it has something to print */
    terminal_signal(terminal, SIGTERM);
    while (!has_stopped(fixture))
        look_again(&patience);
    terminal_type(terminal, "\x11");
    ends_with(terminal, 130);
    assert_true(has_printed(terminal, "saved; resume with: "));
}

static void train_saves_and_goes_on_before_it_is_killed(void **state)
{
    struct terminal *terminal = train(*state, "run");
    for (size_t i = 0; i < COUNT(passed); i++)
        terminal_signal(terminal, passed[i]);
    terminal_signal(terminal, SIGUSR1);
    assert_true(terminal_shows(terminal, "saved on a signal"));
    terminal_signal(terminal, SIGUSR2);
    terminal_rest(terminal, 0.5);
    terminal_signal(terminal, SIGTERM);
    ends_with(terminal, 130);
    assert_true(has_printed(terminal, "saved; resume with: "));
}

#ifndef __SANITIZE_ADDRESS__
static void a_crash_of_train_says_how_to_go_on(void **state)
{
    struct terminal *terminal = train(*state, "run");
    terminal_signal(terminal, SIGUSR1);
    assert_true(terminal_shows(terminal, "saved on a signal"));
    terminal_signal(terminal, SIGSEGV);
    ends_with(terminal, 128 + SIGSEGV);
    assert_true(has_printed(terminal, "mneme: crashed; resume with: "));
    assert_true(has_printed(terminal, "train --resume "));
}
#endif

/* Of what is waited for nothing can be saved. */
static void train_that_waits_for_a_pipe_ends_at_the_first_signal(void **state)
{
    static const char *const commands[][8] = {
        {"train", "./pipe"},
        {"train", "tiny", "--run", "run", "--set", "facts.file=./pipe"},
        {"train", "./pipe", "--json"},
    };
    struct fixture *fixture = *state;
    char *pipe = sandbox_path(&fixture->sandbox, "pipe");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    free(pipe);
    for (size_t i = 0; i < COUNT(commands); i++) {
        const char *arguments[COUNT(*commands) + 1] = {sandbox_program()};
        memcpy(arguments + 1, commands[i], sizeof *commands - sizeof **commands);
        struct terminal *terminal = start(fixture, arguments);
        terminal_rest(terminal, 0.5); /* until it waits; an earlier signal ends it too */
        terminal_signal(terminal, i % 2 == 0 ? SIGTERM : SIGHUP);
        ends_with(terminal, 128 + (i % 2 == 0 ? SIGTERM : SIGHUP));
    }
    char *run = sandbox_path(&fixture->sandbox, "run");
    assert_false(file_exists(run));
    free(run);
}

/* ---- stops ---- */

/* A shell with job control, in which a command was typed. */
static struct terminal *in_shell(struct fixture *fixture, const char *command)
{
    assert_true(sandbox_set(&fixture->sandbox, "PS1", "shell>"));
    struct terminal *terminal = start(fixture, (const char *const[]){"sh", "-i", NULL});
    assert_true(terminal_shows(terminal, "shell>"));
    char *line = memory_format(NULL, "%s %s", sandbox_program(), command);
    type_line(terminal, line);
    memory_free(line);
    return terminal;
}

/* Ctrl-Z, until the shell says so: what is typed before would be half in another mode. */
static void suspend(struct terminal *terminal)
{
    terminal_type(terminal, "\x1a");
    assert_true(terminal_shows(terminal, "Stopped"));
    terminal_rest(terminal, 0.2);
}

/* Whether the terminal was told last to mark what is pasted. */
static bool marks_pastes(struct terminal *terminal)
{
    static const char mode[] = "\033[?2004";
    size_t length;
    const char *output = terminal_output(terminal, &length), *last = NULL;
    const char *end = output + length;
    for (const char *at = output; (at = memmem(at, (size_t)(end - at), mode, sizeof mode - 1));)
        last = ++at;
    return last && last + sizeof mode - 2 < end && last[sizeof mode - 2] == 'h';
}

static void the_workbench_takes_its_modes_again_after_every_stop(void **state)
{
    struct terminal *terminal = in_shell(*state, "tiny --run run --set " ENDLESS);
    assert_true(terminal_shows(terminal, "paused"));
    assert_true(marks_pastes(terminal));
    suspend(terminal);
    assert_false(marks_pastes(terminal));
    type_line(terminal, "bg");
    terminal_rest(terminal, 0.5);
    assert_false(marks_pastes(terminal));
    type_line(terminal, "echo still the shell'='s");
    assert_true(terminal_shows(terminal, "still the shell=s"));
    type_line(terminal, "fg");
    assert_true(terminal_shows(terminal, "paused"));
    terminal_rest(terminal, 0.5);
    assert_true(marks_pastes(terminal));
    terminal_type(terminal, "\033[200~/quit\r\033[201~");
    assert_true(terminal_shows(terminal, "/quit"));
    type_line(terminal, "\x03/step 3");
    assert_true(terminal_shows(terminal, " 3/100,000,000"));
}

static void a_workbench_in_the_background_goes_on_training(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = in_shell(fixture, "tiny --run run");
    assert_true(terminal_shows(terminal, "paused"));
    terminal_type(terminal, " ");
    suspend(terminal);
    type_line(terminal, "bg; wait; echo is $?");
    struct patience patience = patience_with(getpid());
    char *last = sandbox_path(&fixture->sandbox, "run/checkpoints/step-00000060.safetensors");
    while (!file_exists(last))
        look_again(&patience);
    free(last);
    terminal_type(terminal, "\x03");
    type_line(terminal, "fg");
    assert_true(terminal_shows(terminal, "done"));
}

static void a_size_in_the_environment_is_not_the_terminals(void **state)
{
    struct fixture *fixture = *state;
    assert_true(sandbox_set(&fixture->sandbox, "COLUMNS", "40"));
    assert_true(sandbox_set(&fixture->sandbox, "LINES", "10"));
    struct terminal *terminal = open_workbench(fixture, "run");
    const char *screen = terminal_screen(terminal);
    size_t widest = 0;
    for (const char *row = screen; *row; row = strchr(row, '\n') + 1) {
        size_t length = (size_t)(strchr(row, '\n') - row);
        widest = length > widest ? length : widest;
    }
    assert_true(widest > 60);
}

#ifdef __linux__
/* The states of the processes that train for a sweep, as /proc tells them: "TT". */
static void child_states(const struct sandbox *sandbox, char *states, size_t room)
{
    DIR *processes = opendir("/proc");
    size_t count = 0;
    assert_non_null(processes);
    for (struct dirent *entry; (entry = readdir(processes)) && count + 1 < room;) {
        char path[512], text[4096] = "";
        snprintf(path, sizeof path, "/proc/%.32s/cmdline", entry->d_name);
        FILE *file = fopen(path, "r");
        size_t length = file ? fread(text, 1, sizeof text - 1, file) : 0;
        if (file)
            fclose(file);
        if (!memmem(text, length, "--json", 6) ||
            !memmem(text, length, sandbox->home, strlen(sandbox->home)))
            continue;
        snprintf(path, sizeof path, "/proc/%.32s/stat", entry->d_name);
        file = fopen(path, "r");
        if (file && fscanf(file, "%*d (%*[^)]) %c", &states[count]) == 1)
            count++;
        if (file)
            fclose(file);
    }
    states[count] = '\0';
    closedir(processes);
}

static void write_sweep(const struct fixture *fixture)
{
    assert_true(sandbox_write(&fixture->sandbox, "config/mneme/sweeps/s.ini",
                              "[sweep]\npreset = tiny\nseeds = 1 2\nat_once = 2\n"
                              "[grid]\ntrain.steps = 100000000\n"));
}

static void the_children_of_a_sweep_stop_with_it(void **state)
{
    struct fixture *fixture = *state;
    char states[16] = "";
    write_sweep(fixture);
    struct terminal *terminal = in_shell(fixture, "sweep s");
    assert_true(terminal_shows(terminal, "0 of 2 done, 2 running"));
    suspend(terminal);
    struct patience patience = patience_with(getpid());
    for (child_states(&fixture->sandbox, states, sizeof states); strcmp(states, "TT") != 0;
         child_states(&fixture->sandbox, states, sizeof states))
        look_again(&patience);
    type_line(terminal, "fg");
    patience = patience_with(getpid());
    for (child_states(&fixture->sandbox, states, sizeof states); strchr(states, 'T');
         child_states(&fixture->sandbox, states, sizeof states))
        look_again(&patience);
    assert_int_equal(strlen(states), 2);
    terminal_type(terminal, "\x03");
    assert_true(terminal_shows(terminal, "saved; resume with"));
}

static void a_sweep_ends_while_its_terminal_takes_nothing(void **state)
{
    struct fixture *fixture = *state;
    char states[16] = "RR";
    write_sweep(fixture);
    struct terminal *terminal = start(fixture, ARGUMENTS("sweep", "s"));
    assert_true(terminal_shows(terminal, "0 of 2 done, 2 running"));
    terminal_type(terminal, "\x13");
    terminal_rest(terminal, 2.5); /* by then it has something to draw */
    terminal_signal(terminal, SIGTERM);
    struct patience patience = patience_with(getpid());
    for (; *states; child_states(&fixture->sandbox, states, sizeof states))
        look_again(&patience);
    terminal_type(terminal, "\x11");
    ends_with(terminal, 130);
    assert_true(has_printed(terminal, "resume"));
}
#endif

/* ---- bars and stops ---- */

/* The screen's row that begins with a text; null where there is none. */
static const char *row_of(const char *screen, const char *text)
{
    for (const char *row = screen; row && *row; row = strchr(row, '\n'), row += row != NULL)
        if (strncmp(row, text, strlen(text)) == 0)
            return row;
    return NULL;
}

static void type_mark(struct terminal *terminal, const char *mark)
{
    char *line = memory_format(NULL, "echo %s''mark", mark);
    char *printed = memory_format(NULL, "%smark", mark);
    type_line(terminal, line);
    assert_true(terminal_shows(terminal, printed));
    terminal_rest(terminal, 0.2); /* for the shell's next prompt */
    memory_free(line);
    memory_free(printed);
}

/* Ctrl-Z, bg and fg of a program that shows bars, among lines that the shell prints: none of them
 * is drawn over, and nothing is drawn from the background. */
static void bars_leave_the_shells_lines_alone(struct fixture *fixture, const char *command,
                                              const char *shown)
{
    static const char *const marks[] = {"first", "second", "third"};
    struct terminal *terminal = in_shell(fixture, command);
    size_t before, after;
    assert_true(terminal_shows(terminal, shown));
    suspend(terminal);
    type_mark(terminal, marks[0]);
    type_line(terminal, "bg");
    terminal_rest(terminal, 1.5); /* it draws twice a second and more */
    type_mark(terminal, marks[1]);
    terminal_output(terminal, &before);
    terminal_rest(terminal, 1.5);
    terminal_output(terminal, &after);
    assert_int_equal(after, before);
    type_mark(terminal, marks[2]);
    terminal_output(terminal, &before);
    type_line(terminal, "fg");
    terminal_rest(terminal, 1.5);
    for (size_t i = 0; i < COUNT(marks); i++) {
        char *printed = memory_format(NULL, "%smark\n", marks[i]);
        if (!row_of(terminal_screen(terminal), printed))
            fail_msg("%sis drawn over:\n%s", printed, terminal_screen(terminal));
        memory_free(printed);
    }
    const char *output = terminal_output(terminal, &after);
    assert_non_null(memmem(output + before, after - before, shown, strlen(shown)));
    terminal_type(terminal, "\x03");
    assert_true(terminal_shows(terminal, "resume with"));
}

static void no_bar_is_drawn_over_what_a_shell_prints(void **state)
{
    struct fixture *fixture = *state;
    assert_true(sandbox_write(&fixture->sandbox, "config/mneme/sweeps/s.ini",
                              "[sweep]\npreset = tiny\nseeds = 1 2 3\nat_once = 3\n"
                              "[grid]\ntrain.steps = 100000000\n"));
    bars_leave_the_shells_lines_alone(fixture, "sweep s", "0 of 3 done, 3 running");
    bars_leave_the_shells_lines_alone(fixture, "train tiny --run run --set " ENDLESS, "left");
}

int main(void)
{
#define IN_SANDBOX(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_SANDBOX(the_workbench_saves_and_ends_at_what_asks_for_the_end),
        IN_SANDBOX(the_workbench_saves_and_goes_on_before_it_is_killed),
        IN_SANDBOX(the_workbench_passes_over_what_is_not_for_it),
        IN_SANDBOX(train_saves_and_ends_at_what_asks_for_the_end),
        IN_SANDBOX(train_saves_while_its_terminal_takes_nothing),
        IN_SANDBOX(train_saves_and_goes_on_before_it_is_killed),
#ifndef __SANITIZE_ADDRESS__
        IN_SANDBOX(a_crash_puts_the_terminal_back_and_says_how_to_go_on),
        IN_SANDBOX(a_crash_of_train_says_how_to_go_on),
#endif
        IN_SANDBOX(train_that_waits_for_a_pipe_ends_at_the_first_signal),
        IN_SANDBOX(the_workbench_takes_its_modes_again_after_every_stop),
        IN_SANDBOX(a_workbench_in_the_background_goes_on_training),
        IN_SANDBOX(a_size_in_the_environment_is_not_the_terminals),
#ifdef __linux__
        IN_SANDBOX(the_children_of_a_sweep_stop_with_it),
        IN_SANDBOX(a_sweep_ends_while_its_terminal_takes_nothing),
#endif
        IN_SANDBOX(no_bar_is_drawn_over_what_a_shell_prints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
