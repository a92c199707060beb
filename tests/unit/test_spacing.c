/* Steps spaced over the logarithm, against a search through all pairs and a count of the doublings.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "train/spacing.h"

static void the_first_steps_are_those_of_the_manual(void **state)
{
    static const uint64_t first[] = {0,  1,  2,  4,  8,  16, 17, 18, 19, 20, 21, 23,
                                     24, 25, 27, 29, 30, 32, 34, 36, 38, 40, 43, 45};
    size_t found = 0;
    (void)state;
    for (uint64_t step = 0; step <= 45; step++)
        if (spacing_is_due(step)) {
            assert_true(found < sizeof first / sizeof *first);
            assert_int_equal(step, first[found++]);
        }
    assert_int_equal(found, sizeof first / sizeof *first);
}

/* Twelve from each power of two to the next, each about a twelfth of a doubling behind the last;
 * none so near half a step that another mathematical library would round it otherwise. */
static void there_are_twelve_a_doubling(void **state)
{
    (void)state;
    for (uint64_t octave = 16; octave < 1 << 20; octave *= 2) {
        uint64_t before = octave;
        unsigned count = 0;
        for (uint64_t step = octave; step < 2 * octave; step++)
            if (spacing_is_due(step)) {
                double growth = (double)step / (double)before;
                assert_true(step == octave || growth > 1);
                assert_true(fabs((double)step - (double)before * pow(2, 1. / 12)) <= 1 ||
                            step == octave);
                before = step;
                count++;
            }
        assert_int_equal(count, 12);
        assert_true(spacing_is_due(2 * octave));
    }
    for (int k = 49; k < 12 * 31; k++)
        if (k % 12 != 0) {
            double exact = exp2(k / 12.), part = exact - floor(exact);
            assert_true(fabs(part - .5) > 1e-5);
        }
}

static void the_step_that_is_missed_least_has_the_nearest_neighbours(void **state)
{
    struct random random = random_stream(16, RANDOM_TEST, 0, 0);
    (void)state;
    for (unsigned trial = 0; trial < 2000; trial++) {
        uint64_t step[20], at = random_below(&random, 3);
        size_t count = 3 + random_below(&random, 18), best = 0;
        for (size_t i = 0; i < count; i++, at += 1 + random_below(&random, 1 << (i + 1)))
            step[i] = at;
        long double least = INFINITY;
        for (size_t i = 1; i + 1 < count; i++) {
            long double factor = (long double)(step[i + 1] + 1) / (long double)(step[i - 1] + 1);
            if (factor < least) {
                least = factor;
                best = i;
            }
        }
        assert_int_equal(spacing_least(step, count), best);
    }
}

/* The steps of a run come one after the other, and never more than a number of them stay: those lie
 * evenly. Between 16, where they are dense, and the end no gap is more than three times another. */
static void what_is_thinned_out_stays_even(void **state)
{
    (void)state;
    for (size_t most = 12; most <= 80; most += 17) {
        uint64_t step[100];
        size_t count = 0;
        for (uint64_t at = 0; at <= 20000; at++) {
            if (!spacing_is_due(at))
                continue;
            step[count++] = at;
            if (count <= most)
                continue;
            size_t least = spacing_least(step, count);
            memmove(&step[least], &step[least + 1], (count - least - 1) * sizeof *step);
            count--;
        }
        assert_int_equal(count, most);
        assert_int_equal(step[0], 0);
        assert_true(step[count - 1] > 18000);
        double widest = 0, narrowest = INFINITY;
        for (size_t i = 1; i < count; i++)
            if (step[i - 1] >= 16) {
                double gap = log2((double)step[i] / (double)step[i - 1]);
                widest = fmax(widest, gap);
                narrowest = i + 1 < count ? fmin(narrowest, gap) : narrowest;
            }
        assert_true(widest < 3 * narrowest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_steps_are_those_of_the_manual),
        cmocka_unit_test(there_are_twelve_a_doubling),
        cmocka_unit_test(the_step_that_is_missed_least_has_the_nearest_neighbours),
        cmocka_unit_test(what_is_thinned_out_stays_even),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
