/* Calibration curves and their error, against arithmetic and a brute-force loop; bits learned. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "measure/calibration.h"
#include "measure/capacity.h"
#include "tests/float_equal.h"

static void add_many(struct calibration *calibration, double confidence, size_t right, size_t wrong)
{
    for (size_t i = 0; i < right + wrong; i++)
        calibration_add(calibration, confidence, i < right);
}

static void who_is_right_as_often_as_sure_has_no_error(void **state)
{
    (void)state;
    struct calibration calibration = {0};
    add_many(&calibration, 0.3, 3, 7);
    add_many(&calibration, 0.5, 2, 2);
    add_many(&calibration, 0.75, 3, 1);
    add_many(&calibration, 1, 6, 0);
    assert_float_equal(calibration_error(&calibration), 0, 1e-12);
}

static void who_is_always_as_much_too_sure_has_that_error(void **state)
{
    (void)state;
    struct calibration calibration = {0};
    add_many(&calibration, 0.9, 6, 4);
    assert_float_equal(calibration_error(&calibration), 0.3, 1e-12);
    add_many(&calibration, 0.5, 1, 4); /* 0.3 too sure as well */
    assert_float_equal(calibration_error(&calibration), 0.3, 1e-12);
    add_many(&calibration, 0.2, 15, 0); /* too unsure by 0.8 */
    assert_float_equal(calibration_error(&calibration), (0.3 + 0.8) / 2, 1e-12);
}

static void nothing_predicted_has_no_number(void **state)
{
    (void)state;
    const struct calibration calibration = {0};
    assert_true(isnan(calibration_error(&calibration)));
}

static void the_ends_have_bins(void **state)
{
    (void)state;
    struct calibration calibration = {0};
    calibration_add(&calibration, 0, false);
    calibration_add(&calibration, 1, true);
    calibration_add(&calibration, 1 + 1e-7, true);
    assert_int_equal(calibration.bin[0].predictions, 1);
    assert_int_equal(calibration.bin[CALIBRATION_BINS - 1].predictions, 2);
}

enum { PREDICTIONS = 5000 };

static void the_error_is_what_counting_gives(void **state)
{
    (void)state;
    static double confidence[PREDICTIONS];
    static bool right[PREDICTIONS];
    struct random random = random_stream(3, RANDOM_TEST, 0, 0);
    struct calibration calibration = {0};
    double expected = 0;
    for (size_t i = 0; i < PREDICTIONS; i++) {
        confidence[i] = random_uniform(&random);
        right[i] = random_uniform(&random) < confidence[i] * confidence[i];
        calibration_add(&calibration, confidence[i], right[i]);
    }
    for (int m = 0; m < 15; m++) {
        double sure = 0, rights = 0;
        uint64_t count = 0;
        for (size_t i = 0; i < PREDICTIONS; i++)
            if (confidence[i] * 15 > m && confidence[i] * 15 <= m + 1) {
                sure += confidence[i];
                rights += right[i];
                count++;
            }
        expected += fabs(rights - sure) / PREDICTIONS;
        assert_int_equal(calibration.bin[m].predictions, count);
        assert_float_equal(calibration.bin[m].confidence, sure / (double)count, 1e-12);
        assert_float_equal(calibration.bin[m].accuracy, rights / (double)count, 1e-12);
    }
    assert_true(expected > 0.1);
    assert_float_equal(calibration_error(&calibration), expected, 1e-12);
}

static void bins_put_together_are_those_of_all_predictions(void **state)
{
    (void)state;
    struct random random = random_stream(4, RANDOM_TEST, 0, 0);
    struct calibration part[2] = {0}, all = {0};
    for (size_t i = 0; i < 300; i++) {
        double confidence = random_uniform(&random);
        bool right = random_below(&random, 2);
        calibration_add(&part[i % 3 == 0], confidence, right);
        calibration_add(&all, confidence, right);
    }
    for (size_t m = 0; m < CALIBRATION_BINS; m++) {
        calibration_add_bin(&part[0], m, &part[1].bin[m]);
        assert_int_equal(part[0].bin[m].predictions, all.bin[m].predictions);
        assert_float_equal(part[0].bin[m].confidence, all.bin[m].confidence, 1e-12);
        assert_float_equal(part[0].bin[m].accuracy, all.bin[m].accuracy, 1e-12);
    }
}

static void bits_are_the_nats_below_the_baseline(void **state)
{
    (void)state;
    /* 3 bits for each of 1,000 times 6 values */
    assert_float_equal(capacity_bits(6000, 5, 5 - 3 * log(2)), 18000, 1e-8);
    assert_float_equal(capacity_bits(6000, 4.5, 4.5), 0, 0);
    assert_float_equal(capacity_bits(20, 1, 1 + log(2)), -20, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_right_as_often_as_sure_has_no_error),
        cmocka_unit_test(who_is_always_as_much_too_sure_has_that_error),
        cmocka_unit_test(nothing_predicted_has_no_number),
        cmocka_unit_test(the_ends_have_bins),
        cmocka_unit_test(the_error_is_what_counting_gives),
        cmocka_unit_test(bins_put_together_are_those_of_all_predictions),
        cmocka_unit_test(bits_are_the_nats_below_the_baseline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
