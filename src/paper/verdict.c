/* Map of this file: numbers of all seeds; a check; a verdict; words. */
#include "paper/verdict.h"

#include <math.h>
#include <string.h>

#include "paper/statistic.h"

#define UNBROKEN "\u00a0" /* a blank that no line is broken at */

const char verdict_rule[] =
    "A claim is seen if all its checks hold. A check holds if the mean over seeds is within "
    "its bounds and a one-sided t-test confirms it at the 5 % level, paired by seed if two runs "
    "are compared; with one or two seeds, or if all seeds have the same number, it holds if the "
    "number of every seed is within them. The number after ± is a standard error.";

const char *verdict_state_name(enum verdict_state state)
{
    static const char *const names[] = {"seen", "not seen", "failed"};
    return names[state];
}

/* Numbers of all seeds */

/* Those of the seeds that say something. */
struct seed_numbers {
    double statistic[VERDICT_SEEDS], other[VERDICT_SEEDS], compared[VERDICT_SEEDS];
    size_t count;
};

static double compare(enum comparison comparison, double statistic, double other)
{
    switch (comparison) {
    case COMPARISON_DIFFERENCE:
        return statistic - other;
    case COMPARISON_RATIO:
        return statistic / other;
    case COMPARISON_NONE:
        break;
    }
    return statistic;
}

static unsigned count_seeds(const struct check *check, const struct replicates *replicates)
{
    unsigned seeds = statistic_seeds(&check->statistic, replicates);
    if (check->comparison != COMPARISON_NONE) {
        unsigned others = statistic_seeds(&check->other, replicates);
        seeds = others < seeds ? others : seeds;
    }
    return seeds < VERDICT_SEEDS ? seeds : VERDICT_SEEDS;
}

static bool read_seed(const struct check *check, const struct replicates *replicates, unsigned seed,
                      struct seed_numbers *numbers, struct error *err)
{
    double statistic, other = 0;
    if (!statistic_read(&check->statistic, replicates, seed, &statistic, err) ||
        (check->comparison != COMPARISON_NONE &&
         !statistic_read(&check->other, replicates, seed, &other, err)))
        return false;
    double compared = compare(check->comparison, statistic, other);
    if (!isfinite(compared))
        return true;
    numbers->statistic[numbers->count] = statistic;
    numbers->other[numbers->count] = other;
    numbers->compared[numbers->count++] = compared;
    return true;
}

/* A check */

static bool is_beyond(const struct check *check, double number)
{
    return (check->relation == RELATION_ABOVE || number < check->high) &&
           (check->relation == RELATION_BELOW || number > check->low);
}

static bool all_are_beyond(const struct check *check, const struct seed_numbers *numbers)
{
    for (size_t i = 0; i < numbers->count; i++)
        if (!is_beyond(check, numbers->compared[i]))
            return false;
    return numbers->count > 0;
}

/* Of the one bound, or the larger of both. */
static double test(const struct check *check, const struct summary *summary)
{
    double below = summary_p_below(summary, check->high),
           above = summary_p_above(summary, check->low);
    switch (check->relation) {
    case RELATION_BELOW:
        return below;
    case RELATION_ABOVE:
        return above;
    case RELATION_WITHIN:
        break;
    }
    return fmax(below, above);
}

static void judge_numbers(const struct check *check, const struct seed_numbers *numbers,
                          struct check_result *result)
{
    result->statistic = summary_of(numbers->statistic, numbers->count);
    result->other = summary_of(numbers->other, numbers->count);
    result->compared = summary_of(numbers->compared, numbers->count);
    result->missing = result->seeds - (unsigned)numbers->count;
    result->p = numbers->count < VERDICT_TESTED ? NAN : test(check, &result->compared);
    bool beyond =
        isnan(result->p) ? all_are_beyond(check, numbers) : result->p < VERDICT_SIGNIFICANCE;
    result->holds = beyond && result->missing == 0;
}

