/* Every value of every setting, from the table itself, at every size in UTF-8 and ASCII: it is
 * taken, the program lives, the screen is whole, and something is otherwise than with its standard
 * value. Themes have their colours at every depth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curses.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "config/preferences.h"
#include "tests/screen/scene.h"
#include "ui/requests.h"
#include "ui/tui/request_keys.h"
#include "ui/tui/theme.h"

#define REDRAWS VTERM_KEY_FUNCTION(11)

static void configure(struct scene *scene, const char *text)
{
    assert_true(sandbox_write(&scene->sandbox, "config/mneme/config.ini", text));
}

static struct terminal *open_run(struct scene *scene, size_t size, bool ascii)
{
    const char *const arguments[] = {sandbox_program(), "tiny", ascii ? "--ascii" : NULL, NULL};
    struct terminal *terminal =
        scene_start(scene, scene_sizes[size].rows, scene_sizes[size].cols, arguments);
    assert_true(terminal_shows(terminal, "paused"));
    return terminal;
}

static void assert_whole(struct terminal *terminal, bool ascii, const char *what)
{
    const char *fault = terminal_has_ended(terminal) ? "it ended" : terminal_fault(terminal, ascii);
    if (fault)
        fail_msg("%s: %s\n%s", what, fault, terminal_screen(terminal));
}

/* ---- values ---- */

/* Value number v of a key; null: it has no more. */
static const char *value_of(const struct preference_key *key, size_t v)
{
    static const char *const switches[] = {"yes", "no", NULL};
    static const char *const texts[] = {"attr_acc", "", NULL}; /* a command as well as a measure */
    const char *const *values = key->type == PREFERENCE_SWITCH   ? switches
                                : key->type == PREFERENCE_CHOICE ? key->choice
                                                                 : texts;
    return values[v];
}

/* Whether the last reply is that something was set. */
static bool is_set(struct terminal *terminal)
{
    const char *screen = terminal_screen(terminal), *last = strstr(screen, "keeps it");
    const char *refused = strstr(screen, "there is no /another");
    for (const char *next = last; next; next = strstr(next + 1, "keeps it"))
        last = next;
    for (const char *next = refused; next; next = strstr(next + 1, "there is no /another"))
        refused = next;
    return last && (!refused || refused < last);
}

/* Behind a reply of its own, which is another's than what is set. */
static void give(struct terminal *terminal, bool ascii, const char *assignment)
{
    char line[128];
    snprintf(line, sizeof line, "/config %s", assignment);
    scene_type_line(terminal, "/another");
    scene_type_line(terminal, line);
    assert_true(terminal_settles(terminal, REDRAWS));
    assert_whole(terminal, ascii, assignment);
    if (!is_set(terminal))
        fail_msg("%s is not taken:\n%s", assignment, terminal_screen(terminal));
}

static void give_all(struct terminal *terminal, bool ascii)
{
    for (size_t k = 0; k < PREFERENCE_KEYS; k++) {
        const struct preference_key *key = &preference_keys[k];
        char *name = preference_key_name(key, NULL), assignment[96];
        assert_non_null(name);
        /* themes clear the screen, and what is not ASCII is another test's */
        bool elsewhere = strcmp(key->name, "theme") == 0 || strcmp(key->name, "ascii") == 0;
        for (size_t v = 0; !elsewhere && value_of(key, v); v++) {
            snprintf(assignment, sizeof assignment, "%s=%s", name, value_of(key, v));
            give(terminal, ascii, assignment);
        }
        memory_free(name);
    }
}

static void every_value_of_every_setting_is_taken_at_every_size(void **state)
{
    configure(*state, "[keys]\nredraw = F11\n");
    for (size_t s = 0; s < SCENE_SIZES; s++)
        for (int ascii = 0; ascii < 2; ascii++)
            give_all(open_run(*state, s, ascii), ascii);
}

/* ---- what they do ---- */

/* A run whose plateau is soon to begin, and one that goes on from there. */
#define EARLY SCENE_RUNS "early"
#define AGAIN SCENE_RUNS "again"

static void make_early_run(struct scene *scene)
{
    assert_true(
        scene_run(scene, ARGUMENTS("train", "tiny", "--run", EARLY, "--set", "train.steps=90",
                                   "--set", "train.lr=3e-2", "--set", "train.schedule=constant",
                                   "--set", "train.batch=16", "--set", "population.known=4",
                                   "--set", "eval.known=4", "--set", "population.new=4", "--set",
                                   "eval.new=4", "--set", "eval.every=2")));
}

/* What can be told from outside of a program that has settings. */
struct effects {
    char *screen;
    uint64_t look;
    bool has_mouse;
};

