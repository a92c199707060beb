/* Orders and filters of those whose facts are asked about, a search among them, and what a piece of
 * it costs: against loops over all of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "facts/name_finder.h"
#include "tests/fixtures/little_people.h"
#include "ui/tui/widgets/map_list.h"

enum { KNOWN = 40, ATTRIBUTES = 3, STEPS = 9, ALL_WORK = 1 << 20 };

static struct little_people people;
static struct knowledge knowledge;
static double weight[KNOWN];

/* Facts that come and go, some of them never told. */
static int set_up(void **state)
{
    (void)state;
    struct random random = random_stream(5, RANDOM_TEST, 0, 0);
    struct knowledge_snapshot snapshot;
    little_people_make(&people, KNOWN, 10, 1);
    assert_true(knowledge_snapshot_init(&snapshot, KNOWN, KNOWN, ATTRIBUTES, NULL));
    for (size_t i = 0; i < KNOWN; i += 7)
        snapshot.told[i / 8] &= (unsigned char)~(1U << i % 8);
    for (uint64_t step = 0; step < STEPS; step++) {
        for (size_t i = 0; i < KNOWN; i++) {
            snapshot.exposures[i] = (uint32_t)(step * (i * 7 % 5));
            weight[i] = (double)(i * 11 % 6);
            for (size_t a = 0; a < ATTRIBUTES; a++)
                knowledge_snapshot_set(&snapshot, i, a,
                                       knowledge_snapshot_tells(&snapshot, i, a) &&
                                           random_below(&random, STEPS) < step * (1 + i % 3));
        }
        assert_true(knowledge_push(&knowledge, 10 * step, &snapshot, NULL));
    }
    knowledge_snapshot_free(&snapshot);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    knowledge_free(&knowledge);
    little_people_remove(&people);
    return 0;
}

static const struct fact *fact_of(size_t i, size_t a)
{
    return &knowledge.fact[i * ATTRIBUTES + a];
}

/* What the order goes by, as one number, the lower first. */
static double rank_of(enum knowledge_order order, size_t i)
{
    double never = 0, last = 0;
    for (size_t a = 0; a < ATTRIBUTES; a++) {
        never += fact_of(i, a)->told && !fact_of(i, a)->ever;
        if (fact_of(i, a)->ever && (double)fact_of(i, a)->first > last)
            last = (double)fact_of(i, a)->first;
    }
    return order == KNOWLEDGE_BY_NUMBER  ? 0
           : order == KNOWLEDGE_BY_DRAWS ? -1e6 * weight[i] - knowledge.exposures[i]
                                         : 1e6 * never + last;
}

static void an_order_is_that_of_its_numbers(void **state)
{
    (void)state;
    for (enum knowledge_order order = 0; order < KNOWLEDGE_ORDERS; order++) {
        uint32_t sorted[KNOWN];
        assert_true(knowledge_sort(&knowledge, order, weight, sorted, NULL));
        for (size_t i = 0; i < KNOWN; i++) {
            size_t before = 0; /* as many as stand before it */
            for (size_t j = 0; j < KNOWN; j++) {
                double mine = rank_of(order, i), other = rank_of(order, j);
                before += other < mine || (other == mine && j < i);
            }
            assert_int_equal(sorted[before], i);
        }
    }
}

static uint64_t losses_of(size_t i)
{
    uint64_t losses = 0;
    for (size_t a = 0; a < ATTRIBUTES; a++)
        losses += fact_of(i, a)->losses;
    return losses;
}

static bool passes(enum knowledge_filter filter, size_t i)
{
    size_t told = 0, known = 0, forgotten = 0, more = 0;
    for (size_t a = 0; a < ATTRIBUTES; a++) {
        told += fact_of(i, a)->told;
        known += fact_of(i, a)->known;
        forgotten += fact_of(i, a)->ever && !fact_of(i, a)->known;
    }
    for (size_t j = 0; j < KNOWN; j++)
        more += losses_of(j) > losses_of(i);
    return filter == KNOWLEDGE_ALL         ? true
           : filter == KNOWLEDGE_KNOWN     ? known > 0 && known == told
           : filter == KNOWLEDGE_FORGOTTEN ? forgotten > 0
                                           : losses_of(i) > 0 && more < KNOWN / 10;
}

static struct map_list make_list(enum knowledge_order order)
{
    struct map_list list = {0};
    assert_true(map_list_sort(&list, &knowledge, order, weight, NULL));
    return list;
}

static void filters_leave_those_that_pass_in_their_order(void **state)
{
    (void)state;
    for (enum knowledge_order order = 0; order < KNOWLEDGE_ORDERS; order++)
        for (enum knowledge_filter filter = 0; filter < KNOWLEDGE_FILTERS; filter++) {
            struct map_list list = make_list(order);
            size_t shown = 0;
            map_list_choose(&list, filter);
            assert_false(map_list_go_on(&list, &knowledge, ALL_WORK));
            for (size_t i = 0; i < KNOWN; i++)
                if (passes(filter, list.sorted[i])) {
                    assert_true(shown < list.count);
                    assert_int_equal(list.shown[shown++], list.sorted[i]);
                }
            assert_int_equal(list.count, shown);
            assert_true(shown > 0 && (filter == KNOWLEDGE_ALL || shown < KNOWN));
            map_list_free(&list);
        }
}

