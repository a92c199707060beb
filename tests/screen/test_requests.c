/* Every row of the table of requests, on every page on which it works, by its keys and by its
 * command: the program lives, every frame is whole, something comes of it or a sentence is said,
 * and one comes back. Rows are taken from the table itself. */
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

#include "base/text.h"
#include "tests/screen/scene.h"
#include "ui/requests.h"
#include "ui/tui/page.h"
#include "ui/tui/request_keys.h"
#include "ui/tui/widgets/keys.h"

/* What is not as with other rows. */
enum {
    LEAVES = 1 << 0,    /* the run or what is drawn of it: the program is started anew behind it */
    IS_SILENT = 1 << 1, /* there may be nothing to see */
    IS_LEFT_OUT = 1 << 2,
};

static const struct {
    const char *command;
    unsigned is;
} rows[] = {
    {"branch", LEAVES}, {"plot", LEAVES},      {"quit", LEAVES},
    {"load", LEAVES},   {"redraw", IS_SILENT}, {"suspend", IS_LEFT_OUT}, /* test_signals has it */
};

/* Keys that a page takes for itself, where there may be nothing for them to do. */
static const struct {
    const char *page;
    int key;
} own_keys[] = {{"map", 'h'}, {"form", 'B'}};

static unsigned is_row(const struct request_info *info)
{
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        if (strcmp(rows[r].command, info->command) == 0)
            return rows[r].is;
    return 0;
}

/* What stands behind commands, beside nothing; one for each kind. */
static const char *const arguments[ARGUMENT_KINDS] = {
    [ARGUMENT_NONE] = "",
    [ARGUMENT_COUNT] = "2",
    [ARGUMENT_STEP] = "20",
    [ARGUMENT_NAME] = "Frida",
    [ARGUMENT_GROUP] = "new",
    [ARGUMENT_ATTRIBUTE] = "university",
    [ARGUMENT_SETTING] = "eval.every=5",
    [ARGUMENT_BRANCH] = "@20 train.lr=1e-3",
    [ARGUMENT_PROMPT] = "1",
    [ARGUMENT_WATCHED] = "1",
    [ARGUMENT_MEASURES] = "attr_acc,entropy",
    [ARGUMENT_TEXT] = "known",
    [ARGUMENT_CONFIG] = "bell=yes",
    [ARGUMENT_FIGURE] = "figure.svg",
    [ARGUMENT_RANGE] = "1,3",
    [ARGUMENT_RUN] = "tiny",
    [ARGUMENT_OTHER] = "tiny",
};

/* Where requests work, and the keys that lead there from the run. */
static const struct walked_page {
    const char *name, *keys;
    unsigned place;
} pages[] = {
    {"learn", "1", PAGE_OF_RUN},       {"ask", "2", PAGE_OF_RUN},
    {"circuits", "4", PAGE_OF_RUN},    {"map", "3", PAGE_OVER_RUN},
    {"heads", "a", PAGE_OVER_RUN},     {"runs", "5", PAGE_OF_TARGETS},
    {"presets", "6", PAGE_OF_TARGETS}, {"form", "B", PAGE_OF_TARGETS},
    {"help", "?", PAGE_PASSING},       {"palette", "\013", PAGE_PASSING},
    {"picker", "p", PAGE_PASSING},
};

enum { PAGES = sizeof pages / sizeof *pages };

/* The size at which requests have all their keys pressed; at others their first. */
enum { ALL_KEYS_AT = 1 };

/* One program, at one size. */
struct walk {
    struct scene *scene;
    struct terminal *terminal;
    size_t size;
    bool ascii, trains;
    char *home; /* the run's page above its rule */
    struct text wrong;
};

/* Behind which all has been answered: the last of its majors. */
#define LAST_MAJOR "Chemistry"

#define REDRAWS VTERM_KEY_FUNCTION(11)

/* ---- what is on the screen ---- */

struct picture {
    char *screen;
    uint64_t look;
};

static struct picture take_picture(struct walk *walk)
{
    return (struct picture){strdup(terminal_screen(walk->terminal)), terminal_look(walk->terminal)};
}