static void configure_one(struct scene *scene, const struct preference_key *key, const char *value)
{
    char text[128] = "[keys]\nredraw = Ctrl-L F11\n";
    if (key)
        snprintf(text, sizeof text, *key->section ? "[%s]\n%s = %s\n%s" : "%s%s = %s\n%s",
                 key->section, key->name, value, "[keys]\nredraw = Ctrl-L F11\n");
    configure(scene, text);
}

static struct terminal *open_early(struct scene *scene, const char *run, size_t size, bool ascii)
{
    const char *const arguments[] = {sandbox_program(),        run, "--steps", "180",
                                     ascii ? "--ascii" : NULL, NULL};
    struct terminal *terminal =
        scene_start(scene, scene_sizes[size].rows, scene_sizes[size].cols, arguments);
    assert_true(terminal_shows(terminal, "paused"));
    assert_true(terminal_settles(terminal, REDRAWS));
    return terminal;
}

static struct effects look_at(struct scene *scene, size_t size, bool ascii)
{
    struct terminal *terminal = open_early(scene, EARLY, size, ascii);
    assert_whole(terminal, ascii, "at its beginning");
    return (struct effects){strdup(terminal_screen(terminal)), terminal_look(terminal),
                            terminal_has_mouse(terminal)};
}

static bool effects_differ(const struct effects *a, const struct effects *b)
{
    return strcmp(a->screen, b->screen) != 0 || a->look != b->look || a->has_mouse != b->has_mouse;
}

static size_t count_bells(struct terminal *terminal)
{
    size_t length, count = 0;
    const char *output = terminal_output(terminal, &length);
    for (size_t i = 0; i < length; i++)
        count += output[i] == '\a';
    return count;
}

/* What the command of a phase has written, of whichever phase began first; "" where none was run.
 */
static void read_told(struct scene *scene, char *told, size_t room)
{
    static const char *const logs[] = {AGAIN "/on_phase/plateau.log",
                                       AGAIN "/on_phase/knowledge.log"};
    *told = '\0';
    for (size_t l = 0; l < sizeof logs / sizeof *logs && !*told; l++) {
        char *path = sandbox_path(&scene->sandbox, logs[l]);
        FILE *file = fopen(path, "r");
        free(path);
        if (!file)
            continue;
        told[fread(told, 1, room - 1, file)] = '\0';
        fclose(file);
    }
}

/* Trains over the beginning of a phase, and to the end. */
static struct terminal *train_on(struct scene *scene, size_t size, bool ascii)
{
    assert_true(scene_run(scene, (const char *const[]){"rm", "-rf", AGAIN, NULL}));
    assert_true(scene_run(scene, (const char *const[]){"cp", "-r", EARLY, AGAIN, NULL}));
    struct terminal *terminal = open_early(scene, AGAIN, size, ascii);
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, "done"));
    assert_true(terminal_settles(terminal, REDRAWS));
    return terminal;
}

/* Where nothing is to be seen before, something happens while it trains. */
static void assert_happens(struct scene *scene, size_t size, bool ascii, const char *what)
{
    char told[256];
    struct terminal *terminal = train_on(scene, size, ascii);
    size_t bells = count_bells(terminal);
    scene_quit(scene);
    read_told(scene, told, sizeof told);
    if (bells == 0 && !*told)
        fail_msg("%dx%d%s: %s does nothing", scene_sizes[size].cols, scene_sizes[size].rows,
                 ascii ? " ASCII" : "", what);
}

static void try_all(struct scene *scene, size_t size, bool ascii)
{
    configure_one(scene, NULL, NULL);
    struct effects standard = look_at(scene, size, ascii), again = look_at(scene, size, ascii);
    assert_false(effects_differ(&standard, &again));
    free(again.screen);
    for (size_t k = 0; k < PREFERENCE_KEYS; k++)
        for (size_t v = 0; value_of(&preference_keys[k], v); v++) {
            const struct preference_key *key = &preference_keys[k];
            const char *value = value_of(key, v);
            bool is_ascii_already = ascii && strcmp(key->name, "ascii") == 0;
            if (strcmp(value, key->standard) == 0 || is_ascii_already)
                continue;
            configure_one(scene, key, value);
            struct effects effects = look_at(scene, size, ascii || strcmp(key->name, "ascii") == 0);
            if (!effects_differ(&standard, &effects))
                assert_happens(scene, size, ascii, key->name);
            free(effects.screen);
        }
    free(standard.screen);
}

static void every_value_of_every_setting_does_something_at_every_size(void **state)
{
    make_early_run(*state);
    for (size_t s = 0; s < SCENE_SIZES; s++)
        for (int ascii = 0; ascii < 2; ascii++)
            try_all(*state, s, ascii);
}

static void without_settings_nothing_rings_and_nothing_is_run(void **state)
{
    char told[256];
    make_early_run(*state);
    configure_one(*state, NULL, NULL);
    struct terminal *terminal = train_on(*state, 1, false);
    assert_int_equal(count_bells(terminal), 0);
    read_told(*state, told, sizeof told);
    assert_string_equal(told, "");
}

