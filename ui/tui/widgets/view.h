/* What there is to see of a run at one moment, copied from the trainer, and how it is looked at.
 * Everything on the screen but the talk is drawn from it. */
#ifndef MNEME_TUI_VIEW_H
#define MNEME_TUI_VIEW_H

#include "base/series.h"
#include "base/strings.h"
#include "facts/fact_set.h"
#include "lab/follower.h"
#include "measure/question_track.h"
#include "train/trainer.h"
#include "ui/tui/widgets/cells.h"
#include "ui/tui/widgets/chart.h"
#include "ui/tui/widgets/layout.h"

struct watches;
struct overlay;
struct parent_curve;

/* The history of a run, copied. */
struct curves {
    struct evaluation_point *evaluation; /* [evaluations] */
    size_t evaluations, evaluation_room;
    struct training_point *training; /* [trainings] */
    size_t trainings, training_room;
    double *loss_sum; /* [sums] training losses up to each point; null where nobody summed them */
    size_t sums, sum_room;
    struct circuit_track circuits;
    struct turns turns;
    unsigned long beginnings; /* of the history */
};

/* Copies what came since the last time. */
bool curves_update(struct curves *curves, struct history *history, struct error *err);
void curves_free(struct curves *curves);

/* Curves of a watched question besides that of the truth. */
enum { VIEW_RIVALS = 3 };

/* A question that is watched, as it is shown. */
struct view_question {
    struct question_track track; /* a copy; empty where none is watched */
    size_t index, count;         /* which one of how many */
    size_t rival[VIEW_RIVALS];   /* [rivals] values of the track */
    size_t rivals;
    uint64_t changes; /* of the list, as far as they were followed */
    bool stale;       /* another one is to be shown than was copied */
};

/* Which steps the charts show. */
enum view_window_kind {
    WINDOW_FIT,     /* all that were made, by other runs on the chart as well */
    WINDOW_PLANNED, /* all that are planned */
    WINDOW_SET,     /* some: they stay when others come */
};

/* Vertical axes, each with values of its own. */
enum view_axis {
    VIEW_LOSS,
    VIEW_DIFFERENCE,
    VIEW_CIRCUITS,
    VIEW_QUESTION,
    VIEW_PANEL, /* of measures that were picked, and those below it */
    VIEW_AXES = VIEW_PANEL + 16,
};

/* What was drawn of a run's curves is kept from one picture to the next. */
enum view_kept_curve {
    KEPT_KNOWN,
    KEPT_NEW,
    KEPT_TUNED,
    KEPT_BASELINE,
    KEPT_NEW_BASELINE,
    KEPT_CIRCUITS,                   /* and those behind it, one for each curve and circuit */
    KEPT_PICKED = KEPT_CIRCUITS + 6, /* and those behind it, one for each measure */
    VIEW_KEPT = KEPT_PICKED + 16,
};

/* Measures that can be picked for the chart. */
enum { VIEW_PICKED = VIEW_KEPT - KEPT_PICKED };

/* What was seen of the evaluations. */
struct view_notes {
    size_t evaluations;   /* that were looked at */
    bool new_differs;     /* knowing nobody costs something else for new individuals, */
    bool uniform_differs; /* or under what is sampled than where all are drawn alike */
};

/* A run that goes on beside this one. */
struct view_beside {
    bool goes_on; /* else there is none, and the rest means nothing */
    bool is_parent;
    uint64_t step, steps;
};

/* One of two runs that are compared. */
struct view_side {
    bool is_open; /* the one that is open; else */
    size_t run;   /* of the overlay */
};

struct view {
    const char *preset;
    const struct fact_set *facts;
    size_t parameters;     /* of the model */
    const char *precision; /* of products; another process's as recorded; null: no run */
    uint64_t individuals;  /* known ones */
    bool all_known;        /* nobody else is evaluated: there are no measures of new individuals */
    uint64_t evaluate_every;
    double baseline;      /* of all known individuals, were they drawn alike */
    uint64_t tuned_after; /* step that fine-tuning begins after; 0: there is none */
    const struct patching_options *patching;
    struct trainer_status status;
    bool is_followed; /* another process trains it, of which is told: */
    struct follower_report followed;
    struct curves curves;
    struct {
        bool has_end;              /* one was seen; of these three */
        bool patched;              /* of the patched model */
        double end;                /* steps; what the status said last */
        double low, high;          /* 95 % interval; NAN where there is none yet */
        size_t looks, evaluations; /* for the interval, at the last one's number of evaluations */
    } plateau;
    const struct parent_curve *parent; /* of the run that this one is a branch of; null: none */
    struct view_beside beside;
    const struct strings *picked;  /* paths of measures for the chart; null: none */
    const struct overlay *overlay; /* other runs, drawn beside this one; null: none */
    const char *settings;          /* of this one, see groups_settings; null: not known */
    struct series rates;           /* that were set by hand */
    struct view_question question;
    /* How it is looked at. */
    bool difference; /* from the parent, in place of both */
    struct view_pair {
        bool is_shown; /* the loss of the first less that of the second, in place of all curves: */
        struct view_side of, less;
    } pair;
    size_t chart; /* which one: the page of a run has them in order */
    bool linear, log_steps;
    bool smooth; /* means, over the curves themselves */
    enum view_window_kind window;
    double reach; /* the last step of other runs on the chart; 0: there are none */
    double window_first, window_last; /* of one that was set */
    struct view_values {
        bool are_set; /* these alone are shown, and stay so when others come */
        struct value_span span;
    } values[VIEW_AXES];
    struct chart_drawn *drawn; /* [VIEW_AXES] as they are on the screen; null, as notes */
    struct view_notes *notes;  /* of who draws again and again; else null, as is */
    struct envelope *kept;     /* [VIEW_KEPT] of who draws again and again; else null */
    struct chart_taker taker;  /* of the chart, where somebody wants to see that */
    bool has_cursor;
    uint64_t cursor; /* the step that is looked at: of an evaluation, or of what was kept */
    bool is_at;      /* the model of an earlier step is asked: */
    uint64_t at;     /* of this one */
};

