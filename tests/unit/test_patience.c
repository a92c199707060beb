/* The patience of tests, tried on processes that hang in every way there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/patience.h"

#define FACTOR "0.0125" /* a second and a half */

static void block(void)
{
    pause();
}

static void be_stopped(void)
{
    raise(SIGSTOP);
}

static void sleep_and_look(void)
{
    poll(NULL, 0, 10);
}

static void go_in_circles(void)
{
    for (volatile int i = 0; i < 1000000; i++)
        ;
}

static void sleep_in_a_child(void)
{
    pid_t child = fork();
    if (child > 0)
        waitpid(child, NULL, 0);
    else
        for (;;)
            sleep_and_look();
}

static pid_t start(void (*act)(void))
{
    pid_t process = fork();
    assert_true(process >= 0);
    if (process > 0)
        return process;
    setsid();
    alarm(600); /* where the test ends before it ends this */
    for (;;)
        act();
}

static void end(pid_t process)
{
    kill(-process, SIGKILL);
    kill(process, SIGKILL); /* where it leads no session yet */
    waitpid(process, NULL, 0);
}

static void patience_ends_with_whatever_hangs(void **state)
{
    (void)state;
    void (*const acts[])(void) = {block, be_stopped, sleep_and_look, go_in_circles,
                                  sleep_in_a_child};
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        pid_t process = start(acts[i]);
        struct patience patience = patience_with(process);
        double begun = clock_seconds();
        while (patience_lasts(&patience))
            poll(NULL, 0, 20);
        assert_true(clock_seconds() - begun >= 1.4);
        end(process);
    }
}

static void one_that_is_gone_is_not_waited_for_longer(void **state)
{
    (void)state;
    pid_t process = start(block);
    end(process);
    struct patience patience = patience_with(process);
    while (patience_lasts(&patience))
        poll(NULL, 0, 20);
}

/* Keeps the process, and what it starts, on one processor, so that they are in each other's way. */
static bool share_a_processor(void)
{
    cpu_set_t allowed, one;
    int processor = 0;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return false;
    while (!CPU_ISSET(processor, &allowed))
        processor++;
    CPU_ZERO(&one);
    CPU_SET(processor, &one);
    return sched_setaffinity(0, sizeof one, &one) == 0;
}

static void waiting_for_a_processor_is_not_charged(void **state)
{
    (void)state;
    enum { OTHERS = 4 };
    cpu_set_t before;
    pid_t other[OTHERS];
    if (access("/proc/self/schedstat", R_OK) != 0)
        skip();
    if (sched_getaffinity(0, sizeof before, &before) != 0 || !share_a_processor())
        skip();
    for (int i = 0; i < OTHERS; i++)
        other[i] = start(go_in_circles);
    pid_t process = start(go_in_circles);
    sched_setaffinity(0, sizeof before, &before);
    struct patience patience = patience_with(process);
    double begun = clock_seconds();
    while (patience_lasts(&patience))
        poll(NULL, 0, 20);
    double seconds = clock_seconds() - begun;
    end(process);
    for (int i = 0; i < OTHERS; i++)
        end(other[i]);
    assert_true(seconds > 2 * patience.spent); /* five times as long at best */
}

static void go_in_circles_in_a_crowd(void)
{
    for (int i = 0; i < 15; i++)
        if (fork() == 0)
            for (;;)
                go_in_circles();
    for (;;)
        go_in_circles();
}

static void a_tenth_of_the_time_is_charged_whatever_is_waited_for(void **state)
{
    (void)state;
    cpu_set_t before;
    if (access("/proc/self/schedstat", R_OK) != 0)
        skip();
    if (sched_getaffinity(0, sizeof before, &before) != 0 || !share_a_processor())
        skip();
    pid_t process = start(go_in_circles_in_a_crowd);
    sched_setaffinity(0, sizeof before, &before);
    struct patience patience = patience_with(process);
    while (patience.threads == 0 && patience_lasts(&patience))
        poll(NULL, 0, 20);
    double begun = patience.looked; /* of the time before the first look all is charged */
    patience.spent = 0;
    patience.most = 0.4;
    while (patience_lasts(&patience))
        poll(NULL, 0, 20);
    double seconds = patience.looked - begun;
    end(process);
    assert_true(patience.spent > 0.09 * seconds); /* 1/16 where all the waiting is left out */
}

static void time_in_which_nobody_asks_is_not_charged(void **state)
{
    (void)state;
    pid_t process = start(block);
    struct patience patience = patience_with(process);
    patience.looked -= 1000;
    patience_lasts(&patience);
    assert_true(patience.spent < 10);
    end(process);
}

static void patience_can_be_multiplied(void **state)
{
    (void)state;
    static const char *const useless[] = {"", "x", "0", "-1", "nan"};
    assert_true(patience_with(1).most == PATIENCE * atof(FACTOR));
    setenv("MNEME_TEST_PATIENCE", "10", true);
    assert_true(patience_with(1).most == 10 * PATIENCE);
    for (size_t i = 0; i < sizeof useless / sizeof *useless; i++) {
        setenv("MNEME_TEST_PATIENCE", useless[i], true);
        assert_true(patience_with(1).most == PATIENCE);
    }
    setenv("MNEME_TEST_PATIENCE", FACTOR, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patience_ends_with_whatever_hangs),
        cmocka_unit_test(one_that_is_gone_is_not_waited_for_longer),
        cmocka_unit_test(waiting_for_a_processor_is_not_charged),
        cmocka_unit_test(a_tenth_of_the_time_is_charged_whatever_is_waited_for),
        cmocka_unit_test(time_in_which_nobody_asks_is_not_charged),
        cmocka_unit_test(patience_can_be_multiplied),
    };
    setenv("MNEME_TEST_PATIENCE", FACTOR, true);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
