#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "config/preset_key.h"
#include "config/themes.h"
#include "tests/fixtures/little_facts.h"
#include "tests/fixtures/little_lands.h"
#include "tests/fixtures/temporary.h"
#include "ui/tui/completion.h"

enum { ROOM = 400, KNOWN = 20, FRESH = 5 };

struct world {
    struct little_directory directory;
    struct fact_set facts;
    struct population population;
    struct vocabulary vocabulary;
    struct completion completion;
    char *candidate[ROOM];
    size_t count;
};

static const char *const runs[] = {"paper", "quickstart", "quickstart-1"};

static void make_world(struct world *world)
{
    struct error err;
    struct facts_options options = little_options();
    struct population_options size = {.seed = 7, .known = KNOWN, .held_out = FRESH};
    *world = (struct world){0};
    little_make(&world->directory);
    little_fill(&world->directory);
    little_load(&world->facts, &world->directory, &options);
    assert_true(population_init(&world->population, &world->facts, &size, &err));
    assert_true(vocabulary_build(&world->vocabulary, &world->facts, &err));
    world->completion = (struct completion){
        .population = &world->population,
        .vocabulary = &world->vocabulary,
        .run = runs,
        .runs = 3,
    };
}

static void forget(struct world *world)
{
    for (size_t c = 0; c < world->count; c++)
        memory_free(world->candidate[c]);
    world->count = 0;
}

static void free_world(struct world *world)
{
    forget(world);
    vocabulary_free(&world->vocabulary);
    fact_set_free(&world->facts);
    little_remove(&world->directory);
}

static void complete(struct world *world, const char *line)
{
    forget(world);
    world->count = completion_lines(&world->completion, line, world->candidate, ROOM);
}

static bool offers(const struct world *world, const char *line)
{
    for (size_t c = 0; c < world->count; c++)
        if (strcmp(world->candidate[c], line) == 0)
            return true;
    return false;
}

static char *name_of(const struct world *world, uint64_t individual)
{
    struct text name = {0};
    population_name_text(&world->population, individual, &name);
    return text_take(&name, NULL);
}

static void keys_are_completed_with_the_values_that_they_have(void **state)
{
    (void)state;
    struct error err;
    struct world world;
    struct preset preset;
    make_world(&world);
    assert_true(preset_init(&preset, &err));
    assert_true(preset_set(&preset, "train.clip=1.5", &err));
    world.completion.preset = &preset;
    complete(&world, "/set train.cl");
    assert_true(offers(&world, "/set train.clip=1.5"));
    complete(&world, "/branch @600 train.steps=7 train.clip=");
    assert_true(offers(&world, "/branch @600 train.steps=7 train.clip=1.5"));
    complete(&world, "/set train.l");
    assert_true(offers(&world, "/set train.lr=0.0004"));
    world.completion.rate = 0.00123456; /* the schedule's, or set by hand */
    complete(&world, "/set train.l");
    assert_true(offers(&world, "/set train.lr=0.00123") && world.count == 1);
    complete(&world, "/branch train.l");
    assert_true(offers(&world, "/branch train.lr=0.0004") && world.count == 1);
    complete(&world, "/set sampling.kind=p");
    assert_true(offers(&world, "/set sampling.kind=power-law"));
    assert_int_equal(world.count, 1);
    preset_free(&preset);
    free_world(&world);
}

static void commands_and_their_arguments_are_completed(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    complete(&world, "/p");
    assert_true(offers(&world, "/pause") && offers(&world, "/people") && offers(&world, "/parent"));
    assert_true(offers(&world, "/previous") && offers(&world, "/presets"));
    assert_true(offers(&world, "/plot") && offers(&world, "/palette"));
    assert_int_equal(world.count, 7);
    complete(&world, "/people n");
    assert_int_equal(world.count, 1);
    assert_true(offers(&world, "/people new"));
    complete(&world, "/load quick");
    assert_int_equal(world.count, 2);
    assert_true(offers(&world, "/load quickstart"));
    complete(&world, "/set train.l");
    assert_true(offers(&world, "/set train.lr="));
    assert_int_equal(world.count, 1);
    complete(&world, "/set model.");
    assert_int_equal(world.count, 0);
    complete(&world, "/branch model.");
    assert_int_equal(world.count, 0);
    complete(&world, "/branch fine-tuning.a");
    assert_true(offers(&world, "/branch fine-tuning.after="));
    complete(&world, "/branch ");
    assert_true(offers(&world, "/branch --both") && offers(&world, "/branch train.lr="));
    complete(&world, "/branch @600 train.lr=1e-3 --b");
    assert_true(offers(&world, "/branch @600 train.lr=1e-3 --both"));
    assert_int_equal(world.count, 1);
    complete(&world, "/pause ");
    assert_int_equal(world.count, 0);
    free_world(&world);
}

