/* Questions and answers as they are drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/fixtures/cells_text.h"
#include "tests/within.h"
#include "ui/tui/widgets/reply.h"
#include "ui/tui/widgets/transcript.h"

static char birth_place[] = "birth place", major[] = "major", person[] = "person";
static struct attribute attribute[] = {{.name = birth_place}, {.name = major}};
static const struct fact_set facts = {
    .attribute = attribute, .attributes = 2, .individual = person};

static struct cells make_page(int rows, int cols)
{
    struct cells page = {0};
    struct error err;
    assert_true(cells_resize(&page, rows, cols, &err));
    return page;
}

/* Five candidates with Lima second and Kyoto first; everything from the heap, as answers are. */
static struct answer make_answer(const char *truth)
{
    static const char *const city[] = {"Kyoto", "Lima", "Lagos", "Quito", "Oslo"};
    struct answer answer = {
        .prompt = memory_string("James Frida Zhu was born in", NULL),
        .completion = memory_string("Kyoto.", NULL),
        .candidates = ANSWER_CANDIDATES,
        .has_attribute = true,
        .attribute = 0,
        .has_individual = true,
        .name = memory_string("James Frida Zhu", NULL),
        .status = INDIVIDUAL_KNOWN,
        .has_truth = truth != NULL,
        .truth = truth ? memory_string(truth, NULL) : NULL,
        .truth_probability = 0.25,
        .correct = truth && strcmp(truth, "Kyoto") == 0,
        .entropy = 3.6,
        .nobody = {.uniform = 4.2, .sampled = 3.7},
    };
    for (int c = 0; c < ANSWER_CANDIDATES; c++) {
        answer.candidate[c].text = memory_string(city[c], NULL);
        answer.candidate[c].probability = 0.5 / (c + 1);
    }
    return answer;
}

static void an_answer_is_a_completed_sentence_with_candidates(void **state)
{
    (void)state;
    struct cells page = make_page(REPLY_ROWS, 78);
    struct answer answer = make_answer("Lima");
    assert_int_equal(reply_answer(&page, &answer, &facts, true), 6);
    assert_true(cells_row_has(&page, 0, "› James Frida Zhu was born in Kyoto."));
    assert_true(cells_row_has(&page, 1, "Kyoto     .50  ━━━"));
    assert_true(cells_row_has(&page, 2, "✓ Lima      .25  ━━"));
    assert_true(cells_row_has(&page, 5, "Oslo      .10  ━"));
    assert_true(cells_row_has(&page, 1, "known person, birth place"));
    assert_true(cells_row_has(&page, 2, "✗ wrong: it is Lima (.25)"));
    assert_true(cells_row_has(&page, 3, "knows nothing: entropy 3.60 of 3.70 nats"));
    answer_free(&answer);
    cells_free(&page);
}

static void a_right_answer_and_an_invented_individual_are_told_apart(void **state)
{
    (void)state;
    struct cells page = make_page(REPLY_ROWS, 78);
    struct answer answer = make_answer("Kyoto");
    reply_answer(&page, &answer, &facts, true);
    assert_true(cells_have(&page, "✓ right"));
    assert_false(cells_have(&page, "wrong"));
    answer_free(&answer);
    cells_clear(&page);
    answer = make_answer(NULL);
    answer.status = INDIVIDUAL_INVENTED;
    reply_answer(&page, &answer, &facts, true);
    assert_true(cells_have(&page, "invented person"));
    assert_true(cells_have(&page, "no such person"));
    assert_false(cells_have(&page, "right"));
    answer_free(&answer);
    cells_free(&page);
}