static bool is_other(const char *screen, void *context)
{
    struct walk *walk = ((void **)context)[0];
    const struct picture *before = ((void **)context)[1];
    return strcmp(screen, before->screen) != 0 || terminal_look(walk->terminal) != before->look;
}

/* Bytes of a screen above the rule of the run's page, or the first rows where there is none. */
static size_t above_rule(const struct walk *walk, const char *screen)
{
    const size_t first_rows = 4;
    const char *rule = strstr(screen, walk->ascii ? "\n----------" : "\n──────────");
    size_t bytes = 0;
    for (size_t row = 0; !rule && row < first_rows; row++)
        bytes += strcspn(screen + bytes, "\n") + 1;
    return rule ? (size_t)(rule - screen) : bytes;
}

static bool is_home(const struct walk *walk)
{
    const char *screen = terminal_screen(walk->terminal);
    size_t above = above_rule(walk, screen);
    return above == strlen(walk->home) && memcmp(screen, walk->home, above) == 0;
}

/* While a run is opened there is none. */
static bool has_title(const char *screen, void *context)
{
    (void)context;
    return *screen != '\n';
}

static bool shows_home(const char *screen, void *walk)
{
    (void)screen;
    return is_home(walk);
}

/* ---- keys ---- */

static void press(struct walk *walk, int key)
{
    static const struct {
        int key;
        VTermKey sent;
    } sent[] = {
        {KEY_UP, VTERM_KEY_UP},
        {KEY_DOWN, VTERM_KEY_DOWN},
        {KEY_LEFT, VTERM_KEY_LEFT},
        {KEY_RIGHT, VTERM_KEY_RIGHT},
        {KEY_PPAGE, VTERM_KEY_PAGEUP},
        {KEY_NPAGE, VTERM_KEY_PAGEDOWN},
        {KEY_HOME, VTERM_KEY_HOME},
        {KEY_END, VTERM_KEY_END},
        {KEY_ENTER, VTERM_KEY_KP_ENTER},
        {KEY_RETURN, VTERM_KEY_ENTER},
        {KEY_ESCAPE, VTERM_KEY_ESCAPE},
        {KEY_TAB, VTERM_KEY_TAB},
        {KEY_BACKSPACE, VTERM_KEY_BACKSPACE},
    };
    for (size_t s = 0; s < sizeof sent / sizeof *sent; s++)
        if (sent[s].key == key) {
            terminal_key(walk->terminal, sent[s].sent);
            return;
        }
    const char byte[] = {(char)key, '\0'};
    if (key == KEY_SR || key == KEY_SF) /* Shift-Up and Shift-Down */
        terminal_type(walk->terminal, key == KEY_SR ? "\033[1;2A" : "\033[1;2B");
    else if (key >= KEY_F(1) && key <= KEY_F(12))
        terminal_key(walk->terminal, VTERM_KEY_FUNCTION(key - KEY_F(0)));
    else
        terminal_type(walk->terminal, byte);
}

static void settle(struct walk *walk)
{
    terminal_settles(walk->terminal, REDRAWS);
}

/* ---- faults ---- */

static void blame(struct walk *walk, const char *where, const char *how, const char *what)
{
    const struct scene_size *size = &scene_sizes[walk->size];
    text_format(&walk->wrong, "%dx%d%s%s %s, %s: %s\n", size->cols, size->rows,
                walk->ascii ? " ASCII" : "", walk->trains ? " trains" : "", where, how, what);
    text_format(&walk->wrong, "%s----\n", terminal_screen(walk->terminal));
}

static void check_frame(struct walk *walk, const char *where, const char *how)
{
    const char *fault = terminal_has_ended(walk->terminal)
                            ? "the program has ended"
                            : terminal_fault(walk->terminal, walk->ascii);
    if (fault)
        blame(walk, where, how, fault);
}

/* ---- starting ---- */