static void the_last_of_several_measures_is_completed(void **state)
{
    (void)state;
    struct world world;
    static char loss[] = "attr_loss", entropy[] = "entropy", of_new[] = "new_entropy";
    static char *const measures[] = {loss, entropy, of_new};
    make_world(&world);
    world.completion.measure = measures;
    world.completion.measures = 3;
    complete(&world, "/plot e");
    assert_int_equal(world.count, 1);
    assert_true(offers(&world, "/plot entropy"));
    complete(&world, "/plot attr_loss,new");
    assert_int_equal(world.count, 1);
    assert_true(offers(&world, "/plot attr_loss,new_entropy"));
    complete(&world, "/plot attr_loss,");
    assert_int_equal(world.count, 3);
    free_world(&world);
}

static void every_individual_can_be_reached_part_by_part(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    for (uint64_t i = 0; i < KNOWN + FRESH; i++) {
        char *name = name_of(&world, i);
        struct text typed = {0};
        text_add_bytes(&typed, name, utf8_length(name));
        /* Taking the candidate that leads on, again and again, ends at the name. */
        for (int tabs = 0; tabs < 10 && strcmp(typed.bytes, name) != 0; tabs++) {
            size_t longest = typed.length;
            complete(&world, typed.bytes);
            for (size_t c = 0; c < world.count; c++) {
                size_t length = strlen(world.candidate[c]);
                if (length > longest && strncmp(name, world.candidate[c], length) == 0)
                    longest = length;
            }
            assert_true(longest > typed.length);
            text_clear(&typed);
            text_add_bytes(&typed, name, longest);
            if (name[longest] == ' ')
                text_add(&typed, " ");
        }
        assert_string_equal(typed.bytes, name);
        text_free(&typed);
        memory_free(name);
    }
    free_world(&world);
}

static void candidates_begin_with_the_line_and_differ(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "m",         "Maria",  "Maria ", "THE ", "Ada Be",
        "The birth", "/who m", "/who ",  "/",    "It is known that A"};
    struct world world;
    make_world(&world);
    for (size_t l = 0; l < sizeof lines / sizeof lines[0]; l++) {
        complete(&world, lines[l]);
        assert_true(world.count > 0);
        for (size_t c = 0; c < world.count; c++) {
            struct folded line = {.next = lines[l]}, candidate = {.next = world.candidate[c]};
            for (uint32_t code; (code = utf8_next_folded(&line)) != 0;)
                assert_int_equal(utf8_next_folded(&candidate), code);
            for (size_t other = c + 1; other < world.count; other++)
                assert_string_not_equal(world.candidate[c], world.candidate[other]);
        }
    }
    free_world(&world);
}

static void a_full_name_is_followed_by_one_wording_of_each_attribute(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    char *name = name_of(&world, 3);
    char *line = memory_format(NULL, "%s ", name);
    char *born = memory_format(NULL, "%s was born on", name);
    char *lives = memory_format(NULL, "%s lives in", name);
    complete(&world, line);
    assert_int_equal(world.count, world.facts.attributes);
    assert_true(offers(&world, born) && offers(&world, lives));
    memory_free(line);
    line = memory_format(NULL, "%s w", name); /* "was born on", "was born in", "will stay in" */
    complete(&world, line);
    assert_int_equal(world.count, 3);
    memory_free(line);
    memory_free(born);
    memory_free(lives);
    memory_free(name);
    free_world(&world);
}

static void prompts_are_completed_behind_watch_and_those_watched_behind_unwatch(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    char *name = name_of(&world, 3), *watched[] = {name};
    struct text line = {0}, behind = {0};
    complete(&world, name);
    assert_true(world.count > 0);
    size_t alone = world.count;
    char *first = memory_string(world.candidate[0], NULL);
    text_format(&line, "/watch %s", name);
    text_format(&behind, "/watch %s", first);
    complete(&world, line.bytes);
    assert_int_equal(world.count, alone);
    assert_true(offers(&world, behind.bytes));
    complete(&world, "/unwatch ");
    assert_int_equal(world.count, 0);
    world.completion.watched = watched;
    world.completion.questions = 1;
    complete(&world, "/unwatch ");
    text_clear(&line);
    text_format(&line, "/unwatch %s", name);
    assert_int_equal(world.count, 1);
    assert_true(offers(&world, line.bytes));
    complete(&world, "/unwatch ~");
    assert_int_equal(world.count, 0);
    memory_free(first);
    memory_free(name);
    text_free(&line);
    text_free(&behind);
    free_world(&world);
}

static void wordings_with_words_before_the_name_are_completed(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    complete(&world, "the h");
    assert_int_equal(world.count, 1);
    assert_true(offers(&world, "The home of"));
    char *name = name_of(&world, 0);
    char *line = memory_format(NULL, "The home of %s ", name);
    char *whole = memory_format(NULL, "The home of %s is", name);
    complete(&world, line);
    assert_int_equal(world.count, 1);
    assert_true(offers(&world, whole));
    memory_free(line);
    memory_free(whole);
    memory_free(name);
    free_world(&world);
}

