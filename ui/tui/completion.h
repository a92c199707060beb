/* What could continue a line: commands and what stands behind them, names of individuals, and the
 * words that ask for an attribute; names and paths of what can be opened. */
#ifndef MNEME_TUI_COMPLETION_H
#define MNEME_TUI_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

#include "config/preset.h"
#include "facts/population.h"
#include "facts/vocabulary.h"

struct completion {
    const struct population *population; /* null: commands alone */
    const struct vocabulary *vocabulary;
    const struct preset *preset; /* of the run that is open; or null */
    double rate;                 /* of the next step, which is what /set gives train.lr; 0: none */
    const char *const *run;      /* [runs] what /load takes */
    size_t runs;
    size_t presets;       /* so many of them come first */
    const char *open;     /* the one that is open; or null */
    const char *range;    /* what is shown of values, "0.5,4", which /range takes; or null */
    const uint64_t *step; /* [steps] what /at takes, ascending */
    size_t steps;
    char *const *watched; /* [questions] prompts, which /unwatch takes */
    size_t questions;
    char *const *measure; /* [measures] paths, which /plot takes */
    size_t measures;
    bool opens; /* the line is no command but what /load takes */
};

/* Whole lines that begin with `line`, folded and with marks where it has none (base/utf8.h), each
 * once, at most `room`; the caller frees each with memory_free.
 *
 * A name is completed part by part, to individuals that exist as long as any fits. After a full
 * name come the wordings of the templates: one for every attribute at first, all that fit once a
 * letter was typed. Where no line begins so, they are lines with the names in which a part of one
 * is found (facts/name_finder.h), best first. */
size_t completion_lines(const struct completion *completion, const char *line, char **candidate,
                        size_t room);

/* Whether what the candidates begin with in common goes on with the line, so that nothing that was
 * typed is lost when it takes its place. */
bool completion_goes_on(const char *line, char *const *candidate, size_t count);

#endif
