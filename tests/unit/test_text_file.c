#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text_file.h"
#include "facts/fact_set_load.h"
#include "tests/fixtures/little_facts.h"

static struct little_directory directory;

static int set_up(void **state)
{
    (void)state;
    little_make(&directory);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    little_remove(&directory);
    return 0;
}

/* Writes a file with a null byte in the place of every '@'; its path. */
static const char *put(const char *name, const char *content)
{
    static char path[LITTLE_PATH];
    snprintf(path, sizeof path, "%s/%s", directory.path, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (; *content; content++)
        putc(*content == '@' ? '\0' : *content, file);
    assert_int_equal(fclose(file), 0);
    return path;
}

static void assert_says_null(const struct error *err, const char *where)
{
    assert_int_equal(err->kind, ERROR_INPUT);
    if (!strstr(err->message, "null byte") || !strstr(err->message, where))
        fail_msg("\"%s\" does not say where the null byte is", err->message);
}

static void a_text_comes_whole(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "a", "a\nb\n", "\xFF"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct error err = {0};
        size_t size = 99;
        char *text = text_file_read(put("t", texts[i]), &size, &err);
        assert_non_null(text);
        assert_string_equal(text, texts[i]);
        assert_int_equal(size, strlen(texts[i]));
        memory_free(text);
    }
    struct error err = {0};
    char *text = text_file_read(put("t", "a"), NULL, &err);
    assert_string_equal(text, "a");
    memory_free(text);
}

static void assert_not_read(const char *path, const char *why)
{
    struct error err = {0};
    assert_null(text_file_read(path, NULL, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_non_null(strstr(err.message, why));
}

/* The user named the wrong thing. */
static void what_is_no_text_file_is_a_wrong_input(void **state)
{
    (void)state;
    assert_not_read("/nowhere/to/be/found", "there is no file /nowhere");
    assert_not_read("/dev", "/dev is a directory, not a file");
}

/* It would be read until no memory is left. */
static void a_file_without_an_end_is_refused(void **state)
{
    (void)state;
    struct error err = {0};
    size_t size;
    assert_null(file_read_most("/dev/zero", 1 << 20, NULL, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_non_null(strstr(err.message, "/dev/zero is larger than 1 MiB"));
    char *text = file_read_most(put("t", "abcd"), 4, &size, &err);
    assert_non_null(text);
    assert_int_equal(size, 4);
    memory_free(text);
    assert_null(file_read_most(put("t", "abcde"), 4, &size, &err));
}

static void a_null_byte_is_named_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *content, *where;
    } wrong[] = {
        {"@", "/t:1: "}, {"a\nb\n@c\n", "/t:3: "}, {"a\nb\n@", "/t:3: "}, {"a@\n@", "/t:1: "}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error err = {0};
        assert_null(text_file_read(put("t", wrong[i].content), NULL, &err));
        assert_says_null(&err, wrong[i].where);
    }
}

static void a_facts_file_does_not_end_at_a_null_byte(void **state)
{
    (void)state;
    char file[] = "cut";
    struct facts_options options = {.file = file, .train_templates = 1};
    struct fact_set facts;
    struct error err = {0};
    little_fill(&directory);
    put("facts/cut.ini", "[facts]\ntitle = T\nname = givens\nindividual = person\n"
                         "[attribute home]\nvalue = towns\ntemplates = home.txt\n"
                         "@[attribute job]\nvalue = towns\ntemplates = place.txt\n");
    assert_false(fact_set_load(&facts, &options, directory.list, &err));
    assert_says_null(&err, "cut.ini:8: ");
}

static void pools_and_templates_say_what_is_wrong_with_a_null_byte(void **state)
{
    (void)state;
    char file[] = "little";
    struct facts_options options = {.file = file, .train_templates = 1};
    struct fact_set facts;
    struct error err = {0};
    little_fill(&directory);
    put("templates/home.txt", "[X] is [Y].@\n");
    assert_false(fact_set_load(&facts, &options, directory.list, &err));
    assert_says_null(&err, "home.txt:1: ");
    put("pools/towns.txt", "a\nb@\nc\n");
    assert_false(fact_set_load(&facts, &options, directory.list, &err));
    assert_says_null(&err, "towns.txt:2: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_text_comes_whole, set_up, tear_down),
        cmocka_unit_test(what_is_no_text_file_is_a_wrong_input),
        cmocka_unit_test_setup_teardown(a_file_without_an_end_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_null_byte_is_named_with_its_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_facts_file_does_not_end_at_a_null_byte, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(pools_and_templates_say_what_is_wrong_with_a_null_byte,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
