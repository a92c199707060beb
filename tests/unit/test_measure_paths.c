#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "record/measure.h"
#include "record/measure_paths.h"

enum { ATTRIBUTES = 2, LAYERS = 2, HEADS = 3, GROUPS = 2 };

static char born[] = "born", major[] = "major";
static struct attribute attribute[ATTRIBUTES] = {{.key = born}, {.key = major}};
static const struct fact_set facts = {.attributes = ATTRIBUTES, .attribute = attribute};
static const struct measured_shape shape = {&facts, true, GROUPS, LAYERS, HEADS};

/* As many as the table has, times what each is told of. */
static void all_paths_are_of_one_number_each_and_none_is_missing(void **state)
{
    (void)state;
    struct strings paths = {.count = 0};
    size_t expected = 0;
    assert_true(measure_paths(&shape, &paths, NULL));
    for (size_t m = 0; m < measure_count; m++)
        expected += measures[m].set == MEASURE_ATTRIBUTE ? ATTRIBUTES
                    : measures[m].set == MEASURE_GROUP   ? GROUPS
                    : measures[m].set == MEASURE_CIRCUIT ? LAYERS + LAYERS * HEADS
                                                         : 1;
    assert_int_equal(paths.count, expected);
    for (size_t p = 0; p < paths.count; p++) {
        const struct measure *measure = measure_find(paths.text[p]);
        assert_non_null(measure);
        assert_true(measure_is_one_number(measure, paths.text[p]));
        for (size_t q = 0; q < p; q++)
            assert_string_not_equal(paths.text[p], paths.text[q]);
    }
    assert_true(strings_has(&paths, "attributes.major.new_loss"));
    assert_true(strings_has(&paths, "group_attr_loss.1"));
    assert_true(strings_has(&paths, "heads.name_name.1.2"));
    strings_free(&paths);
}

static void a_run_that_asks_nobody_new_has_no_measures_of_them(void **state)
{
    (void)state;
    struct measured_shape known = shape;
    struct strings paths = {.count = 0};
    known.asks_new = false;
    assert_true(measure_paths(&known, &paths, NULL));
    for (size_t p = 0; p < paths.count; p++)
        assert_false(measure_find(paths.text[p])->is_of_new);
    assert_true(paths.count > 20);
    strings_free(&paths);
}

static void what_a_run_does_not_have_is_refused_with_the_nearest(void **state)
{
    (void)state;
    struct error err;
    assert_true(measure_path_check(&shape, "entropy", &err));
    assert_false(measure_path_check(&shape, "entrpy", &err));
    assert_non_null(strstr(err.message, "did you mean entropy?"));
    assert_false(measure_path_check(&shape, "name_name.2", &err)); /* layers 0 and 1 */
    assert_false(measure_path_check(&shape, "zzzzzzzzzz", &err));
    assert_non_null(strstr(err.message, "lists"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_paths_are_of_one_number_each_and_none_is_missing),
        cmocka_unit_test(a_run_that_asks_nobody_new_has_no_measures_of_them),
        cmocka_unit_test(what_a_run_does_not_have_is_refused_with_the_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
