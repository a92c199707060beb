#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <ctype.h>
#include <string.h>

#include <curses.h>

#include <cmocka.h>

#include "base/text.h"
#include "ui/requests.h"
#include "ui/tui/page.h"
#include "ui/tui/request_keys.h"
#include "ui/tui/widgets/keys.h"

static void no_key_means_two_things(void **state)
{
    (void)state;
    for (size_t r = 0; r < request_count; r++)
        for (int k = 0; k < REQUEST_KEYS && request_table[r].key[k]; k++)
            assert_ptr_equal(request_of_key(NULL, request_table[r].key[k]), &request_table[r]);
}

static void no_command_means_two_things(void **state)
{
    (void)state;
    for (size_t a = 0; a < request_count; a++)
        for (size_t b = a + 1; b < request_count; b++)
            if (request_table[a].command && request_table[b].command)
                assert_string_not_equal(request_table[a].command, request_table[b].command);
}

static void every_request_can_be_reached_and_is_explained(void **state)
{
    (void)state;
    for (size_t r = 0; r < request_count; r++) {
        const char *command = request_table[r].command;
        assert_non_null(command); /* so that Tab and / find it */
        assert_int_equal(strspn(command, "abcdefghijklmnopqrstuvwxyz-"), strlen(command));
        assert_true(strlen(request_table[r].help) > 0);
    }
}

static void capital_letters_and_quotes_are_free_to_begin_a_prompt(void **state)
{
    (void)state;
    for (int key = 'A'; key <= 'Z'; key++)
        assert_int_equal(request_key_writes(NULL, key),
                         key != 'B' && key != 'P'); /* a form, a figure */
    assert_true(request_key_writes(NULL, '"'));
    assert_true(request_key_writes(NULL, '('));
    assert_true(request_key_writes(NULL, 0xC3)); /* the first byte of a letter with a mark */
}

/* As the help says: a capital begins a prompt. */
static void no_small_letter_and_no_key_begins_a_prompt(void **state)
{
    (void)state;
    for (int key = 'a'; key <= 'z'; key++)
        assert_false(request_key_writes(NULL, key));
    for (size_t r = 0; r < request_count; r++)
        for (int k = 0; k < REQUEST_KEYS && request_table[r].key[k]; k++)
            assert_false(request_key_writes(NULL, request_table[r].key[k]));
    assert_false(request_key_writes(NULL, 'c' & 0x1F));
    assert_false(request_key_writes(NULL, 127));
    assert_false(request_key_writes(NULL, KEY_HOME));
}

static void every_function_key_has_a_plain_alias(void **state)
{
    (void)state;
    for (int f = 1; f <= 12; f++) {
        const struct request_info *info = request_of_key(NULL, KEY_F(f));
        bool plain = !info;
        for (int k = 0; info && k < REQUEST_KEYS; k++)
            plain |= info->key[k] > 0 && info->key[k] < 128;
        assert_true(plain);
    }
}

static void commands_are_read_with_their_arguments(void **state)
{
    (void)state;
    const struct request_info *info;
    const char *argument;
    struct error err;
    assert_true(request_parse("/step 20", &info, &argument, &err));
    assert_string_equal(info->command, "step");
    assert_string_equal(argument, "20");
    assert_true(request_parse("/step", &info, &argument, &err));
    assert_string_equal(argument, "");
    assert_true(request_parse("/who   James Frida Zhu", &info, &argument, &err));
    assert_string_equal(info->command, "who");
    assert_string_equal(argument, "James Frida Zhu");
}

static void assert_refused(const char *line, const char *reason)
{
    const struct request_info *info;
    const char *argument;
    struct error err = {0};
    assert_false(request_parse(line, &info, &argument, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    if (!strstr(err.message, reason))
        fail_msg("'%s' should say '%s'", err.message, reason);
}

static void wrong_commands_get_a_sentence(void **state)
{
    (void)state;
    assert_refused("/whoo James", "/who?");
    assert_refused("/pasue", "/pause?");
    assert_refused("/xyzzy", "/help");
    assert_refused("/", "/help");
    assert_refused("/who", "/who NAME");
    assert_refused("/set", "/set KEY=VALUE");
    assert_refused("/pause now", "/pause takes no argument");
}

static void keys_have_names(void **state)
{
    (void)state;
    char name[KEY_NAME_SIZE];
    assert_string_equal(request_key_name(' ', name), "space");
    assert_string_equal(request_key_name(KEY_F(10), name), "F10");
    assert_string_equal(request_key_name(KEY_PPAGE, name), "PgUp");
    assert_string_equal(request_key_name('l' & 0x1F, name), "Ctrl-L");
    assert_string_equal(request_key_name('?', name), "?");
}

static void the_manual_has_every_key_and_command(void **state)
{
    (void)state;
    struct text manual = {0};
    request_write_manual(&manual);
    assert_false(manual.failed);
    for (size_t r = 0; r < request_count; r++)
        if (request_table[r].command) {
            struct text command = {0};
            text_format(&command, "/%s", request_table[r].command);
            assert_non_null(strstr(manual.bytes, command.bytes));
            text_free(&command);
        }
    assert_non_null(strstr(manual.bytes, "space, F5"));
    assert_non_null(strstr(manual.bytes, "s, F6 or /step [N]"));
    assert_null(strstr(manual.bytes, " -")); /* a hyphen in roff is not a minus */
    text_free(&manual);
}

/* Everything works on the run's page, and where a question waits only what no answer begins with.
 */
static void every_request_does_one_thing_somewhere(void **state)
{
    (void)state;
    for (size_t r = 0; r < request_count; r++) {
        const struct request_info *info = &request_table[r];
        assert_int_equal(!info->perform, info->page || info->inquire);
        assert_true(info->on & PAGE_OF_RUN);
        bool always = info->on & (PAGE_WAITING | PAGE_PASSING);
        for (int k = 0; always && k < REQUEST_KEYS && info->key[k]; k++)
            assert_false(key_writes(info->key[k]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_key_means_two_things),
        cmocka_unit_test(no_command_means_two_things),
        cmocka_unit_test(every_request_can_be_reached_and_is_explained),
        cmocka_unit_test(every_request_does_one_thing_somewhere),
        cmocka_unit_test(capital_letters_and_quotes_are_free_to_begin_a_prompt),
        cmocka_unit_test(no_small_letter_and_no_key_begins_a_prompt),
        cmocka_unit_test(every_function_key_has_a_plain_alias),
        cmocka_unit_test(commands_are_read_with_their_arguments),
        cmocka_unit_test(wrong_commands_get_a_sentence),
        cmocka_unit_test(keys_have_names),
        cmocka_unit_test(the_manual_has_every_key_and_command),
    };
    return cmocka_run_group_tests_name("requests", tests, NULL, NULL);
}
