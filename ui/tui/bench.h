/* The workbench's state, shared by the files that make it up: tasks.c (what the worker does),
 * actions.c (what keys and commands do), frame.c (drawing) and workbench.c (the loop). All of it
 * belongs to the thread that reads keys; a task works on its own struct and a session's reading
 * side. */
#ifndef MNEME_TUI_BENCH_H
#define MNEME_TUI_BENCH_H

#include "base/text.h"
#include "lab/session.h"
#include "ui/tui/chooser.h"
#include "ui/tui/layout.h"
#include "ui/tui/map.h"
#include "ui/tui/prompt_line.h"
#include "ui/tui/requests.h"
#include "ui/tui/screen.h"
#include "ui/tui/transcript.h"
#include "ui/tui/view.h"
#include "ui/tui/workbench.h"
#include "ui/tui/worker.h"

enum bench_mode {
    BENCH_CHOOSER, /* the list to choose from, over the session where one is open */
    BENCH_OPENING,
    BENCH_OPEN,
    BENCH_CLOSING,
};

/* What happens once the session under way is closed. */
enum bench_after {
    AFTER_QUIT,
    AFTER_OPEN, /* the next target */
};

struct bench_target {
    char *name; /* null: none */
    bool is_run;
};

struct bench {
    const struct paths *paths;
    const struct workbench_options *options;
    struct screen screen;
    struct cells cells;
    struct worker *worker;
    struct prompt_line *line;

    enum bench_mode mode;
    struct chooser chooser;
    struct bench_target target; /* being opened, or to be opened next */
    bool named;                 /* the command line said what to open first */
    bool opened_any;            /* a session was open before */
    char opening[64];           /* what is being opened, cut */
    bool leaving;               /* quit as soon as what is being opened is open */
    double since;               /* clock when the mode began */

    struct session *session; /* never null in BENCH_OPEN; may go on behind BENCH_CHOOSER */
    struct view view;
    uint64_t seen;         /* changes of the trainer */
    bool closing_saves;    /* what BENCH_CLOSING waits for is a checkpoint */
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
        enum bench_after after;
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
void bench_say(struct bench *bench, bool is_error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* tasks.c: each queues a task that changes the bench when it is finished. */
void bench_list(struct bench *bench);        /* presets and runs, with their times */
bool bench_open_target(struct bench *bench); /* bench->target */
void bench_close(struct bench *bench, enum bench_after after);
void bench_ask(struct bench *bench, const char *prompt);
void bench_who(struct bench *bench, const char *question, uint64_t individual);

/* Reads a preset, with the settings of the command line or without; runs on any thread. */
bool bench_load_preset(const struct bench *bench, const char *name, bool with_options,
                       struct preset *preset, struct error *err);

/* Frees a session's part of the state. */
void bench_forget_session(struct bench *bench);

/* actions.c */
/* Finds what a name means and whether it can be read; with_options as in bench_load_preset. */
bool bench_set_target(struct bench *bench, const char *name, bool with_options, struct error *err);
void bench_leave(struct bench *bench, enum bench_after after); /* asks first if need be */
void bench_save(struct bench *bench);                          /* of an open session */
void bench_key(struct bench *bench, int key);
void bench_accept(void *bench, const char *line);
size_t bench_complete(void *bench, const char *line, char **candidate, size_t room);

/* frame.c */
/* Where the map is on a screen of that size. */
struct rect bench_map_rect(const struct cells *cells);
bool bench_draw(struct bench *bench, struct error *err);

#endif