static void names_that_nobody_has_come_from_the_pools(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    /* A beginning that no individual has: take pairs until one is free. */
    for (size_t a = 0; a < world.facts.pool[0].count; a++)
        for (size_t b = 0; b < world.facts.pool[0].count; b++) {
            char *start = memory_format(NULL, "%s %s ", world.facts.pool[0].entry[a],
                                        world.facts.pool[0].entry[b]);
            bool taken = false;
            for (uint64_t i = 0; i < KNOWN + FRESH; i++) {
                char *name = name_of(&world, i);
                taken |= strncmp(name, start, strlen(start)) == 0;
                memory_free(name);
            }
            complete(&world, start);
            assert_true(world.count > 0);
            if (!taken && a != 2 && b != 3) /* "Maria Jose" is one part and two as well */
                assert_int_equal(world.count, 5);
            memory_free(start);
        }
    free_world(&world);
}

static void attributes_are_completed_by_their_names(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    complete(&world, "/wordings b");
    assert_int_equal(world.count, 2);
    assert_true(offers(&world, "/wordings birth date") && offers(&world, "/wordings birth place"));
    complete(&world, "/values BIRTH P");
    assert_int_equal(world.count, 1);
    assert_true(offers(&world, "/values birth place"));
    complete(&world, "/values ");
    assert_int_equal(world.count, 3);
    free_world(&world);
}

static void names_are_found_by_a_part_of_them(void **state)
{
    (void)state;
    struct world world = {0};
    struct little_lands lands;
    little_lands_make(&lands);
    world.completion = (struct completion){
        .population = &lands.population,
        .vocabulary = &lands.vocabulary,
    };
    static const struct {
        const char *line, *offered;
        size_t count;
        bool goes_on;
    } lines[] = {
        {"/who gol", "/who Goldberg", 2, true},
        {"/who zea", "/who New Zealand", 1, false},
        {"/people bissau", "/people Guinea-Bissau", 1, false},
        {"/who sao", "/who São Tomé and Príncipe", 1, true},
        {"/who Goldbrg", "/who Goldberg", 1, false},
        {"/who South Afr", "/who South Africa", 1, true},
        {"The capital of south k", "The capital of South Korea", 1, true},
        /* South itself, and three whose names begin so */
        {"The capital of South ", "The capital of South is", 4, true},
        {"The capital of South ", "The capital of South Sudan", 4, true},
        {"The capital of South i", "The capital of South is", 1, true},
        {"Goldberg's ca", "Goldberg's capital is", 1, true},
        {"The capital of zealand", "The capital of New Zealand", 1, false},
        {"bissau", "Guinea-Bissau", 1, false},
        {"/who and", "/who São Tomé and Príncipe", 3, false},
        {"/who xyzzyqq", NULL, 0, false},
        {"xyzzyqq", NULL, 0, false},
    };
    for (size_t l = 0; l < sizeof lines / sizeof *lines; l++) {
        complete(&world, lines[l].line);
        if (world.count != lines[l].count)
            fail_msg("\"%s\" has %zu candidates", lines[l].line, world.count);
        assert_true(!lines[l].offered || offers(&world, lines[l].offered));
        assert_int_equal(completion_goes_on(lines[l].line, world.candidate, world.count),
                         lines[l].goes_on);
    }
    forget(&world);
    little_lands_remove(&lands);
}

/* Completes the path `typed` in a directory, as what /load takes or as a line of its own, and wants
 * these candidates behind the directory and no others. */
static void assert_paths(struct world *world, const char *directory, const char *typed,
                         const char *const *wanted)
{
    for (int opens = 0; opens < 2; opens++) {
        const char *command = opens ? "" : "/load ";
        size_t count = 0;
        char *line = memory_format(NULL, "%s%s/%s", command, directory, typed);
        world->completion.opens = opens;
        complete(world, line);
        for (; wanted[count]; count++) {
            char *path = memory_format(NULL, "%s%s/%s", command, directory, wanted[count]);
            if (!offers(world, path))
                fail_msg("\"%s\" does not lead to %s", line, path);
            memory_free(path);
        }
        assert_int_equal(world->count, count);
        memory_free(line);
    }
}

