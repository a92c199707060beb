/* Map of this file: taking; drawing. */
#include "ui/tui/widgets/answer_figure.h"

#include <math.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "plot/plot.h"
#include "ui/format.h"
#include "ui/tui/widgets/reply.h"

/* Columns of text, and points. */
enum { PROMPT_COLUMNS = 84, VALUE_COLUMNS = 36 };
enum { LINE = 12, BAR = 8, BLOCK_GAP = 8, FOOT = 2 * LINE, NUMBER = 24, GAP = 4 };

/* Taking */

/* A value on one line, which a long one does not fit on. */
static char *copy_value(const char *value, struct error *err)
{
    size_t next, bytes = text_wrap(value, VALUE_COLUMNS, &next);
    return memory_format(err, "%.*s%s", (int)bytes, value, value[next] ? "…" : "");
}

static bool add_bar(struct answer_block *block, const char *value, double probability, bool is_true,
                    struct error *err)
{
    char *copy = copy_value(value, err);
    if (copy)
        block->bar[block->bars++] = (struct answer_bar){copy, probability, is_true};
    return copy;
}

/* "known person, birth place · sure: entropy 0.45 of 3.67 nats" */
static char *remark_on(const struct answer *answer, const struct fact_set *facts, struct error *err)
{
    struct text remark = {0};
    reply_say_subject(&remark, answer, facts);
    text_add(&remark, " · ");
    reply_say_confidence(&remark, answer);
    return text_take(&remark, err);
}

static size_t count_lines(const char *text)
{
    size_t lines = 0;
    for (size_t next; *text; text += next, lines++)
        text_wrap(text, PROMPT_COLUMNS, &next);
    return lines;
}

static bool take_block(struct answer_block *block, const struct answer *answer,
                       const struct fact_set *facts, struct error *err)
{
    bool has_truth = !answer->has_truth;
    block->prompt = memory_string(answer->prompt, err);
    block->remark = block->prompt ? remark_on(answer, facts, err) : NULL;
    bool taken = block->remark;
    for (size_t c = 0; taken && c < answer->candidates; c++) {
        bool is_true = reply_is_truth(answer, c);
        has_truth |= is_true;
        taken = add_bar(block, answer->candidate[c].text, answer->candidate[c].probability, is_true,
                        err);
    }
    block->lines = taken ? count_lines(block->prompt) : 0;
    return taken &&
           (has_truth || add_bar(block, answer->truth, answer->truth_probability, true, err));
}

static double block_height(const struct answer_block *block)
{
    return (double)(block->lines + block->bars + 1) * LINE + BLOCK_GAP;
}

static void lay_out(struct answer_figure *figure)
{
    figure->height = 2 * PLOT_MARGIN + plot_title_font.size + 2 * PLOT_TEXT_GAP + FOOT;
    for (size_t b = 0; b < figure->blocks; b++)
        figure->height += block_height(&figure->block[b]);
}

bool answer_figure_take(struct answer_figure *figure, const struct answers *answers,
                        const struct fact_set *facts, double width, struct error *err)
{
    *figure = (struct answer_figure){.width = width};
    if (answers->count == 0)
        return error_set(err, ERROR_INPUT, "there is no answer to draw yet: ask something first");
    figure->block = memory_new(answers->count, sizeof *figure->block, err);
    bool taken = figure->block;
    for (size_t a = 0; taken && a < answers->count; a++)
        taken = take_block(&figure->block[figure->blocks++], &answers->answer[a], facts, err);
    lay_out(figure);
    if (!taken)
        answer_figure_free(figure);
    return taken;
}

void answer_figure_free(struct answer_figure *figure)
{
    for (size_t b = 0; b < figure->blocks; b++) {
        struct answer_block *block = &figure->block[b];
        for (size_t i = 0; i < block->bars; i++)
            memory_free(block->bar[i].value);
        memory_free(block->prompt);
        memory_free(block->remark);
    }
    memory_free(figure->block);
    *figure = (struct answer_figure){0};
}

/* Drawing */

/* Where bars begin, and where they would end at a probability of 1. */
struct bar_scale {
    double left, right;
};

static struct font value_font(bool is_true)
{
    struct font font = plot_small_font;
    font.bold = is_true;
    return font;
}

