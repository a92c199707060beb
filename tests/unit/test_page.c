/* The stack of pages, with pages that draw nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "ui/tui/page.h"

static bool draw(struct workbench *workbench, struct page_frame *frame, struct error *err)
{
    (void)workbench, (void)frame, (void)err;
    return true;
}

static void forget(void *own)
{
    *(int *)own = 0;
    function_called();
}

static const struct page_ops foot = {.place = PAGE_OF_TARGETS, .draw = draw, .size = sizeof(int)};
static const struct page_ops run = {.place = PAGE_OF_RUN, .draw = draw};
static const struct page_ops prompt = {.place = PAGE_OF_RUN};
static const struct page_ops map = {
    .place = PAGE_OVER_RUN, .draw = draw, .size = sizeof(int), .forget = forget};
static const struct page_ops question = {.place = PAGE_PASSING};

static void push_all(struct pages *pages, const struct page_ops *const *page, size_t count)
{
    struct error err;
    for (size_t p = 0; p < count; p++)
        assert_true(pages_push(pages, page[p], &err));
}

static void the_last_page_has_the_keys_and_the_foot_stays(void **state)
{
    (void)state;
    static const struct page_ops *const page[] = {&foot, &run, &prompt};
    struct pages pages = {0};
    push_all(&pages, page, 3);
    assert_ptr_equal(pages_top(&pages), &prompt);
    pages_pop(&pages);
    assert_ptr_equal(pages_top(&pages), &run);
    assert_false(pages_have(&pages, &prompt));
    pages_pop_all(&pages);
    pages_pop(&pages);
    assert_ptr_equal(pages_top(&pages), &foot);
    assert_ptr_equal(pages_foot(&pages), &foot);
    pages_free(&pages);
}

static void a_page_without_a_picture_leaves_the_one_below_it(void **state)
{
    (void)state;
    static const struct page_ops *const page[] = {&foot, &run, &prompt, &question};
    struct pages pages = {0};
    push_all(&pages, page, 4);
    assert_ptr_equal(pages_drawn(&pages), &run);
    assert_ptr_equal(pages_subject(&pages), &prompt);
    pages_free(&pages);
}

static void a_page_on_top_is_not_put_there_twice(void **state)
{
    (void)state;
    static const struct page_ops *const page[] = {&foot, &run, &run};
    struct pages pages = {0};
    push_all(&pages, page, 3);
    assert_int_equal(pages.count, 2);
    pages_free(&pages);
}

static void a_page_keeps_its_memory_while_it_is_away(void **state)
{
    (void)state;
    static const struct page_ops *const page[] = {&foot, &run, &map};
    struct pages pages = {0};
    struct error err;
    assert_null(pages_own(&pages, &map));
    push_all(&pages, page, 3);
    int *own = pages_own(&pages, &map);
    assert_int_equal(*own, 0);
    *own = 7;
    pages_pop(&pages);
    assert_true(pages_push(&pages, &map, &err));
    assert_ptr_equal(pages_own(&pages, &map), own);
    assert_int_equal(*own, 7);
    expect_function_call(forget);
    pages_free(&pages);
}

static void what_is_a_runs_is_forgotten_with_it(void **state)
{
    (void)state;
    static const struct page_ops *const page[] = {&foot, &run, &map};
    struct pages pages = {0};
    push_all(&pages, page, 3);
    void *kept = pages_own(&pages, &foot);
    pages_pop_all(&pages);
    expect_function_call(forget);
    pages_forget_run(&pages);
    assert_null(pages_own(&pages, &map));
    assert_ptr_equal(pages_own(&pages, &foot), kept);
    pages_free(&pages);
}

static void a_stack_has_an_end(void **state)
{
    (void)state;
    struct pages pages = {0};
    struct error err = {0};
    for (size_t p = 0; p < PAGES_MOST; p++)
        assert_true(pages_push(&pages, p % 2 ? &run : &prompt, &err));
    assert_false(pages_push(&pages, &question, &err));
    assert_int_equal(pages.count, PAGES_MOST);
    pages_free(&pages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_page_has_the_keys_and_the_foot_stays),
        cmocka_unit_test(a_page_without_a_picture_leaves_the_one_below_it),
        cmocka_unit_test(a_page_on_top_is_not_put_there_twice),
        cmocka_unit_test(a_page_keeps_its_memory_while_it_is_away),
        cmocka_unit_test(what_is_a_runs_is_forgotten_with_it),
        cmocka_unit_test(a_stack_has_an_end),
    };
    return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
