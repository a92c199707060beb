#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "train/schedule.h"

static void cosine_begins_at_its_peak_and_ends_at_its_floor(void **state)
{
    (void)state;
    const struct schedule s = {SCHEDULE_COSINE, 4e-4, 1e-7, 16000};
    assert_true(fabs(schedule_lr(&s, 0) - 4e-4) < 1e-18);
    assert_true(fabs(schedule_lr(&s, 8000) - (4e-4 + 1e-7) / 2) < 1e-18);
    assert_true(schedule_lr(&s, 16000) == 1e-7);
    assert_true(schedule_lr(&s, 99999) == 1e-7);
}

static void cosine_never_rises(void **state)
{
    (void)state;
    const struct schedule s = {SCHEDULE_COSINE, 1e-3, 1e-5, 777};
    for (uint64_t step = 0; step < 800; step++)
        assert_true(schedule_lr(&s, step + 1) <= schedule_lr(&s, step));
}

static void constant_stays(void **state)
{
    (void)state;
    const struct schedule s = {SCHEDULE_CONSTANT, 3e-5, 1e-7, 10};
    assert_true(schedule_lr(&s, 0) == 3e-5);
    assert_true(schedule_lr(&s, 5000) == 3e-5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cosine_begins_at_its_peak_and_ends_at_its_floor),
        cmocka_unit_test(cosine_never_rises),
        cmocka_unit_test(constant_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
