/* Map of this file: sentences; confidence; an answer's candidates and verdict; tables;
 * lists. */
#include "ui/tui/widgets/reply.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "facts/words.h"
#include "ui/format.h"

/* In the place of a verdict on a value that there is not. */
static const char untold[] = "not in the table";

enum { INDENT = 2, PROBABILITY_COLS = 4, MAX_VALUE_COLS = 24, MAX_BAR_COLS = 16 };
enum { MIN_VERDICT_COLS = 22, VERDICT_LINES = 5, NAME_GAP = 2 };

static int at_most(int value, int limit)
{
    return value < limit ? value : limit;
}

/* Sentences */

/* Wraps text from (row, INDENT); its bytes from `strong_from` on are strong. Returns the rows. */
static int draw_wrapped(struct cells *page, int row, const char *text, size_t strong_from,
                        enum style style, enum style strong)
{
    int width = page->cols - INDENT, first = row;
    size_t at = 0;
    while (text[at] && row < page->rows && width > 0) {
        size_t next, bytes = text_wrap(text + at, width, &next);
        size_t plain = strong_from <= at ? 0 : strong_from - at;
        if (plain > bytes)
            plain = bytes;
        struct text part = {0};
        text_add_bytes(&part, text + at, plain);
        int used = part.bytes ? cells_text(page, row, INDENT, width, style, part.bytes) : 0;
        text_clear(&part);
        text_add_bytes(&part, text + at + plain, bytes - plain);
        if (part.bytes)
            cells_text(page, row, INDENT + used, width - used, strong, part.bytes);
        text_free(&part);
        at += next;
        row++;
    }
    return row - first;
}

/* The line a person typed. */
static int add_question(struct cells *page, const char *question)
{
    cells_put(page, 0, 0, L'›', STYLE_FAINT);
    int rows = draw_wrapped(page, 0, question, strlen(question), STYLE_PLAIN, STYLE_PLAIN);
    return rows > 0 ? rows : 1;
}

/* The prompt with what the model makes of it. */
static int draw_sentence(struct cells *page, const struct answer *answer)
{
    struct text text = {0};
    text_add(&text, answer->prompt);
    size_t prompt = text.length;
    bool apart = words_blank_between(answer->prompt, answer->completion);
    text_format(&text, "%s%s", apart ? " " : "", answer->completion);
    cells_put(page, 0, 0, L'›', STYLE_FAINT);
    int rows =
        text.failed ? 1 : draw_wrapped(page, 0, text.bytes, prompt, STYLE_PLAIN, STYLE_STRONG);
    text_free(&text);
    return rows;
}

int reply_note(struct cells *page, const char *question, const char *note, enum style style)
{
    int row = question ? add_question(page, question) : 0;
    return row + draw_wrapped(page, row, note, strlen(note), style, style);
}

/* Confidence */

const char *reply_confidence(double entropy, double nobody)
{
    static const struct {
        double share; /* of what a model has that knows nobody, at most */
        const char *words;
    } level[] = {
        {0.05, "certain"},           {0.2, "sure"},         {0.45, "fairly sure"},
        {0.75, "has an idea"},       {0.9, "hardly knows"}, {0.97, "knows next to nothing"},
        {INFINITY, "knows nothing"},
    };
    if (!(nobody > 0))
        return "nothing to know";
    double share = entropy / nobody;
    size_t l = 0;
    while (share > level[l].share)
        l++;
    return level[l].words;
}

/* An answer */

bool reply_is_truth(const struct answer *answer, size_t candidate)
{
    return answer->has_truth && strcmp(answer->candidate[candidate].text, answer->truth) == 0;
}

struct verdict_line {
    struct text text;
    enum style style;
};

static enum style status_style(const struct answer *answer)
{
    return answer->status == INDIVIDUAL_KNOWN ? STYLE_KNOWN : STYLE_NEW;
}

void reply_say_subject(struct text *out, const struct answer *answer, const struct fact_set *facts)
{
    if (answer->has_individual)
        text_format(out, "%s %s", individual_status_shown(answer->status, facts),
                    facts->individual);
    else
        text_add(out, "no full name");
    if (answer->has_attribute)
        text_format(out, ", %s", facts->attribute[answer->attribute].name);
    else
        text_add(out, ", a word comes next");
}

static void say_subject(const struct answer *answer, const struct fact_set *facts,
                        struct verdict_line *line)
{
    line->style = answer->has_individual ? status_style(answer) : STYLE_FAINT;
    reply_say_subject(&line->text, answer, facts);
}