/* Looks at a view as at another one. */
void view_look_like(struct view *view, const struct view *other);

/* Copies the question that is shown from the list of those that are watched, the last one where
 * there are fewer than its number. */
bool view_take_question(struct view *view, struct watches *watches, struct error *err);

/* What individuals are called on a chart that are not trained on: "new", of a table "held-out". */
const char *view_word_for_new(const struct view *view);

/* The evaluation under the cursor, else the newest; null before the first. */
const struct evaluation_point *view_evaluation(const struct view *view);

/* The step under the cursor, else the newest; null before the first. */
const struct training_point *view_training(const struct view *view);

/* "step 608": the cursor's; behind it, where what is told was measured at another one, "(measured
 * at 600)", or "(as of 600)" where there is little room. */
enum { VIEW_STEP = 96 };
const char *view_say_step(const struct view *view, uint64_t measured, bool wide,
                          char text[VIEW_STEP]);

/* Moves the cursor by that many evaluations; from nowhere it starts at the newest. */
void view_move_cursor(struct view *view, int evaluations);

/* The steps the chart shows. */
struct step_span view_span(const struct view *view);

/* Shows half as many steps, or twice as many: around the cursor, or the newest step, where those
 * are shown. Beyond all that were made there are those that are planned. */
void view_zoom_in(struct view *view);
void view_zoom_out(struct view *view);

/* Shows earlier steps, or later ones where shares is positive: by so many quarters of those that
 * are shown now. */
void view_pan(struct view *view, int quarters);

/* The same at a share of the way from the first step that is shown to the last: half or twice as
 * many steps around it, others by a share of those that are shown, and the cursor there. */
void view_zoom_in_at(struct view *view, double share);
void view_zoom_out_at(struct view *view, double share);
void view_pan_by(struct view *view, double share);
void view_point_at(struct view *view, double share);

/* Moves a window that was set to where the cursor is. */
void view_show_cursor(struct view *view);

/* What the evaluations show of baselines. */
struct view_notes view_baselines(const struct view *view);

/* What is kept of a curve; null where nobody keeps it. */
struct envelope *view_kept(const struct view *view, size_t which);

/* The step at which the phase began; NAN where the detector has not said. */
double view_phase_start(const struct view *view, enum phase phase);

enum style phase_style(enum phase phase);

/* Whether the run is past the step that fine-tuning begins after. */
bool view_is_tuned(const struct view *view);

/* Follows the status to another end of the plateau, and finds the interval it lies in. Returns a
 * sentence where the end seen before was estimated anew, else null. */
enum { VIEW_SENTENCE = 256 };
const char *view_follow_plateau(struct view *view, char sentence[VIEW_SENTENCE]);

/* Gives a chart its steps, its bands, its marks with labels (which lie in *labels), and the
 * cursor. */
enum { VIEW_TURNS = 8 };
struct view_labels {
    char mark[64], mark_brief[64];
    struct chart_turn turn[VIEW_TURNS]; /* the last ones */
    char turn_label[VIEW_TURNS][TURN_TEXT];
};
void view_frame_chart(const struct view *view, struct chart *chart, struct view_labels *labels);

/* One kind of chart of a run, and what stands beside it. */
struct run_chart_ops {
    /* Draws the legend, the chart and its axes. */
    bool (*draw)(const struct view *view, const struct layout *layout, struct cells *cells,
                 struct error *err);
    /* The last step of other runs that it draws, 0 where those are none; null: it never does. */
    double (*reach)(const struct view *view);
    /* Whether its axis cannot be logarithmic; null: it can. */
    bool (*is_linear)(const struct view *view);
    /* Draws what stands beside it into a rectangle that has rows. */
    bool (*draw_side)(const struct view *view, struct rect rect, struct cells *cells,
                      struct error *err);
};

#endif
