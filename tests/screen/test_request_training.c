/* Every key of every request while a run is trained: the program lives, and every frame is whole.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "tests/screen/walk.h"
#include "ui/tui/page.h"

static void no_request_harms_a_run_that_is_trained(void **state)
{
    walk_make_ready(*state);
    for (size_t s = 0; s < SCENE_SIZES; s++) {
        struct walk walk = {.scene = *state, .size = s, .ascii = s % 2 == 1, .trains = true};
        walk_begin(&walk);
        for (size_t r = 0; r < request_count; r++) {
            const struct request_info *info = &request_table[r];
            if (!(info->on & PAGE_OF_RUN) || walk_is_stop(info))
                continue;
            for (int k = 0; k < REQUEST_KEYS && info->key[k]; k++)
                walk_key(&walk, &walked_pages[0], info, info->key[k]);
        }
        walk_end(&walk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(no_request_harms_a_run_that_is_trained),
    };
    return cmocka_run_group_tests_name("requests while training", tests, NULL, NULL);
}
