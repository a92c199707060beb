/* Map of this file: pages; what is not as with other rows; pictures; keys; faults; starting; going
 * and coming back; asking. */
#include "tests/screen/walk.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <curses.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "ui/tui/page.h"
#include "ui/tui/request_keys.h"
#include "ui/tui/widgets/keys.h"

/* ---- pages ---- */

/* The run that is not open. */
#define SECOND "second"

/* Behind those of the table are lines that are written in, and a question. */
const struct walked_page walked_pages[WALKED_PAGES] = {
    {"learn", {'1'}, NULL, NULL, PAGE_OF_RUN, KEYS_OF_REQUESTS},
    {"ask", {'2'}, NULL, NULL, PAGE_OF_RUN, KEYS_OF_REQUESTS},
    {"circuits", {'4'}, NULL, NULL, PAGE_OF_RUN, KEYS_OF_REQUESTS},
    {"map", {'3'}, NULL, NULL, PAGE_OVER_RUN, KEYS_OF_REQUESTS},
    {"heads", {'a'}, NULL, NULL, PAGE_OVER_RUN, KEYS_OF_REQUESTS},
    {"runs", {'5'}, SECOND, NULL, PAGE_OF_TARGETS, LETTERS_OF_ITS_OWN},
    {"presets", {'6'}, "preset", "finding", PAGE_OF_TARGETS, KEYS_OF_REQUESTS},
    {"form", {'B'}, NULL, NULL, PAGE_OF_TARGETS, KEYS_OF_REQUESTS},
    {"help", {'?'}, NULL, NULL, PAGE_PASSING, KEYS_OF_REQUESTS},
    {"palette", {KEY_CONTROL('k')}, NULL, NULL, PAGE_PASSING, LETTERS_OF_ITS_OWN},
    {"picker", {'p'}, NULL, NULL, PAGE_PASSING, LETTERS_OF_ITS_OWN},
    {"prompt", {'i'}, NULL, NULL, PAGE_OF_RUN, LINE_OF_ITS_OWN},
    {"path", {'6', '/'}, "preset", "finding", PAGE_OF_TARGETS, ALL_OF_ITS_OWN},
    {"name", {'5', KEY_DOWN, KEY_F(2)}, SECOND, NULL, PAGE_OF_TARGETS, ALL_OF_ITS_OWN},
    {"question", {'5', KEY_DOWN, KEY_DC}, SECOND, NULL, PAGE_PASSING, ALL_OF_ITS_OWN},
};

/* Keys that a page takes for itself, where there may be nothing for them to do. */
static const struct {
    const char *page;
    int key;
} own_keys[] = {{"map", 'h'}, {"form", 'B'}};

static bool has_itself(const struct walked_page *page, int key)
{
    bool is_function_key = key >= KEY_F(1) && key <= KEY_F(12);
    bool has = page->has == ALL_OF_ITS_OWN || (page->has == LINE_OF_ITS_OWN && !is_function_key) ||
               (page->has == LETTERS_OF_ITS_OWN && key_writes(key));
    for (size_t k = 0; k < sizeof own_keys / sizeof *own_keys; k++)
        has |= strcmp(own_keys[k].page, page->name) == 0 && own_keys[k].key == key;
    return has;
}

/* ---- what is not as with other rows ---- */

#define PICKS "attr_acc,entropy"

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
    [ARGUMENT_MEASURES] = PICKS,
    [ARGUMENT_TEXT] = "known",
    [ARGUMENT_CONFIG] = "bell=yes",
    [ARGUMENT_FIGURE] = "figure.svg",
    [ARGUMENT_RANGE] = "1,3",
    [ARGUMENT_RUN] = "tiny",
    [ARGUMENT_OTHER] = "tiny",
};

/* The model of that step answers, which takes a moment. */
static bool goes_back(struct walk *walk, bool is_given)
{
    return terminal_shows(walk->terminal, is_given ? "at step 20" : "the model is asked");
}

/* A name, which is put on the prompt. */
static bool invents(struct walk *walk, bool is_given)
{
    (void)is_given;
    return terminal_shows(walk->terminal, "(Tab");
}

/* The run is saved, and another one or the list of them is on the screen. */
static bool loads(struct walk *walk, bool is_given)
{
    return terminal_shows(walk->terminal, is_given ? " 0/60" : "choose  Enter open");
}

/* A run of its own is trained from the step that was said, and leads back to this one. */
static bool branches(struct walk *walk, bool is_given)
{
    if (!is_given)
        return terminal_shows(walk->terminal, "leaves no steps");
    if (!terminal_shows(walk->terminal, "branch at 20"))
        return false;
    scene_type_line(walk->terminal, "/parent");
    return terminal_hides(walk->terminal, "branch at 20") && terminal_shows(walk->terminal, "done");
}