/* A table's cell is empty: there is nothing that an answer could be compared with. */
static void what_a_table_does_not_say_is_neither_right_nor_wrong(void **state)
{
    (void)state;
    struct cells page = make_page(REPLY_ROWS, 90);
    struct answer answers[2] = {make_answer(NULL), make_answer("Kyoto")};
    answers[0].is_untold = true;
    reply_answer(&page, &answers[0], &facts, true);
    assert_true(cells_have(&page, "the table does not say"));
    assert_false(cells_have(&page, "right"));
    assert_false(cells_have(&page, "wrong"));
    cells_clear(&page);
    assert_int_equal(reply_answer(&page, &answers[0], &facts, false), 2);
    assert_true(cells_row_has(&page, 1, "Kyoto .50 – not in the table known,"));
    cells_clear(&page);
    struct finding finding = {.answer = answers, .answers = 2};
    reply_finding(&page, "/who James Frida Zhu", &finding, &facts);
    assert_true(cells_row_has(&page, 0, "known person, 1 of 1 right"));
    assert_true(cells_row_has(&page, 1, "– not in the table"));
    assert_false(cells_row_has(&page, 1, "✗"));
    answer_free(&answers[0]);
    answer_free(&answers[1]);
    cells_free(&page);
}

static void words_before_a_value_and_hints_are_told(void **state)
{
    (void)state;
    struct cells page = make_page(REPLY_ROWS, 110);
    struct answer answer = make_answer("Lima");
    reply_answer(&page, &answer, &facts, true);
    assert_false(cells_have(&page, "goes on with"));
    assert_false(cells_have(&page, "would rather say"));
    answer.lead = memory_string("to happy parents in", NULL);
    answer.other = memory_string("sunny", NULL);
    answer.other_probability = 0.5;
    cells_clear(&page);
    reply_answer(&page, &answer, &facts, true);
    assert_true(cells_have(&page, "goes on with: to happy parents in …"));
    assert_true(cells_have(&page, "would rather say: sunny (.50), no value of birth place"));
    assert_true(cells_have(&page, "✗ wrong: it is Lima"));
    answer.has_truth = answer.has_attribute = false;
    answer.hint = memory_string("no wording it was trained on; try: was born in", NULL);
    cells_clear(&page);
    reply_answer(&page, &answer, &facts, true);
    assert_true(cells_have(&page, "try: was born in (/wordings lists all)"));
    answer.has_individual = false;
    cells_clear(&page);
    reply_answer(&page, &answer, &facts, true);
    assert_false(cells_have(&page, "/wordings"));
    answer_free(&answer);
    cells_free(&page);
}

static void a_compact_answer_takes_two_rows(void **state)
{
    (void)state;
    struct cells page = make_page(REPLY_ROWS, 38);
    struct answer answer = make_answer("Lima");
    assert_int_equal(reply_answer(&page, &answer, &facts, false), 2);
    assert_true(cells_row_has(&page, 1, "Kyoto .50 ✗ Lima known,"));
    answer_free(&answer);
    cells_free(&page);
}

static void answers_are_drawn_at_every_width(void **state)
{
    (void)state;
    for (int cols = 1; cols < 200; cols++) {
        struct cells page = make_page(REPLY_ROWS, cols);
        struct answer answers[2] = {make_answer("Lima"), make_answer("Kyoto")};
        reply_answer(&page, &answers[0], &facts, true);
        reply_answer(&page, &answers[0], &facts, false);
        struct finding finding = {.answer = answers, .answers = 2};
        reply_finding(&page, "/who James Frida Zhu", &finding, &facts);
        answer_free(&answers[0]);
        answer_free(&answers[1]);
        cells_free(&page);
    }
}