static struct bar_scale find_scale(const struct answer_figure *figure, struct surface *surface)
{
    double widest = 0;
    const struct font font = value_font(true);
    for (size_t b = 0; b < figure->blocks; b++)
        for (size_t i = 0; i < figure->block[b].bars; i++)
            widest =
                fmax(widest, surface_text_width(surface, &font, figure->block[b].bar[i].value));
    return (struct bar_scale){PLOT_MARGIN + widest + NUMBER + 2 * GAP,
                              figure->width - PLOT_MARGIN - 2 * GAP};
}

static struct color color_of(bool is_true)
{
    return line_style_distinct(is_true ? 2 : 0).color;
}

/* The value, its probability, and the bar on a pale one of probability 1. */
static void draw_bar(const struct answer_bar *bar, const struct bar_scale *scale, double top,
                     struct surface *surface)
{
    char number[FORMAT_SIZE];
    double base = top + BAR - 1,
           end = scale->left + bar->probability * (scale->right - scale->left);
    const struct font font = value_font(bar->is_true);
    surface_text(surface, &font, ALIGN_LEFT, (struct place){PLOT_MARGIN, base}, bar->value);
    surface_text(surface, &font, ALIGN_RIGHT, (struct place){scale->left - GAP, base},
                 format_probability(number, bar->probability));
    surface_box(surface, color_pale, &(struct box){scale->left, top, scale->right, top + BAR});
    surface_box(surface, color_of(bar->is_true), &(struct box){scale->left, top, end, top + BAR});
}

/* Returns where what is below it begins. */
static double draw_prompt(const char *prompt, double top, struct surface *surface)
{
    for (size_t next; *prompt; prompt += next, top += LINE) {
        size_t bytes = text_wrap(prompt, PROMPT_COLUMNS, &next);
        char *line = memory_format(NULL, "%.*s", (int)bytes, prompt);
        if (line)
            surface_text(surface, &plot_label_font, ALIGN_LEFT,
                         (struct place){PLOT_MARGIN, top + BAR}, line);
        memory_free(line);
    }
    return top;
}

static void draw_block(const struct answer_block *block, const struct bar_scale *scale, double top,
                       struct surface *surface)
{
    struct font faint = plot_small_font;
    faint.color = color_grey;
    top = draw_prompt(block->prompt, top, surface);
    surface_text(surface, &faint, ALIGN_LEFT, (struct place){PLOT_MARGIN, top + BAR - 1},
                 block->remark);
    for (size_t i = 0; i < block->bars; i++)
        draw_bar(&block->bar[i], scale, top + (double)(i + 1) * LINE, surface);
}

static bool has_truth(const struct answer_figure *figure)
{
    for (size_t b = 0; b < figure->blocks; b++)
        for (size_t i = 0; i < figure->block[b].bars; i++)
            if (figure->block[b].bar[i].is_true)
                return true;
    return false;
}

/* The axis of probabilities, and which colour is the truth's. */
static void draw_foot(const struct answer_figure *figure, const struct bar_scale *scale, double top,
                      struct surface *surface)
{
    static const char *const ticks[] = {"0", ".5", "1"};
    const struct font font = value_font(true);
    double middle = (scale->left + scale->right) / 2;
    for (size_t t = 0; t < 3; t++)
        surface_text(surface, &plot_small_font, ALIGN_MIDDLE,
                     (struct place){scale->left + (double)t / 2 * (scale->right - scale->left),
                                    top + BAR - 1},
                     ticks[t]);
    surface_text(surface, &plot_label_font, ALIGN_MIDDLE, (struct place){middle, top + LINE + BAR},
                 "probability");
    if (!has_truth(figure))
        return;
    surface_box(surface, color_of(true),
                &(struct box){PLOT_MARGIN, top, PLOT_MARGIN + BAR, top + BAR});
    surface_text(surface, &font, ALIGN_LEFT, (struct place){PLOT_MARGIN + BAR + GAP, top + BAR - 1},
                 "truth");
}

void answer_figure_draw(const struct answer_figure *figure, struct surface *surface)
{
    struct box box = {PLOT_MARGIN, PLOT_MARGIN, figure->width - PLOT_MARGIN,
                      figure->height - PLOT_MARGIN};
    const struct bar_scale scale = find_scale(figure, surface);
    plot_draw_title(surface, figure->title, &box);
    for (size_t b = 0; b < figure->blocks; b++) {
        draw_block(&figure->block[b], &scale, box.top, surface);
        box.top += block_height(&figure->block[b]);
    }
    draw_foot(figure, &scale, box.top - BLOCK_GAP / 2, surface);
}
