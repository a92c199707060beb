/* Answers as a figure: what the model believes as bars, a block for each prompt; a copy, which
 * another thread can draw on a surface. */
#ifndef MNEME_TUI_ANSWER_FIGURE_H
#define MNEME_TUI_ANSWER_FIGURE_H

#include "plot/surface.h"
#include "ui/tui/widgets/transcript.h"

enum { ANSWER_FIGURE_TEXT = 160, ANSWER_FIGURE_BARS = ANSWER_CANDIDATES + 1 };

struct answer_bar {
    char *value;
    double probability;
    bool is_true;
};

struct answer_block {
    char *prompt, *remark;
    size_t lines;                              /* that the prompt takes */
    struct answer_bar bar[ANSWER_FIGURE_BARS]; /* [bars] the likeliest values, and behind them the
                                                  truth where it is none of these */
    size_t bars;
};

/* {0} is none. */
struct answer_figure {
    struct answer_block *block; /* [blocks] */
    size_t blocks;
    double width, height; /* points */
    char title[ANSWER_FIGURE_TEXT];
};

/* Copies answers for a figure of that width in points; its height follows from them. ERROR_INPUT
 * where there are none. */
bool answer_figure_take(struct answer_figure *figure, const struct answers *answers,
                        const struct fact_set *facts, double width, struct error *err);
void answer_figure_free(struct answer_figure *figure);

void answer_figure_draw(const struct answer_figure *figure, struct surface *surface);

#endif
