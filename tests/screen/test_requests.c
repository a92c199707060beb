/* Every row of the table of requests, on every page on which it works, by each of its keys and from
 * the palette: the program lives, every frame is whole, something comes of it or a sentence is
 * said, and one comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "tests/screen/walk.h"

static void every_request_does_something_on_every_page(void **state)
{
    walk_make_ready(*state);
    for (size_t s = 0; s < SCENE_SIZES; s++) {
        struct walk walk = {.scene = *state, .size = s};
        walk_begin(&walk);
        walk_pages(&walk);
        walk_end(&walk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(every_request_does_something_on_every_page),
    };
    return cmocka_run_group_tests_name("requests", tests, NULL, NULL);
}
