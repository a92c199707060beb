#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/stopwatch.h"

static void a_gap_of_seconds_is_left_out(void **state)
{
    (void)state;
    struct stopwatch watch = {.looked = 100};
    double begin = stopwatch_at(&watch, 100), end = 0;
    for (int i = 1; i <= 8; i++)
        end = stopwatch_at(&watch, 100 + 0.25 * i);
    assert_true(end - begin == 2);
    end = stopwatch_at(&watch, 117.25); /* stopped for 15 seconds after a beat */
    assert_true(end - begin == 2.25);
    assert_true(stopwatch_at(&watch, 118) - begin == 3);
}

static void what_a_busy_machine_keeps_waiting_counts(void **state)
{
    (void)state;
    struct stopwatch watch = {.looked = 100};
    assert_true(stopwatch_at(&watch, 101.5) == 101.5);
}

/* How much more the clock says than the watch after a stop; -1 where there is no watch. */
static double difference_after_a_stop(void)
{
    struct stopwatch watch;
    if (!stopwatch_init(&watch, NULL))
        return -1;
    double clock = clock_seconds(), own = stopwatch_seconds(&watch);
    raise(SIGSTOP);
    double difference = clock_seconds() - clock - (stopwatch_seconds(&watch) - own);
    stopwatch_free(&watch);
    return difference;
}

static void a_stopped_process_does_not_age(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(difference_after_a_stop() >= 2 ? 0 : 1);
    assert_int_equal(waitpid(child, &status, WUNTRACED), child);
    assert_true(WIFSTOPPED(status));
    sleep(3);
    kill(child, SIGCONT);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gap_of_seconds_is_left_out),
        cmocka_unit_test(what_a_busy_machine_keeps_waiting_counts),
        cmocka_unit_test(a_stopped_process_does_not_age),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
