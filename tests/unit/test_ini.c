#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/ini.h"
#include "base/text.h"

/* Writes "LINE [SECTION] KEY=VALUE;" to the text, with + for a continued line; refuses key "no". */
static bool note(void *user, const struct setting *setting, struct error *err)
{
    if (strcmp(setting->key, "no") == 0)
        return error_set(err, ERROR_BUSY, "will not have it");
    text_format(user, "%zu [%s] %s%s%s;", setting->line, setting->section, setting->key,
                setting->continued ? "+" : "=", setting->value);
    return true;
}

static void settings_come_with_section_and_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *settings;
    } known[] = {
        {"", ""},
        {"a = 1", "1 [] a=1;"},
        {"a = 1\n\n[s t]\n; comment\n# [comment]\nb: 2 3 ; comment\n", "1 [] a=1;6 [s t] b=2 3;"},
        {"\xEF\xBB\xBF[s]\r\na = ç\r\n", "2 [s] a=ç;"},
        {"[s]\n a = 1\n  two\n\nb = 3\n", "2 [s] a=1;3 [s] a+two;5 [s] b=3;"},
        {"[s]\na = 1\n two ; not three\n\tt;hree\t; 4 ; 5\n ; six\nb = 3\n",
         "2 [s] a=1;3 [s] a+two;4 [s] a+t;hree;6 [s] b=3;"},
        {"[s]\na =\n[t]\na = ;\n", "2 [s] a=;4 [t] a=;"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct text noted = {0};
        struct error err = {0};
        assert_true(ini_read(known[i].text, "f", note, &noted, &err));
        assert_string_equal(noted.bytes ? noted.bytes : "", known[i].settings);
        text_free(&noted);
    }
}

static void what_is_wrong_is_named_with_its_line(void **state)
{
    (void)state;
    char long_value[300], long_section[100], long_key[100];
    snprintf(long_value, sizeof long_value, "[s]\na = %0200d\n", 0);
    snprintf(long_section, sizeof long_section, "a = 1\n[%049d]\na = 1\n", 0);
    snprintf(long_key, sizeof long_key, "\n%049d = 1\n", 0);
    const struct {
        const char *text, *message;
        enum error_kind kind;
    } wrong[] = {
        {"[s]\na = 1\nno = 1\n", "f:3: will not have it", ERROR_BUSY},
        {"[s]\na = 1\nb\nno = 1\n", "f:3: neither \"key = value\" nor \"[section]\"", ERROR_INPUT},
        {"[s]\nno = 1\nb\n", "f:2: will not have it", ERROR_BUSY},
        {"[s\na = 1\n", "f:1: neither \"key = value\" nor \"[section]\"", ERROR_INPUT},
        {"[s]\na = \xFF\n", "f:2: not UTF-8", ERROR_INPUT},
        {"[s]\n\n[t]\na = 1\n", "f:1: the section is empty", ERROR_INPUT},
        {"\xEF\xBB\xBF[s]\n[t]\na = 1\n", "f:1: the section is empty", ERROR_INPUT},
        {"[s]\na = 1\n[t]\n; nothing\n", "f:3: the section is empty", ERROR_INPUT},
        {long_value, "f:2: a line of more than 198 bytes", ERROR_INPUT},
        {long_section, "f:2: a section's name has more than 48 bytes", ERROR_INPUT},
        {long_key, "f:2: a key has more than 48 bytes", ERROR_INPUT},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct text noted = {0};
        struct error err = {0};
        assert_false(ini_read(wrong[i].text, "f", note, &noted, &err));
        assert_string_equal(err.message, wrong[i].message);
        assert_int_equal(err.kind, wrong[i].kind);
        text_free(&noted);
    }
}

static void the_longest_names_and_lines_are_whole(void **state)
{
    (void)state;
    char text[1000], expected[1000];
    struct text noted = {0};
    struct error err = {0};
    snprintf(text, sizeof text, "[%048d]\n%048d = %0147d\n; %0400d\n", 1, 2, 3, 4);
    snprintf(expected, sizeof expected, "2 [%048d] %048d=%0147d;", 1, 2, 3);
    assert_true(ini_read(text, "f", note, &noted, &err));
    assert_string_equal(noted.bytes, expected);
    text_free(&noted);
}

static bool note_section(void *user, const struct setting *setting, struct error *err)
{
    (void)err;
    text_format(user, "%zu [%s]%s;", setting->section_line, setting->section,
                setting->key ? setting->key : "");
    return true;
}

static void sections_come_where_they_are_asked_for(void **state)
{
    static const struct {
        const char *text, *sections;
    } known[] = {
        {"[s]\n[t u]; none\n\n[v]\na = 1\n[w]\n; nothing", "1 [s];2 [t u];4 [v];4 [v]a;6 [w];"},
        {"\n[s]", "2 [s];"},
        {"a = 1\n", "0 []a;"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct text noted = {0};
        struct error err = {0};
        assert_true(ini_read_sections(known[i].text, "f", note_section, &noted, &err));
        assert_string_equal(noted.bytes ? noted.bytes : "", known[i].sections);
        text_free(&noted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_come_with_section_and_line),
        cmocka_unit_test(what_is_wrong_is_named_with_its_line),
        cmocka_unit_test(sections_come_where_they_are_asked_for),
        cmocka_unit_test(the_longest_names_and_lines_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