static void paths_lead_to_tables_and_presets(void **state)
{
    static const char *const files[] = {"Bones.csv", "big one.tsv", "mine.ini",
                                        "notes.txt", ".hidden.csv", "bin/rivers.csv"};
    struct world world = {.completion = {.run = runs, .runs = 3}};
    char *directory = *state, path[TEMPORARY_PATH];
    assert_int_equal(mkdir(temporary_path(path, directory, "bin"), 0777), 0);
    for (size_t f = 0; f < sizeof files / sizeof *files; f++)
        temporary_put(path, directory, files[f], "a,b\nc,d\n");
#define PATHS(typed, ...)                                                                          \
    assert_paths(&world, directory, typed, (const char *const[]){__VA_ARGS__, NULL})
    PATHS("", "Bones.csv", "big one.tsv", "bin/", "mine.ini");
    PATHS("b", "Bones.csv", "big one.tsv", "bin/");
    PATHS("BIG", "big one.tsv");
    PATHS("n", NULL);
    PATHS(".h", ".hidden.csv");
    PATHS("bin/", "bin/rivers.csv");
    PATHS("nowhere/", NULL);
#undef PATHS
    setenv("HOME", directory, 1);
    world.completion.opens = true;
    complete(&world, "~");
    assert_int_equal(world.count, 1);
    assert_true(offers(&world, "~/"));
    complete(&world, "~/m");
    assert_true(world.count == 1 && offers(&world, "~/mine.ini"));
    complete(&world, "quick");
    assert_true(world.count == 2 && offers(&world, "quickstart-1"));
    forget(&world);
}

static void the_steps_one_can_go_to_are_completed(void **state)
{
    static const uint64_t steps[] = {0, 1, 16, 160};
    struct world world = {.completion = {.step = steps, .steps = 4}};
    (void)state;
    complete(&world, "/at 1");
    assert_int_equal(world.count, 3);
    assert_true(offers(&world, "/at 1") && offers(&world, "/at 16") && offers(&world, "/at 160"));
    complete(&world, "/at 2");
    assert_int_equal(world.count, 0);
    complete(&world, "/at ");
    assert_int_equal(world.count, 4);
    complete(&world, "/branch @16");
    assert_true(world.count == 2 && offers(&world, "/branch @160"));
    complete(&world, "/branch @16 @");
    assert_int_equal(world.count, 0);
    forget(&world);
}

static void without_a_run_there_are_commands_alone(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    world.completion.population = NULL;
    complete(&world, "A");
    assert_int_equal(world.count, 0);
    complete(&world, "/who A");
    assert_int_equal(world.count, 0);
    complete(&world, "/q");
    assert_true(offers(&world, "/quit"));
    free_world(&world);
}

static void no_more_candidates_than_there_is_room_for(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    world.count = completion_lines(&world.completion, "/", world.candidate, 3);
    assert_int_equal(world.count, 3);
    free_world(&world);
}

static void settings_are_completed_with_their_values(void **state)
{
    (void)state;
    static struct world world;
    make_world(&world);
    complete(&world, "/config ");
    assert_true(offers(&world, "/config save"));
    assert_true(offers(&world, "/config theme="));
    assert_true(offers(&world, "/config chart.axis="));
    assert_true(offers(&world, "/config keys."));
    complete(&world, "/config theme=");
    assert_int_equal(world.count, THEME_KINDS);
    assert_true(offers(&world, "/config theme=high-contrast"));
    complete(&world, "/config theme=l");
    assert_int_equal(world.count, 1);
    assert_true(offers(&world, "/config theme=light"));
    complete(&world, "/config mouse=");
    assert_int_equal(world.count, 2);
    assert_true(offers(&world, "/config mouse=yes"));
    complete(&world, "/config keys.ma");
    assert_int_equal(world.count, 1);
    assert_true(offers(&world, "/config keys.map="));
    free_world(&world);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_completed_with_the_values_that_they_have),
        cmocka_unit_test(commands_and_their_arguments_are_completed),
        cmocka_unit_test(the_last_of_several_measures_is_completed),
        cmocka_unit_test(every_individual_can_be_reached_part_by_part),
        cmocka_unit_test(candidates_begin_with_the_line_and_differ),
        cmocka_unit_test(a_full_name_is_followed_by_one_wording_of_each_attribute),
        cmocka_unit_test(prompts_are_completed_behind_watch_and_those_watched_behind_unwatch),
        cmocka_unit_test(wordings_with_words_before_the_name_are_completed),
        cmocka_unit_test(names_that_nobody_has_come_from_the_pools),
        cmocka_unit_test(attributes_are_completed_by_their_names),
        cmocka_unit_test(names_are_found_by_a_part_of_them),
        cmocka_unit_test_setup_teardown(paths_lead_to_tables_and_presets, temporary_set_up,
                                        temporary_tear_down),
        cmocka_unit_test(the_steps_one_can_go_to_are_completed),
        cmocka_unit_test(without_a_run_there_are_commands_alone),
        cmocka_unit_test(no_more_candidates_than_there_is_room_for),
        cmocka_unit_test(settings_are_completed_with_their_values),
    };
    return cmocka_run_group_tests_name("completion", tests, NULL, NULL);
}
