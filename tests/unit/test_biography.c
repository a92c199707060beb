#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "facts/biography.h"
#include "tests/fixtures/little_world.h"

enum { KNOWN = 40, DRAWS = 200, ROOM = 256 };

static struct little_world world;

static int set_up(void **state)
{
    (void)state;
    const struct population_options people = {.seed = 4, .known = KNOWN, .held_out = 10};
    little_world_make(&world, &people, NULL);
    assert_true(biography_max_tokens(&world.vocabulary) <= ROOM);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    little_world_remove(&world);
    return 0;
}

struct written {
    int32_t token[ROOM];
    struct span span[2 * FACTS_MAX_ATTRIBUTES];
    struct biography biography;
};

static void tell(struct written *written, uint64_t individual, enum biography_purpose purpose,
                 uint64_t draw)
{
    struct random random = random_stream(1, RANDOM_TEST, individual, draw);
    written->biography = (struct biography){.token = written->token, .span = written->span};
    biography_write(&written->biography, &world.population, &world.vocabulary, individual, purpose,
                    &random);
}

static void assert_span_text(const struct written *written, const struct span *span,
                             const char *expected)
{
    struct text text = {0};
    vocabulary_text(&world.vocabulary, written->token + span->first, span->count, &text);
    assert_string_equal(text.bytes, expected);
    text_free(&text);
}

/* The template of a sentence, by its words around the spans; facts.templates for none. */
static size_t template_of(const struct written *written, const struct span *name, size_t from,
                          size_t to)
{
    const struct span *value = name + 1;
    const struct template_tokens *template = world.vocabulary.template[name->attribute];
    size_t after_name = name->first + name->count, after_value = value->first + value->count;
    for (size_t i = 0; i < world.facts.templates; i++) {
        const struct {
            struct tokens tokens;
            size_t first, end;
        } piece[] = {
            {template[i].before_name, from, name->first},
            {template[i].before_value, after_name, value->first},
            {template[i].after_value, after_value, to},
        };
        bool same = true;
        for (size_t j = 0; j < 3; j++)
            same = same && piece[j].tokens.count == piece[j].end - piece[j].first &&
                   memcmp(piece[j].tokens.token, written->token + piece[j].first,
                          piece[j].tokens.count * sizeof(int32_t)) == 0;
        if (same)
            return i;
    }
    return world.facts.templates;
}

/* Where the sentence of the n-th name begins: behind the end of the one before. */
static size_t sentence_begin(const struct written *written, size_t sentence)
{
    if (sentence == 0)
        return 1;
    const struct span *value = &written->span[2 * sentence - 1];
    size_t at = value->first + value->count;
    while (strcmp(world.vocabulary.word[written->token[at]], ".") != 0 &&
           strcmp(world.vocabulary.word[written->token[at]], "!") != 0)
        at++;
    return at + 1;
}

static void spans_are_the_name_and_the_value(void **state)
{
    (void)state;
    for (uint64_t individual = 0; individual < KNOWN + 20; individual++) {
        struct written written;
        struct text name = {0};
        tell(&written, individual, BIOGRAPHY_TRAINING, 0);
        population_name_text(&world.population, individual, &name);
        assert_int_equal(written.biography.individual, individual);
        assert_int_equal(written.biography.spans, 2 * world.facts.attributes);
        size_t told = 0;
        for (size_t i = 0; i < written.biography.spans; i += 2) {
            const struct span *span = &written.span[i];
            struct text value = {0};
            assert_int_equal(span[0].kind, SPAN_NAME);
            assert_int_equal(span[1].kind, SPAN_VALUE);
            assert_int_equal(span[0].attribute, span[1].attribute);
            assert_true(span[0].first + span[0].count <= span[1].first);
            assert_span_text(&written, &span[0], name.bytes);
            population_value_text(&world.population, individual, span[1].attribute, &value);
            assert_span_text(&written, &span[1], value.bytes);
            told |= (size_t)1 << span[0].attribute;
            text_free(&value);
        }
        assert_int_equal(told, (1 << world.facts.attributes) - 1);
        text_free(&name);
    }
}

static void a_biography_begins_and_ends(void **state)
{
    (void)state;
    struct written written;
    tell(&written, 3, BIOGRAPHY_EVALUATION, 0);
    size_t tokens = written.biography.tokens;
    assert_int_equal(written.token[0], TOKEN_BEGIN);
    assert_int_equal(written.token[tokens - 1], TOKEN_END);
    for (size_t i = 1; i + 1 < tokens; i++)
        assert_true(written.token[i] >= TOKENS_RESERVED);
}

static void every_allowed_template_is_used_and_no_other(void **state)
{
    (void)state;
    for (enum biography_purpose purpose = BIOGRAPHY_TRAINING; purpose <= BIOGRAPHY_EVALUATION;
         purpose++)
        for (uint64_t individual = 0; individual < 10; individual++) {
            bool used[3][5] = {{false}};
            for (uint64_t draw = 0; draw < DRAWS; draw++) {
                struct written written;
                tell(&written, individual, purpose, draw);
                for (size_t i = 0; i < world.facts.attributes; i++) {
                    size_t to = i + 1 < world.facts.attributes ? sentence_begin(&written, i + 1)
                                                               : written.biography.tokens - 1;
                    size_t template = template_of(&written, &written.span[2 * i],
                                                  sentence_begin(&written, i), to);
                    assert_true(template <world.facts.templates);
                    used[written.span[2 * i].attribute][template] = true;
                }
            }
            for (size_t i = 0; i < world.facts.attributes; i++) {
                size_t order[FACTS_MAX_TEMPLATES];
                population_templates(&world.population, individual, i, order);
                for (size_t j = 0; j < world.facts.templates; j++)
                    assert_int_equal(used[i][order[j]], (j < world.facts.train_templates) ==
                                                            (purpose == BIOGRAPHY_TRAINING));
            }
        }
}