static void say_truth(const struct answer *answer, const struct fact_set *facts,
                      struct verdict_line *line)
{
    char probability[FORMAT_SIZE];
    line->style = STYLE_FAINT;
    if (answer->has_truth && answer->correct) {
        line->style = STYLE_RIGHT;
        text_format(&line->text, "✓ right");
    } else if (answer->has_truth) {
        line->style = STYLE_WRONG;
        text_format(&line->text, "✗ wrong: it is %s (%s)", answer->truth,
                    format_probability(probability, answer->truth_probability));
    } else if (answer->has_individual && answer->status == INDIVIDUAL_INVENTED)
        text_format(&line->text, "there is no such %s: no value is true", facts->individual);
    else if (answer->is_untold)
        text_format(&line->text, "the table does not say");
    else if (answer->hint)
        text_format(&line->text, "%s%s", answer->hint,
                    answer->has_individual ? " (/wordings lists all)" : "");
    else
        text_format(&line->text, "nothing to be right or wrong about");
}

/* With which words the model goes on before a value. */
static void say_lead(const struct answer *answer, struct verdict_line *line)
{
    line->style = STYLE_PLAIN;
    if (answer->lead && *answer->lead)
        text_format(&line->text, "goes on with: %s …", answer->lead);
}

static void say_other(const struct answer *answer, const struct fact_set *facts,
                      struct verdict_line *line)
{
    char probability[FORMAT_SIZE];
    line->style = STYLE_PLAIN;
    if (answer->other)
        text_format(&line->text, "would rather say: %s (%s), no value of %s", answer->other,
                    format_probability(probability, answer->other_probability),
                    facts->attribute[answer->attribute].name);
}

void reply_say_confidence(struct text *out, const struct answer *answer)
{
    if (answer->has_attribute)
        text_format(out, "%s: entropy %.2f of %.2f nats",
                    reply_confidence(answer->entropy, answer->nobody.sampled), answer->entropy,
                    answer->nobody.sampled);
    else
        text_format(out, "entropy %.2f nats", answer->entropy);
}

static int draw_verdict(struct cells *page, int row, int col, const struct answer *answer,
                        const struct fact_set *facts)
{
    struct verdict_line line[VERDICT_LINES] = {0};
    int first = row, width = page->cols - col;
    say_subject(answer, facts, &line[0]);
    say_truth(answer, facts, &line[1]);
    say_lead(answer, &line[2]);
    say_other(answer, facts, &line[3]);
    line[4].style = STYLE_PLAIN;
    reply_say_confidence(&line[4].text, answer);
    for (int l = 0; l < VERDICT_LINES; l++) {
        const char *rest = line[l].text.bytes;
        for (int part = 0; part < 2 && rest && *rest && width > INDENT; part++) {
            size_t next, bytes = text_wrap(rest, width - part * INDENT, &next);
            cells_format(page, row++, col + part * INDENT, width - part * INDENT, line[l].style,
                         "%.*s", (int)bytes, rest);
            rest += next;
        }
        text_free(&line[l].text);
    }
    return row - first;
}

static int widest_candidate(const struct answer *answer)
{
    int widest = 8;
    for (size_t c = 0; c < answer->candidates; c++) {
        int columns = text_columns(answer->candidate[c].text);
        widest = columns > widest ? columns : widest;
    }
    return at_most(widest, MAX_VALUE_COLS);
}

/* Draws the candidates with their bars; returns the columns they take. */
static int draw_candidates(struct cells *page, int row, const struct answer *answer)
{
    int bar_cols = at_most(page->cols / 8, MAX_BAR_COLS);
    int value_cols =
        at_most(widest_candidate(answer), page->cols - INDENT - PROBABILITY_COLS - bar_cols - 4);
    int probability_col = INDENT + value_cols + 2;
    int bar_col = probability_col + PROBABILITY_COLS + 1;
    for (size_t c = 0; c < answer->candidates; c++, row++) {
        const struct candidate *candidate = &answer->candidate[c];
        char probability[FORMAT_SIZE], bar[FORMAT_BAR_SIZE];
        enum style style = reply_is_truth(answer, c) ? STYLE_RIGHT
                           : c == 0                  ? STYLE_STRONG
                                                     : STYLE_PLAIN;
        if (reply_is_truth(answer, c))
            cells_put(page, row, 0, L'✓', STYLE_RIGHT);
        cells_text(page, row, INDENT, value_cols, style, candidate->text);
        cells_text(page, row, probability_col, PROBABILITY_COLS, style,
                   format_probability(probability, candidate->probability));
        cells_text(page, row, bar_col, bar_cols,
                   reply_is_truth(answer, c) ? STYLE_RIGHT : STYLE_PLAIN,
                   format_bar(bar, bar_cols, candidate->probability));
    }
    return bar_col + bar_cols;
}

