#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "base/clock.h"
#include "base/condition.h"

static double seconds_of(const struct timespec *moment)
{
    return (double)moment->tv_sec + 1e-9 * (double)moment->tv_nsec;
}

static void a_moment_is_so_many_seconds_from_now(void **state)
{
    (void)state;
    static const double seconds[] = {0, 1e-9, 0.5e-3, 0.25, 0.999999999, 1, 1.75, 86400};
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
        double before = clock_seconds();
        const struct timespec moment = condition_moment(seconds[i]);
        double after = clock_seconds();
        assert_true(moment.tv_nsec >= 0 && moment.tv_nsec < 1000000000);
        assert_true(seconds_of(&moment) >= before + seconds[i] - 1e-6);
        assert_true(seconds_of(&moment) <= after + seconds[i] + 1e-6);
    }
}

static void a_wait_that_nothing_ends_lasts_as_long_as_it_says(void **state)
{
    (void)state;
    const double seconds = 0.01;
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t condition;
    assert_int_equal(condition_init(&condition), 0);
    double began = clock_seconds();
    const struct timespec until = condition_moment(seconds);
    pthread_mutex_lock(&lock);
    int ended = 0;
    while (!ended)
        ended = pthread_cond_timedwait(&condition, &lock, &until);
    pthread_mutex_unlock(&lock);
    assert_int_equal(ended, ETIMEDOUT);
    assert_true(clock_seconds() - began >= seconds - 1e-6);
    pthread_cond_destroy(&condition);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moment_is_so_many_seconds_from_now),
        cmocka_unit_test(a_wait_that_nothing_ends_lasts_as_long_as_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