static void facts_told_in_one_template_are_asked_in_it(void **state)
{
    (void)state;
    world.facts.templates = world.facts.train_templates = 1;
    for (enum biography_purpose purpose = BIOGRAPHY_TRAINING; purpose <= BIOGRAPHY_EVALUATION;
         purpose++) {
        struct written written;
        tell(&written, 1, purpose, 0);
        for (size_t i = 0; i < world.facts.attributes; i++) {
            size_t to = i + 1 < world.facts.attributes ? sentence_begin(&written, i + 1)
                                                       : written.biography.tokens - 1;
            assert_int_equal(
                template_of(&written, &written.span[2 * i], sentence_begin(&written, i), to), 0);
        }
    }
    world.facts.templates = 5;
    world.facts.train_templates = 3;
}

static void sentences_come_in_every_order(void **state)
{
    (void)state;
    bool seen[27] = {false};
    size_t orders = 0;
    for (uint64_t draw = 0; draw < DRAWS; draw++) {
        struct written written;
        tell(&written, 1, BIOGRAPHY_TRAINING, draw);
        size_t order = written.span[0].attribute * 9 + written.span[2].attribute * 3 +
                       written.span[4].attribute;
        orders += !seen[order];
        seen[order] = true;
    }
    assert_int_equal(orders, 6);
}

static void without_shuffling_the_order_is_that_of_the_facts(void **state)
{
    (void)state;
    world.facts.shuffle = false;
    for (uint64_t draw = 0; draw < 20; draw++) {
        struct written written;
        tell(&written, 1, BIOGRAPHY_TRAINING, draw);
        for (size_t i = 0; i < world.facts.attributes; i++)
            assert_int_equal(written.span[2 * i].attribute, i);
    }
    world.facts.shuffle = true;
}

static void the_same_stream_gives_the_same_biography(void **state)
{
    (void)state;
    struct written a, b, other;
    tell(&a, 5, BIOGRAPHY_TRAINING, 1);
    tell(&b, 5, BIOGRAPHY_TRAINING, 1);
    tell(&other, 5, BIOGRAPHY_TRAINING, 2);
    assert_int_equal(a.biography.tokens, b.biography.tokens);
    assert_memory_equal(a.token, b.token, a.biography.tokens * sizeof *a.token);
    assert_true(a.biography.tokens != other.biography.tokens ||
                memcmp(a.token, other.token, a.biography.tokens * sizeof *a.token) != 0);
}

static void the_longest_biography_is_as_long_as_said(void **state)
{
    (void)state;
    /* Longest name: Maria Jose, Maria Jose, de la Cruz = 7 tokens, three times. Longest values:
     * day and month 2, a town in parentheses 4, twice. Longest templates: 14 with 3 marks, "It is
     * known that , a child of its time , came on ."; "In the city of they speak of ."; "The town
     * where was born is .". Begin and end: 2. */
    assert_int_equal(biography_max_tokens(&world.vocabulary), 3 * 7 + 2 + 4 + 4 + 14 + 8 + 7 + 2);
    size_t longest = 0;
    for (uint64_t individual = 0; individual < world.population.names; individual++)
        for (uint64_t draw = 0; draw < 20; draw++) {
            struct written written;
            tell(&written, individual, draw % 2 ? BIOGRAPHY_TRAINING : BIOGRAPHY_EVALUATION, draw);
            if (written.biography.tokens > longest)
                longest = written.biography.tokens;
        }
    assert_true(longest <= biography_max_tokens(&world.vocabulary));
}

static void a_biography_reads_as_its_sentences(void **state)
{
    (void)state;
    world.facts.shuffle = false;
    for (uint64_t individual = 0; individual < KNOWN; individual++) {
        struct written written;
        struct text text = {0}, expected = {0};
        tell(&written, individual, BIOGRAPHY_TRAINING, 0);
        for (size_t i = 0; i < world.facts.attributes; i++) {
            size_t to = i + 1 < world.facts.attributes ? sentence_begin(&written, i + 1)
                                                       : written.biography.tokens - 1;
            const struct template *template = &world.facts.attribute[i].template[template_of(
                &written, &written.span[2 * i], sentence_begin(&written, i), to)];
            text_format(&expected, "%s%s", i ? " " : "", template->before_name);
            population_name_text(&world.population, individual, &expected);
            text_add(&expected, template->before_value);
            population_value_text(&world.population, individual, i, &expected);
            text_add(&expected, template->after_value);
        }
        vocabulary_text(&world.vocabulary, written.token, written.biography.tokens, &text);
        assert_string_equal(text.bytes, expected.bytes);
        text_free(&text);
        text_free(&expected);
    }
    world.facts.shuffle = true;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_are_the_name_and_the_value),
        cmocka_unit_test(a_biography_begins_and_ends),
        cmocka_unit_test(every_allowed_template_is_used_and_no_other),
        cmocka_unit_test(facts_told_in_one_template_are_asked_in_it),
        cmocka_unit_test(sentences_come_in_every_order),
        cmocka_unit_test(without_shuffling_the_order_is_that_of_the_facts),
        cmocka_unit_test(the_same_stream_gives_the_same_biography),
        cmocka_unit_test(the_longest_biography_is_as_long_as_said),
        cmocka_unit_test(a_biography_reads_as_its_sentences),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