/* "Kyoto .09 ✗ Lima known, knows nothing" */
static int draw_compact(struct cells *page, int row, const struct answer *answer,
                        const struct fact_set *facts)
{
    char probability[FORMAT_SIZE];
    int col = INDENT;
    if (answer->candidates > 0)
        col += cells_format(page, row, col, page->cols - col, STYLE_STRONG, "%s %s ",
                            answer->candidate[0].text,
                            format_probability(probability, answer->candidate[0].probability));
    if (answer->has_truth && answer->correct)
        col += cells_text(page, row, col, page->cols - col, STYLE_RIGHT, "✓ ");
    else if (answer->has_truth)
        col += cells_format(page, row, col, page->cols - col, STYLE_WRONG, "✗ %s ", answer->truth);
    else if (answer->is_untold)
        col += cells_format(page, row, col, page->cols - col, STYLE_FAINT, "– %s ", untold);
    if (answer->has_individual)
        col += cells_format(page, row, col, page->cols - col, status_style(answer), "%s, ",
                            individual_status_shown(answer->status, facts));
    if (answer->has_attribute)
        cells_text(page, row, col, page->cols - col, STYLE_PLAIN,
                   reply_confidence(answer->entropy, answer->nobody.sampled));
    return 1;
}

int reply_answer(struct cells *page, const struct answer *answer, const struct fact_set *facts,
                 bool candidates)
{
    int row = draw_sentence(page, answer);
    if (!candidates)
        return row + draw_compact(page, row, answer, facts);
    int verdict_col = draw_candidates(page, row, answer) + INDENT;
    int rows = (int)answer->candidates;
    if (page->cols - verdict_col >= MIN_VERDICT_COLS) {
        int verdict = draw_verdict(page, row, verdict_col, answer, facts);
        return row + (verdict > rows ? verdict : rows);
    }
    return row + rows + draw_verdict(page, row + rows, INDENT, answer, facts);
}

/* Tables */

/* Under the question, on its right where it fits: "known person, 2 of 6 right" and, where there is
 * room, ", each asked by itself", unlike evaluations, which ask sentence behind sentence. */
static int draw_table_head(struct cells *page, const char *question, const struct answer *answer,
                           size_t count, const struct fact_set *facts)
{
    const char *const how = ", each asked by itself";
    const int room_for_date = 16; /* "at step 10,000" */
    struct text head = {0};
    size_t right = 0, truths = 0;
    for (size_t a = 0; a < count; a++) {
        right += answer[a].has_truth && answer[a].correct;
        truths += answer[a].has_truth;
    }
    int rows = add_question(page, question);
    text_format(&head, "%s %s", individual_status_shown(answer[0].status, facts),
                facts->individual);
    int col = INDENT + text_columns(question) + 3;
    if (truths > 0)
        text_format(&head, ", %zu of %zu right", right, truths);
    if (truths > 0 && head.bytes &&
        col + text_columns(head.bytes) + text_columns(how) + room_for_date <= page->cols)
        text_add(&head, how);
    if (head.bytes && col + text_columns(head.bytes) <= page->cols)
        cells_text(page, 0, col, page->cols - col, status_style(&answer[0]), head.bytes);
    else if (head.bytes)
        cells_text(page, rows++, INDENT, page->cols - INDENT, status_style(&answer[0]), head.bytes);
    text_free(&head);
    return rows;
}

struct table_columns {
    int label, value, truth;
};

static struct table_columns measure_table(const struct cells *page, const struct answer *answer,
                                          size_t count, const struct fact_set *facts)
{
    struct table_columns columns = {0, 0, 0};
    for (size_t a = 0; a < count; a++) {
        int label = text_columns(facts->attribute[answer[a].attribute].name);
        columns.label = label > columns.label ? label : columns.label;
        int value = widest_candidate(&answer[a]);
        columns.value = value > columns.value ? value : columns.value;
        int truth = answer[a].has_truth && !answer[a].correct ? text_columns(answer[a].truth)
                    : answer[a].is_untold                     ? text_columns(untold)
                                                              : 0;
        columns.truth = truth > columns.truth ? truth : columns.truth;
    }
    columns.label = at_most(columns.label, page->cols / 4);
    columns.value = at_most(columns.value, (page->cols - columns.label - 12) / 2);
    return columns;
}