static void the_command_of_a_phase_is_told_which_and_when(void **state)
{
    struct scene *scene = *state;
    char *run = sandbox_path(&scene->sandbox, AGAIN);
    make_early_run(scene);
    configure(scene, "on_phase = echo \"$MNEME_PHASE $MNEME_STEP $MNEME_RUN\"\n"
                     "[keys]\nredraw = Ctrl-L F11\n");
    for (size_t s = 0; s < SCENE_SIZES; s++) {
        char told[256], phase[16], directory[200];
        unsigned step;
        train_on(scene, s, s % 2 == 0);
        scene_quit(scene);
        read_told(scene, told, sizeof told);
        assert_int_equal(sscanf(told, "%15s %u %199s", phase, &step, directory), 3);
        assert_true(strcmp(phase, "plateau") == 0 || strcmp(phase, "knowledge") == 0);
        assert_true(step > 0 && step <= 180);
        assert_string_equal(directory, run);
    }
    free(run);
}

/* ---- themes ---- */

/* The word for the state, at the depths that terminals have which every system describes. */
static void every_theme_has_its_colours_at_every_size(void **state)
{
    static const struct {
        const char *name;
        enum colour_depth depth;
    } terminals[] = {
        {"xterm-256color", COLOURS_256}, {"xterm", COLOURS_8}, {"vt100", COLOURS_NONE}};
    static const char *const names[] = {
#define NAME(constant, name, text) name,
        THEMES(NAME)
#undef NAME
    };
    struct scene *scene = *state;
    for (size_t t = 0; t < sizeof terminals / sizeof *terminals; t++)
        for (enum theme_kind theme = 0; theme < THEME_KINDS; theme++) {
            const struct look look = theme_look(theme, STYLE_PAUSED, terminals[t].depth);
            const size_t size = (t + (size_t)theme) % SCENE_SIZES;
            char text[64];
            VTermScreenCell cell;
            snprintf(text, sizeof text, "theme = %s\n", names[theme]);
            configure(scene, text);
            assert_true(sandbox_set(&scene->sandbox, "TERM", terminals[t].name));
            struct terminal *terminal = open_run(scene, size, theme % 2 == 1);
            assert_true(terminal_find(terminal, "paused", &cell));
            assert_int_equal(terminal_foreground(&cell), look.colour);
            assert_int_equal(terminal_background(&cell), look.ground);
            assert_int_equal(cell.attrs.bold, (look.attributes & A_BOLD) != 0);
            scene_quit(scene);
        }
}

/* ---- keys ---- */

/* A key that was free before, and then its own again. */
static void every_request_can_have_another_key(void **state)
{
    enum { COLUMNS = 2 };
    configure(*state, "");
    struct terminal *terminal = open_run(*state, COLUMNS, false);
    for (size_t r = 0; r < request_count; r++) {
        const struct request_info *info = &request_table[r];
        char line[128];
        snprintf(line, sizeof line, "/config keys.%s=F11", info->command);
        scene_type_line(terminal, line);
        assert_true(terminal_shows(terminal, line));
        assert_true(terminal_shows(terminal, "keeps it"));
        scene_type_line(terminal, "/help");
        assert_true(terminal_shows(terminal, "These keys work"));
        terminal_type(terminal, "/");
        snprintf(line, sizeof line, "F11 /%s", info->command);
        terminal_type(terminal, line);
        assert_true(terminal_shows(terminal, line));
        assert_true(terminal_hides(terminal, "no line has"));
        terminal_type(terminal, "\003"); /* what was typed, and then the help */
        assert_true(terminal_shows(terminal, "These keys work"));
        terminal_type(terminal, "\003");
        assert_true(terminal_hides(terminal, "These keys work"));
        struct text own = {0};
        text_format(&own, "/config keys.%s=", info->command);
        for (int k = 0; k < REQUEST_KEYS && info->key[k]; k++) {
            char name[KEY_NAME_SIZE];
            if (info->key[k] == KEY_ENTER) /* of the keypad: it has no name of its own */
                continue;
            text_format(&own, "%s ",
                        info->key[k] == ';' ? "semicolon" : request_key_name(info->key[k], name));
        }
        scene_type_line(terminal, own.bytes);
        text_free(&own);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(every_value_of_every_setting_is_taken_at_every_size),
        SCENE_TEST(every_value_of_every_setting_does_something_at_every_size),
        SCENE_TEST(without_settings_nothing_rings_and_nothing_is_run),
        SCENE_TEST(the_command_of_a_phase_is_told_which_and_when),
        SCENE_TEST(every_theme_has_its_colours_at_every_size),
        SCENE_TEST(every_request_can_have_another_key),
    };
    return cmocka_run_group_tests_name("preferences", tests, NULL, NULL);
}