static void a_table_counts_what_is_right(void **state)
{
    (void)state;
    struct cells page = make_page(REPLY_ROWS, 90);
    struct answer answers[2] = {make_answer("Lima"), make_answer("Kyoto")};
    answers[1].attribute = 1;
    struct finding finding = {.answer = answers, .answers = 2};
    assert_int_equal(reply_finding(&page, "/who James Frida Zhu", &finding, &facts), 3);
    assert_true(cells_row_has(&page, 0, "known person, 1 of 2 right"));
    assert_true(cells_row_has(&page, 1, "birth place  Kyoto"));
    assert_true(cells_row_has(&page, 1, "✗ Lima .25"));
    assert_true(cells_row_has(&page, 2, "major        Kyoto"));
    assert_true(cells_row_has(&page, 2, "✓"));
    char asked[] = "James Frida Zhu";
    finding.asked = asked; /* a part of it was typed */
    assert_int_equal(reply_finding(&page, "/who zhu", &finding, &facts), 3);
    assert_true(cells_row_has(&page, 0, "/who zhu: James Frida Zhu"));
    cells_free(&page);
    /* How it was asked is said where the step of the model has room beside it. */
    page = make_page(REPLY_ROWS, 80);
    assert_int_equal(reply_finding(&page, "/who James Frida Zhu", &finding, &facts), 3);
    assert_false(cells_have(&page, "each asked by itself"));
    cells_free(&page);
    page = make_page(REPLY_ROWS, 120);
    assert_int_equal(reply_finding(&page, "/who James Frida Zhu", &finding, &facts), 3);
    assert_true(cells_row_has(&page, 0, "1 of 2 right, each asked by itself"));
    answer_free(&answers[0]);
    answer_free(&answers[1]);
    cells_free(&page);
}

static void what_is_true_in_a_table_is_whole_before_the_confidence(void **state)
{
    (void)state;
    static const char truth[] = "Delft University of Technology";
    for (int cols = 40; cols <= 140; cols += 20) {
        struct cells page = make_page(REPLY_ROWS, cols);
        struct answer answers[2] = {make_answer(truth), make_answer("Kyoto")};
        struct finding finding = {.answer = answers, .answers = 2};
        reply_finding(&page, "/who James Frida Zhu", &finding, &facts);
        if (cols >= 100)
            assert_true(cells_have(&page, "✗ Delft University of Technology .25   knows nothing"));
        assert_int_equal(cells_row_has(&page, 1, "knows nothing"),
                         cells_row_has(&page, 2, "knows nothing"));
        if (cells_row_has(&page, 1, "knows"))
            assert_true(cells_row_has(&page, 1, truth));
        answer_free(&answers[0]);
        answer_free(&answers[1]);
        cells_free(&page);
    }
}

static void a_table_about_nobody_counts_nothing(void **state)
{
    (void)state;
    struct cells page = make_page(REPLY_ROWS, 90);
    struct answer answer = make_answer(NULL);
    answer.status = INDIVIDUAL_INVENTED;
    struct finding finding = {.answer = &answer, .answers = 1};
    reply_finding(&page, "/who James Frida Zhu", &finding, &facts);
    assert_true(cells_row_has(&page, 0, "invented person"));
    assert_false(cells_have(&page, "right"));
    assert_false(cells_have(&page, "✗"));
    answer_free(&answer);
    cells_free(&page);
}

static void confidence_falls_with_entropy(void **state)
{
    (void)state;
    assert_string_equal(reply_confidence(0.01, 3.7), "certain");
    assert_string_equal(reply_confidence(0.5, 3.7), "sure");
    assert_string_equal(reply_confidence(2.2, 3.7), "has an idea");
    assert_string_equal(reply_confidence(3.7, 3.7), "knows nothing");
    assert_string_equal(reply_confidence(9.9, 3.7), "knows nothing");
    assert_string_equal(reply_confidence(0, 0), "nothing to know"); /* one value */
}

static void names_stand_in_columns(void **state)
{
    (void)state;
    struct cells page = make_page(REPLY_ROWS, 40);
    char one[] = "James Zhu", two[] = "Sara Cruz", three[] = "Ada Vega";
    char *names[] = {one, two, three};
    struct listed list = {.item = {.text = names, .count = 3}, .count = 3};
    struct finding finding = {.list = &list, .lists = 1};
    assert_int_equal(reply_finding(&page, "/people", &finding, &facts), 2);
    assert_true(cells_row_has(&page, 1, "  James Zhu  Sara Cruz  Ada Vega"));
    cells_free(&page);
    page = make_page(REPLY_ROWS, 12);
    assert_int_equal(reply_finding(&page, "/people", &finding, &facts), 4);
    cells_free(&page);
}

