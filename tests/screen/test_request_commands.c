/* Every row of the table of requests by its command, with something behind it and without, and by
 * a key that it is given; and the one that stops the program, on every page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <curses.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "tests/screen/walk.h"
#include "ui/tui/page.h"
#include "ui/tui/request_keys.h"
#include "ui/tui/widgets/keys.h"

static void every_command_does_something(void **state)
{
    walk_make_ready(*state);
    for (size_t s = 0; s < SCENE_SIZES; s++)
        for (int ascii = 0; ascii < 2; ascii++) {
            struct walk walk = {.scene = *state, .size = s, .ascii = ascii == 1};
            walk_begin(&walk);
            for (size_t r = 0; r < request_count; r++)
                if (request_table[r].on & PAGE_OF_RUN && !walk_is_stop(&request_table[r]))
                    walk_commands(&walk, &request_table[r]);
            walk_end(&walk);
        }
}

/* ---- keys that a person gives ---- */

/* Another key beside its own, as far as it may have four, of which Enter is two; or, with other =
 * "", its own again. */
static void give_keys(struct walk *walk, const struct request_info *info, const char *other)
{
    struct text line = {0};
    int room = REQUEST_KEYS - (*other != '\0');
    text_format(&line, "/config keys.%s=%s", info->command, other);
    for (int k = 0; k < REQUEST_KEYS && info->key[k]; k++) {
        char name[KEY_NAME_SIZE];
        room -= info->key[k] == KEY_RETURN ? 2 : 1;
        if (info->key[k] != KEY_ENTER && room >= 0) /* of the keypad: it comes with the other */
            text_format(&line, " %s",
                        info->key[k] == ';' ? "semicolon" : request_key_name(info->key[k], name));
    }
    scene_type_line(walk->terminal, line.bytes);
    walk_settle(walk);
    text_free(&line);
}

/* One after another, since there are more requests than keys. */
static void a_key_that_is_given_asks_for_the_request(void **state)
{
    walk_make_ready(*state);
    for (size_t s = 0; s < SCENE_SIZES; s++) {
        struct walk walk = {.scene = *state, .size = s, .ascii = s % 2 == 0};
        walk_begin(&walk);
        for (size_t r = 0; r < request_count; r++) {
            const struct request_info *info = &request_table[r];
            if (!(info->on & PAGE_OF_RUN) || walk_is_stop(info) ||
                strcmp(info->command, "redraw") == 0)
                continue;
            give_keys(&walk, info, "F11");
            walk_key(&walk, &walked_pages[0], info, KEY_F(11));
            give_keys(&walk, info, "");
        }
        walk_end(&walk);
    }
}

/* ---- stops ---- */

static void stop_on_every_page(struct walk *walk, const struct request_info *info)
{
    for (size_t p = 0; p < WALKED_PAGES; p++)
        for (int k = 0; k < REQUEST_KEYS && info->key[k]; k++)
            walk_stop(walk, &walked_pages[p], info, info->key[k]);
    walk_stop(walk, &walked_pages[0], info, 0);
}

static void the_program_stops_on_every_page_and_comes_back(void **state)
{
    walk_make_ready(*state);
    for (size_t s = 0; s < SCENE_SIZES; s++) {
        struct walk walk = {.scene = *state, .size = s, .ascii = s % 2 == 1, .in_shell = true};
        walk_begin(&walk);
        for (size_t r = 0; r < request_count; r++)
            if (walk_is_stop(&request_table[r]))
                stop_on_every_page(&walk, &request_table[r]);
        walk_end(&walk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(every_command_does_something),
        SCENE_TEST(a_key_that_is_given_asks_for_the_request),
        SCENE_TEST(the_program_stops_on_every_page_and_comes_back),
    };
    return cmocka_run_group_tests_name("commands of requests", tests, NULL, NULL);
}