static bool plots(struct walk *walk, bool is_given)
{
    return terminal_shows(walk->terminal, is_given ? "attr_acc" : "what is on the chart");
}

/* While a run is trained this is asked first. */
static bool ends(struct walk *walk, bool is_given)
{
    int status;
    (void)is_given;
    if (walk->trains)
        terminal_type(walk->terminal, "y");
    return terminal_ends(walk->terminal, &status) && status == 0 &&
           terminal_is_restored(walk->terminal);
}

static const struct row {
    const char *command;
    bool is_silent; /* there may be nothing to see */
    /* What comes of it, with something behind it or nothing; the program is started anew then, as
     * the run is another one or is drawn otherwise. */
    bool (*comes)(struct walk *walk, bool is_given);
} rows[] = {
    {"redraw", .is_silent = true}, {"at", .comes = goes_back}, {"branch", .comes = branches},
    {"invent", .comes = invents},  {"load", .comes = loads},   {"plot", .comes = plots},
    {"quit", .comes = ends},
};

/* Null: it is as with others. */
static const struct row *row_of(const struct request_info *info)
{
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        if (strcmp(rows[r].command, info->command) == 0)
            return &rows[r];
    return NULL;
}

static bool leaves(const struct request_info *info)
{
    const struct row *row = row_of(info);
    return row && row->comes;
}

bool walk_is_stop(const struct request_info *info)
{
    return strcmp(info->command, "suspend") == 0;
}

/* ---- pictures ---- */

struct picture walk_take_picture(struct walk *walk)
{
    return (struct picture){strdup(terminal_screen(walk->terminal)), terminal_look(walk->terminal)};
}

bool walk_shows(const struct walk *walk, const struct picture *picture)
{
    return strcmp(terminal_screen(walk->terminal), picture->screen) == 0 &&
           terminal_look(walk->terminal) == picture->look;
}

void picture_free(struct picture *picture)
{
    free(picture->screen);
    *picture = (struct picture){0};
}

static bool is_other(const char *screen, void *context)
{
    void **both = context;
    (void)screen;
    return !walk_shows(both[0], both[1]);
}

static bool is_same(const char *screen, void *context)
{
    return !is_other(screen, context);
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

static bool shows_home(const char *screen, void *walk)
{
    (void)screen;
    return is_home(walk);
}

/* While a run is opened there is none. */
static bool has_title(const char *screen, void *context)
{
    (void)context;
    return *screen != '\n';
}

/* ---- keys ---- */

#define REDRAWS VTERM_KEY_INS

void walk_press(struct walk *walk, int key)
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
        {KEY_DC, VTERM_KEY_DEL},
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

void walk_settle(struct walk *walk)
{
    terminal_settles(walk->terminal, REDRAWS);
}

/* ---- faults ---- */

void walk_blame(struct walk *walk, const char *where, const char *how, const char *what)
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
        walk_blame(walk, where, how, fault);
}

/* ---- starting ---- */

/* Long ago, so that its age is a date, the same as long as the walk takes. */
static void make_old(const struct scene *scene, const char *record)
{
    enum { LONG_AGO = 1000000000 };
    const struct timespec times[] = {{.tv_sec = LONG_AGO}, {.tv_sec = LONG_AGO}};
    char *path = sandbox_path(&scene->sandbox, record);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    free(path);
}

void walk_make_ready(struct scene *scene)
{
    assert_true(sandbox_write(&scene->sandbox, "config/mneme/config.ini", WALK_CONFIG));
    assert_true(scene_run(
        scene, ARGUMENTS("train", "tiny", "--run", SCENE_RUNS "first", "--set", "eval.every=2")));
    assert_true(scene_run(
        scene, ARGUMENTS("train", "tiny", "--run", SCENE_RUNS SECOND, "--set", "train.steps=2")));
    make_old(scene, SCENE_RUNS "first/metrics.jsonl");
    make_old(scene, SCENE_RUNS SECOND "/metrics.jsonl");
}

/* Enough is asked that the talk takes no more of the chart, whatever is asked then. */
static void fill_talk(struct walk *walk)
{
    enum { QUESTIONS = 16 };
    for (int q = 0; q < QUESTIONS; q++)
        scene_type_line(walk->terminal, "/people known");
    scene_type_line(walk->terminal, "/values major");
    assert_true(terminal_shows(walk->terminal, "Chemistry")); /* the last of them */
}