static void a_list_says_how_many_there_are_beyond_it(void **state)
{
    (void)state;
    struct cells page = make_page(REPLY_ROWS, 60);
    char one[] = "James Vega", two[] = "Sara Vega", title[] = "people";
    char note[] = "\"Vega\" could be any of 305:";
    char *names[] = {one, two};
    struct listed list[] = {{.item = {.text = names, .count = 2}, .count = 305},
                            {.title = title, .item = {.text = names, .count = 2}, .count = 2}};
    struct finding finding = {.note = note, .list = list, .lists = 2};
    assert_int_equal(reply_finding(&page, "/who Vega", &finding, &facts), 6);
    assert_true(cells_row_has(&page, 1, "\"Vega\" could be any of 305:"));
    assert_true(cells_row_has(&page, 2, "the first 2 of 305:"));
    assert_true(cells_row_has(&page, 3, "James Vega  Sara Vega"));
    assert_true(cells_row_has(&page, 4, "people: 2"));
    assert_false(cells_row_has(&page, 4, "the first"));
    cells_free(&page);
}

static bool draw(struct transcript *transcript, struct cells *cells, double now)
{
    struct error err;
    cells_clear(cells);
    return transcript_draw(transcript, &facts, now, true,
                           (struct rect){0, 0, cells->rows, cells->cols}, cells, &err);
}

static void the_last_answers_are_the_newest_that_there_are(void **state)
{
    (void)state;
    struct transcript transcript = {0};
    struct answer *one = memory_new(1, sizeof *one, NULL), *two = memory_new(2, sizeof *two, NULL);
    struct finding finding = {.answer = two, .answers = 2};
    unsigned long number;
    const struct asked_at at = {true, 600};
    assert_null(transcript_last_answers(&transcript).answer);
    assert_int_equal(transcript_last_answers(&transcript).count, 0);
    assert_true(transcript_add(&transcript, "?", 0, &number, NULL));
    assert_null(transcript_last_answers(&transcript).answer);
    transcript_date(&transcript, number, at);
    transcript_answer(&transcript, number, one);
    assert_ptr_equal(transcript_last_answers(&transcript).answer, one);
    assert_int_equal(transcript_last_answers(&transcript).count, 1);
    assert_int_equal(transcript_last_answers(&transcript).at.step, 600);
    assert_true(transcript_add(&transcript, "/who", 0, &number, NULL));
    transcript_finding(&transcript, number, &finding);
    assert_true(transcript_add(&transcript, "/help", 0, &number, NULL));
    transcript_note(&transcript, number, ENTRY_NOTE, "a note");
    assert_ptr_equal(transcript_last_answers(&transcript).answer, two);
    assert_int_equal(transcript_last_answers(&transcript).count, 2);
    assert_false(transcript_last_answers(&transcript).at.earlier);
    transcript_free(&transcript);
}

static unsigned long note(struct transcript *transcript, const char *question, const char *said)
{
    unsigned long number;
    assert_true(transcript_add(transcript, question, 0, &number, NULL));
    transcript_note(transcript, number, ENTRY_NOTE, said);
    return number;
}

static void assert_found(struct transcript *transcript, bool later, bool moved, size_t index,
                         size_t count)
{
    struct transcript_found found;
    assert_true(transcript_find(transcript, &facts, later, &found, NULL));
    assert_int_equal(found.moved, moved);
    assert_int_equal(found.index, index);
    assert_int_equal(found.count, count);
}

/* Whether a cell of the row is marked as found. */
static bool is_marked(const struct cells *cells, int row, int from, int cols)
{
    bool all = true;
    for (int c = from; c < from + cols; c++)
        all = all && cells->cell[row * cells->cols + c].style == STYLE_SELECTED;
    return all;
}

