/* The chart of the attribute loss, or of other curves over the same steps: the curves, the
 * baseline, the phases and where the plateau ends, drawn into cells.
 *
 * The curve of known individuals is a line in the colour of the phase it is in; the one of new
 * individuals is made of sparse dots and the one of those that are fine-tuned on of dashes, so that
 * they differ without colour as well. Where several points lie in one column of dots, all from the
 * least to the largest of them is drawn. */
#ifndef MNEME_TUI_CHART_H
#define MNEME_TUI_CHART_H

#include <stddef.h>

#include "plot/envelope.h"
#include "plot/value_span.h"
#include "ui/tui/widgets/cells.h"
#include "ui/tui/widgets/chart_reach.h"
#include "ui/tui/widgets/chart_scale.h"

struct chart_point {
    double x, y; /* step, nats; points with y not finite are passed over */
};

/* Points where they are kept already: x ascends. */
struct chart_series {
    const void *from;
    size_t count;
    struct chart_point (*point)(const void *from, size_t at);
    struct envelope *kept; /* what was drawn of it, so that the next picture costs what has come
                              since; its owner forgets it when other points take the place of these.
                              Null: nobody keeps it */
};

/* A span of steps, on the ribbon and in the colour of the curve. */
struct chart_band {
    double from, to;
    enum style style;
    const char *label;
};

/* A step where somebody stepped in. */
struct chart_turn {
    double step;
    const char *label;
};

/* Dots across that are set, and then left free, again and again; none free: a whole line. */
struct chart_dashes {
    int set, space;
    enum style style;
};

struct chart_curve {
    struct chart_series series;
    const struct envelope *made; /* in place of a series; of this span and CHART_COLUMNS; or null */
    struct chart_dashes dashes;
    bool banded;      /* a whole line in the colours of the bands */
    bool is_beside;   /* of another run than the chart's own */
    bool hazy;        /* the mean of each column, over all from its least to its largest value, */
    enum style haze;  /* in this style */
    const char *tag;  /* at its end; or null */
    const char *name; /* in the legend of a figure; null: its tag */
};

enum { CHART_BANDS = 7, CHART_CURVES = 32, CHART_BASELINES = 2 };

/* What a chart was drawn with. */
struct chart_drawn {
    struct rect plot;               /* no rows: it was not drawn */
    struct value_span shown, whole; /* values; what would be shown of all there is */
    struct chart_reach reach;       /* the values of what is drawn at the steps that are shown */
    double held; /* that of the foremost curve at the cursor, else its newest; NAN: none */
};

struct chart;

/* Somebody who is shown every chart before it is drawn, when it is complete. */
struct chart_taker {
    void (*take)(void *context, const struct chart *chart); /* null: nobody */
    void *context;
};

struct chart {
    struct chart_curve curve[CHART_CURVES]; /* [curves] each over those before it */
    size_t curves;
    bool has_values; /* these are shown, whatever there is: */
    struct value_span values;
    struct chart_drawn *drawn; /* is told what it comes to; null: nobody asks */
    bool closely; /* values from the least to the largest that is shown, and no others */
    double top;   /* curves go from `bottom` to there, linear; 0: they are losses */
    double bottom;
    /* [baselines] of what is sampled, the foremost and the most important first: every point holds
     * from the one before it on, the last one to the end */
    struct chart_series baseline[CHART_BASELINES];
    size_t baselines;
    double uniform;                      /* that of all alike, where it is another; NAN: none */
    struct chart_band band[CHART_BANDS]; /* [bands], ascending */
    size_t bands;
    double mark; /* where the plateau ends; NAN: nowhere yet */
    const char *mark_label;
    const char *mark_brief; /* where that has no room; may be null */
    double cut;             /* curves begin anew at this step; NAN: nowhere */
    const char *cut_label;
    const struct chart_turn *turn; /* [turns] */
    size_t turns;
    double cursor;         /* the step that is looked at; NAN: none */
    struct step_span span; /* steps shown */
    bool linear;           /* the loss axis; else logarithmic */
    bool smooth;           /* lines are means, over a shade of the curves themselves */
    const char *label;     /* of the vertical axis, in a figure; null: none */
    double factor;         /* from its numbers to those of a figure; 0: they are the same */
    struct chart_taker taker;
};

struct chart_places {
    struct rect plot;   /* the labels of the loss axis take its first CHART_GUTTER columns */
    struct rect ribbon; /* may be empty, as may the axis */
    struct rect axis;
};

/* The dots across of a chart in a rectangle: the columns of its envelopes. */
size_t chart_columns(struct rect plot, bool ascii);

/* Adds a curve, a baseline or a band; one that there is no room for is left out. */
void chart_add_curve(struct chart *chart, struct chart_curve curve);
void chart_add_baseline(struct chart *chart, struct chart_series baseline);
void chart_add_band(struct chart *chart, struct chart_band band);

/* Brings an envelope of a picture of so many columns up to date with a series. */
bool chart_reduce(const struct chart_series *series, const struct step_span *span, size_t columns,
                  struct envelope *envelope, struct error *err);

bool chart_draw(const struct chart *chart, struct chart_places places, struct cells *cells,
                struct error *err);

/* The loss axis: what it spans for the points that are shown. */
void chart_range(const struct chart *chart, double *low, double *high);

#endif
