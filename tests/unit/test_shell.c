#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/shell.h"
#include "base/utf8.h"

/* Words that a shell would change, part or act on. */
static const char *const hard[] = {
    "",
    " ",
    "my runs/b",
    "tab\there",
    "two\nlines",
    "x$(id)",
    "$HOME",
    "${HOME}",
    "`id`",
    "it's",
    "'",
    "''",
    "\"quoted\"",
    "back\\slash",
    "a;id",
    "a&b",
    "a|b",
    "(a)",
    "{a,b}",
    "<a>",
    "*",
    "test_?",
    "[a-z]*",
    "~",
    "~root/runs",
    "#a",
    "!a",
    "=ls",
    "%1",
    "caf\xe9",
    "Łódź",
    "\033[31mred\033[m",
    "\a\x7f",
    "\xc2\x9b"
    "31m",
    "\xe2\x80\xae"
    "txt",
    "\r",
};

static const char *const easy[] = {
    "a", "build/mneme", "./mneme", "../a-b_c.ini", "train.lr=1e-3", "run@40", "a,b:c+d", "-",
};

static char *quoted(const char *word)
{
    struct text text = {0};
    shell_add_word(&text, word);
    return text_take(&text, NULL);
}

/* A shell that prints how many words it was given and the first of them gives back the word. */
static void assert_read_back(const char *word)
{
    struct text script = {0}, expected = {0};
    char got[256] = "";
    text_add(&script, "set -- ");
    shell_add_word(&script, word);
    text_add(&script, "; printf '%s ' $#; printf %s \"$1\"");
    text_format(&expected, "1 %s", word);
    FILE *shell = popen(script.bytes, "r");
    assert_non_null(shell);
    size_t length = fread(got, 1, sizeof got - 1, shell);
    assert_int_equal(pclose(shell), 0);
    got[length] = '\0';
    assert_string_equal(got, expected.bytes);
    text_free(&script);
    text_free(&expected);
}

static void a_shell_reads_every_word_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof hard / sizeof *hard; i++)
        assert_read_back(hard[i]);
    for (size_t i = 0; i < sizeof easy / sizeof *easy; i++)
        assert_read_back(easy[i]);
}

static void only_what_needs_quotes_has_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof easy / sizeof *easy; i++) {
        char *word = quoted(easy[i]);
        assert_true(shell_is_plain(easy[i]));
        assert_string_equal(word, easy[i]);
        memory_free(word);
    }
    for (size_t i = 0; i < sizeof hard / sizeof *hard; i++) {
        char *word = quoted(hard[i]);
        assert_false(shell_is_plain(hard[i]));
        assert_int_equal(word[0], '\'');
        memory_free(word);
    }
}

static void a_terminal_obeys_nothing_of_a_word(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof hard / sizeof *hard; i++) {
        char *word = quoted(hard[i]);
        for (const char *at = word; *at; at += utf8_length(at))
            assert_true(*at == '\n' || *at == '\t' || utf8_is_shown_as_it_is(at));
        memory_free(word);
    }
}

static void an_operand_is_no_option(void **state)
{
    (void)state;
    struct text text = {0};
    shell_add_operand(&text, "-x.ini");
    text_add(&text, " ");
    shell_add_operand(&text, "a b");
    assert_string_equal(text.bytes, "-- -x.ini 'a b'");
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shell_reads_every_word_back),
        cmocka_unit_test(only_what_needs_quotes_has_them),
        cmocka_unit_test(a_terminal_obeys_nothing_of_a_word),
        cmocka_unit_test(an_operand_is_no_option),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
