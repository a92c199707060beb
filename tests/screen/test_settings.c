/* Settings on the screen: themes by what a terminal can show, keys, the mouse, the bell, and what a
 * first start tells. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "tests/screen/scene.h"

#define CONFIG "config/mneme/config.ini"

static void configure(struct scene *scene, const char *text)
{
    assert_true(sandbox_write(&scene->sandbox, CONFIG, text));
}

static struct terminal *start(struct scene *scene, int rows, int cols, const char *option)
{
    return scene_start(scene, rows, cols, ARGUMENTS("tiny", option));
}

static struct terminal *open_run(struct scene *scene, int rows, int cols)
{
    struct terminal *terminal = start(scene, rows, cols, NULL);
    assert_true(terminal_shows(terminal, "paused"));
    return terminal;
}

static struct terminal *open_list(struct scene *scene, int rows, int cols)
{
    return scene_start(scene, rows, cols, ARGUMENTS(NULL));
}

static void assert_file(struct scene *scene, const char *expected)
{
    char found[512] = "", *path = sandbox_path(&scene->sandbox, CONFIG);
    FILE *file = fopen(path, "r");
    free(path);
    assert_non_null(file);
    found[fread(found, 1, sizeof found - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(found, expected);
}

/* Themes */

enum { OWN = -1 };

