/* Every row of the table of requests by its command, with something behind it and without; and the
 * one that stops the program, on every page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "tests/screen/walk.h"
#include "ui/tui/page.h"

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
        SCENE_TEST(the_program_stops_on_every_page_and_comes_back),
    };
    return cmocka_run_group_tests_name("commands of requests", tests, NULL, NULL);
}