/* Enough is asked that the talk takes no more of the chart, whatever is asked then. */
static void start(struct walk *walk)
{
    enum { QUESTIONS = 16 };
    const struct scene_size *size = &scene_sizes[walk->size];
    const char *const finished[] = {sandbox_program(), SCENE_RUNS "first",
                                    walk->ascii ? "--ascii" : NULL, NULL};
    const char *const training[] = {sandbox_program(),
                                    "tiny",
                                    "--set",
                                    "train.steps=100000000",
                                    "--set",
                                    "eval.every=1000",
                                    walk->ascii ? "--ascii" : NULL,
                                    NULL};
    walk->terminal =
        scene_start(walk->scene, size->rows, size->cols, walk->trains ? training : finished);
    assert_true(terminal_shows(walk->terminal, walk->trains ? "paused" : "done"));
    for (int q = 0; q < QUESTIONS; q++)
        scene_type_line(walk->terminal, "/people known");
    scene_type_line(walk->terminal, "/values major");
    assert_true(terminal_shows(walk->terminal, LAST_MAJOR));
    if (walk->trains)
        terminal_type(walk->terminal, " ");
    settle(walk);
    const char *screen = terminal_screen(walk->terminal);
    free(walk->home);
    walk->home = strndup(screen, above_rule(walk, screen));
}

/* From the first of the pages. */
static void go_to(struct walk *walk, const struct walked_page *page)
{
    if (walk->trains)
        scene_type_line(walk->terminal, "/run");
    if (page != &pages[0] && !terminal_has_ended(walk->terminal)) {
        terminal_type(walk->terminal, page->keys);
        settle(walk);
    }
}

/* ---- walking ---- */

/* Esc as often as something comes of it; the number of the page, where that has not led there or
 * has said something. */
static void escape(struct walk *walk)
{
    enum { ESCAPES = 6 };
    bool was_home = is_home(walk), is_over = false;
    for (int e = 0; e < ESCAPES && !is_over && !terminal_has_ended(walk->terminal); e++) {
        struct picture before = take_picture(walk);
        press(walk, KEY_ESCAPE);
        settle(walk);
        is_over = is_home(walk) || strcmp(before.screen, terminal_screen(walk->terminal)) == 0;
        free(before.screen);
    }
    if ((was_home || !is_home(walk)) && !terminal_has_ended(walk->terminal)) {
        terminal_type(walk->terminal, pages[0].keys);
        settle(walk);
    }
}

/* Esc leads back, or else the key once more. */
static void come_back(struct walk *walk, int again, const char *where, const char *how)
{
    enum { TIMES = 5 };
    escape(walk);
    for (int times = 0; again && times < TIMES && !is_home(walk); times++) {
        press(walk, again);
        settle(walk);
        escape(walk);
    }
    if (!walk->trains && !terminal_meets(walk->terminal, shows_home, walk, "the run's page")) {
        blame(walk, where, how, "one does not come back");
        start(walk);
    }
}

/* Where a request leads to the page that is shown, or the page has another use for its key. */
static bool may_be_silent(const struct request_info *info, const struct walked_page *page, int key)
{
    bool silent =
        is_row(info) & IS_SILENT || request_of_key(NULL, (unsigned char)page->keys[0]) == info;
    for (size_t k = 0; k < sizeof own_keys / sizeof *own_keys; k++)
        silent |= strcmp(own_keys[k].page, page->name) == 0 && own_keys[k].key == key;
    return silent;
}

static void expect(struct walk *walk, const struct request_info *info,
                   const struct walked_page *page, int key, const char *how)
{
    struct picture before = take_picture(walk);
    void *context[] = {walk, &before};
    if (key)
        press(walk, key);
    else
        scene_type_line(walk->terminal, how);
    bool leaves = is_row(info) & LEAVES;
    if (!leaves)
        settle(walk);
    if (!walk->trains && !may_be_silent(info, page, key) &&
        !terminal_meets(walk->terminal, is_other, context, "something else"))
        blame(walk, page->name, how, "nothing changes and nothing is said");
    free(before.screen);
    if (!leaves && terminal_meets(walk->terminal, has_title, NULL, "what is waited for")) {
        settle(walk);
        check_frame(walk, page->name, how);
    }
}

static void leave(struct walk *walk, const struct request_info *info, int again, const char *where,
                  const char *how)
{
    if ((is_row(info) & LEAVES) || terminal_has_ended(walk->terminal))
        start(walk);
    else
        come_back(walk, again, where, how);
}