/* The word "paused" on the status line, by theme and terminal. */
static void colours_are_those_of_the_theme_and_the_terminal(void **state)
{
    struct scene *scene = *state;
    static const struct {
        const char *terminal, *theme;
        int colour, ground;
    } cases[] = {
        {"xterm-256color", "terminal", 3, OWN},
        {"xterm-256color", "light", 94, OWN}, /* 0x875F00 = 16 + 2 * 36 + 6 */
        {"xterm-256color", "high-contrast", 220, 16},
        {"xterm-256color", "colour-blind", 178, OWN}, /* 0xD7AF00 */
        {"xterm", "light", 1, OWN},
        {"xterm", "high-contrast", 3, 0},
        {"linux", "colour-blind", 3, OWN},
        {"linux", "light", 1, OWN},
        {"vt100", "high-contrast", OWN, OWN},
        {SCENE_TRUE_COLOURS, "terminal", 3, OWN},
        {SCENE_TRUE_COLOURS, "light", 0x8F5400, OWN},
        {SCENE_TRUE_COLOURS, "colour-blind", 0xE69F00, OWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        VTermScreenCell cell;
        bool is_direct = strcmp(cases[i].terminal, SCENE_TRUE_COLOURS) == 0;
        if (is_direct && !scene_describe_true_colours(scene))
            continue;
        snprintf(text, sizeof text, "theme = %s\n", cases[i].theme);
        configure(scene, text);
        assert_true(sandbox_set(&scene->sandbox, "TERM", cases[i].terminal));
        struct terminal *terminal = open_run(scene, 24, 80);
        assert_true(terminal_find(terminal, "paused", &cell));
        int colour = terminal_foreground(&cell), ground = terminal_background(&cell);
        if (colour != cases[i].colour || ground != cases[i].ground)
            fail_msg("%s on %s: %x on %x", cases[i].theme, cases[i].terminal, (unsigned)colour,
                     (unsigned)ground);
        assert_true(cell.attrs.bold);
        scene_quit(scene);
    }
}

static void without_colours_no_theme_has_any(void **state)
{
    struct scene *scene = *state;
    static const char *const themes[] = {"terminal", "light", "high-contrast", "colour-blind"};
    assert_true(sandbox_set(&scene->sandbox, "NO_COLOR", "1"));
    for (size_t t = 0; t < sizeof themes / sizeof *themes; t++) {
        char text[64];
        VTermScreenCell cell;
        snprintf(text, sizeof text, "theme = %s\n", themes[t]);
        configure(scene, text);
        struct terminal *terminal = open_run(scene, 24, 80);
        assert_false(terminal_has_colour(terminal));
        assert_true(terminal_find(terminal, "paused", &cell));
        assert_true(cell.attrs.bold);
        scene_quit(scene);
    }
}

static bool is_default(const VTermScreenCell *cell)
{
    return VTERM_COLOR_IS_DEFAULT_BG(&cell->bg);
}

/* High contrast has a ground of its own, which is everywhere and goes again. */
static void a_theme_can_be_changed_while_the_program_runs(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_run(scene, 24, 80);
    VTermScreenCell cell;
    scene_type_line(terminal, "/config theme=high-contrast");
    assert_true(terminal_shows(terminal, "/config save keeps it"));
    terminal_rest(terminal, 0.5);
    assert_true(terminal_shows(terminal, "paused"));
    assert_true(terminal_find(terminal, "paused", &cell));
    assert_false(is_default(&cell));
    assert_true(terminal_find(terminal, "        ", &cell));
    assert_false(is_default(&cell));
    scene_type_line(terminal, "/config theme=terminal");
    assert_true(terminal_shows(terminal, "theme=terminal"));
    terminal_rest(terminal, 0.5);
    assert_true(terminal_shows(terminal, "paused"));
    assert_true(terminal_find(terminal, "paused", &cell));
    assert_true(is_default(&cell));
    scene_quit(scene);
}

/* Characters */

static bool has_other_than_ascii(struct terminal *terminal)
{
    for (const char *c = terminal_screen(terminal); *c; c++)
        if ((unsigned char)*c >= 0x80)
            return true;
    return false;
}

static void ascii_is_a_setting_too(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_run(scene, 24, 80);
    assert_true(has_other_than_ascii(terminal));
    scene_quit(scene);
    configure(scene, "ascii = yes\n");
    terminal = open_run(scene, 24, 80);
    assert_false(has_other_than_ascii(terminal));
    scene_quit(scene);
}

static void terminals_without_braille_or_utf8_get_ascii(void **state)
{
    struct scene *scene = *state;
    static const char *const consoles[] = {"linux", "linux-16color", "linux-basic"};
    for (size_t c = 0; c < sizeof consoles / sizeof *consoles; c++) {
        assert_true(sandbox_set(&scene->sandbox, "TERM", consoles[c]));
        struct terminal *terminal = start(scene, 24, 80, NULL);
        int status;
        if (terminal_has_ended(terminal) || !terminal_shows(terminal, "paused")) {
            assert_true(terminal_ends(terminal, &status)); /* not described on this system */
            continue;
        }
        assert_false(has_other_than_ascii(terminal));
        scene_quit(scene);
        if (c == 0)
            break;
    }
    assert_true(sandbox_set(&scene->sandbox, "TERM", "xterm-256color"));
    assert_true(sandbox_set(&scene->sandbox, "LANG", "C"));
    struct terminal *terminal = open_run(scene, 24, 80);
    assert_false(has_other_than_ascii(terminal));
    scene_quit(scene);
}

static void what_the_command_line_said_is_not_saved(void **state)
{
    struct scene *scene = *state;
    configure(scene, "# mine\n");
    struct terminal *terminal = start(scene, 36, 120, "--ascii");
    assert_true(terminal_shows(terminal, "paused"));
    scene_type_line(terminal, "/config");
    assert_true(terminal_shows(terminal, "the command line says yes"));
    scene_type_line(terminal, "/config theme=light");
    scene_type_line(terminal, "/config save");
    assert_true(terminal_shows(terminal, "saved in "));
    assert_false(has_other_than_ascii(terminal));
    assert_file(scene, "# mine\ntheme = light\n");
    scene_quit(scene);
}

/* Files */

static void a_wrong_file_is_told_and_nothing_is_lost(void **state)
{
    struct scene *scene = *state;
    static const struct {
        const char *text, *sentence;
    } cases[] = {
        {"theme = light\ntheem = dark\n", ":2: there is no setting theem"},
        {"[keys]\nmap = q\n", ":2: map cannot have the key q"},
        {"[keys]\nmapp = z\n", ":2: there is no request mapp"},
        {"theme = \001\033[2J\n", ":1: there is no theme"},
        {"]\n", ":1: neither"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        configure(scene, cases[i].text);
        open_list(scene, 24, 120);
        assert_true(terminal_shows(scene->terminal, cases[i].sentence));
        scene_quit(scene);
        assert_file(scene, cases[i].text);
    }
}

static void a_pipe_is_not_waited_for(void **state)
{
    struct scene *scene = *state;
    char *path = sandbox_path(&scene->sandbox, CONFIG);
    configure(scene, "");
    remove(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    open_list(scene, 24, 120);
    assert_true(terminal_shows(scene->terminal, "is not a file"));
    scene_quit(scene);
    free(path);
}

/* Keys */

static void keys_can_be_others(void **state)
{
    struct scene *scene = *state;
    configure(scene, "[keys]\nmap = z\nhelp = F11\n");
    struct terminal *terminal = open_run(scene, 24, 120);
    assert_true(terminal_shows(terminal, "F11 help"));
    terminal_type(terminal, "z");
    assert_true(terminal_shows(terminal, "forgotten"));
    terminal_type(terminal, "\033");
    assert_true(terminal_hides(terminal, "forgotten"));
    terminal_type(terminal, "h");
    assert_true(terminal_shows(terminal, "F11 shows the keys"));
    scene_type_line(terminal, "/config keys.map=q");
    assert_true(terminal_shows(terminal, "map cannot have the key q: that is a key of quit"));
    scene_type_line(terminal, "/config keys.quit=Ctrl-Q");
    scene_type_line(terminal, "/config keys.map=q");
    assert_true(terminal_hides(terminal, "map cannot have the key q\n"));
    terminal_rest(terminal, 0.5);
    terminal_type(terminal, "q");
    assert_true(terminal_shows(terminal, "forgotten"));
    terminal_type(terminal, "\033");
    int status;
    terminal_rest(terminal, 0.5);
    terminal_type(terminal, "\x11");
    assert_true(terminal_ends(terminal, &status));
}

/* The chart */

static void the_chart_begins_as_settings_say(void **state)
{
    struct scene *scene = *state;
    configure(scene, "[chart]\naxis = linear\n");
    struct terminal *terminal = open_run(scene, 36, 120);
    assert_true(terminal_shows(terminal, "nats (linear)"));
    scene_type_line(terminal, "/config chart.axis=log");
    assert_true(terminal_shows(terminal, "nats (log)"));
    scene_quit(scene);
    configure(scene, "[chart]\nfirst = circuits\nsteps = planned\n");
    terminal = open_run(scene, 36, 120);
    assert_true(terminal_shows(terminal, "attribute→name"));
    assert_true(terminal_hides(terminal, "nats (log)"));
    scene_quit(scene);
    configure(scene, "[chart]\npicks = attr_acc, new_entropy\nstep_axis = log\n");
    terminal = open_run(scene, 36, 120);
    assert_true(terminal_shows(terminal, " attr_acc "));
    assert_true(terminal_shows(terminal, " new_entropy "));
    scene_type_line(terminal, "/config chart.picks=attr_acc");
    assert_true(terminal_shows(terminal, "picks=attr_acc"));
    assert_true(terminal_hides(terminal, " new_entropy "));
    scene_type_line(terminal, "/config chart.picks=");
    assert_true(terminal_shows(terminal, "attribute loss"));
    scene_type_line(terminal, "/config chart.picks=nothing");
    assert_true(terminal_shows(terminal, "chart.picks: "));
    scene_quit(scene);
}

/* The mouse */

static void the_mouse_is_the_terminals_until_it_is_asked_for(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_run(scene, 24, 80);
    assert_true(terminal_reports_mouse(terminal, false));
    terminal_key(terminal, VTERM_KEY_FUNCTION(9));
    assert_true(terminal_shows(terminal, "the mouse acts on the screen"));
    assert_true(terminal_reports_mouse(terminal, true));
    terminal_key(terminal, VTERM_KEY_FUNCTION(9));
    assert_true(terminal_shows(terminal, "the mouse is the terminal's again"));
    assert_true(terminal_reports_mouse(terminal, false));
    scene_type_line(terminal, "/mouse");
    assert_true(terminal_reports_mouse(terminal, true));
    scene_quit(scene);
}

/* 60 steps are drawn from column 7 to column 80, row 5; what is typed comes in pieces. */
static void the_mouse_puts_the_cursor_and_zooms(void **state)
{
    struct scene *scene = *state;
    configure(scene, "mouse = yes\n[chart]\nsteps = planned\n");
    struct terminal *terminal = open_run(scene, 24, 70);
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, "done"));
    terminal_type(terminal, "\033[<0;68;5M\033[<0;68;5m");
    assert_true(terminal_shows(terminal, "step 60"));
    terminal_type(terminal, "\033[<0;8;");
    terminal_rest(terminal, 0.2);
    terminal_type(terminal, "5M\033[<0;8;5m");
    assert_true(terminal_shows(terminal, "step 0"));
    terminal_type(terminal, "\033[<64;8;5M\033[<64;8;5M"); /* from planned to made, then to half */
    assert_true(terminal_hides(terminal, "      60"));
    terminal_type(terminal, "\033[<0;60;5M\033[<32;8;5M\033[<0;8;5m"); /* dragged to the end */
    assert_true(terminal_shows(terminal, "       55"));
    terminal_type(terminal, "\033[<2;8;5M\033[<;;;\033[<0;1"); /* of no use: nothing happens */
    terminal_rest(terminal, 0.2);
    terminal_type(terminal, "M");
    terminal_type(terminal, "?");
    assert_true(terminal_shows(terminal, "Training"));
    terminal_type(terminal, "\033[<65;8;5M\033[<65;8;5M\033[<65;8;5M\033[<65;8;5M");
    assert_true(terminal_hides(terminal, "Training\n"));
    terminal_type(terminal, "\033");
    assert_true(terminal_shows(terminal, "step 0"));
    scene_quit(scene);
}

static void a_click_on_a_list_selects_and_opens(void **state)
{
    struct scene *scene = *state;
    VTermScreenCell cell;
    configure(scene, "mouse = yes\n");
    struct terminal *terminal = open_list(scene, 60, 120);
    assert_true(terminal_shows(terminal, "tiny"));
    terminal_rest(terminal, 0.5);
    int row = 0;
    for (const char *line = terminal_screen(terminal); *line; line += strcspn(line, "\n") + 1) {
        row++;
        if (strncmp(line, "   tiny", 7) == 0)
            break;
    }
    char click[64];
    snprintf(click, sizeof click, "\033[<0;6;%dM\033[<0;6;%dm", row, row);
    assert_true(terminal_find(terminal, "tiny", &cell));
    bool was_selected = cell.attrs.reverse;
    terminal_type(terminal, click);
    if (!was_selected) {
        terminal_rest(terminal, 0.5);
        assert_true(terminal_find(terminal, "tiny", &cell));
        assert_true(cell.attrs.reverse);
        terminal_type(terminal, click);
    }
    assert_true(terminal_shows(terminal, "paused"));
    scene_quit(scene);
}

static void click(struct terminal *terminal, int row, int col)
{
    char reports[64];
    snprintf(reports, sizeof reports, "\033[<0;%d;%dM\033[<0;%d;%dm", col, row, col, row);
    terminal_type(terminal, reports);
    assert_true(terminal_settles(terminal, VTERM_KEY_FUNCTION(11)));
}

/* The row, from 1, of the first line that begins with a text; 0: there is none. */
static int row_of(struct terminal *terminal, const char *text)
{
    int row = 0;
    for (const char *line = terminal_screen(terminal); *line; line += strcspn(line, "\n") + 1) {
        row++;
        if (strncmp(line, text, strlen(text)) == 0)
            return row;
    }
    return 0;
}

/* At the smallest size, where lists have few rows, and at one that has room beside them. */
static void a_click_selects_and_a_second_one_takes(void **state)
{
    struct scene *scene = *state;
    static const size_t sizes[] = {0, 1, 2};
    configure(scene, "mouse = yes\n[keys]\nredraw = F11\n");
    assert_true(scene_run(scene, ARGUMENTS("train", "tiny", "--run", SCENE_RUNS "first")));
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const struct scene_size *size = &scene_sizes[sizes[s]];
        VTermScreenCell cell;
        struct terminal *terminal =
            scene_start(scene, size->rows, size->cols, ARGUMENTS(SCENE_RUNS "first"));
        assert_true(terminal_shows(terminal, "done"));
        terminal_type(terminal, "p");
        assert_true(terminal_shows(terminal, "what is on the chart"));
        assert_true(terminal_settles(terminal, VTERM_KEY_FUNCTION(11)));
        int row = row_of(terminal, " \u00b7 attr_acc");
        click(terminal, row, 6);
        assert_true(terminal_find(terminal, "attr_acc", &cell) && cell.attrs.reverse);
        assert_int_equal(row_of(terminal, " \u2713 attr_acc"), 0);
        click(terminal, row, 6);
        assert_int_equal(row_of(terminal, " \u2713 attr_acc"), row);
        click(terminal, row, 6);
        terminal_type(terminal, "\003a");
        assert_true(terminal_shows(terminal, "L1 H2"));
        assert_true(terminal_settles(terminal, VTERM_KEY_FUNCTION(11)));
        assert_true(terminal_find(terminal, "L1 H2", &cell) && !cell.attrs.reverse);
        click(terminal, row_of(terminal, " L1 H2"), 3);
        assert_true(terminal_find(terminal, "L1 H2", &cell) && cell.attrs.reverse);
        terminal_type(terminal, "\003\013heads");
        assert_true(terminal_shows(terminal, "\u203a heads\n"));
        assert_true(terminal_settles(terminal, VTERM_KEY_FUNCTION(11)));
        click(terminal, 3, 6); /* which is selected */
        assert_true(terminal_shows(terminal, "L1 H2"));
        terminal_type(terminal, "3");
        assert_true(terminal_shows(terminal, "forgotten"));
        assert_true(terminal_settles(terminal, VTERM_KEY_FUNCTION(11)));
        int band = row_of(terminal, " 1\u2013");
        click(terminal, band + 1, 20); /* the fifth */
        assert_non_null(strstr(terminal_screen(terminal), "\u2193"));
        click(terminal, band + 1, 20);
        assert_true(terminal_hides(terminal, "forgotten"));
        scene_quit(scene);
    }
}

