/* The pages of the screen, a stack of them: whoever is on top has the keys.
 *
 * At the foot lies the page on which a preset or a run is chosen. What belongs to a run lies on it
 * while one is open: its own page, the prompt while it is written in, what is opened over it. A
 * page that draws nothing leaves the one below it on the screen. */
#ifndef MNEME_TUI_PAGE_H
#define MNEME_TUI_PAGE_H

#include <stddef.h>

#include "base/error.h"
#include "ui/tui/widgets/hint_line.h"
#include "ui/tui/widgets/layout.h"

struct workbench;
struct mouse_event;

/* Where a page has its place, which decides the requests (ui/requests.h) that work on it. */
enum page_place {
    PAGE_OF_TARGETS = 1 << 0, /* presets and runs to choose from; a run may be open below */
    PAGE_OF_RUN = 1 << 1,     /* the run itself and its prompt */
    PAGE_OVER_RUN = 1 << 2,   /* something else of the same run */
    PAGE_WAITING = 1 << 3,    /* while a run is opened or closed */
    PAGE_PASSING = 1 << 4, /* over any other, with keys of its own: what works here comes first */
};

/* What a page draws into. */
struct page_frame {
    struct cells *cells; /* of the screen's size */
    struct layout layout;
    int cursor; /* its column on the prompt's row; -1: there is none */
};

/* Everything above the last line but one, for pages that fill the screen. */
struct rect page_rect(const struct cells *cells);

struct surface;

/* What a page shows, made ready to be drawn by another thread. */
struct page_figure {
    const char *name;     /* of its file, without an ending */
    double width, height; /* points */
    void *own;            /* all that it takes */
    bool (*draw)(const void *own, struct surface *surface, double width, double height,
                 struct error *err);
    void (*forget)(void *own); /* frees it; null where there is nothing to free */
};

/* One kind of page. What it has no use for is null. */
struct page_ops {
    enum page_place place;
    bool fills;  /* has a last line on a screen of any size */
    bool stays;  /* what was drawn last does, above a last line of its own; draw is for a screen of
                    another size */
    size_t size; /* bytes of its own memory (pages_own) */

    /* It came to the top. */
    void (*opened)(struct workbench *workbench);
    /* The trainer has something new. */
    bool (*update)(struct workbench *workbench, struct error *err);
    /* A piece, of work that no key has to wait for, of what remains to be done; false where nothing
     * did, and what is shown is as it was. Null: nothing ever. */
    bool (*go_on)(struct workbench *workbench);
    /* Null: what is below is shown. */
    bool (*draw)(struct workbench *workbench, struct page_frame *frame, struct error *err);
    /* Which keys do what, while there is nothing to say. */
    void (*hints)(const struct workbench *workbench, struct hint_line *line);
    const struct hint *keys; /* its own, for the help; a null behind them */
    /* In place of messages and hints. */
    void (*last_line)(const struct workbench *workbench, struct cells *cells, struct rect rect);
    /* A key as screen_key gives it. False: the page has no use for it, and it is a request's where
     * that works here. */
    bool (*key_pressed)(struct workbench *workbench, int key);
    /* Selects what is drawn at a place of the screen; *again tells that it was selected already,
     * and is to be taken as by Enter. False, or null: nothing is. */
    bool (*select_at)(struct workbench *workbench, int row, int col, bool *again);
    /* All that the mouse does, where it is not the terminal's. False, or null: a click selects, and
     * the wheel moves up and down as keys do. */
    bool (*mouse_used)(struct workbench *workbench, const struct mouse_event *event);
    /* A key that was pasted. Null: it is dropped. */
    void (*key_pasted)(struct workbench *workbench, int key);
    /* What was typed on the prompt's line, without blanks around it. Null: it is a prompt or a
     * command. */
    void (*line_taken)(struct workbench *workbench, const char *line);
    /* Makes a figure of what is shown; on false it is empty. Null: there is none of this page. */
    bool (*figure)(struct workbench *workbench, struct page_figure *figure, struct error *err);
    /* Frees what its own memory holds. */
    void (*forget)(void *own);
};

enum { PAGES_MOST = 16 };

struct pages {
    const struct page_ops *page[PAGES_MOST]; /* [count], the top behind the others */
    size_t count;
    struct page_memory {
        const struct page_ops *ops;
        void *own;
    } memory[PAGES_MOST]; /* [memories] of pages that were opened once */
    size_t memories;
};

/* Puts a page on top, with its memory all zero when that is done for the first time. One that is on
 * top already stays there. */
bool pages_push(struct pages *pages, const struct page_ops *page, struct error *err);

/* Takes off the top one, and all but the one at the foot. */
void pages_pop(struct pages *pages);
void pages_pop_all(struct pages *pages);

/* The stack must not be empty. */
const struct page_ops *pages_top(const struct pages *pages);
const struct page_ops *pages_foot(const struct pages *pages);

/* The topmost page that draws. */
const struct page_ops *pages_drawn(const struct pages *pages);

/* The topmost page that does not merely pass over another. */
const struct page_ops *pages_subject(const struct pages *pages);

/* Whether a page is among them. */
bool pages_have(const struct pages *pages, const struct page_ops *page);

/* The own memory of a page, which outlives its place in the stack; null before it was opened. */
void *pages_own(const struct pages *pages, const struct page_ops *page);

/* Whether a page is one of an open run's. */
bool page_is_of_run(const struct page_ops *page);

/* Frees the memory of a run's pages; of all. Pages that have none any more must not be in the
 * stack. */
void pages_forget_run(struct pages *pages);
void pages_free(struct pages *pages);

#endif