static void a_text_is_found_from_the_newest_to_the_oldest_and_back(void **state)
{
    (void)state;
    struct transcript transcript = {0};
    struct cells cells = make_page(4, 40);
    note(&transcript, "one", "Kyoto");
    note(&transcript, "two", "Lima");
    note(&transcript, "in KYOTO", "three");
    note(&transcript, "four", "Oslo");
    note(&transcript, "five", "Rome");
    assert_true(transcript_seek(&transcript, "kyoto", NULL));
    assert_found(&transcript, false, true, 1, 2);
    assert_true(draw(&transcript, &cells, 1));
    assert_true(cells_row_has(&cells, 2, "› in KYOTO")); /* the last that is shown */
    assert_true(cells_row_has(&cells, 3, "  three"));
    assert_true(is_marked(&cells, 2, 5, 5));
    assert_true(is_marked(&cells, 2, 0, 1));
    assert_false(is_marked(&cells, 2, 4, 1));
    assert_false(is_marked(&cells, 1, 0, 1));
    assert_found(&transcript, false, true, 2, 2);
    assert_true(draw(&transcript, &cells, 1));
    assert_true(cells_have(&cells, "› one"));
    assert_true(cells_have(&cells, "  Kyoto"));
    assert_found(&transcript, false, false, 2, 2);
    assert_found(&transcript, true, true, 1, 2);
    assert_found(&transcript, true, false, 1, 2);
    transcript_leave_found(&transcript);
    assert_true(draw(&transcript, &cells, 1));
    assert_true(cells_row_has(&cells, 3, "  Rome"));
    assert_true(transcript_seek(&transcript, "nowhere", NULL));
    assert_found(&transcript, false, false, 0, 0);
    transcript_free(&transcript);
    cells_free(&cells);
}

static void assert_copied(const struct transcript *transcript, const char *wanted)
{
    struct text text = {0};
    assert_true(transcript_copy(transcript, &facts, &text));
    assert_string_equal(text.bytes, wanted);
    text_free(&text);
}

static void what_was_asked_of_a_run_that_was_left_says_so(void **state)
{
    (void)state;
    struct transcript transcript = {0};
    struct cells cells = make_page(14, 78);
    unsigned long number;
    for (int asked = 0; asked < 2; asked++) {
        struct answer *answer = memory_new(1, sizeof *answer, NULL);
        *answer = make_answer("Lima");
        assert_true(transcript_add(&transcript, "?", 0, &number, NULL));
        transcript_answer(&transcript, number, answer);
        assert_int_equal(transcript_last_answers(&transcript).run != NULL, false);
        if (asked == 0)
            assert_true(transcript_leave_run(&transcript, "parent", NULL));
        assert_int_equal(transcript_last_answers(&transcript).run != NULL, asked == 0);
    }
    assert_true(draw(&transcript, &cells, 0));
    assert_true(cells_row_has(&cells, 2, "born in Kyoto."));
    assert_true(cells_row_has(&cells, 2, " parent"));
    assert_false(cells_row_has(&cells, 8, " parent"));
    assert_true(transcript_leave_run(&transcript, "branch", NULL));
    transcript_date(&transcript, number, (struct asked_at){true, 1600});
    note(&transcript, "/set", "done");
    assert_true(transcript_leave_run(&transcript, "third", NULL));
    assert_string_equal(transcript_last_answers(&transcript).run, "branch");
    assert_true(transcript_seek(&transcript, "third", NULL));
    assert_found(&transcript, false, false, 0, 0);
    assert_true(transcript_seek(&transcript, "branch at step 1,600", NULL));
    assert_found(&transcript, false, true, 1, 1);
    assert_true(transcript_seek(&transcript, "parent", NULL));
    assert_found(&transcript, false, true, 1, 1);
    assert_copied(&transcript, "James Frida Zhu was born in Kyoto.\n  Kyoto 0.5\n  Lima 0.25\n"
                               "  Lagos 0.167\n  Quito 0.125\n  Oslo 0.1\n  truth: Lima 0.25\n"
                               "  parent\n");
    transcript_free(&transcript);
    cells_free(&cells);
}