static void draw_table_row(struct cells *page, int row, struct table_columns columns,
                           const struct answer *answer, const struct fact_set *facts)
{
    char probability[FORMAT_SIZE];
    int col = INDENT;
    cells_text(page, row, col, columns.label, STYLE_FAINT,
               facts->attribute[answer->attribute].name);
    col += columns.label + 2;
    const char *believed = answer->candidates > 0 ? answer->candidate[0].text : "";
    double top_values = answer->candidates > 0 ? answer->candidate[0].probability : 0;
    cells_text(page, row, col, columns.value, STYLE_STRONG, believed);
    col += columns.value + 1;
    cells_text(page, row, col, PROBABILITY_COLS, STYLE_PLAIN,
               format_probability(probability, top_values));
    col += PROBABILITY_COLS + 2;
    if (answer->has_truth && answer->correct)
        cells_text(page, row, col, page->cols - col, STYLE_RIGHT, "✓");
    else if (answer->has_truth) {
        cells_text(page, row, col, page->cols - col, STYLE_WRONG, "✗");
        cells_format(page, row, col + 2, page->cols - col - 2, STYLE_PLAIN, "%s %s", answer->truth,
                     format_probability(probability, answer->truth_probability));
    } else if (answer->is_untold)
        cells_format(page, row, col, page->cols - col, STYLE_FAINT, "– %s", untold);
    const char *confidence = reply_confidence(answer->entropy, answer->nobody.sampled);
    int confidence_col = col + columns.truth + PROBABILITY_COLS + 5;
    if (confidence_col + text_columns(confidence) <= page->cols)
        cells_text(page, row, confidence_col, page->cols - confidence_col, STYLE_FAINT, confidence);
}

static int draw_table(struct cells *page, const char *question, const struct answer *answer,
                      size_t count, const struct fact_set *facts)
{
    int row = draw_table_head(page, question, answer, count, facts);
    struct table_columns columns = measure_table(page, answer, count, facts);
    for (size_t a = 0; a < count && row < page->rows; a++)
        draw_table_row(page, row++, columns, &answer[a], facts);
    return row;
}

/* Lists */

static int widest_item(const struct listed *list)
{
    int widest = 1;
    for (size_t i = 0; i < list->item.count; i++) {
        int columns = text_columns(list->item.text[i]);
        widest = columns > widest ? columns : widest;
    }
    return widest;
}

/* "capital: 7" or "the first 48 of 305:", or both. */
static int draw_list_title(struct cells *page, int row, const struct listed *list)
{
    char count[FORMAT_SIZE];
    int col = INDENT;
    bool more = list->count > list->item.count;
    if (row >= page->rows || (!list->title && !more))
        return 0;
    format_count(count, list->count);
    if (list->title)
        col += cells_format(page, row, col, page->cols - col, STYLE_FAINT, "%s: ", list->title);
    if (more)
        cells_format(page, row, col, page->cols - col, STYLE_FAINT,
                     "the first %zu of %s:", list->item.count, count);
    else
        cells_text(page, row, col, page->cols - col, STYLE_FAINT, count);
    return 1;
}

static int draw_list(struct cells *page, int row, const struct listed *list)
{
    int first = row, widest = widest_item(list);
    row += draw_list_title(page, row, list);
    int across = (page->cols - INDENT + NAME_GAP) / (widest + NAME_GAP);
    if (across < 1)
        across = 1;
    for (size_t i = 0; i < list->item.count && row < page->rows; i++) {
        int place = (int)i % across;
        cells_text(page, row, INDENT + place * (widest + NAME_GAP),
                   page->cols - INDENT - place * (widest + NAME_GAP), STYLE_PLAIN,
                   list->item.text[i]);
        if (place == across - 1 || i + 1 == list->item.count)
            row++;
    }
    return row - first;
}

static int draw_lists(struct cells *page, const char *question, const struct finding *finding)
{
    int row = add_question(page, question);
    if (finding->note)
        row +=
            draw_wrapped(page, row, finding->note, strlen(finding->note), STYLE_FAINT, STYLE_FAINT);
    for (size_t l = 0; l < finding->lists && !finding->prompt; l++)
        row += draw_list(page, row, &finding->list[l]);
    return row;
}

int reply_finding(struct cells *page, const char *question, const struct finding *finding,
                  const struct fact_set *facts)
{
    if (finding->answers == 0)
        return draw_lists(page, question, finding);
    struct text asked = {0};
    text_add(&asked, question);
    if (finding->asked)
        text_format(&asked, ": %s", finding->asked);
    int rows = draw_table(page, asked.failed ? question : asked.bytes, finding->answer,
                          finding->answers, facts);
    text_free(&asked);
    return rows;
}