static void start(struct walk *walk)
{
    const struct scene_size *size = &scene_sizes[walk->size];
    const char *option = walk->ascii ? "--ascii" : NULL;
    const char *const finished[] = {sandbox_program(), SCENE_RUNS "first", option, NULL};
    const char *const training[] = {
        sandbox_program(), "tiny", "--set", "train.steps=100000000", "--set",
        "eval.every=1000", option, NULL};
    const char *const *program = walk->trains ? training : finished;
    walk->terminal = walk->in_shell
                         ? scene_start_in_shell(walk->scene, size->rows, size->cols, program)
                         : scene_start(walk->scene, size->rows, size->cols, program);
    assert_true(terminal_shows(walk->terminal, walk->trains ? "paused" : "done"));
    fill_talk(walk);
    if (walk->trains)
        terminal_type(walk->terminal, " ");
    walk_settle(walk);
    const char *screen = terminal_screen(walk->terminal);
    free(walk->home);
    walk->home = strndup(screen, above_rule(walk, screen));
}

void walk_begin(struct walk *walk)
{
    start(walk);
}

void walk_end(struct walk *walk)
{
    if (!terminal_has_ended(walk->terminal))
        check_frame(walk, "the end", "everything");
    free(walk->home);
    walk->home = NULL;
    if (walk->wrong.length > 0)
        fprintf(stderr, "%s", walk->wrong.bytes);
    assert_int_equal(walk->wrong.length, 0);
    text_free(&walk->wrong);
}

/* ---- going and coming back ---- */

void walk_go_to(struct walk *walk, const struct walked_page *page)
{
    if (walk->trains)
        scene_type_line(walk->terminal, "/run");
    for (int k = 0; k < PAGE_KEYS && page->keys[k] && page != &walked_pages[0]; k++) {
        walk_press(walk, page->keys[k]);
        assert_true(!page->lists || terminal_shows(walk->terminal, page->lists));
        assert_true(!page->finds || terminal_hides(walk->terminal, page->finds));
        walk_settle(walk);
    }
}

/* Esc as often as something comes of it; the number of the page, where that has not led there or
 * has said something. */
static void escape(struct walk *walk)
{
    enum { ESCAPES = 6 };
    bool was_home = is_home(walk), is_over = false;
    for (int e = 0; e < ESCAPES && !is_over && !terminal_has_ended(walk->terminal); e++) {
        struct picture before = walk_take_picture(walk);
        walk_press(walk, KEY_ESCAPE);
        walk_settle(walk);
        is_over = is_home(walk) || strcmp(before.screen, terminal_screen(walk->terminal)) == 0;
        picture_free(&before);
    }
    if ((was_home || !is_home(walk)) && !terminal_has_ended(walk->terminal)) {
        walk_press(walk, walked_pages[0].keys[0]);
        walk_settle(walk);
    }
}

/* More than once, since what takes a moment may come in between. */
void walk_come_back(struct walk *walk, int again, const char *where, const char *how)
{
    enum { TIMES = 5 };
    escape(walk);
    for (int times = 0; times < TIMES && !is_home(walk); times++) {
        if (again)
            walk_press(walk, again);
        walk_settle(walk);
        escape(walk);
    }
    if (!walk->trains && !is_home(walk)) {
        walk_blame(walk, where, how, "one does not come back");
        start(walk);
    }
}

/* ---- asking ---- */

/* A request, and how it is asked for. */
struct asked {
    const struct walked_page *page;
    const struct request_info *info;
    const char *how;
    bool leaves;
    bool is_given;  /* something stands behind the command */
    bool is_silent; /* the page has another use for the key */
    int again;      /* a key that leads back; 0: none */
};

/* Or the request leads to the page that is shown. */
static bool may_be_silent(const struct asked *asked)
{
    const struct row *row = row_of(asked->info);
    return asked->is_silent || (row && row->is_silent) ||
           request_of_key(NULL, asked->page->keys[0]) == asked->info;
}

/* What was asked has changed something; before is the screen as it was then. */
static void expect(struct walk *walk, const struct asked *asked, const struct picture *before)
{
    void *context[] = {walk, (void *)(uintptr_t)before};
    walk_settle(walk);
    if (!walk->trains && !may_be_silent(asked) &&
        !terminal_meets(walk->terminal, is_other, context, "something else"))
        walk_blame(walk, asked->page->name, asked->how, "nothing changes and nothing is said");
    if (terminal_meets(walk->terminal, has_title, NULL, "what is waited for")) {
        walk_settle(walk);
        check_frame(walk, asked->page->name, asked->how);
    }
}

/* What comes of a request that was asked. */
static void follow(struct walk *walk, const struct asked *asked, const struct picture *before)
{
    const char *where = asked->page->name, *how = asked->how;
    if (asked->leaves) {
        if (!row_of(asked->info)->comes(walk, asked->is_given))
            walk_blame(walk, where, how, "it does something else");
        start(walk);
        return;
    }
    expect(walk, asked, before);
    if (terminal_has_ended(walk->terminal))
        start(walk);
    else
        walk_come_back(walk, asked->again, where, how);
}

