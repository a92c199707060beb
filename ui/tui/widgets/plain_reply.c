#include "ui/tui/widgets/plain_reply.h"

#include "base/number.h"
#include "facts/words.h"

enum { DIGITS = 3 };

/* "Kyoto 0.31" */
static void add_value(struct text *out, const char *value, double probability)
{
    char number[NUMBER_TEXT];
    number_write_rounded(number, probability, DIGITS);
    text_format(out, "%s %s", value, number);
}

static void add_truth(struct text *out, const struct answer *answer)
{
    if (!answer->has_truth)
        return;
    text_add(out, "truth: ");
    add_value(out, answer->truth, answer->truth_probability);
}

void plain_reply_answer(struct text *out, const struct answer *answer)
{
    bool apart = words_blank_between(answer->prompt, answer->completion);
    text_format(out, "%s%s%s\n", answer->prompt, apart ? " " : "", answer->completion);
    for (size_t c = 0; c < answer->candidates; c++) {
        text_add(out, "  ");
        add_value(out, answer->candidate[c].text, answer->candidate[c].probability);
        text_add(out, "\n");
    }
    if (!answer->has_truth)
        return;
    text_add(out, "  ");
    add_truth(out, answer);
    text_add(out, "\n");
}

/* "  birth place: Kyoto 0.31 (truth: Lima 0.05)" */
static void add_row(struct text *out, const struct answer *answer, const struct fact_set *facts)
{
    text_format(out, "  %s: ", facts->attribute[answer->attribute].name);
    if (answer->candidates > 0)
        add_value(out, answer->candidate[0].text, answer->candidate[0].probability);
    if (answer->has_truth) {
        text_add(out, " (");
        add_truth(out, answer);
        text_add(out, ")");
    }
    text_add(out, "\n");
}

void plain_reply_finding(struct text *out, const char *question, const struct finding *finding,
                         const struct fact_set *facts)
{
    text_format(out, "%s%s%s\n", question, finding->asked ? ": " : "",
                finding->asked ? finding->asked : "");
    if (finding->note)
        text_format(out, "  %s\n", finding->note);
    for (size_t a = 0; a < finding->answers; a++)
        add_row(out, &finding->answer[a], facts);
    for (size_t l = 0; l < finding->lists; l++) {
        const struct listed *list = &finding->list[l];
        if (list->title)
            text_format(out, "  %s\n", list->title);
        for (size_t i = 0; i < list->item.count; i++)
            text_format(out, "  %s\n", list->item.text[i]);
    }
}
