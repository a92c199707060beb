/* Figures of runs, as SVG or PNG files. */
#ifndef MNEME_FIGURE_FIGURES_H
#define MNEME_FIGURE_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "config/preset.h"
#include "config/preset_key.h"
#include "lab/run_result.h"

enum figure_kind {
    FIGURE_CURVES,      /* attribute loss above, accuracy below, over steps */
    FIGURE_MEASURE,     /* any numbers of the record over steps */
    FIGURE_LAW,         /* the plateau's end over the known individuals */
    FIGURE_HEATMAP,     /* one number of each run over two settings */
    FIGURE_TRAJECTORY,  /* the loss of new individuals over that of known ones */
    FIGURE_CIRCUITS,    /* what attention is used for in the first and last layer, over steps */
    FIGURE_CALIBRATION, /* accuracy over confidence at the end */
};

/* What a heat map shows of a run. */
enum figure_value {
    FIGURE_FINAL_LOSS,
    FIGURE_FINAL_ACCURACY,
    FIGURE_PLATEAU_END,
};

/* Their names on the command line, null-terminated, in the order of the constants. */
extern const char *const figure_kinds[], *const figure_values[];

/* Millimetres. */
enum { FIGURE_WIDTH = 140, FIGURE_HEIGHT = 95, FIGURE_LEAST = 40, FIGURE_MOST = 1000 };

struct figure_options {
    enum figure_kind kind;
    const char *measures;           /* FIGURE_MEASURE: keys of the record, with commas between */
    const struct preset_key *x, *y; /* FIGURE_HEATMAP: which settings, */
    enum figure_value value;        /* and which number */
    double width, height;           /* millimetres */
    bool log_x;                     /* steps on a logarithmic axis */
    const char *title;              /* null: none */
};

/* Draws runs (at least one) into a file that ends in .svg or .png, in place of what was there.
 *
 * Runs that are equal but for their seeds become one curve, the mean, with a band of one standard
 * deviation to either side; otherwise each is a curve named after the settings that differ. A law
 * has a point for each run with a plateau's end; a cell of a heat map is the mean of runs that are
 * equal but for their seeds. The same runs give the same bytes.
 *
 * ERROR_INPUT: another ending, a run without what is to be drawn, runs without a step in common,
 * too few for a law, different runs in a cell, or no cairo in this program. */
bool figures_draw(const struct run_result *result, size_t count,
                  const struct figure_options *options, const char *path, struct error *err);

#endif