/* Wherever it goes, and while it is not shown. */
static void who_is_selected_stays_selected(void **state)
{
    (void)state;
    for (size_t i = 0; i < KNOWN; i++) {
        struct map_list list = make_list(KNOWLEDGE_BY_NUMBER);
        map_list_go_on(&list, &knowledge, ALL_WORK);
        map_list_select(&list, i);
        for (enum knowledge_order order = 0; order < KNOWLEDGE_ORDERS; order++)
            for (enum knowledge_filter filter = 0; filter < KNOWLEDGE_FILTERS; filter++) {
                size_t before = 0;
                map_list_choose(&list, filter);
                assert_true(map_list_sort(&list, &knowledge, order, weight, NULL));
                while (map_list_go_on(&list, &knowledge, 3))
                    ;
                for (size_t j = 0; list.sorted[j] != i; j++)
                    before += passes(filter, list.sorted[j]);
                assert_int_equal(list.selected, i);
                if (passes(filter, i))
                    assert_int_equal(list.shown[map_list_place(&list)], i);
                size_t last = list.count - 1;
                assert_int_equal(map_list_place(&list), before < last ? before : last);
            }
        map_list_free(&list);
    }
}

static void a_search_finds_whom_the_finder_finds(void **state)
{
    (void)state;
    static const char *const typed[] = {"Ada", "a", "M J", "zhu ad", "Bne", "Wil Zuh", "xyzzy", ""};
    struct map_list list = make_list(KNOWLEDGE_BY_NUMBER);
    for (size_t t = 0; t < sizeof typed / sizeof *typed; t++) {
        struct found_names found;
        size_t expected = 0;
        assert_true(
            names_find(&found, &people.population, &people.vocabulary, typed[t], 1000, NULL));
        assert_true(map_list_search(&list, &people.population, &people.vocabulary, typed[t], NULL));
        while (map_list_go_on(&list, &knowledge, 5))
            ;
        bool here = false; /* whether any but near ones are among the known */
        for (size_t n = 0; n < found.count; n++)
            here |= found.name[n].individual < KNOWN;
        for (size_t n = 0; n < found.count; n++)
            expected += found.name[n].individual < KNOWN;
        if (here) {
            assert_int_equal(list.count, expected);
            assert_int_equal(list.is_near, found.is_near);
        }
        for (size_t n = 0; here && n < found.count; n++) {
            size_t at = 0;
            while (at < list.count && list.shown[at] != found.name[n].individual)
                at++;
            assert_int_equal(at < list.count, found.name[n].individual < KNOWN);
        }
        if (!*typed[t])
            assert_int_equal(list.count, KNOWN);
        found_names_free(&found);
    }
    map_list_free(&list);
}

/* However many there are, a piece costs what it may, and one name more; all pieces together look at
 * everybody twice at most, and at no word twice. */
static void a_piece_of_a_search_is_bounded(void **state)
{
    (void)state;
    static const char *const typed[] = {"Ada", "a", "Bne", "Wil Zuh", "xyzzy qqq", "m j"};
    for (size_t t = 0; t < sizeof typed / sizeof *typed; t++)
        for (uint64_t work = 1; work < 20; work++) {
            enum { NAME_WORDS = 8 };
            struct map_list list = make_list(KNOWLEDGE_BY_LEARNED);
            assert_true(
                map_list_search(&list, &people.population, &people.vocabulary, typed[t], NULL));
            uint64_t done = 0, pieces = 1;
            for (bool more = true; more; pieces++) {
                more = map_list_go_on(&list, &knowledge, work);
                assert_true(list.match.work - done <= work + 1 + 2 * NAME_WORDS);
                done = list.match.work;
            }
            assert_true(done <= 2 * KNOWN + 2 * list.match.words * people.vocabulary.words);
            assert_true(pieces >= KNOWN / work);
            map_list_free(&list);
        }
}

static void without_memory_the_list_stays(void **state)
{
    (void)state;
    struct map_list list = make_list(KNOWLEDGE_BY_DRAWS);
    bool done = false;
    size_t n = 1;
    map_list_go_on(&list, &knowledge, ALL_WORK);
    for (; !done; n++) {
        memory_fail_request(n);
        done = map_list_sort(&list, &knowledge, KNOWLEDGE_BY_LEARNED, NULL, NULL) &&
               map_list_search(&list, &people.population, &people.vocabulary, "Ada", NULL);
        memory_fail_request(0);
        assert_true(done || list.typed[0] == '\0');
    }
    assert_true(n > 5);
    assert_string_equal(list.typed, "Ada");
    map_list_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_is_that_of_its_numbers),
        cmocka_unit_test(filters_leave_those_that_pass_in_their_order),
        cmocka_unit_test(who_is_selected_stays_selected),
        cmocka_unit_test(a_search_finds_whom_the_finder_finds),
        cmocka_unit_test(a_piece_of_a_search_is_bounded),
        cmocka_unit_test(without_memory_the_list_stays),
    };
    return cmocka_run_group_tests_name("map list", tests, set_up, tear_down);
}