/* In an answer's two columns, in the row of one that is brief, and in a table. */
static void all_that_is_drawn_of_an_answer_is_found(void **state)
{
    static const char *const answered[] = {
        "known person, birth place", "it is Lima (.25)",       "KNOWS NOTHING", "entropy 3.60",
        "no value of birth",         "goes on with: to happy", "at step 1,600"};
    static const char *const listed[] = {"1 of 2 right", "certain", "birth place  Kyoto"};
    (void)state;
    struct transcript transcript = {0};
    struct cells cells = make_page(12, 50);
    unsigned long number;
    struct answer *one = memory_new(1, sizeof *one, NULL), *two = memory_new(2, sizeof *two, NULL);
    *one = make_answer("Lima");
    one->lead = memory_string("to happy parents in", NULL);
    one->other = memory_string("sunny", NULL);
    two[0] = make_answer("Lima");
    two[1] = make_answer("Kyoto");
    two[1].entropy = 0;
    struct finding finding = {.answer = two, .answers = 2};
    assert_true(transcript_add(&transcript, "?", 0, &number, NULL));
    transcript_date(&transcript, number, (struct asked_at){true, 1600});
    transcript_answer(&transcript, number, one);
    assert_true(transcript_add(&transcript, "/who", 0, &number, NULL));
    transcript_finding(&transcript, number, &finding);
    for (size_t i = 0; i < sizeof answered / sizeof *answered; i++) {
        assert_true(transcript_seek(&transcript, answered[i], NULL));
        assert_found(&transcript, false, true, 1, strstr(answered[i], "KNOWS") ? 2 : 1);
    }
    for (size_t i = 0; i < sizeof listed / sizeof *listed; i++) {
        assert_true(transcript_seek(&transcript, listed[i], NULL));
        assert_found(&transcript, false, true, 1, 1);
    }
    assert_true(
        transcript_draw(&transcript, &facts, 0, false, (struct rect){0, 0, 12, 50}, &cells, NULL));
    assert_true(transcript_seek(&transcript, "✗ Lima known, knows", NULL));
    assert_found(&transcript, false, true, 1, 1);
    transcript_free(&transcript);
    cells_free(&cells);
}

/* Too high for its place, it is shown from its beginning on. */
static void what_is_found_is_seen_from_its_beginning(void **state)
{
    (void)state;
    struct transcript transcript = {0};
    struct cells cells = make_page(3, 20);
    note(&transcript, "question", "one two three four five six seven eight nine ten eleven twelve");
    note(&transcript, "other", "answer");
    assert_true(transcript_seek(&transcript, "twelve", NULL));
    assert_found(&transcript, false, true, 1, 1);
    assert_true(draw(&transcript, &cells, 1));
    assert_true(cells_row_has(&cells, 0, "› question"));
    transcript_free(&transcript);
    cells_free(&cells);
}

static void what_was_found_is_copied_or_the_last_answer(void **state)
{
    (void)state;
    struct transcript transcript = {0};
    struct answer *answer = memory_new(1, sizeof *answer, NULL);
    struct text text = {0};
    unsigned long number;
    *answer = (struct answer){
        .prompt = memory_string("Ada was born in", NULL),
        .completion = memory_string("Kyoto.", NULL),
        .candidate = {{memory_string("Kyoto", NULL), .5}, {memory_string("Lima", NULL), .125}},
        .candidates = 2,
        .has_truth = true,
        .truth = memory_string("Lima", NULL),
        .truth_probability = .125};
    note(&transcript, "/set", "done");
    assert_false(transcript_copy(&transcript, &facts, &text));
    assert_true(transcript_add(&transcript, "ada was born in", 0, &number, NULL));
    transcript_date(&transcript, number, (struct asked_at){true, 600});
    transcript_answer(&transcript, number, answer);
    note(&transcript, "/set", "more");
    assert_copied(&transcript, "Ada was born in Kyoto.\n  Kyoto 0.5\n  Lima 0.125\n"
                               "  truth: Lima 0.125\n  at step 600\n");
    assert_true(transcript_seek(&transcript, "done", NULL));
    assert_found(&transcript, false, true, 1, 1);
    assert_copied(&transcript, "/set\ndone\n");
    transcript_free(&transcript);
}

