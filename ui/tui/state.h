/* The workbench's state, shared by the files that make it up: tasks.c (what the worker does),
 * actions.c (what keys and commands do), frame.c (drawing) and workbench.c (the loop). All of it
 * belongs to the thread that reads keys; a task works on its own struct and a session's reading
 * side. */
#ifndef MNEME_TUI_BENCH_H
#define MNEME_TUI_BENCH_H

#include "base/text.h"
#include "lab/session.h"
#include "ui/tui/pages/map.h"
#include "ui/tui/requests.h"
#include "ui/tui/screen.h"
#include "ui/tui/widgets/layout.h"
#include "ui/tui/widgets/prompt_line.h"
#include "ui/tui/widgets/target_list.h"
#include "ui/tui/widgets/transcript.h"
#include "ui/tui/widgets/view.h"
#include "ui/tui/workbench.h"
#include "ui/tui/worker.h"

enum workbench_mode {
    WORKBENCH_CHOOSER, /* the list to choose from, over the session where one is open */
    WORKBENCH_OPENING,
    WORKBENCH_OPEN,
    WORKBENCH_CLOSING,
};

/* What happens once the session under way is closed. */
enum workbench_after {
    AFTER_QUIT,
    AFTER_OPEN, /* the next target */
};

struct workbench_target {
    char *name; /* null: none */
    bool is_run;
};

struct workbench {
    const struct paths *paths;
    const struct workbench_options *options;
    struct screen screen;
    struct cells cells;
    struct worker *worker;
    struct prompt_line *line;

    enum workbench_mode mode;
    struct target_list chooser;
    struct workbench_target target; /* being opened, or to be opened next */
    bool named;                     /* the command line said what to open first */
    bool opened_any;                /* a session was open before */
    char opening[64];               /* what is being opened, cut */
    bool leaving;                   /* quit as soon as what is being opened is open */
    double since;                   /* clock when the mode began */

    struct session *session; /* never null in WORKBENCH_OPEN; may go on behind WORKBENCH_CHOOSER */
    struct view view;
    uint64_t seen;         /* changes of the trainer */
    bool closing_saves;    /* what WORKBENCH_CLOSING waits for is a checkpoint */
    bool awaits_save;      /* a checkpoint was asked for and is not written yet */
    uint64_t saves;        /* checkpoints there were when it was asked for */
    bool can_go_on;        /* after a crash: made known */
    uint64_t failures;     /* of the trainer, as far as they were told */
    bool told_finetune;    /* that fine-tuning has begun, or it had when the run was opened */
    uint64_t widened;      /* step from which on more are drawn, as far as it was told */
    bool patched;          /* a patched model has set out, as far as it was told */
    uint64_t people_shown; /* times /people and /invent were asked */
    struct transcript transcript;
    char *example;     /* a prompt that can be asked; another one after every question */
    uint64_t examples; /* shown so far */

    struct layout_wish wish;
    bool typing;   /* keys go to the prompt */
    bool pasting;  /* keys are pasted text */
    double pasted; /* clock at the last of them */
    struct {
        char text[512];
        bool is_error;
    } message; /* in place of the hints until the next key */
    struct {
        bool open;
        int first, rows;
    } help;
    struct map map;
    struct {
        bool open;
        char text[256];
        enum workbench_after after;
    } question; /* y or n */

    struct text kept; /* lines that say where the runs of this session are, printed at its end */
    bool changed;     /* the screen has to be drawn */
    bool suspends;    /* Ctrl-Z was pressed */
    bool behind;      /* in the background: the terminal is others' */
    bool terminated;  /* by a signal, or the terminal has gone: save and end */
    bool done;
    bool failed; /* with the reason in failure */
    struct error failure;
};

/* workbench.c */
void workbench_say(struct workbench *workbench, bool is_error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* tasks.c: each queues a task that changes the workbench when it is finished. */
void workbench_list(struct workbench *workbench);        /* presets and runs, with their times */
bool workbench_open_target(struct workbench *workbench); /* bench->target */
void workbench_close(struct workbench *workbench, enum workbench_after after);
void workbench_ask(struct workbench *workbench, const char *prompt);
void workbench_who(struct workbench *workbench, const char *question, uint64_t individual);

/* Reads a preset, with the settings of the command line or without; runs on any thread. */
bool workbench_load_preset(const struct workbench *workbench, const char *name, bool with_options,
                           struct preset *preset, struct error *err);

/* Frees a session's part of the state. */
void workbench_forget_session(struct workbench *workbench);

/* actions.c */
/* Finds what a name means and whether it can be read; with_options as in workbench_load_preset. */
bool workbench_set_target(struct workbench *workbench, const char *name, bool with_options,
                          struct error *err);
void workbench_leave(struct workbench *workbench,
                     enum workbench_after after); /* asks first if need be */
void workbench_save(struct workbench *workbench); /* of an open session */
void workbench_key(struct workbench *workbench, int key);
void workbench_accept(void *workbench, const char *line);
size_t workbench_complete(void *workbench, const char *line, char **candidate, size_t room);

/* frame.c */
/* Where the map is on a screen of that size. */
struct rect workbench_map_rect(const struct cells *cells);
bool workbench_draw(struct workbench *workbench, struct error *err);

#endif
