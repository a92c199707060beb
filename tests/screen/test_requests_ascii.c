/* The same as test_requests, on terminals that have ASCII alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "tests/screen/walk.h"

static void so_it_does_in_ascii(void **state)
{
    walk_make_ready(*state);
    for (size_t s = 0; s < SCENE_SIZES; s++) {
        struct walk walk = {.scene = *state, .size = s, .ascii = true};
        walk_begin(&walk);
        walk_pages(&walk);
        walk_end(&walk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(so_it_does_in_ascii),
    };
    return cmocka_run_group_tests_name("requests in ASCII", tests, NULL, NULL);
}
