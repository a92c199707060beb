/* The workbench's state, which pages and requests share, and what everybody does to it: open pages
 * and tell something. All of it belongs to the thread that reads keys; a task works on its own
 * struct and a session's reading side. */
#ifndef MNEME_TUI_STATE_H
#define MNEME_TUI_STATE_H

#include <stdatomic.h>

#include "base/strings.h"
#include "base/text.h"
#include "config/preferences.h"
#include "lab/branch.h"
#include "lab/overlay.h"
#include "lab/parent_curve.h"
#include "lab/phase_command.h"
#include "lab/run_child.h"
#include "lab/session.h"
#include "ui/tui/marks.h"
#include "ui/tui/options.h"
#include "ui/tui/page.h"
#include "ui/tui/request_keys.h"
#include "ui/tui/screen.h"
#include "ui/tui/widgets/layout.h"
#include "ui/tui/widgets/prompt_line.h"
#include "ui/tui/widgets/tab_line.h"
#include "ui/tui/widgets/target_list.h"
#include "ui/tui/widgets/transcript.h"
#include "ui/tui/widgets/type_ahead.h"
#include "ui/tui/widgets/view.h"
#include "ui/tui/worker.h"

/* What is going on with a session; which function makes each transition is told in workbench.c. */
enum workbench_state {
    WORKBENCH_EMPTY,
    WORKBENCH_OPENING,
    WORKBENCH_OPEN,
    WORKBENCH_CLOSING,
};

struct workbench_target {
    char *name; /* null: none */
    bool is_run;
    bool follows;          /* the run, which another process may train, is only read */
    struct branch *branch; /* to be opened in place of what has the name; or null */
    bool is_edited;        /* a preset that was changed in a form: these are all its settings */
    struct strings assignments; /* "train.lr=1e-3" */
    char *changes;              /* those made there, "train.lr=1e-3 ..." */
    bool is_beside;             /* it goes on beside what is open, and these two change places */
    char *beside;               /* directory of the run that is to go on beside it, or null, */
    char *alone;         /* and why the parent of a branch is not, where that was wanted; or null */
    bool runs;           /* it is trained at once */
    bool goes_on_asking; /* what was asked stays, as long as it has the same facts */
};

struct workbench {
    const struct paths *paths;
    const struct workbench_options *options;
    struct preferences preferences;
    struct request_keys keys;
    struct error preferences_fault; /* what is wrong with the file; of no kind: nothing */
    struct screen screen;
    struct cells cells;
    struct worker *worker;
    struct prompt_line *line;
    struct pages pages;

    enum workbench_state state;
    struct workbench_target target; /* being opened, or to be opened next */
    bool named;                     /* the command line said what to open first */
    bool opened_any;                /* a session was open before */
    char opening[64];               /* what is being opened, or set, cut */
    bool leaving;                   /* quit as soon as what is being opened is open */
    double since;                   /* clock when opening or closing began */
    struct {
        atomic_uint_fast64_t from, step, to; /* all 0 before */
        _Atomic double seconds_left;         /* NAN: not known yet */
        atomic_bool cancel;
    } replay; /* steps that are made again for what is being opened: these alone are shared with the
                 worker's thread */

    struct run_child *beside; /* null: no run goes on beside what is open */
    bool has_shared;          /* what is open has had to share its threads */

    struct session *session; /* never null in WORKBENCH_OPEN, null in every other state */
    struct view view;
    struct knowledge known_at; /* of the step view.at; no fact where that is not known */
    struct {
        bool is_asked;       /* of a run that is followed, where no earlier model is: that of */
        uint64_t saved_step; /* the newest there was when it was looked for */
    } newest;
    unsigned goings;    /* ways to other steps' models that are not yet gone */
    uint64_t seen;      /* changes of the trainer */
    bool closing_saves; /* what WORKBENCH_CLOSING waits for is a checkpoint */
    bool awaits_save;   /* a checkpoint was asked for and is not written yet */
    uint64_t saves;     /* checkpoints there were when it was asked for */
    bool can_go_on;     /* after a crash: made known */
    uint64_t failures;  /* of the trainer, as far as they were told */
    bool told_finetune; /* that fine-tuning has begun, or it had when the run was opened */
    uint64_t widened;   /* step from which on more are drawn, as far as it was told */
    bool patched;       /* a patched model has set out, as far as it was told */
    struct {
        struct phase_watch phase;
        bool end; /* of training */
        struct phase_commands commands;
    } announced; /* beyond the screen, as far as it was */
    struct transcript transcript;
    struct {
        char words[FACTS_FINGERPRINT_SIZE];
        struct population_options size;
    } told;        /* facts of the run that was left last for one that goes on being asked */
    bool greets;   /* somebody started the program for the first time and has asked nothing yet */
    char *example; /* a prompt that can be asked; another one after every question */
    uint64_t examples; /* shown so far */

