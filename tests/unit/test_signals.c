#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_asks_again_is_obeyed_at_once),
        cmocka_unit_test(a_child_does_not_die_of_being_asked_to_save),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
