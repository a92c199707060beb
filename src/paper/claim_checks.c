/* Map of this file: a number; bounds; checks. */
#include "paper/claim_checks.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/suggest.h"
#include "paper/claim_value.h"
#include "paper/statistic.h"

/* A number */

/* Cuts the next word off a text; null where there is none. */
static char *next_word(char **rest)
{
    char *word = *rest + strspn(*rest, " ");
    size_t length = strcspn(word, " ");
    if (length == 0)
        return NULL;
    *rest = word + length;
    if (**rest)
        *(*rest)++ = '\0';
    return word;
}

static bool unknown_reduction(const char *name, struct error *err)
{
    const char *names[REDUCTIONS];
    size_t count = 0;
    for (enum reduction i = REDUCTION_NONE + 1; i < REDUCTIONS; i++)
        names[count++] = reductions[i].name;
    const char *near = suggest_of(name, names, count);
    return near ? error_set(err, ERROR_INPUT, "unknown number \"%s\"; did you mean %s?", name, near)
                : error_set(err, ERROR_INPUT, "unknown number \"%s\"; mneme-claims(5) lists them",
                            name);
}

static bool find_reduction(const char *name, enum reduction *reduction, struct error *err)
{
    for (*reduction = REDUCTION_NONE + 1; *reduction < REDUCTIONS; ++*reduction)
        if (strcmp(reductions[*reduction].name, name) == 0)
            return true;
    return unknown_reduction(name, err);
}

static bool wrong_statistic(const struct reduction_kind *kind, struct error *err)
{
    return error_set(err, ERROR_INPUT, "expected \"%s%s%s of %s\"", kind->name,
                     kind->has_steps ? " STEPS" : "", kind->has_measure ? " MEASURE" : "",
                     kind->has_runs ? "RUN ..." : "RUN");
}

/* Cuts "after 50 attr_acc of RUN" into its parts; *text ends as the names of runs. */
static bool take_statistic(struct statistic *statistic, char **text, struct error *err)
{
    if (!find_reduction(next_word(text), &statistic->reduction, err))
        return false;
    const struct reduction_kind *kind = &reductions[statistic->reduction];
    const char *steps = kind->has_steps ? next_word(text) : NULL;
    statistic->measure = kind->has_measure ? next_word(text) : NULL;
    const char *of = next_word(text);
    *text += strspn(*text, " ");
    statistic->run = *text;
    bool whole = of && strcmp(of, "of") == 0 && **text;
    bool counted =
        !kind->has_steps || (steps && number_read(steps, &statistic->at) && statistic->at >= 0);
    bool alone = kind->has_runs || !strchr(*text, ' ');
    return (whole && counted && alone) || wrong_statistic(kind, err);
}

static bool read_statistic(struct claim_reading *reading, struct statistic *statistic,
                           const struct claim_value *value, struct error *err)
{
    char *text = memory_string(value->text, err);
    if (!claim_reading_keep(reading, text, err))
        return false;
    if (!take_statistic(statistic, &text, err) ||
        (statistic->measure && !claim_word_is_measure(reading, NULL, statistic->measure, err)))
        return claim_file_blame(&reading->file, value->line, err);
    const struct claim_value runs = {text, value->line};
    return claim_value_words(reading, NULL, &runs, claim_word_is_run, err);
}

static bool read_other(struct claim_reading *reading, const struct claim_section *section,
                       struct check *check, struct error *err)
{
    const struct claim_value *minus = claim_section_value(section, "minus");
    const struct claim_value *over = claim_section_value(section, "over");
    if (minus->text && over->text)
        return claim_file_refuse(&reading->file, over->line, err,
                                 "a check has minus or over, not both");
    if (!minus->text && !over->text)
        return true;
    check->comparison = minus->text ? COMPARISON_DIFFERENCE : COMPARISON_RATIO;
    return read_statistic(reading, &check->other, minus->text ? minus : over, err);
}

/* Bounds */

static bool read_bound(const struct claim_file *file, const char *key,
                       const struct claim_value *value, double *bound, struct error *err)
{
    return !value->text || number_read(value->text, bound) ||
           claim_file_refuse(file, value->line, err, "%s = %s is not a number", key, value->text);
}

static bool read_bounds(const struct claim_file *file, const struct claim_section *section,
                        struct check *check, struct error *err)
{
    const struct claim_value *above = claim_section_value(section, "above");
    const struct claim_value *below = claim_section_value(section, "below");
    if (!above->text && !below->text)
        return claim_file_refuse(file, section->line, err,
                                 "[check] has no bound: above, below or both");
    if (!read_bound(file, "above", above, &check->low, err) ||
        !read_bound(file, "below", below, &check->high, err))
        return false;
    check->relation = !below->text   ? RELATION_ABOVE
                      : !above->text ? RELATION_BELOW
                                     : RELATION_WITHIN;
    return check->relation != RELATION_WITHIN || check->low < check->high ||
           claim_file_refuse(file, below->line, err, "no number is above %s and below %s",
                             above->text, below->text);
}

/* What stands in braces is a bound that the check has. */
static bool check_words(const struct claim_file *file, const struct claim_section *section,
                        struct error *err)
{
    const struct claim_value *text = claim_section_value(section, "text");
    for (const char *open = text->text; (open = strpbrk(open, "{}")); open++) {
        size_t length = strcspn(open, "}");
        char name[sizeof "{above"] = "";
        if (length < sizeof name)
            snprintf(name, sizeof name, "%.*s", (int)length, open);
        bool bound = strcmp(name, "{above") == 0 || strcmp(name, "{below") == 0;
        if (!bound || open[length] == '\0')
            return claim_file_refuse(file, text->line, err,
                                     "only {above} and {below} can stand in braces");
        if (!claim_section_value(section, name + 1)->text)
            return claim_file_refuse(file, text->line, err,
                                     "%s} stands for a bound that the "
                                     "check does not have",
                                     name);
        open += length;
    }
    return true;
}

/* Checks */

static bool read_check(struct claim_reading *reading, const struct claim_section *section,
                       struct check *check, struct error *err)
{
    const struct claim_file *file = &reading->file;
    check->label = claim_section_text(section, "label", "");
    check->text = claim_section_text(section, "text", "");
    return read_bounds(file, section, check, err) && check_words(file, section, err) &&
           read_statistic(reading, &check->statistic, claim_section_value(section, "value"), err) &&
           read_other(reading, section, check, err);
}

bool claim_reading_checks(struct claim_reading *reading, struct error *err)
{
    const struct claim_file *file = &reading->file;
    const struct claim_section *section = NULL;
    size_t checks = 0;
    for (; (section = claim_file_next(file, "check", section)); checks++) {
        if (checks == CLAIM_CHECKS)
            return claim_file_refuse(file, section->line, err, "a claim has %d checks at most",
                                     CLAIM_CHECKS);
        if (!read_check(reading, section, &reading->claim.check[checks], err))
            return false;
    }
    return checks > 0 || claim_file_refuse(file, claim_file_next(file, "claim", NULL)->line, err,
                                           "the claim has no [check]; it cannot be judged");
}
