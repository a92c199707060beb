/* A form of a preset's keys, without a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "config/preset_check.h"
#include "lab/branch.h"
#include "tests/fixtures/cells_text.h"
#include "tests/fixtures/tiny_session.h"
#include "ui/tui/widgets/key_form.h"

static bool is_any(const struct preset_key *key)
{
    (void)key;
    return true;
}

static void open_form(struct key_form *form, form_accepts *accepts, bool pools)
{
    struct preset preset;
    assert_done(tiny_preset(&tiny, &preset, NULL, err));
    assert_done(key_form_init(form, &preset, accepts, pools, err));
    preset_free(&preset);
}

static void select_key(struct key_form *form, const char *name)
{
    assert_true(key_form_find(form, name));
    char *found = key_form_name(&form->row[form->selected], NULL);
    assert_string_equal(found, name);
    memory_free(found);
}

static void assert_value(const struct key_form *form, const char *value)
{
    char *now = key_form_value(&form->now, &form->row[form->selected], NULL);
    assert_string_equal(now, value);
    memory_free(now);
}

static void every_key_and_limited_pool_has_a_row(void **state)
{
    (void)state;
    struct key_form form;
    open_form(&form, is_any, true);
    assert_int_equal(form.rows, preset_key_count + form.was.facts.limits);
    assert_true(form.was.facts.limits > 0);
    key_form_move(&form, 1 << 20);
    assert_int_equal(form.selected, form.rows - 1);
    key_form_move(&form, -(1 << 20));
    assert_int_equal(form.selected, 0);
    key_form_free(&form);
}

static void a_branch_has_the_keys_that_it_can_change(void **state)
{
    (void)state;
    struct key_form form;
    open_form(&form, branch_can_change, false);
    select_key(&form, "train.lr");
    select_key(&form, "sampling.kind");
    select_key(&form, "population.fine_tuning");
    assert_false(key_form_find(&form, "model."));
    assert_false(key_form_find(&form, "facts."));
    assert_false(key_form_find(&form, "population.known"));
    key_form_free(&form);
}

static void values_are_set_turned_and_taken_back(void **state)
{
    (void)state;
    struct key_form form;
    struct strings assignments = {0};
    open_form(&form, is_any, true);
    select_key(&form, "train.lr");
    assert_true(key_form_set(&form, "7e-4"));
    assert_value(&form, "0.0007");
    assert_false(key_form_turn(&form, false));
    select_key(&form, "facts.shuffle");
    assert_value(&form, "yes");
    assert_true(key_form_turn(&form, false));
    assert_value(&form, "no");
    assert_true(key_form_turn(&form, true));
    assert_value(&form, "yes");
    select_key(&form, "model.family"); /* two there are, and three keys that each sets */
    assert_true(key_form_turn(&form, false));
    assert_value(&form, "gpt2");
    select_key(&form, "pools.days");
    assert_true(key_form_set(&form, "1"));
    assert_done(key_form_assign(&form, &assignments, err));
    static const char *const wanted[] = {"model.norm=layer", "model.positions=learned",
                                         "model.bias=yes", "train.lr=0.0007", "pools.days=1"};
    assert_int_equal(assignments.count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(assignments.text[i], wanted[i]);
    key_form_undo(&form);
    select_key(&form, "train.lr");
    key_form_undo(&form);
    select_key(&form, "model.family");
    key_form_undo(&form);
    assert_int_equal(key_form_changes(&form), 0);
    strings_free(&assignments);
    key_form_free(&form);
}