    struct target_list listed; /* presets and runs as they were read last; empty before */
    struct marks marks;        /* of the page of all runs */
    struct tab_line tab_line;  /* names of pages, as they were drawn last */
    struct picks {
        struct strings path; /* measures on the chart, in the order in which they were picked */
        uint64_t changes;
    } picks;
    struct comparing {
        struct overlay overlay; /* other runs on the chart of the one that is open */
        char *settings;         /* of that one; see groups_settings */
        struct series rates;
        size_t rates_room;
        bool is_beside;             /* the overlay is for the run that is open, */
        bool is_kept;               /* which had a directory then */
        uint64_t picks;             /* of what is on the chart, as far as they were followed */
        uint64_t marks;             /* changes of the marks, as far as they were followed */
        struct strings pair;        /* none, or the run whose difference from the other is drawn */
        bool looks;                 /* the worker has a look to take */
        struct parent_curve parent; /* of the run that is open */
        bool looks_at_parent;       /* as looks */
    } comparing;
    struct layout_wish wish;
    struct held {
        bool is_chart;   /* a button of the mouse was pressed on it, */
        size_t axis;     /* on this one of values; VIEW_AXES: on none */
        bool moved;      /* the mouse was since, */
        bool is_upright; /* first up or down, */
        int row, col;    /* to there */
    } held;
    bool pasting;  /* keys are pasted text */
    double pasted; /* clock at the last of them */
    int held_key;  /* a capital letter, a key that may begin a name; 0: none */
    double held_since;
    struct type_ahead typed; /* for the run that is being opened, or is to be opened next */
    struct {
        char text[512];
        bool is_error;
    } message; /* in place of the hints until the next key */

    char *figure_path; /* in place of which a figure may go, while that is asked */
    struct text kept;  /* lines that say where the runs of this session are, printed at its end */
    bool changed;      /* the screen has to be drawn */
    bool suspends;     /* Ctrl-Z was pressed */
    bool behind;       /* in the background: the terminal is others' */
    bool terminated;   /* by a signal, or the terminal has gone: save and end */
    bool done;
    bool failed; /* with the reason in failure */
    struct error failure;
};

/* Puts a page on top; where there is no memory for it, that is said and the screen stays. */
void workbench_open_page(struct workbench *workbench, const struct page_ops *page);

/* Takes the top page off. */
void workbench_close_page(struct workbench *workbench);

/* Leaves the page at the foot, or that one and another on it. */
void workbench_go_to_foot(struct workbench *workbench);
void workbench_go_to(struct workbench *workbench, const struct page_ops *page);

/* Memory of a task, all zero; null where there is none, which is said. */
void *workbench_new_task(struct workbench *workbench, size_t size);

/* What the run is called that is open; its preset before it has a directory, which the trainer
 * makes with the first checkpoint. */
const char *workbench_run_name(const struct workbench *workbench);

/* That directory; null before, and where no run is open. */
const char *workbench_run_directory(const struct workbench *workbench);

/* How a run is opened again, to be printed at the end, once. */
void workbench_add_farewell(struct workbench *workbench, const char *directory);

/* A sentence in the last line, until the next key. */
void workbench_say(struct workbench *workbench, bool is_error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A sentence among the answers, under the line that was typed. */
void workbench_reply(struct workbench *workbench, const char *line, enum entry_kind kind,
                     const char *text);

#endif
