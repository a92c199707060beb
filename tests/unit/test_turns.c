/* Where a run was set by hand or began in another. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "train/turns.h"

static void add(struct turns *turns, enum turn_kind kind, uint64_t step, double from, double to)
{
    assert_true(turns_add(turns, &(struct turn){kind, step, from, to, NAN}, NULL));
}

/* The branch is told first, and what the other run recorded comes behind it. */
static void turns_are_in_the_order_of_steps(void **state)
{
    (void)state;
    struct turns turns = {0};
    add(&turns, TURN_BRANCH, 531, NAN, NAN);
    add(&turns, TURN_BRANCH, 200, NAN, NAN);
    add(&turns, TURN_BRANCH, 200, NAN, NAN); /* of that branch */
    add(&turns, TURN_RATE, 372, 2e-3, 1e-3);
    add(&turns, TURN_RATE, 600, 1e-3, 5e-4);
    static const uint64_t step[] = {200, 372, 531, 600};
    assert_int_equal(turns.count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(turns.turn[i].step, step[i]);
    turns_free(&turns);
}

static void a_rate_that_is_set_again_at_once_is_one_turn(void **state)
{
    (void)state;
    struct turns turns = {0};
    add(&turns, TURN_RATE, 372, 2e-3, 1e-3);
    add(&turns, TURN_RATE, 372, 1e-3, 5e-4);
    assert_int_equal(turns.count, 1);
    assert_true(turns.turn[0].from == 2e-3);
    assert_true(turns.turn[0].to == 5e-4);
    turns_free(&turns);
}

static void a_rate_that_no_checkpoint_has_is_forgotten(void **state)
{
    (void)state;
    struct turns turns = {0};
    turns_save(&turns, 372);
    add(&turns, TURN_RATE, 372, 2e-3, 1e-3);
    turns_forget_rates(&turns, 372);
    assert_int_equal(turns.count, 0);
    add(&turns, TURN_RATE, 372, 2e-3, 1e-3);
    turns_save(&turns, 372);
    add(&turns, TURN_RATE, 372, 1e-3, 5e-4);
    turns_save(&turns, 400);
    turns_forget_rates(&turns, 372);
    assert_int_equal(turns.count, 1);
    assert_true(turns.turn[0].from == 2e-3);
    assert_true(turns.turn[0].to == 1e-3);
    turns_free(&turns);
}

static void a_run_that_goes_back_forgets_rates_and_not_where_it_began(void **state)
{
    (void)state;
    struct turns turns = {0}, copy = {0};
    add(&turns, TURN_BRANCH, 531, NAN, NAN);
    add(&turns, TURN_RATE, 372, 2e-3, 1e-3);
    add(&turns, TURN_RATE, 600, 1e-3, 5e-4);
    assert_true(turns_copy(&copy, &turns, NULL));
    turns_forget_rates(&turns, 372);
    assert_int_equal(turns.count, 2);
    turns_forget_rates(&turns, 0);
    assert_int_equal(turns.count, 1);
    assert_int_equal(turns.turn[0].kind, TURN_BRANCH);
    assert_int_equal(copy.count, 3);
    assert_true(turns_copy(&copy, &turns, NULL));
    assert_int_equal(copy.count, 1);
    turns_free(&copy);
    turns_free(&turns);
}

static void a_turn_is_told_in_a_few_words(void **state)
{
    (void)state;
    static const struct {
        struct turn turn;
        const char *text;
    } cases[] = {
        {{TURN_RATE, 372, 2e-3, 1e-3, NAN}, "lr .002 → .001 at 372"},
        {{TURN_RATE, 1372, 1.9987e-3, 9.7e-4, NAN}, "lr .002 → .00097 at 1,372"},
        {{TURN_RATE, 0, NAN, 1e-7, NAN}, "lr 1e-7 at 0"},
        {{TURN_BRANCH, 16000, NAN, NAN, NAN}, "branch at 16,000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[TURN_TEXT];
        turn_write(text, &cases[i].turn);
        assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_are_in_the_order_of_steps),
        cmocka_unit_test(a_rate_that_is_set_again_at_once_is_one_turn),
        cmocka_unit_test(a_rate_that_no_checkpoint_has_is_forgotten),
        cmocka_unit_test(a_run_that_goes_back_forgets_rates_and_not_where_it_began),
        cmocka_unit_test(a_turn_is_told_in_a_few_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
