/* A command that is run when a phase begins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "lab/phase_command.h"
#include "tests/fixtures/temporary.h"
#include "tests/patience.h"

static struct trainer_status status_at(enum phase phase, double plateau_start, double plateau_end)
{
    return (struct trainer_status){
        .step = 500,
        .phase = {.phase = phase, .plateau_start = plateau_start, .plateau_end = plateau_end},
    };
}

static struct session session_in(char *directory)
{
    return (struct session){.run = {.directory = directory}};
}

/* Waits for all that were started; what is told of the last failure. */
static bool wait_for_all(struct phase_commands *commands, struct error *err)
{
    struct patience patience = patience_with(getpid());
    bool fine = true;
    while (commands->count > 0 && patience_lasts(&patience)) {
        fine = phase_commands_follow(commands, err) && fine;
        usleep(1000);
    }
    assert_int_equal(commands->count, 0);
    return fine;
}

static void assert_log(const char *directory, const char *name, const char *expected)
{
    char path[TEMPORARY_PATH];
    struct error err;
    char *text = file_read(temporary_path(path, directory, name), NULL, &err);
    assert_non_null(text);
    assert_string_equal(text, expected);
    memory_free(text);
}

static void a_phase_begins_once(void **state)
{
    (void)state;
    struct phase_watch watch;
    struct trainer_status status = status_at(PHASE_STATISTICS, NAN, NAN);
    phase_watch_begin(&watch, &status);
    assert_false(phase_watch_follow(&watch, &status));
    status.phase.phase = PHASE_PLATEAU;
    assert_true(phase_watch_follow(&watch, &status));
    assert_false(phase_watch_follow(&watch, &status));
    status.phase.phase = PHASE_STATISTICS; /* the detector thinks again */
    assert_false(phase_watch_follow(&watch, &status));
    status.phase.phase = PHASE_PLATEAU;
    assert_false(phase_watch_follow(&watch, &status));
    status.phase.phase = PHASE_KNOWLEDGE;
    assert_true(phase_watch_follow(&watch, &status));
    assert_false(phase_watch_follow(&watch, &status));
}

static void the_phase_of_a_run_that_is_resumed_is_no_news(void **state)
{
    (void)state;
    struct phase_watch watch;
    struct trainer_status status = status_at(PHASE_PLATEAU, 100, NAN);
    phase_watch_begin(&watch, &status);
    assert_false(phase_watch_follow(&watch, &status));
    status.phase.phase = PHASE_KNOWLEDGE;
    assert_true(phase_watch_follow(&watch, &status));
}

static void phases_of_a_patched_model_begin_anew(void **state)
{
    (void)state;
    struct phase_watch watch;
    struct trainer_status status = status_at(PHASE_KNOWLEDGE, 100, 200);
    phase_watch_begin(&watch, &status);
    status.patched = true;
    status.phase.phase = PHASE_STATISTICS;
    assert_false(phase_watch_follow(&watch, &status));
    status.phase.phase = PHASE_PLATEAU;
    assert_true(phase_watch_follow(&watch, &status));
}

static void the_command_is_told_run_phase_and_step(void **state)
{
    struct phase_commands commands = {0};
    struct error err = {0};
    struct session session = session_in(*state);
    struct trainer_status status = status_at(PHASE_PLATEAU, 320, NAN);
    setenv("MNEME_STEP", "1", 1);
    assert_true(phase_command_run(&commands,
                                  "echo \"$MNEME_RUN $MNEME_PHASE $MNEME_STEP\"; cat; echo e >&2",
                                  &session, &status, &err));
    assert_true(wait_for_all(&commands, &err));
    char expected[2 * TEMPORARY_PATH];
    snprintf(expected, sizeof expected, "%s plateau 320\ne\n", (const char *)*state);
    assert_log(*state, "on_phase/plateau.log", expected);
    status = status_at(PHASE_KNOWLEDGE, 320, 471);
    assert_true(
        phase_command_run(&commands, "echo $MNEME_PHASE $MNEME_STEP", &session, &status, &err));
    assert_true(wait_for_all(&commands, &err));
    assert_log(*state, "on_phase/knowledge.log", "knowledge 471\n");
    status.patched = true;
    status.phase.plateau_end = NAN;
    assert_true(phase_command_run(&commands, "echo $MNEME_STEP", &session, &status, &err));
    assert_true(wait_for_all(&commands, &err));
    assert_log(*state, "on_phase/patched-knowledge.log", "500\n");
    unsetenv("MNEME_STEP");
}

static void it_is_not_run_again_in_a_later_life_of_the_run(void **state)
{
    struct error err = {0};
    struct session session = session_in(*state);
    struct trainer_status status = status_at(PHASE_PLATEAU, 320, NAN);
    for (int life = 0; life < 2; life++) {
        struct phase_commands commands = {0};
        assert_true(phase_command_run(&commands, "echo ran", &session, &status, &err));
        assert_int_equal(commands.count, life == 0 ? 1 : 0);
        assert_true(wait_for_all(&commands, &err));
    }
    assert_log(*state, "on_phase/plateau.log", "ran\n");
}

