/* A walk over the requests of the workbench: to every page, by every key, command and line of the
 * palette, and back. Rows are taken from the table of requests itself. What is wrong is collected,
 * so that one walk tells all of it. */
#ifndef MNEME_TESTS_SCREEN_WALK_H
#define MNEME_TESTS_SCREEN_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "tests/screen/scene.h"
#include "ui/requests.h"

/* Keys that a page takes for itself, whatever requests have them. */
enum walked_keys {
    KEYS_OF_REQUESTS,
    LETTERS_OF_ITS_OWN,
    LINE_OF_ITS_OWN, /* what edits a line as well: all but F1 to F12 */
    ALL_OF_ITS_OWN,
};

enum { PAGE_KEYS = 3 };

/* Where requests work, and the keys that lead there from the run. */
struct walked_page {
    const char *name;
    int keys[PAGE_KEYS]; /* 0 behind the last */
    const char *lists;   /* what is there a moment later than the page itself; null: nothing is */
    const char *finds;   /* with what is there until all is; null: nothing is */
    unsigned place;      /* enum page_place */
    enum walked_keys has;
};

enum { WALKED_PAGES = 15 };
extern const struct walked_page walked_pages[WALKED_PAGES]; /* from the run's own */

/* One program, at one size; what is not of its caller begins as 0. */
struct walk {
    struct scene *scene;
    size_t size; /* of scene_sizes */
    bool ascii;
    bool trains;   /* a run that never ends, of which no picture is looked for again */
    bool in_shell; /* which has the terminal when the program stops */
    struct terminal *terminal;
    int replies;
    char *home; /* the run's page above its rule */
    struct text wrong;
};

/* A key that draws the screen anew: the end of the settings of whatever is walked over. */
#define WALK_CONFIG "[keys]\nredraw = Ctrl-L Insert\n"

/* The runs that walks are over, and no other settings. */
void walk_make_ready(struct scene *scene);

/* Opens the run; the end says what was wrong, and fails where anything was. */
void walk_begin(struct walk *walk);
void walk_end(struct walk *walk);

/* To a page from the run's own, and back there: by Esc, or else by a key that is not 0. */
void walk_go_to(struct walk *walk, const struct walked_page *page);
void walk_come_back(struct walk *walk, int again, const char *where, const char *how);

/* A key as curses names it. */
void walk_press(struct walk *walk, int key);

/* Until all that was typed is done and drawn. */
void walk_settle(struct walk *walk);

/* What is wrong, with the screen. */
void walk_blame(struct walk *walk, const char *where, const char *how, const char *what);

/* Asks for a request in some way on a page, looks at what comes of it, and comes back. */
void walk_key(struct walk *walk, const struct walked_page *page, const struct request_info *info,
              int key);
void walk_palette(struct walk *walk, const struct walked_page *page,
                  const struct request_info *info);

/* All that work on every page, by their first key and in the smallest size by the others too, and
 * from the palette on the first page of a kind, since it lists what works on the page below; but
 * for the one that stops the program. */
void walk_pages(struct walk *walk);

/* By its command: alone, and with something behind it where it takes that. */
void walk_commands(struct walk *walk, const struct request_info *info);

/* Stops the program, in a shell, by a key, or where that is 0 by the command: the shell has the
 * terminal, and after fg everything is as it was. */
void walk_stop(struct walk *walk, const struct walked_page *page, const struct request_info *info,
               int key);

/* The request that stops the program, which walk_stop is for. */
bool walk_is_stop(const struct request_info *info);

/* What is on the screen, to be compared. */
struct picture {
    char *screen;
    uint64_t look;
};
struct picture walk_take_picture(struct walk *walk);
bool walk_shows(const struct walk *walk, const struct picture *picture);
void picture_free(struct picture *picture);

#endif