static void what_is_wrong_is_told_where_it_is(void **state)
{
    (void)state;
    struct key_form form;
    struct cells cells = {0};
    struct error err;
    open_form(&form, is_any, true);
    select_key(&form, "train.clip");
    size_t clip = form.selected;
    assert_false(key_form_set(&form, "-3"));
    assert_value(&form, "0");
    assert_int_equal(form.wrong, clip);
    assert_true(cells_resize(&cells, 24, 80, NULL));
    key_form_draw(&form, "preset tiny", (struct rect){0, 0, 22, 80}, &cells);
    assert_true(cells_have(&cells, "! clip"));
    assert_true(cells_have(&cells, "train.clip = -3 is out of range"));
    select_key(&form, "train.final_lr");
    size_t final = form.selected;
    assert_true(key_form_set(&form, "0.5"));
    assert_false(preset_check(&form.now, &err));
    key_form_move(&form, -(1 << 20)); /* it begins with the key's name, wherever one stands */
    key_form_blame(&form, &err);
    assert_int_equal(form.wrong, final);
    key_form_blame(&form, NULL);
    assert_int_equal(form.problem.kind, ERROR_NONE);
    cells_free(&cells);
    key_form_free(&form);
}

/* The selected key and what it is are there on any screen that the workbench has pages on. */
static void it_is_drawn_on_every_screen(void **state)
{
    (void)state;
    static const int sizes[][2] = {{8, 40}, {22, 80}, {58, 200}, {3, 20}, {1, 20}};
    struct key_form form;
    struct cells cells = {0};
    open_form(&form, is_any, true);
    select_key(&form, "train.lr");
    assert_true(key_form_set(&form, "0.0007"));
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (int ascii = 0; ascii < 2; ascii++) {
            struct rect rect = {0, 0, sizes[s][0], sizes[s][1]};
            assert_true(cells_resize(&cells, rect.rows + 2, rect.cols, NULL));
            cells.ascii = ascii;
            key_form_draw(&form, "preset tiny", rect, &cells);
            assert_true(cells_have(&cells, rect.cols > 20 ? "0.0007" : "lr"));
            assert_int_equal(cells_have(&cells, "Learning rate"), rect.rows >= 6);
            assert_int_equal(cells_have(&cells, "was "), rect.cols >= 80);
            assert_int_equal(cells_have(&cells, "preset tiny"), rect.rows >= 6);
            for (int col = 0; col < rect.cols; col++) /* the last two rows are not the form's */
                assert_true(cells_glyph(&cells, rect.rows, col) == L' ');
        }
    cells_free(&cells);
    key_form_free(&form);
}

/* Whatever is selected, a click selects the key that is drawn there. */
static void a_click_selects_the_key_that_stands_there(void **state)
{
    (void)state;
    static const int sizes[][2] = {{4, 40}, {10, 60}, {24, 80}, {60, 200}};
    struct key_form form;
    struct text line = {0};
    open_form(&form, is_any, true);
    for (size_t s = 0; s < 4; s++)
        for (size_t selected = 0; selected < form.rows; selected += 7) {
            struct cells cells = {0};
            struct rect rect = {0, 0, sizes[s][0], sizes[s][1]};
            int seen = 0;
            assert_true(cells_resize(&cells, rect.rows, rect.cols, NULL));
            form.selected = selected;
            key_form_draw(&form, "title", rect, &cells);
            for (int row = -1; row <= rect.rows; row++) {
                bool again;
                form.selected = selected;
                if (!key_form_select_at(&form, rect, row, &again))
                    continue;
                seen++;
                const struct form_row *clicked = &form.row[form.selected];
                text_clear(&line);
                cells_row_text(&cells, row, &line);
                assert_non_null(
                    strstr(line.bytes, clicked->key ? clicked->key->name : clicked->pool));
                assert_int_equal(again, form.selected == selected);
            }
            assert_true(seen > 0);
            cells_free(&cells);
        }
    text_free(&line);
    key_form_free(&form);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_and_limited_pool_has_a_row),
        cmocka_unit_test(a_branch_has_the_keys_that_it_can_change),
        cmocka_unit_test(values_are_set_turned_and_taken_back),
        cmocka_unit_test(what_is_wrong_is_told_where_it_is),
        cmocka_unit_test(it_is_drawn_on_every_screen),
        cmocka_unit_test(a_click_selects_the_key_that_stands_there),
    };
    return cmocka_run_group_tests(tests, begin_tiny, end_tiny);
}