static void an_answer_takes_the_place_of_the_waiting(void **state)
{
    (void)state;
    struct transcript transcript = {0};
    struct cells cells = make_page(8, 78);
    struct error err;
    unsigned long number;
    assert_true(transcript_add(&transcript, "James Frida Zhu was born in", 10, &number, &err));
    assert_true(draw(&transcript, &cells, 10.01));
    assert_false(cells_have(&cells, "thinking"));
    assert_true(draw(&transcript, &cells, 11));
    assert_true(cells_have(&cells, "thinking…"));
    struct answer *answer = memory_new(1, sizeof *answer, &err);
    *answer = make_answer("Lima");
    transcript_answer(&transcript, number, answer);
    assert_true(draw(&transcript, &cells, 11));
    assert_false(cells_have(&cells, "thinking…"));
    assert_true(cells_row_has(&cells, 7, "Oslo")); /* at the foot */
    transcript_free(&transcript);
    cells_free(&cells);
}

static void an_answer_of_an_earlier_step_says_so(void **state)
{
    (void)state;
    struct transcript transcript = {0};
    struct cells cells = make_page(12, 78);
    struct error err;
    for (int earlier = 0; earlier < 2; earlier++) {
        unsigned long number;
        assert_true(transcript_add(&transcript, "?", 10, &number, &err));
        struct answer *answer = memory_new(1, sizeof *answer, &err);
        *answer = make_answer("Lima");
        transcript_date(&transcript, number, (struct asked_at){earlier, 1600});
        transcript_answer(&transcript, number, answer);
        assert_true(draw(&transcript, &cells, 11));
        assert_int_equal(cells_have(&cells, "at step 1,600"), earlier);
    }
    assert_false(cells_row_has(&cells, 11, "at step 1,600")); /* beside the question */
    cells_free(&cells);
    cells = make_page(12, 34);
    assert_true(draw(&transcript, &cells, 11)); /* which leaves it no room here */
    assert_true(cells_row_has(&cells, 11, "at step 1,600"));
    transcript_free(&transcript);
    cells_free(&cells);
}

static void an_answer_that_is_no_longer_waited_for_is_given_back(void **state)
{
    (void)state;
    struct transcript transcript = {0};
    struct error err;
    unsigned long number;
    assert_true(transcript_add(&transcript, "?", 0, &number, &err));
    transcript_clear(&transcript);
    struct answer *answer = memory_new(1, sizeof *answer, &err);
    *answer = make_answer("Lima");
    transcript_answer(&transcript, number, answer);
    transcript_note(&transcript, number, ENTRY_NOTE, "late");
    assert_int_equal(transcript.count, 0);
    transcript_free(&transcript);
}

static void scrolling_stops_at_the_oldest_row(void **state)
{
    (void)state;
    struct transcript transcript = {0};
    struct cells cells = make_page(4, 40);
    struct error err;
    for (int n = 0; n < 10; n++) {
        char note[32];
        unsigned long number;
        assert_true(transcript_add(&transcript, NULL, 0, &number, &err));
        snprintf(note, sizeof note, "note %d", n);
        transcript_note(&transcript, number, ENTRY_NOTE, note);
    }
    assert_true(draw(&transcript, &cells, 0));
    assert_true(cells_row_has(&cells, 3, "note 9"));
    transcript_scroll(&transcript, 3);
    assert_true(draw(&transcript, &cells, 0));
    assert_true(cells_row_has(&cells, 3, "note 6"));
    transcript_scroll(&transcript, 1000);
    assert_true(draw(&transcript, &cells, 0));
    assert_true(cells_row_has(&cells, 0, "note 0"));
    assert_true(cells_row_has(&cells, 3, "note 3"));
    transcript_scroll(&transcript, -1);
    assert_true(draw(&transcript, &cells, 0));
    assert_true(cells_row_has(&cells, 3, "note 4"));
    transcript_scroll(&transcript, -1000);
    assert_true(draw(&transcript, &cells, 0));
    assert_true(cells_row_has(&cells, 3, "note 9"));
    transcript_free(&transcript);
    cells_free(&cells);
}

