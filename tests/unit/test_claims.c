/* The shipped table of claims: whether what it names is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <string.h>

#include "base/memory.h"
#include "config/preset.h"
#include "config/preset_file.h"
#include "paper/claims.h"
#include "paper/replicates.h"
#include "paper/verdict.h"
#include "tests/fixtures/tiny.h"
#include "tests/within.h"

static const struct claim_table *const table = &claim_table;

static int set_up(void **state)
{
    struct tiny *tiny = calloc(1, sizeof *tiny);
    *state = tiny;
    return tiny && tiny_begin(tiny) ? 0 : -1;
}

static int tear_down(void **state)
{
    tiny_end(*state);
    free(*state);
    return 0;
}

static void assert_runs_exist(const char *names)
{
    size_t length = 0;
    for (const char *name = names; (name = claim_next_name(name + length, &length));)
        if (!claim_run_find(table, name, length))
            fail_msg("there is no run %.*s", (int)length, name);
}

static void every_run_that_is_read_or_drawn_exists(void **state)
{
    (void)state;
    for (size_t i = 0; i < table->claims; i++) {
        const struct claim *claim = &table->claim[i];
        assert_true(claim_checks(claim) > 0);
        assert_true(claim_figures(claim) > 0);
        for (size_t c = 0; c < claim_checks(claim); c++) {
            assert_runs_exist(claim->check[c].statistic.run);
            if (claim->check[c].comparison != COMPARISON_NONE)
                assert_runs_exist(claim->check[c].other.run);
        }
        for (size_t f = 0; f < claim_figures(claim); f++)
            assert_runs_exist(claim->figure[f].runs);
    }
}

static void ids_and_names_of_runs_are_unique(void **state)
{
    (void)state;
    for (size_t i = 0; i < table->claims; i++)
        assert_ptr_equal(claim_find(table, table->claim[i].id), &table->claim[i]);
    for (size_t i = 0; i < table->runs; i++)
        assert_ptr_equal(claim_run_find(table, table->run[i].name, strlen(table->run[i].name)),
                         &table->run[i]);
    assert_null(claim_find(table, "nothing"));
}

static void every_run_is_needed_by_a_claim(void **state)
{
    (void)state;
    for (enum scale scale = 0; scale < SCALES; scale++) {
        bool *needed = calloc(table->runs, sizeof *needed);
        for (size_t i = 0; i < table->claims; i++)
            claim_mark_runs(table, &table->claim[i], scale, needed);
        for (size_t i = 0; i < table->runs; i++)
            if (!needed[i])
                fail_msg("nothing needs run %s", table->run[i].name);
        free(needed);
    }
}

static void every_preset_takes_its_settings(void **state)
{
    struct tiny *tiny = *state;
    struct error err;
    bool *needed = calloc(table->runs, sizeof *needed);
    memset(needed, true, table->runs);
    for (enum scale scale = 0; scale < SCALES; scale++) {
        struct replicates replicates;
        if (!replicates_init(&replicates, table, scale, needed, &tiny->paths, tiny->directory,
                             &err))
            fail_msg("%s", err.message);
        for (size_t i = 0; i < replicates.count; i++) {
            struct preset preset;
            if (!replicate_preset(&replicates.replicate[i], &tiny->paths, &preset, &err))
                fail_msg("%s", err.message);
            preset_free(&preset);
        }
        replicates_free(&replicates);
    }
    free(needed);
}

static void presets_to_watch_exist(void **state)
{
    struct tiny *tiny = *state;
    struct error err;
    size_t length;
    for (size_t i = 0; i < table->claims; i++) {
        length = 0;
        for (const char *name = table->claim[i].watch;
             (name = claim_next_name(name + length, &length));) {
            struct preset preset;
            char *copy = memory_format(NULL, "%.*s", (int)length, name);
            if (!preset_load(&preset, &tiny->paths, copy, &err))
                fail_msg("%s", err.message);
            preset_free(&preset);
            memory_free(copy);
        }
    }
}

/* A check that nothing could fail, or nothing could pass, is none. */
static void bounds_are_in_order_and_in_the_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < table->claims; i++)
        for (size_t c = 0; c < claim_checks(&table->claim[i]); c++) {
            const struct check *check = &table->claim[i].check[c];
            struct text words = {0};
            check_write_text(&words, check);
            assert_null(strpbrk(words.bytes, "{}"));
            if (check->relation == RELATION_WITHIN)
                assert_true(check->low < check->high && strstr(check->text, "{low}") &&
                            strstr(check->text, "{high}"));
            if (check->relation == RELATION_ABOVE && check->low != 0)
                assert_non_null(strstr(check->text, "{low}"));
            if (check->relation == RELATION_BELOW && check->high != 0)
                assert_non_null(strstr(check->text, "{high}"));
            text_free(&words);
        }
}

static void no_run_has_more_seeds_than_are_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < table->runs; i++)
        for (enum scale scale = 0; scale < SCALES; scale++)
            assert_within(table->run[i].seeds[scale], 1, VERDICT_SEEDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_run_that_is_read_or_drawn_exists),
        cmocka_unit_test(ids_and_names_of_runs_are_unique),
        cmocka_unit_test(every_run_is_needed_by_a_claim),
        cmocka_unit_test_setup_teardown(every_preset_takes_its_settings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(presets_to_watch_exist, set_up, tear_down),
        cmocka_unit_test(bounds_are_in_order_and_in_the_words),
        cmocka_unit_test(no_run_has_more_seeds_than_are_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
