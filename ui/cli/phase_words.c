#include "ui/cli/phase_words.h"

#include <math.h>
#include <stdio.h>

const char *phase_words_end(const struct phase_report *report, char words[PHASE_WORDS])
{
    int written = snprintf(words, PHASE_WORDS, "step %.0f", report->plateau_end);
    if (isfinite(report->plateau_end_low) && isfinite(report->plateau_end_high))
        snprintf(words + written, PHASE_WORDS - (size_t)written, ", 95 %% between %.0f and %.0f",
                 report->plateau_end_low, report->plateau_end_high);
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
    char end[PHASE_WORDS], level[PHASE_WORDS], text[PHASE_REMARK_TEXT];
    const char *remark = phase_say_remark(report, text);
    bool has_plateau = isfinite(report->plateau_start);
    if (!has_plateau && !remark[0])
        return;
    printf("%s", whose);
    if (isfinite(report->plateau_end))
        printf("plateau from step %.0f to %s", report->plateau_start, phase_words_end(report, end));
    else if (has_plateau)
        printf("plateau since step %.0f", report->plateau_start);
    if (has_plateau)
        printf(", %s", phase_words_level(report, level));
    printf("%s%s\n", has_plateau && remark[0] ? "; " : "", remark);
}