static void walk_key(struct walk *walk, const struct walked_page *page,
                     const struct request_info *info, int key)
{
    char name[KEY_NAME_SIZE], how[64];
    go_to(walk, page);
    snprintf(how, sizeof how, "%s (%s)", request_key_name(key, name), info->command);
    expect(walk, info, page, key, how);
    leave(walk, info, key, page->name, how);
}

static void walk_command(struct walk *walk, const struct request_info *info, const char *argument)
{
    char line[128];
    scene_type_line(walk->terminal, "/another"); /* a reply that no row has */
    settle(walk);
    snprintf(line, sizeof line, "/%s%s%s", info->command, *argument ? " " : "", argument);
    expect(walk, info, &pages[0], 0, line);
    leave(walk, info, info->argument == ARGUMENT_NONE ? info->key[0] : 0, "command", line);
}

/* By the palette, which finds a command that works on the page. */
static void walk_palette(struct walk *walk, const struct walked_page *page,
                         const struct request_info *info)
{
    char line[64];
    go_to(walk, page);
    snprintf(line, sizeof line, "\013/%s", info->command);
    expect(walk, info, page, 0, line);
    leave(walk, info, 0, page->name, info->command);
}

static void walk_page(struct walk *walk, const struct walked_page *page)
{
    for (size_t r = 0; r < request_count; r++) {
        const struct request_info *info = &request_table[r];
        if (!(info->on & page->place) || is_row(info) & IS_LEFT_OUT)
            continue;
        int keys = walk->size == ALL_KEYS_AT ? REQUEST_KEYS : 1;
        for (int k = 0; k < keys && info->key[k]; k++)
            walk_key(walk, page, info, info->key[k]);
        if (walk->ascii && page->place != PAGE_OF_RUN && page->place != PAGE_PASSING)
            walk_palette(walk, page, info);
    }
}

static void walk_commands(struct walk *walk)
{
    for (size_t r = 0; r < request_count; r++) {
        const struct request_info *info = &request_table[r];
        if (!(info->on & PAGE_OF_RUN) || is_row(info) & IS_LEFT_OUT)
            continue;
        walk_command(walk, info, "");
        if (info->argument == ARGUMENT_NONE)
            continue;
        assert_non_null(arguments[info->argument]);
        walk_command(walk, info, arguments[info->argument]);
    }
}

static void walk_all(struct walk *walk)
{
    start(walk);
    for (size_t p = 0; p < PAGES; p++)
        if (!walk->trains || p == 0)
            walk_page(walk, &pages[p]);
    if (!walk->trains && !walk->ascii)
        walk_commands(walk);
    if (!terminal_has_ended(walk->terminal))
        check_frame(walk, "the end", "everything");
    free(walk->home);
    walk->home = NULL;
    if (walk->wrong.length > 0)
        fprintf(stderr, "%s", walk->wrong.bytes);
    assert_int_equal(walk->wrong.length, 0);
    text_free(&walk->wrong);
}

static void make_ready(struct scene *scene)
{
    assert_true(
        sandbox_write(&scene->sandbox, "config/mneme/config.ini", "[keys]\nredraw = F11\n"));
    assert_true(scene_run(
        scene, ARGUMENTS("train", "tiny", "--run", SCENE_RUNS "first", "--set", "eval.every=2")));
}

static void every_request_does_something_on_every_page(void **state)
{
    make_ready(*state);
    for (size_t s = 0; s < SCENE_SIZES; s++)
        for (int ascii = 0; ascii < 2; ascii++) {
            struct walk walk = {.scene = *state, .size = s, .ascii = ascii == 1};
            walk_all(&walk);
        }
}

static void no_request_harms_a_run_that_is_trained(void **state)
{
    make_ready(*state);
    for (size_t s = 0; s < SCENE_SIZES; s++) {
        struct walk walk = {.scene = *state, .size = s, .ascii = s % 2 == 1, .trains = true};
        walk_all(&walk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(every_request_does_something_on_every_page),
        SCENE_TEST(no_request_harms_a_run_that_is_trained),
    };
    return cmocka_run_group_tests_name("requests", tests, NULL, NULL);
}