static void a_click_on_a_pages_name_leads_there(void **state)
{
    struct scene *scene = *state;
    configure(scene, "mouse = yes\n");
    struct terminal *terminal = open_run(scene, 36, 200);
    assert_true(terminal_shows(terminal, "3 Map"));
    const char *line = terminal_screen(terminal), *name = strstr(line, "3 Map");
    int col = 1;
    for (const char *c = line; c < name; c++)
        col += ((unsigned char)*c & 0xC0) != 0x80;
    char click[64];
    snprintf(click, sizeof click, "\033[<0;%d;1M\033[<0;%d;1m", col + 2, col + 2);
    terminal_type(terminal, click);
    assert_true(terminal_shows(terminal, "forgotten"));
    terminal_type(terminal, "\033");
    assert_true(terminal_hides(terminal, "forgotten"));
    scene_quit(scene);
}

static void the_shell_has_the_mouse_while_the_program_is_stopped(void **state)
{
    struct scene *scene = *state;
    int status;
    configure(scene, "mouse = yes\n");
    struct terminal *terminal = scene_start_in_shell(scene, 24, 80, ARGUMENTS("tiny"));
    assert_true(terminal_shows(terminal, "paused"));
    assert_true(terminal_reports_mouse(terminal, true));
    terminal_type(terminal, "\x1a");
    assert_true(terminal_shows(terminal, "Stopped"));
    assert_true(terminal_reports_mouse(terminal, false));
    terminal_type(terminal, "fg; echo ended with $?\n");
    assert_true(terminal_reports_mouse(terminal, true));
    assert_true(terminal_shows(terminal, "paused"));
    terminal_type(terminal, "q");
    assert_true(terminal_shows(terminal, "ended with 0"));
    terminal_type(terminal, "exit 5\n");
    assert_true(terminal_ends(terminal, &status));
    assert_true(terminal_is_restored(terminal));
}

