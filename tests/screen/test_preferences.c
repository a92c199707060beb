/* Every value of every setting, from the table itself, at every size in UTF-8 and ASCII: it is
 * taken, the program lives, and the screen is whole. Themes have their colours at every depth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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

/* ---- themes ---- */

enum { OWN = -1 };

static int number_of(const VTermColor *colour, bool is_own)
{
    return is_own ? OWN : VTERM_COLOR_IS_INDEXED(colour) ? colour->indexed.idx : colour->rgb.red;
}

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
            assert_int_equal(number_of(&cell.fg, VTERM_COLOR_IS_DEFAULT_FG(&cell.fg)), look.colour);
            assert_int_equal(number_of(&cell.bg, VTERM_COLOR_IS_DEFAULT_BG(&cell.bg)), look.ground);
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
        SCENE_TEST(every_theme_has_its_colours_at_every_size),
        SCENE_TEST(every_request_can_have_another_key),
    };
    return cmocka_run_group_tests_name("preferences", tests, NULL, NULL);
}
