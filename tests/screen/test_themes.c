/* Colours on every page: each cell has the look of one and the same style in every theme, as the
 * table of themes has it for the terminal's colours, at every size. */
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

#include "tests/screen/walk.h"
#include "ui/tui/theme.h"

static const char *const theme_names[] = {
#define NAME(constant, name, text) name,
    THEMES(NAME)
#undef NAME
};

/* Every kind that terminals are: with colours of each depth, without them, and with NO_COLOR. */
static const struct kind {
    const char *terminal, *no_colour;
    enum colour_depth depth;
} kinds[] = {
    {"xterm-256color", NULL, COLOURS_256},    {"xterm", NULL, COLOURS_8},
    {SCENE_TRUE_COLOURS, NULL, COLOURS_TRUE}, {"xterm-mono", NULL, COLOURS_NONE},
    {"xterm-256color", "1", COLOURS_NONE},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

/* ---- the look of cells ---- */

struct looks {
    struct look of[STYLES];
};

static struct looks looks_of(enum theme_kind theme, enum colour_depth depth)
{
    struct looks looks;
    for (enum style style = 0; style < STYLES; style++)
        looks.of[style] = theme_look(theme, style, depth);
    return looks;
}

/* Whether libvterm keeps a cell as a look makes it: it does not know what is dim. */
static bool looks_so(const VTermScreenCell *cell, const struct look *look)
{
    return terminal_foreground(cell) == look->colour && terminal_background(cell) == look->ground &&
           (cell->attrs.bold != 0) == ((look->attributes & A_BOLD) != 0) &&
           (cell->attrs.reverse != 0) == ((look->attributes & A_REVERSE) != 0) &&
           (cell->attrs.underline != 0) == ((look->attributes & A_UNDERLINE) != 0);
}

/* Of a blank nothing is seen but its ground, so curses may leave the rest as it was. */
static bool is_blank_so(const VTermScreenCell *cell, const struct look *look)
{
    return (cell->chars[0] == 0 || cell->chars[0] == ' ') && !cell->attrs.reverse &&
           !(look->attributes & A_REVERSE) && terminal_background(cell) == look->ground;
}

_Static_assert(STYLES <= 64, "styles are the bits of a number");

/* A bit for each style that the cell may have. */
static uint64_t styles_of(const VTermScreenCell *cell, const struct looks *looks)
{
    uint64_t styles = 0;
    for (int style = 0; style < STYLES; style++)
        if (looks_so(cell, &looks->of[style]) || is_blank_so(cell, &looks->of[style]))
            styles |= (uint64_t)1 << style;
    return styles;
}

/* ---- pages ---- */

/* What the themes so far allow, of each cell of a page. */
struct seen {
    uint32_t *character; /* [rows][cols] */
    uint64_t *styles;    /* [rows][cols] */
};

static void make_seen(struct seen *seen, size_t cells)
{
    seen->character = calloc(cells, sizeof *seen->character);
    seen->styles = calloc(cells, sizeof *seen->styles);
    assert_true(seen->character && seen->styles);
    memset(seen->styles, 0xFF, cells * sizeof *seen->styles);
}

static void free_seen(struct seen *seen)
{
    free(seen->character);
    free(seen->styles);
}

/* What differs in its characters as well, as a time does, is not compared. */
static void look_at_page(struct walk *walk, const struct walked_page *page,
                         const struct looks *looks, struct seen *seen, const char *how)
{
    const struct scene_size *size = &scene_sizes[walk->size];
    for (int at = 0; at < size->rows * size->cols; at++) {
        char where[96];
        VTermScreenCell cell = terminal_cell(walk->terminal, at / size->cols, at % size->cols);
        uint64_t styles = styles_of(&cell, looks);
        seen->styles[at] =
            seen->character[at] == cell.chars[0] ? styles & seen->styles[at] : styles;
        seen->character[at] = cell.chars[0];
        if (seen->styles[at] != 0)
            continue;
        snprintf(where, sizeof where, "%s, row %d, column %d", page->name, at / size->cols + 1,
                 at % size->cols + 1);
        walk_blame(walk, where, how, "this cell is of no style");
        return;
    }
}

static void look_at_theme(struct walk *walk, const struct kind *kind, enum theme_kind theme,
                          struct seen *seen)
{
    char text[128], how[64];
    struct sandbox *sandbox = &walk->scene->sandbox;
    const struct looks looks = looks_of(theme, kind->depth);
    snprintf(text, sizeof text, "theme = %s\n%s", theme_names[theme], WALK_CONFIG);
    snprintf(how, sizeof how, "%s on %s", theme_names[theme], kind->terminal);
    assert_true(sandbox_write(sandbox, "config/mneme/config.ini", text));
    assert_true(sandbox_set(sandbox, "TERM", kind->terminal));
    assert_true(sandbox_set(sandbox, "NO_COLOR", kind->no_colour));
    walk_begin(walk);
    for (size_t p = 0; p < WALKED_PAGES; p++) {
        walk_go_to(walk, &walked_pages[p]);
        look_at_page(walk, &walked_pages[p], &looks, &seen[p], how);
        walk_come_back(walk, 0, walked_pages[p].name, how);
    }
}

/* Each kind of terminal at one size or two. */
static void every_cell_of_every_page_has_one_style_in_all_themes(void **state)
{
    bool has_direct = scene_describe_true_colours(*state);
    walk_make_ready(*state);
    for (size_t place = 0; place < 2 * SCENE_SIZES; place++) {
        const struct kind *kind = &kinds[place % KINDS];
        struct walk walk = {
            .scene = *state, .size = place % SCENE_SIZES, .ascii = place >= SCENE_SIZES};
        const struct scene_size *size = &scene_sizes[walk.size];
        struct seen seen[WALKED_PAGES];
        if (kind->depth == COLOURS_TRUE && !has_direct)
            continue;
        for (size_t p = 0; p < WALKED_PAGES; p++)
            make_seen(&seen[p], (size_t)size->rows * (size_t)size->cols);
        for (enum theme_kind theme = 0; theme < THEME_KINDS; theme++)
            look_at_theme(&walk, kind, theme, seen);
        for (size_t p = 0; p < WALKED_PAGES; p++)
            free_seen(&seen[p]);
        walk_end(&walk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(every_cell_of_every_page_has_one_style_in_all_themes),
    };
    return cmocka_run_group_tests_name("themes", tests, NULL, NULL);
}