void walk_key(struct walk *walk, const struct walked_page *page, const struct request_info *info,
              int key)
{
    char name[KEY_NAME_SIZE], how[64];
    const struct asked asked = {.page = page,
                                .info = info,
                                .how = how,
                                .leaves = leaves(info) && !has_itself(page, key),
                                .is_silent = has_itself(page, key),
                                .again = key};
    walk_go_to(walk, page);
    snprintf(how, sizeof how, "%s (%s)", request_key_name(key, name), info->command);
    struct picture before = walk_take_picture(walk);
    walk_press(walk, key);
    follow(walk, &asked, &before);
    picture_free(&before);
}

/* One that is another each time, so that what a request says is no repetition. */
static void reply(struct walk *walk)
{
    char line[32];
    snprintf(line, sizeof line, "/another%d", walk->replies++);
    scene_type_line(walk->terminal, line);
    walk_settle(walk);
}

static void walk_command(struct walk *walk, const struct request_info *info, const char *argument)
{
    char line[128];
    const struct asked asked = {.page = &walked_pages[0],
                                .info = info,
                                .how = line,
                                .leaves = leaves(info),
                                .is_given = *argument,
                                .again = info->argument == ARGUMENT_NONE ? info->key[0] : 0};
    reply(walk);
    snprintf(line, sizeof line, "/%s%s%s", info->command, *argument ? " " : "", argument);
    struct picture before = walk_take_picture(walk);
    scene_type_line(walk->terminal, line);
    follow(walk, &asked, &before);
    picture_free(&before);
}

void walk_commands(struct walk *walk, const struct request_info *info)
{
    walk_command(walk, info, "");
    if (info->argument == ARGUMENT_NONE)
        return;
    assert_non_null(arguments[info->argument]);
    walk_command(walk, info, arguments[info->argument]);
}

/* Whether the palette has the request in its first row, which is selected; a small one has no room
 * to say what kind of row it is. */
static bool is_first(struct walk *walk, const struct request_info *info)
{
    char word[2][32] = {"", ""};
    const char *row = strstr(terminal_screen(walk->terminal), "\n\n   ");
    return row && sscanf(row, "%31s %31s", word[0], word[1]) == 2 &&
           strcmp(word[strcmp(word[0], "do") == 0], info->command) == 0;
}

void walk_palette(struct walk *walk, const struct walked_page *page,
                  const struct request_info *info)
{
    char how[64];
    const struct asked asked = {.page = page,
                                .info = info,
                                .how = how,
                                .leaves = leaves(info) && info->argument == ARGUMENT_NONE,
                                .again = info->argument == ARGUMENT_NONE ? info->key[0] : 0};
    snprintf(how, sizeof how, "palette (%s)", info->command);
    reply(walk);
    walk_go_to(walk, page);
    struct picture before = walk_take_picture(walk);
    walk_press(walk, KEY_F(12));
    terminal_type(walk->terminal, info->command);
    walk_settle(walk);
    if (!is_first(walk, info))
        walk_blame(walk, page->name, how, "it is not the first row");
    walk_press(walk, KEY_RETURN);
    follow(walk, &asked, &before);
    picture_free(&before);
}

static bool is_first_of_kind(const struct walked_page *page)
{
    const struct walked_page *first = walked_pages;
    while (first->place != page->place)
        first++;
    return first == page && page->place != PAGE_PASSING;
}

static void walk_page(struct walk *walk, const struct walked_page *page)
{
    const int keys = walk->size == 0 ? REQUEST_KEYS : 1;
    for (size_t r = 0; r < request_count; r++) {
        const struct request_info *info = &request_table[r];
        if (!(info->on & page->place) || walk_is_stop(info))
            continue;
        for (int k = 0; k < keys && info->key[k]; k++)
            walk_key(walk, page, info, info->key[k]);
        if (is_first_of_kind(page))
            walk_palette(walk, page, info);
    }
}

void walk_pages(struct walk *walk)
{
    for (size_t p = 0; p < WALKED_PAGES; p++)
        walk_page(walk, &walked_pages[p]);
}

void walk_stop(struct walk *walk, const struct walked_page *page, const struct request_info *info,
               int key)
{
    char line[64];
    walk_go_to(walk, page);
    struct picture before = walk_take_picture(walk);
    void *context[] = {walk, &before};
    snprintf(line, sizeof line, "/%s", info->command);
    if (key)
        walk_press(walk, key);
    else
        scene_type_line(walk->terminal, line);
    bool comes_back = scene_comes_back(walk->scene) &&
                      (key ? terminal_meets(walk->terminal, is_same, context, "what was there")
                           : terminal_meets(walk->terminal, shows_home, walk, "the run's page"));
    if (!comes_back)
        walk_blame(walk, page->name, info->command, "it does not come back as it was");
    picture_free(&before);
    walk_come_back(walk, 0, page->name, info->command);
}
