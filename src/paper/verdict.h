/* Verdicts: whether a claim's checks hold in the runs that were made.
 *
 * A check is about one number of each seed: a statistic, or how it differs from another of the same
 * seed. It holds where the mean over seeds lies beyond the bound (within both) and a one-sided
 * t-test says so at 5 %: pairs are compared, not means. With one or two seeds there is nothing to
 * test with, and it holds where each seed's number lies beyond the bound. It does not hold where a
 * seed's record does not have the number. */
#ifndef MNEME_PAPER_VERDICT_H
#define MNEME_PAPER_VERDICT_H

#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "measure/summary.h"
#include "paper/claims.h"
#include "paper/replicates.h"

#define VERDICT_SIGNIFICANCE 0.05

/* The fewest seeds that a test is made with. */
enum { VERDICT_TESTED = 3, VERDICT_SEEDS = 16 };

enum verdict_state {
    VERDICT_SEEN, /* all checks hold */
    VERDICT_NOT_SEEN,
    VERDICT_FAILED, /* its runs failed, or do not hold what is to be read */
};

/* "seen", "not seen", "failed". */
const char *verdict_state_name(enum verdict_state state);

struct check_result {
    bool holds;
    unsigned seeds, missing;         /* how many there are, and how many say nothing */
    struct summary statistic, other; /* over the seeds that say something */
    struct summary compared;         /* what is tested against the bounds */
    double p;                        /* the larger one of two; NAN where nothing was tested */
};

struct verdict {
    enum verdict_state state;
    struct check_result result[CLAIM_CHECKS];
    size_t checks, holding;
    struct error failure; /* VERDICT_FAILED */
};

/* ERROR_MEMORY alone can fail; what else goes wrong is a verdict. */
bool verdict_judge(struct verdict *verdict, const struct claim *claim,
                   const struct replicates *replicates, struct error *err);

/* What a check demands, in words, with its bounds. */
void check_write_text(struct text *out, const struct check *check);

/* What was measured: "final loss 3.59, 3.98 there: -0.39 (p = .0012)". */
void check_write_result(struct text *out, const struct check *check,
                        const struct check_result *result);

/* The rule above in a sentence or two, for whoever reads verdicts. */
extern const char verdict_rule[];

#endif