static void a_failure_is_told_once(void **state)
{
    struct phase_commands commands = {0};
    struct error err = {0};
    struct session session = session_in(*state);
    struct trainer_status status = status_at(PHASE_PLATEAU, 320, NAN);
    assert_true(phase_command_run(&commands, "exit 3", &session, &status, &err));
    assert_false(wait_for_all(&commands, &err));
    assert_non_null(strstr(err.message, "status 3; see "));
    assert_non_null(strstr(err.message, "/on_phase/plateau.log"));
    assert_true(phase_commands_follow(&commands, &err));
    status.phase.phase = PHASE_KNOWLEDGE;
    assert_true(phase_command_run(&commands, "kill -9 $$", &session, &status, &err));
    assert_false(wait_for_all(&commands, &err));
    assert_non_null(strstr(err.message, "signal 9"));
}

/* It has a session of its own, without a terminal; nobody waits for it. */
static void one_that_never_ends_holds_nobody_up(void **state)
{
    struct phase_commands commands = {0};
    struct error err = {0};
    struct session session = session_in(*state);
    struct trainer_status status = status_at(PHASE_PLATEAU, 320, NAN);
    assert_true(phase_command_run(&commands, "while :; do sleep 1; done", &session, &status, &err));
    assert_true(phase_commands_follow(&commands, &err));
    assert_int_equal(commands.count, 1);
    pid_t process = commands.child[0].process;
    assert_int_equal(getsid(process), process);
    assert_int_equal(kill(-process, SIGKILL), 0);
    assert_false(wait_for_all(&commands, &err));
}

static void one_more_than_can_go_on_is_refused(void **state)
{
    struct phase_commands commands = {0};
    struct error err = {0};
    struct trainer_status status = status_at(PHASE_PLATEAU, 320, NAN);
    for (int r = 0; r <= PHASE_COMMANDS_MOST; r++) {
        char name[] = "run-0", path[TEMPORARY_PATH];
        name[sizeof name - 2] = (char)('0' + r);
        temporary_path(path, *state, name);
        assert_int_equal(mkdir(path, 0777), 0);
        struct session session = session_in(path);
        session.run.name = name;
        assert_int_equal(
            phase_command_run(&commands, "while :; do sleep 1; done", &session, &status, &err),
            r < PHASE_COMMANDS_MOST);
    }
    assert_non_null(strstr(err.message, "4 commands have not ended yet"));
    assert_non_null(strstr(err.message, "plateau of run-4"));
    for (size_t c = 0; c < commands.count; c++)
        assert_int_equal(kill(-commands.child[c].process, SIGKILL), 0);
    assert_false(wait_for_all(&commands, &err));
}

static void nothing_is_run_without_a_command_or_a_directory(void **state)
{
    struct phase_commands commands = {0};
    struct error err = {0};
    struct session nowhere = session_in(NULL), session = session_in(*state);
    struct trainer_status status = status_at(PHASE_PLATEAU, 320, NAN);
    assert_true(phase_command_run(&commands, "echo", &nowhere, &status, &err));
    assert_true(phase_command_run(&commands, "", &session, &status, &err));
    assert_int_equal(commands.count, 0);
    assert_int_equal(temporary_count(*state), 0);
}

static void a_directory_that_cannot_be_written_is_told(void **state)
{
    struct phase_commands commands = {0};
    struct error err = {0};
    char path[TEMPORARY_PATH];
    struct session session = session_in(*state);
    struct trainer_status status = status_at(PHASE_PLATEAU, 320, NAN);
    temporary_put(path, *state, "on_phase", "a file in its place");
    assert_false(phase_command_run(&commands, "echo", &session, &status, &err));
    assert_ptr_equal(strstr(err.message, "on_phase: "), err.message);
    assert_int_equal(commands.count, 0);
}

static void one_of_many_runs_runs_none(void **state)
{
    struct phase_commands commands = {0};
    struct error err = {0};
    struct session session = session_in(*state);
    struct trainer_status status = status_at(PHASE_PLATEAU, 320, NAN);
    assert_false(phase_commands_are_forbidden());
    phase_commands_forbid();
    assert_true(phase_commands_are_forbidden());
    assert_true(phase_command_run(&commands, "echo", &session, &status, &err));
    assert_int_equal(commands.count, 0);
    unsetenv("MNEME_ON_PHASE");
}

#define IN_DIRECTORY(test)                                                                         \
    cmocka_unit_test_setup_teardown(test, temporary_set_up, temporary_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_phase_begins_once),
        cmocka_unit_test(the_phase_of_a_run_that_is_resumed_is_no_news),
        cmocka_unit_test(phases_of_a_patched_model_begin_anew),
        IN_DIRECTORY(the_command_is_told_run_phase_and_step),
        IN_DIRECTORY(it_is_not_run_again_in_a_later_life_of_the_run),
        IN_DIRECTORY(a_failure_is_told_once),
        IN_DIRECTORY(one_that_never_ends_holds_nobody_up),
        IN_DIRECTORY(one_more_than_can_go_on_is_refused),
        IN_DIRECTORY(nothing_is_run_without_a_command_or_a_directory),
        IN_DIRECTORY(a_directory_that_cannot_be_written_is_told),
        IN_DIRECTORY(one_of_many_runs_runs_none),
    };
    return cmocka_run_group_tests_name("phase_command", tests, NULL, NULL);
}
