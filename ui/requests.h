/* Everything a person can ask of the workbench, in one table: its keys, its command, what it takes,
 * what it does and where. Dispatch, completion, the hints line, the help screen and the manual page
 * are made from it, and the commands that mneme ask takes, so that they cannot differ. */
#ifndef MNEME_UI_REQUESTS_H
#define MNEME_UI_REQUESTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "ui/inquiry.h"

/* What stands behind a command. */
enum argument_kind {
    ARGUMENT_NONE,
    ARGUMENT_COUNT,     /* a number of steps; may be left out */
    ARGUMENT_RANGE,     /* the values of an axis; may be left out */
    ARGUMENT_STEP,      /* a step that was made; may be left out */
    ARGUMENT_NAME,      /* an individual's name, or a part of it */
    ARGUMENT_GROUP,     /* a group of individuals, or a part of their names; may be left out */
    ARGUMENT_ATTRIBUTE, /* an attribute's name; may be left out */
    ARGUMENT_SETTING,   /* keys that can change, with their new values */
    ARGUMENT_BRANCH,    /* a step, and keys with their values; both may be left out */
    ARGUMENT_PROMPT,    /* a prompt, or the number of one that is watched; may be left out */
    ARGUMENT_WATCHED,   /* one that is watched, or its number */
    ARGUMENT_MEASURES,  /* measures of the record; may be left out */
    ARGUMENT_TEXT,      /* any text; may be left out */
    ARGUMENT_CONFIG,    /* a setting with its value, or a word; may be left out */
    ARGUMENT_FIGURE,    /* the file of a figure; may be left out */
    ARGUMENT_OTHER,     /* another run; may be left out */
    ARGUMENT_RUN,       /* a preset or a run; left out, the chooser opens */
    ARGUMENT_KINDS,
};

enum { REQUEST_KEYS = 4 };

struct workbench;
struct page_ops;

struct request_call {
    struct workbench *workbench;
    const char *argument; /* what stands behind the command; "" where nothing does, or for a key */
    const char *line;     /* as it was typed; null for a key */
};

struct request_info {
    const char *group;     /* heading on the help screen */
    int key[REQUEST_KEYS]; /* as curses gives them, 0 behind the last; they act while the prompt is
                              not being written in */
    const char *command;   /* without its slash; null where there is none */
    enum argument_kind argument;
    const char *hint; /* for the hints line; null where it is not shown there */
    const char *help; /* one line */
    unsigned on;      /* enum page_place: the pages it works on, from a key or a command */
    bool changes;     /* the run, which has to be this process's */
    /* One of these at least: */
    void (*perform)(const struct request_call *call); /* it does something on the screen, */
    inquiry_find *inquire;       /* or it finds something out, also where there is no screen, */
    const struct page_ops *page; /* or it opens a page */
};

/* In ui/tui/request_table.c, which alone knows of what performs a request. */
extern const struct request_info request_table[];
extern const size_t request_count;

/* Reads "/step 20": which request, and what stands behind the command, without blanks around it
 * ("" where nothing does). line begins with a slash. ERROR_INPUT names the nearest command, or
 * says what is missing or too much. */
bool request_parse(const char *line, const struct request_info **info, const char **argument,
                   struct error *err);

/* Lists the commands that find something out: those that need no screen. */
inquiry_find request_list_inquiries;

/* What a command takes, as written in a help text: "[N]", "NAME", "" . */
const char *request_argument_text(enum argument_kind argument);

/* Whether a command cannot be without it. */
bool request_needs_argument(const struct request_info *info);

#endif
