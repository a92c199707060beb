#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "facts/template.h"

static bool load(struct template **templates, size_t *count, const char *content, size_t limit,
                 struct error *err)
{
    *err = (struct error){0};
    return templates_read(templates, count, "templates/t.txt", content, "main language", limit,
                          err);
}

static void a_line_is_cut_at_its_marks(void **state)
{
    (void)state;
    struct template *templates;
    size_t count;
    struct error err;
    assert_true(load(&templates, &count,
                     "[X] was born in [Y].\n"
                     "The home ([X]'s own) is [Y], now!\n",
                     0, &err));
    assert_int_equal(count, 2);
    assert_string_equal(templates[0].before_name, "");
    assert_string_equal(templates[0].before_value, " was born in ");
    assert_string_equal(templates[0].after_value, ".");
    assert_string_equal(templates[1].before_name, "The home (");
    assert_string_equal(templates[1].before_value, "'s own) is ");
    assert_string_equal(templates[1].after_value, ", now!");
    templates_free(templates, count);
}

static void a_limit_takes_the_first_templates(void **state)
{
    (void)state;
    struct template *templates;
    size_t count;
    struct error err;
    const char *content = "[X] is [Y].\n[X] was [Y].\n[X] has been [Y].\n";
    assert_true(load(&templates, &count, content, 2, &err));
    assert_int_equal(count, 2);
    assert_string_equal(templates[1].before_value, " was ");
    templates_free(templates, count);
    assert_false(load(&templates, &count, content, 4, &err));
    assert_non_null(strstr(err.message, "t.txt: 3 templates, but 4 are needed"));
}

static void what_is_wrong_is_named_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *content, *message;
    } wrong[] = {
        {"", "t.txt: no templates"},
        {"[X] is [Y].\nborn in [Y].\n", "t.txt:2: there is no [X]"},
        {"[X] was born.\n", "t.txt:1: there is no [Y]"},
        {"[X] and [X] are [Y].\n", "t.txt:1: [X] occurs twice"},
        {"[X] is [Y] or [Y].\n", "t.txt:1: [Y] occurs twice"},
        {"[X] is [Y].\n[Y] is where [X] was born.\n", "t.txt:2: [Y] comes before [X]"},
        {"Ex-[X] is [Y].\n", "t.txt:1: [X] must be separated from words"},
        {"[X] is from [Y]-town.\n", "t.txt:1: [Y] must be separated from words"},
        {"[X][Y].\n", "t.txt:1: [X] must be separated from words"},
        {"[X] is [Y]\n", "t.txt:1: the sentence does not end in"},
        {"[X] is [Y].\n[X] was [Y].\n[X] is [Y], always.\n",
         "t.txt:3: the same words up to [Y] as line 1"},
        {"[X] is [Y].\n\n", "t.txt:2: an empty line"},
        {"[X] \xE9t [Y].\n", "t.txt:1: not UTF-8"},
        {"[X] is [Y] <end>.\n", "t.txt:1: <end> is reserved"},
        {"[X]  is [Y].\n", "t.txt:1: there must be one space between words"},
        {"[X] is [Y] .\n", "t.txt:1: there must be one space between words"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct template *templates;
        size_t count;
        struct error err;
        assert_false(load(&templates, &count, wrong[i].content, 0, &err));
        assert_int_equal(err.kind, ERROR_INPUT);
        if (!strstr(err.message, wrong[i].message))
            fail_msg("\"%s\" does not say \"%s\"", err.message, wrong[i].message);
        assert_null(templates);
        assert_int_equal(count, 0);
    }
}

static void running_out_of_memory_leaves_nothing(void **state)
{
    (void)state;
    struct template *templates;
    size_t count, n = 1;
    struct error err;
    bool loaded = false;
    while (!loaded) {
        memory_fail_request(n);
        loaded = load(&templates, &count, "The [X] is [Y].\n[X] was [Y].\n", 0, &err);
        memory_fail_request(0);
        if (!loaded) {
            assert_int_equal(err.kind, ERROR_MEMORY);
            assert_null(templates);
        }
        n++;
    }
    assert_true(n > 8);
    templates_free(templates, count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_cut_at_its_marks),
        cmocka_unit_test(a_limit_takes_the_first_templates),
        cmocka_unit_test(what_is_wrong_is_named_with_its_line),
        cmocka_unit_test(running_out_of_memory_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