/* Of entries that fit, the one at the top may be cut: it was read before. */
static void only_a_last_entry_without_room_for_its_beginning_is_cut(void **state)
{
    (void)state;
    struct transcript transcript = {0};
    struct cells cells = make_page(4, 40);
    struct error err;
    unsigned long number;
    assert_true(transcript_add(&transcript, NULL, 0, &number, &err));
    transcript_note(&transcript, number, ENTRY_NOTE,
                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb "
                    "cccccccccccccccccccccccccccccc "
                    "dddddddddddddddddddddddddddddd eeeeeeeeeeeeeeeeeeeeeeeeeeeeee "
                    "ffffffffffffffffffffffffffffff");
    assert_true(draw(&transcript, &cells, 0));
    assert_true(cells_row_has(&cells, 3, "fff"));
    assert_true(transcript.is_cut);
    transcript_scroll(&transcript, 1000);
    assert_true(draw(&transcript, &cells, 0));
    assert_true(cells_row_has(&cells, 0, "aaa"));
    assert_false(transcript.is_cut);
    transcript_scroll(&transcript, -1000);
    assert_true(transcript_add(&transcript, NULL, 0, &number, &err));
    transcript_note(&transcript, number, ENTRY_NOTE, "7");
    assert_true(draw(&transcript, &cells, 0));
    assert_true(cells_row_has(&cells, 2, "fff"));
    assert_false(transcript.is_cut);
    transcript_free(&transcript);
    cells_free(&cells);
}

static void the_oldest_entries_are_forgotten(void **state)
{
    (void)state;
    struct transcript transcript = {0};
    struct error err;
    for (int n = 0; n < 1000; n++)
        assert_true(transcript_add(&transcript, "James", 0, NULL, &err));
    assert_within(transcript.count, 100, 999);
    assert_int_equal(transcript.entry[transcript.count - 1].number, 1000);
    transcript_free(&transcript);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_a_completed_sentence_with_candidates),
        cmocka_unit_test(a_right_answer_and_an_invented_individual_are_told_apart),
        cmocka_unit_test(what_a_table_does_not_say_is_neither_right_nor_wrong),
        cmocka_unit_test(words_before_a_value_and_hints_are_told),
        cmocka_unit_test(a_compact_answer_takes_two_rows),
        cmocka_unit_test(answers_are_drawn_at_every_width),
        cmocka_unit_test(a_table_counts_what_is_right),
        cmocka_unit_test(what_is_true_in_a_table_is_whole_before_the_confidence),
        cmocka_unit_test(a_table_about_nobody_counts_nothing),
        cmocka_unit_test(confidence_falls_with_entropy),
        cmocka_unit_test(names_stand_in_columns),
        cmocka_unit_test(a_list_says_how_many_there_are_beyond_it),
        cmocka_unit_test(the_last_answers_are_the_newest_that_there_are),
        cmocka_unit_test(a_text_is_found_from_the_newest_to_the_oldest_and_back),
        cmocka_unit_test(what_was_asked_of_a_run_that_was_left_says_so),
        cmocka_unit_test(all_that_is_drawn_of_an_answer_is_found),
        cmocka_unit_test(what_is_found_is_seen_from_its_beginning),
        cmocka_unit_test(what_was_found_is_copied_or_the_last_answer),
        cmocka_unit_test(an_answer_takes_the_place_of_the_waiting),
        cmocka_unit_test(an_answer_of_an_earlier_step_says_so),
        cmocka_unit_test(an_answer_that_is_no_longer_waited_for_is_given_back),
        cmocka_unit_test(scrolling_stops_at_the_oldest_row),
        cmocka_unit_test(only_a_last_entry_without_room_for_its_beginning_is_cut),
        cmocka_unit_test(the_oldest_entries_are_forgotten),
    };
    return cmocka_run_group_tests_name("transcript", tests, NULL, NULL);
}
