#include "ui/cli/phase_words.h"

#include <math.h>
#include <stdio.h>

#include "ui/format.h"

const char *phase_words_end(const struct phase_report *report, char words[PHASE_WORDS])
{
    char end[FORMAT_SIZE], interval[PHASE_INTERVAL_TEXT];
    format_count(end, (uint64_t)llround(report->plateau_end));
    phase_say_interval(report->plateau_end_low, report->plateau_end_high, " to ", interval);
    snprintf(words, PHASE_WORDS, interval[0] ? "step %s (95 %%: %s)" : "step %s", end, interval);
    return words;
}

const char *phase_words_level(const struct phase_report *report, char words[PHASE_WORDS])
{
    double percent = 100 * (report->plateau_level - 1);
    snprintf(words, PHASE_WORDS, "%.1f %% %s the baseline", fabs(percent),
             percent < 0 ? "below" : "above");
    return words;
}

void phase_words_print(const char *whose, const struct phase_report *report)
{
    char start[FORMAT_SIZE], end[PHASE_WORDS], level[PHASE_WORDS], text[PHASE_REMARK_TEXT];
    const char *remark = phase_say_remark(report, text);
    bool has_plateau = isfinite(report->plateau_start);
    if (!has_plateau && !remark[0])
        return;
    printf("%s", whose);
    if (has_plateau)
        format_count(start, (uint64_t)llround(report->plateau_start));
    if (isfinite(report->plateau_end))
        printf("plateau from step %s to %s", start, phase_words_end(report, end));
    else if (has_plateau)
        printf("plateau since step %s", start);
    if (has_plateau)
        printf(", %s", phase_words_level(report, level));
    printf("%s%s\n", has_plateau && remark[0] ? "; " : "", remark);
}
