#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "record/measure.h"
#include "train/history.h"

static void a_path_leads_to_its_measure(void **state)
{
    static const struct {
        const char *path, *key;
    } cases[] = {
        {"attr_loss", "attr_loss"},
        {"new_attr_loss", "new_attr_loss"},
        {"attributes.major.loss", "loss"},
        {"attributes.attr_loss.new_acc", "new_acc"},
        {"group_attr_loss.3", "group_attr_loss"},
        {"name_name.0", "name_name"},
        {"heads.new_attr_text.1.12", "new_attr_text"},
        {"tokens", "tokens"},
        {"foo.loss", NULL},
        {"attributes.loss", NULL},
        {"attributes..loss", NULL},
        {"attributes.major.x.loss", NULL},
        {"attributes.major.attr_loss", NULL},
        {"heads.attr_loss", NULL},
        {"step", NULL},
        {"attr", NULL},
        {"attr_loss.", "attr_loss"},
        {"0", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct measure *measure = measure_find(cases[i].path);
        if (!measure != !cases[i].key || (measure && strcmp(measure->key, cases[i].key) != 0))
            fail_msg("%s is %s", cases[i].path, measure ? measure->key : "nothing");
    }
}

static void a_number_is_told_from_a_list(void **state)
{
    static const struct {
        const char *path;
        bool is_one;
    } cases[] = {
        {"attr_loss", true},
        {"attr_loss.0", false},
        {"attr_loss.", false},
        {"group_attr_loss", false},
        {"group_attr_loss.3", true},
        {"loss", false},
        {"attributes.major.loss", true},
        {"attributes.major.loss.1", false},
        {"attr_name", false},
        {"attr_name.1", true},
        {"attr_name.1.2", false},
        {"heads.attr_name.1", false},
        {"heads.attr_name.1.2", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (measure_is_one_number(measure_find(cases[i].path), cases[i].path) != cases[i].is_one)
            fail_msg("%s is taken for another", cases[i].path);
}

static void numbers_at_the_end_are_those_of_a_group_or_of_layer_and_head(void **state)
{
    static const struct {
        const char *path;
        size_t count;
        uint64_t index[MEASURE_INDICES];
    } cases[] = {
        {"attr_loss", 0, {0}},
        {"attributes.major.loss", 0, {0}},
        {"group_attr_loss.13", 1, {13}},
        {"heads.attr_name.1.20", 2, {1, 20}},
        {"attr_name.99999999999999999999", 1, {UINT64_MAX}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t index[MEASURE_INDICES] = {0};
        assert_int_equal(measure_indices(cases[i].path, index), cases[i].count);
        assert_memory_equal(index, cases[i].index, sizeof index);
    }
}

static void every_row_is_found_by_its_own_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < measure_count; i++) {
        assert_ptr_equal(measure_find(measures[i].key), &measures[i]);
        assert_non_null(measures[i].axis);
    }
}

static void a_measure_of_new_individuals_follows_that_of_known_ones(void **state)
{
    (void)state;
    assert_false(measures[0].is_of_new);
    for (size_t i = 1; i < measure_count; i++) {
        const struct measure *known = &measures[i - 1], *held_out = &measures[i];
        if (!held_out->is_of_new)
            continue;
        assert_memory_equal(held_out->key, "new_", 4);
        assert_string_equal(held_out->key + 4, known->key);
        assert_int_equal(held_out->set, known->set);
        assert_int_equal(held_out->circuit, known->circuit);
        assert_ptr_equal(measure_of_new(known), held_out);
        assert_null(measure_of_new(held_out));
    }
    assert_null(measure_of_new(measure_find("lr")));
    assert_null(measure_of_new(&measures[measure_count - 1]));
    for (enum circuit c = 0; c < CIRCUITS; c++)
        assert_ptr_equal(measure_of_new(measure_of_circuit(c, false)), measure_of_circuit(c, true));
}

static void sets_are_walked_from_end_to_end(void **state)
{
    size_t walked = 0;
    (void)state;
    for (enum measure_set set = 0; set < MEASURE_SETS; set++) {
        const struct measure *before = NULL;
        for (const struct measure *m = NULL; (m = measure_next(set, m)) != NULL; before = m) {
            assert_int_equal(m->set, set);
            assert_true(!before || before < m);
            walked++;
        }
        assert_non_null(before);
    }
    assert_int_equal(walked, measure_count);
}

static void numbers_are_where_their_rows_say(void **state)
{
    const struct training_point training = {.tokens = 12, .grad_norm = 0.5};
    const struct evaluation_point point = {
        .known = {.loss = 1, .attribute_accuracy = {2, 3}},
        .held_out = {.entropy = 4, .attribute_loss = {5, 6}},
        .of_group = {{7, 8}, {9, 10}},
    };
    (void)state;
    assert_true(measure_number(measure_find("tokens"), &training, 0) == 12);
    assert_true(measure_number(measure_find("grad_norm"), &training, 0) == 0.5);
    assert_true(measure_number(measure_find("attr_loss"), &point, 0) == 1);
    assert_true(measure_number(measure_find("acc"), &point, 1) == 3);
    assert_true(measure_number(measure_find("new_entropy"), &point, 0) == 4);
    assert_true(measure_number(measure_find("new_loss"), &point, 1) == 6);
    assert_true(measure_number(measure_find("group_attr_loss"), &point, 1) == 9);
    assert_true(measure_number(measure_find("group_attr_acc"), &point, 0) == 8);
    assert_true(measure_is_of_training(measure_find("lr")));
    assert_true(measure_is_of_training(measure_find("tokens")));
    assert_false(measure_is_of_training(measure_find("attr_loss")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_leads_to_its_measure),
        cmocka_unit_test(a_number_is_told_from_a_list),
        cmocka_unit_test(numbers_at_the_end_are_those_of_a_group_or_of_layer_and_head),
        cmocka_unit_test(every_row_is_found_by_its_own_key),
        cmocka_unit_test(a_measure_of_new_individuals_follows_that_of_known_ones),
        cmocka_unit_test(sets_are_walked_from_end_to_end),
        cmocka_unit_test(numbers_are_where_their_rows_say),
    };
    return cmocka_run_group_tests_name("measure", tests, NULL, NULL);
}