static void the_mouse_is_given_back_when_the_program_dies(void **state)
{
    struct scene *scene = *state;
    static const int deadly[] = {SIGTERM, SIGSEGV};
    configure(scene, "mouse = yes\n");
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++) {
        struct terminal *terminal = open_run(scene, 24, 80);
        int status;
        assert_true(terminal_reports_mouse(terminal, true));
        terminal_signal(terminal, deadly[i]);
        assert_true(terminal_ends(terminal, &status));
        assert_true(terminal_is_restored(terminal));
    }
}

/* The bell */

static size_t bells(struct terminal *terminal)
{
    size_t length, count = 0;
    const char *output = terminal_output(terminal, &length);
    for (size_t i = 0; i < length; i++)
        count += output[i] == '\a';
    return count;
}

static void the_bell_rings_at_the_end_where_it_is_asked_for(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_run(scene, 24, 80);
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, "done"));
    scene_quit(scene);
    assert_int_equal(bells(terminal), 0);
    configure(scene, "bell = yes\n");
    terminal = open_run(scene, 24, 80);
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, "done"));
    terminal_rest(terminal, 0.5);
    scene_quit(scene);
    assert_true(bells(terminal) >= 1 && bells(terminal) <= 3); /* phases that begin ring as well */
}

/* The first start */