static bool judge_check(const struct check *check, const struct replicates *replicates,
                        struct check_result *result, struct error *err)
{
    struct seed_numbers numbers = {.count = 0};
    *result = (struct check_result){.seeds = count_seeds(check, replicates)};
    if (result->seeds == 0)
        return error_set(err, ERROR_INPUT, "no run %s was made", check->statistic.run);
    for (unsigned seed = 1; seed <= result->seeds; seed++)
        if (!read_seed(check, replicates, seed, &numbers, err))
            return false;
    judge_numbers(check, &numbers, result);
    return true;
}

/* A verdict */

bool verdict_judge(struct verdict *verdict, const struct claim *claim,
                   const struct replicates *replicates, struct error *err)
{
    *verdict = (struct verdict){.checks = claim_checks(claim)};
    for (size_t i = 0; i < verdict->checks; i++) {
        if (!judge_check(&claim->check[i], replicates, &verdict->result[i], &verdict->failure)) {
            verdict->state = VERDICT_FAILED;
            return verdict->failure.kind != ERROR_MEMORY ||
                   error_set(err, ERROR_MEMORY, "%s", verdict->failure.message);
        }
        verdict->holding += verdict->result[i].holds;
    }
    verdict->state = verdict->holding == verdict->checks ? VERDICT_SEEN : VERDICT_NOT_SEEN;
    return true;
}

/* Words */

/* Factor for, and unit of, what is compared: a ratio has none of its own. */
static double factor_of(const struct check *check)
{
    return check->comparison == COMPARISON_RATIO ? 1 : statistic_factor(&check->statistic);
}

static void add_number(struct text *out, double number, double factor)
{
    if (isnan(number))
        text_add(out, "none");
    else if (factor == 100)
        text_format(out, "%.1f" UNBROKEN "%%", 100 * number);
    else if (fabs(number) >= 100)
        text_format(out, "%.0f", number);
    else
        text_format(out, "%.3g", number);
}

static void add_bound(struct text *out, const char *name, const struct check *check)
{
    add_number(out, strncmp(name, "above", 5) == 0 ? check->low : check->high, factor_of(check));
}

void check_write_text(struct text *out, const struct check *check)
{
    const char *rest = check->text;
    for (const char *open; (open = strchr(rest, '{')) != NULL;) {
        text_add_bytes(out, rest, (size_t)(open - rest));
        add_bound(out, open + 1, check);
        rest = open + strcspn(open, "}");
        rest += *rest == '}';
    }
    text_add(out, rest);
}

static void add_p(struct text *out, double p)
{
    if (isnan(p))
        return;
    if (p < 0.001)
        text_add(out, ", p" UNBROKEN "<" UNBROKEN ".001");
    else if (fabs(p - VERDICT_SIGNIFICANCE) < 0.001) /* so that it is seen on which side */
        text_format(out, ", p" UNBROKEN "=" UNBROKEN ".%05.0f", floor(1e5 * p));
    else
        text_format(out, ", p" UNBROKEN "=" UNBROKEN ".%03.0f", fmin(1000 * p, 999));
}

void check_write_result(struct text *out, const struct check *check,
                        const struct check_result *result)
{
    double factor = factor_of(check);
    text_format(out, "%s ", check->label);
    if (check->comparison != COMPARISON_NONE) {
        add_number(out, result->statistic.mean, statistic_factor(&check->statistic));
        text_add(out, check->comparison == COMPARISON_RATIO ? " / " : " - ");
        add_number(out, result->other.mean, statistic_factor(&check->other));
        text_add(out, " = ");
    }
    add_number(out, result->compared.mean, factor);
    if (result->compared.error > 0)
        text_format(out, " ±" UNBROKEN "%.2g", factor * result->compared.error);
    add_p(out, result->p);
    if (result->missing > 0)
        text_format(out, ", no value in %u of %u seeds", result->missing, result->seeds);
}
