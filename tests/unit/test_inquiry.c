#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/fixtures/tiny_session.h"
#include "ui/inquiry.h"
#include "ui/requests.h"

static struct session session;

static int open_session(void **state)
{
    static const char *const more[] = {"population.fine_tuning=0", NULL};
    begin_tiny(state);
    open_preset(&session, more);
    return 0;
}

static int close_session(void **state)
{
    struct error err;
    assert_true(session_close(&session, &err));
    return end_tiny(state);
}

static char *name_of(uint64_t individual)
{
    struct text name = {0};
    population_name_text(&session.population, individual, &name);
    return text_take(&name, NULL);
}

static struct finding find(inquiry_find *inquire, const char *argument, uint64_t most)
{
    const struct inquiry inquiry = {&session, argument, most, 5};
    struct finding finding;
    struct error err = {0};
    if (!inquire(&inquiry, &finding, &err))
        fail_msg("%s", err.message);
    return finding;
}

static void assert_refused(inquiry_find *inquire, const char *argument, const char *why)
{
    const struct inquiry inquiry = {&session, argument, 10, 5};
    struct finding finding;
    struct error err = {0};
    assert_false(inquire(&inquiry, &finding, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_string_equal(err.message, why);
    assert_null(finding.list);
    assert_null(finding.answer);
}

/* Individuals that there are whose names have the last word of one's name. */
static uint64_t count_relatives(const char *last)
{
    uint64_t count = 0;
    for (uint64_t i = 0; i < session.population.size.known + session.population.size.held_out;
         i++) {
        char *name = name_of(i);
        count += strcmp(strrchr(name, ' ') + 1, last) == 0;
        memory_free(name);
    }
    return count;
}

static void a_whole_name_is_asked_about(void **state)
{
    (void)state;
    for (uint64_t individual = 0; individual < 3; individual++) {
        char *name = name_of(individual);
        struct finding finding = find(inquiry_who, name, 10);
        assert_int_equal(finding.answers, session.facts.attributes);
        assert_null(finding.asked);
        assert_false(finding.undecided);
        for (size_t a = 0; a < finding.answers; a++) {
            assert_int_equal(finding.answer[a].individual, individual);
            assert_int_equal(finding.answer[a].attribute, a);
        }
        finding_free(&finding);
        memory_free(name);
    }
}

static void a_name_that_fits_one_alone_is_taken_and_told(void **state)
{
    (void)state;
    char *name = name_of(0), *shorter = memory_string(name, NULL);
    shorter[strlen(shorter) - 1] = '\0'; /* no other last name begins so */
    struct finding finding = find(inquiry_who, shorter, 10);
    assert_int_equal(finding.answers, session.facts.attributes);
    assert_int_equal(finding.answer[0].individual, 0);
    assert_string_equal(finding.asked, name);
    finding_free(&finding);
    memory_free(shorter);
    memory_free(name);
}

static void several_that_fit_are_listed_and_none_is_taken(void **state)
{
    (void)state;
    char *name = name_of(0);
    const char *last = strrchr(name, ' ') + 1;
    uint64_t relatives = count_relatives(last);
    assert_true(relatives > 2);
    char *note = memory_format(NULL, "\"%s\" could be any of %d:", last, (int)relatives);
    for (uint64_t most = 1; most < relatives + 2; most++) {
        struct finding finding = find(inquiry_who, last, most);
        assert_int_equal(finding.answers, 0);
        assert_true(finding.undecided);
        assert_string_equal(finding.note, note);
        assert_int_equal(finding.lists, 1);
        assert_int_equal(finding.list[0].count, relatives);
        assert_int_equal(finding.list[0].item.count, most < relatives ? most : relatives);
        for (size_t i = 0; i < finding.list[0].item.count; i++)
            assert_string_equal(strrchr(finding.list[0].item.text[i], ' ') + 1, last);
        finding_free(&finding);
    }
    memory_free(note);
    memory_free(name);
}

static void nobody_is_a_sentence(void **state)
{
    (void)state;
    static const char why[] = "no name has \"Xyzzyqq\", or a word near it; /people lists some";
    assert_refused(inquiry_who, "Xyzzyqq", why);
    assert_refused(inquiry_people, "Xyzzyqq", why);
    assert_refused(inquiry_people, "fine-tuned", "there are no fine-tuned individuals");
}

static bool is_listed(const struct listed *list, const char *item)
{
    return strings_has(&list->item, item);
}

static void groups_are_listed_whole_or_some_are_drawn(void **state)
{
    (void)state;
    struct finding all = find(inquiry_people, "new", UINT64_MAX);
    assert_int_equal(all.list[0].count, 16);
    assert_int_equal(all.list[0].item.count, 16);
    for (uint64_t i = 0; i < 16; i++) {
        char *name = name_of(32 + i);
        assert_string_equal(all.list[0].item.text[i], name);
        memory_free(name);
    }
    struct finding some = find(inquiry_people, "", 15);
    assert_int_equal(some.list[0].count, 32);
    assert_int_equal(some.list[0].item.count, 12);
    for (size_t i = 0; i < 12; i++) {
        assert_false(is_listed(&all.list[0], some.list[0].item.text[i])); /* they are known */
        for (size_t other = 0; other < i; other++)
            assert_string_not_equal(some.list[0].item.text[i], some.list[0].item.text[other]);
    }
    finding_free(&all);
    finding_free(&some);
}

static void an_invented_name_is_nobodys(void **state)
{
    (void)state;
    struct finding finding = find(inquiry_invent, "", 1);
    const char *name = finding.list[0].item.text[0];
    for (uint64_t i = 0; i < 48; i++) {
        char *other = name_of(i);
        assert_string_not_equal(name, other);
        memory_free(other);
    }
    assert_int_equal(strncmp(finding.prompt, name, strlen(name)), 0);
    struct finding who = find(inquiry_who, name, 1);
    assert_int_equal(who.answer[0].status, INDIVIDUAL_INVENTED);
    finding_free(&who);
    finding_free(&finding);
}

static void wordings_are_listed_as_they_are_typed(void **state)
{
    (void)state;
    static const char *const called[] = {"birth date", "Birth DATE", "birth_date"};
    for (size_t c = 0; c < 3; c++) {
        struct finding one = find(inquiry_wordings, called[c], 10);
        assert_int_equal(one.lists, 1);
        assert_null(one.list[0].title);
        assert_int_equal(one.list[0].count, 5);
        assert_true(is_listed(&one.list[0], "... was born on"));
        assert_true(is_listed(&one.list[0], "The birth date of ... is"));
        finding_free(&one);
    }
    struct finding all = find(inquiry_wordings, "", 10);
    assert_int_equal(all.lists, session.facts.attributes);
    for (size_t a = 0; a < all.lists; a++) {
        assert_string_equal(all.list[a].title, session.facts.attribute[a].name);
        assert_int_equal(all.list[a].item.count, 3);
        assert_int_equal(all.list[a].count, 5);
    }
    finding_free(&all);
}

static void values_are_listed_part_by_part(void **state)
{
    (void)state;
    struct finding majors = find(inquiry_values, "maj", 2);
    assert_int_equal(majors.lists, 1);
    assert_int_equal(majors.list[0].count, 3);
    assert_int_equal(majors.list[0].item.count, 2);
    size_t pool = session.facts.attribute[fact_set_attribute(&session.facts, "major")].part[0];
    assert_string_equal(majors.list[0].item.text[1], session.facts.pool[pool].entry[1]);
    finding_free(&majors);
    struct finding dates = find(inquiry_values, "birth date", 10);
    assert_int_equal(dates.lists, 3);
    assert_string_equal(dates.list[1].title, "birth date, months");
    assert_int_equal(dates.list[1].item.count, 2);
    assert_int_equal(dates.list[2].item.count, 4);
    finding_free(&dates);
    struct finding all = find(inquiry_values, "", UINT64_MAX);
    assert_int_equal(all.lists, session.facts.attributes + 2); /* a date has three parts */
    finding_free(&all);
}

static void an_attribute_that_there_is_not_is_told(void **state)
{
    (void)state;
    assert_refused(inquiry_values, "birth", "\"birth\" could be birth date, birth place");
    assert_refused(inquiry_values, "majro", "there is no attribute majro; did you mean major?");
    assert_refused(inquiry_wordings, "weight",
                   "there is no attribute \"weight\"; there are birth date, birth place, "
                   "university, major, company, location");
}

static void commands_without_a_screen_are_those_that_find_something_out(void **state)
{
    (void)state;
    struct finding finding = find(request_list_inquiries, "", UINT64_MAX);
    size_t listed = 0;
    for (size_t r = 0; r < request_count; r++)
        if (request_table[r].inquire && !request_table[r].page) {
            char *start = memory_format(NULL, "/%s ", request_table[r].command);
            assert_true(listed < finding.list[0].item.count);
            const char *item = finding.list[0].item.text[listed++];
            assert_int_equal(strncmp(item, start, strlen(start)), 0);
            assert_non_null(strstr(item, request_table[r].help));
            memory_free(start);
        }
    assert_int_equal(listed, finding.list[0].item.count);
    assert_true(listed >= 5);
    finding_free(&finding);
}

static void running_out_of_memory_leaves_nothing(void **state)
{
    (void)state;
    inquiry_find *const inquiries[] = {inquiry_people, inquiry_wordings, inquiry_values,
                                       inquiry_invent};
    for (size_t i = 0; i < sizeof inquiries / sizeof *inquiries; i++) {
        const struct inquiry inquiry = {&session, "", 10, 5};
        bool found = false;
        for (size_t n = 1; !found; n++) {
            struct finding finding;
            struct error err = {0};
            memory_fail_request(n);
            found = inquiries[i](&inquiry, &finding, &err);
            memory_fail_request(0);
            assert_true(found || (err.kind == ERROR_MEMORY && !finding.list));
            assert_true(!found || n > 2);
            finding_free(&finding);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_name_is_asked_about),
        cmocka_unit_test(a_name_that_fits_one_alone_is_taken_and_told),
        cmocka_unit_test(several_that_fit_are_listed_and_none_is_taken),
        cmocka_unit_test(nobody_is_a_sentence),
        cmocka_unit_test(groups_are_listed_whole_or_some_are_drawn),
        cmocka_unit_test(an_invented_name_is_nobodys),
        cmocka_unit_test(wordings_are_listed_as_they_are_typed),
        cmocka_unit_test(values_are_listed_part_by_part),
        cmocka_unit_test(an_attribute_that_there_is_not_is_told),
        cmocka_unit_test(commands_without_a_screen_are_those_that_find_something_out),
        cmocka_unit_test(running_out_of_memory_leaves_nothing),
    };
    return cmocka_run_group_tests_name("inquiry", tests, open_session, close_session);
}