static void the_first_start_tells_three_things(void **state)
{
    struct scene *scene = *state;
    static const int sizes[][2] = {{24, 80}, {36, 120}, {60, 200}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct terminal *terminal = open_run(scene, sizes[s][0], sizes[s][1]);
        assert_true(terminal_shows(terminal, "space   trains, and watch how it learns"));
        assert_true(terminal_shows(terminal, "space   again pauses; nothing is lost"));
        assert_true(terminal_shows(terminal, "Enter   asks the model what it knows"));
        if (sizes[s][1] >= 120)
            assert_true(terminal_shows(terminal, "1-6 pages  Ctrl-K palette"));
        scene_quit(scene);
    }
    struct terminal *terminal = open_run(scene, 10, 40);
    assert_true(terminal_shows(terminal, "space   trains; again pauses"));
    assert_true(terminal_shows(terminal, "Enter   asks what it knows"));
    scene_type_line(terminal, "/people");
    assert_true(terminal_hides(terminal, "again pauses"));
    scene_quit(scene);
    terminal = open_run(scene, 24, 80); /* there is a history now */
    assert_true(terminal_hides(terminal, "trains, and watch"));
    scene_quit(scene);
}

static void who_has_settings_is_told_nothing(void **state)
{
    struct scene *scene = *state;
    configure(scene, "");
    struct terminal *terminal = open_run(scene, 24, 80);
    assert_true(terminal_hides(terminal, "trains, and watch"));
    scene_quit(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(colours_are_those_of_the_theme_and_the_terminal),
        SCENE_TEST(without_colours_no_theme_has_any),
        SCENE_TEST(a_theme_can_be_changed_while_the_program_runs),
        SCENE_TEST(ascii_is_a_setting_too),
        SCENE_TEST(terminals_without_braille_or_utf8_get_ascii),
        SCENE_TEST(what_the_command_line_said_is_not_saved),
        SCENE_TEST(a_wrong_file_is_told_and_nothing_is_lost),
        SCENE_TEST(a_pipe_is_not_waited_for),
        SCENE_TEST(keys_can_be_others),
        SCENE_TEST(the_chart_begins_as_settings_say),
        SCENE_TEST(the_mouse_is_the_terminals_until_it_is_asked_for),
        SCENE_TEST(the_mouse_puts_the_cursor_and_zooms),
        SCENE_TEST(a_click_on_a_list_selects_and_opens),
        SCENE_TEST(a_click_selects_and_a_second_one_takes),
        SCENE_TEST(a_click_on_a_pages_name_leads_there),
        SCENE_TEST(the_shell_has_the_mouse_while_the_program_is_stopped),
        SCENE_TEST(the_mouse_is_given_back_when_the_program_dies),
        SCENE_TEST(the_bell_rings_at_the_end_where_it_is_asked_for),
        SCENE_TEST(the_first_start_tells_three_things),
        SCENE_TEST(who_has_settings_is_told_nothing),
    };
    return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
