#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/child.h"
#include "ui/signals.h"

#define PUT_BACK "<put back>"

/* A session of its own on this terminal. */
static bool take_terminal(const char *name)
{
    int terminal = setsid() < 0 ? -1 : open(name, O_RDWR);
    return terminal >= 0 && ioctl(terminal, TIOCSCTTY, 0) == 0 &&
           dup2(terminal, STDIN_FILENO) >= 0 && dup2(terminal, STDOUT_FILENO) >= 0 &&
           close(terminal) == 0;
}

/* Is asked to end, and again a second and more later. */
static _Noreturn void live(const char *terminal, enum signals_user user, int number)
{
    struct timespec wait = {1, 100 * 1000 * 1000};
    struct termios settings;
    if (!take_terminal(terminal) || tcgetattr(STDIN_FILENO, &settings) != 0)
        _exit(EXIT_FAILURE);
    signals_catch(user);
    signals_on_crash_restore(&settings, PUT_BACK, strlen(PUT_BACK));
    raise(number);
    while (nanosleep(&wait, &wait) < 0)
        ;
    raise(number);
    _exit(EXIT_SUCCESS);
}

/* What it printed; how it ended goes to *status. */
static void watch(enum signals_user user, int number, char *printed, size_t room, int *status)
{
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    const char *name = ptsname(terminal);
    int held = open(name, O_RDWR | O_NOCTTY); /* what is printed can be read after the end */
    pid_t child = fork();
    assert_true(held >= 0 && child >= 0);
    if (child == 0)
        live(name, user, number);
    assert_int_equal(waitpid(child, status, 0), child);
    assert_int_equal(write(held, "\n", 1), 1);
    size_t length = 0;
    while (length + 1 < room && read(terminal, printed + length, 1) == 1 && printed[length] != '\n')
        length += printed[length] != '\r';
    printed[length] = '\0';
    close(held);
    close(terminal);
}

static void who_asks_again_is_obeyed_at_once(void **state)
{
    (void)state;
    static const int number[] = {SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof number / sizeof *number; i++)
        for (enum signals_user user = 0; user < SIGNALS_USERS; user++) {
            char printed[256];
            int status;
            watch(user, number[i], printed, sizeof printed, &status);
            assert_true(WIFSIGNALED(status));
            assert_int_equal(WTERMSIG(status), number[i]);
            assert_string_equal(printed, PUT_BACK);
        }
}

/* One that has just been started, before it has said what it does with signals. */
static void a_child_does_not_die_of_being_asked_to_save(void **state)
{
    (void)state;
    static const int number[] = {SIGUSR1, SIGUSR2};
    for (size_t i = 0; i < sizeof number / sizeof *number; i++) {
        const char *const argument[] = {"sleep", "1000000", NULL};
        struct child child;
        int status;
        assert_true(child_start(&child, argument, "UNUSED=", NULL));
        child_signal(&child, number[i]);
        child_signal(&child, SIGTERM);
        assert_int_equal(waitpid(child.process, &status, 0), child.process);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), SIGTERM);
        for (size_t s = 0; s < CHILD_STREAMS; s++)
            close(child.stream[s]);
    }
}

enum { WRITTEN, INTERRUPTED };

/* Says on one pipe that it is about to write to another, which is full. */
static _Noreturn void write_to_full(int ready, int full, enum signals_user user)
{
    signals_catch(user);
    if (write(ready, "", 1) != 1)
        _exit(EXIT_FAILURE + INTERRUPTED);
    _exit(write(full, "x", 1) == 1 ? WRITTEN : INTERRUPTED);
}

static void fill(int pipe)
{
    int flags = fcntl(pipe, F_GETFL);
    assert_int_equal(fcntl(pipe, F_SETFL, flags | O_NONBLOCK), 0);
    while (write(pipe, "x", 1) == 1)
        ;
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(fcntl(pipe, F_SETFL, flags), 0);
}

/* What becomes of a write that waits for a reader while signals come. */
static int write_among(enum signals_user user, int number)
{
    enum { TIMES = 20 };
    const struct timespec between = {0, 10 * 1000 * 1000};
    int ready[2], full[2], status;
    char byte;
    assert_true(pipe(ready) == 0 && pipe(full) == 0);
    fill(full[1]);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        write_to_full(ready[1], full[1], user);
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    for (int i = 0; i < TIMES; i++) {
        nanosleep(&between, NULL);
        kill(child, number);
    }
    close(full[1]);
    while (read(full[0], &byte, 1) == 1)
        ;
    assert_int_equal(waitpid(child, &status, 0), child);
    close(ready[0]);
    close(full[0]);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* A pipe's reader, or a terminal, may take its time meanwhile. */
static void output_is_not_lost_to_what_is_gone_on_after(void **state)
{
    (void)state;
    static const int number[] = {SIGCONT, SIGUSR1};
    for (enum signals_user user = 0; user < SIGNALS_USERS; user++) {
        for (size_t i = 0; i < sizeof number / sizeof *number; i++)
            assert_int_equal(write_among(user, number[i]), WRITTEN);
        assert_int_equal(write_among(user, SIGXCPU), INTERRUPTED); /* or it would never end */
    }
    assert_int_equal(write_among(SIGNALS_SCREEN, SIGWINCH), WRITTEN);
    assert_int_equal(write_among(SIGNALS_SCREEN, SIGINT), WRITTEN);
}

/* What whoever started this ignores, as nohup does, is ignored from the first moment on. */
static void begin_with_all(char **argument)
{
    bool ignores = false;
    signals_begin(); /* as the program does */
    for (int number = 1; number < SIGRTMIN; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) != 0 || action.sa_handler != SIG_IGN)
            continue;
        signal(number, SIG_DFL);
        ignores = true;
    }
    if (ignores)
        execv(argument[0], argument);
}

int main(int count, char **argument)
{
    (void)count;
    begin_with_all(argument);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_asks_again_is_obeyed_at_once),
        cmocka_unit_test(output_is_not_lost_to_what_is_gone_on_after),
        cmocka_unit_test(a_child_does_not_die_of_being_asked_to_save),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
