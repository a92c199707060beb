#include "ui/tui/widgets/transcript.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "ui/format.h"
#include "ui/tui/widgets/plain_reply.h"
#include "ui/tui/widgets/reply.h"

enum { KEPT_ENTRIES = 300, MOST_SCROLLED = 100000, WIDE_COLS = 320 };

/* An answer that comes faster is shown without a word that it was waited for. */
static const double wait_before_saying = 0.25;

static void entry_clear(struct entry *entry)
{
    if (entry->answer)
        answer_free(entry->answer);
    memory_free(entry->answer);
    memory_free(entry->note);
    finding_free(&entry->finding);
    entry->answer = NULL;
    entry->note = NULL;
}

static void entry_free(struct entry *entry)
{
    entry_clear(entry);
    memory_free(entry->question);
    memory_free(entry->run);
}

void transcript_clear(struct transcript *transcript)
{
    for (size_t e = 0; e < transcript->count; e++)
        entry_free(&transcript->entry[e]);
    transcript->count = 0;
    transcript_leave_found(transcript);
}

bool transcript_leave_run(struct transcript *transcript, const char *name, struct error *err)
{
    bool named = true;
    for (size_t e = 0; e < transcript->count && named; e++)
        if (!transcript->entry[e].run)
            named = (transcript->entry[e].run = memory_string(name, err));
    return named;
}

void transcript_free(struct transcript *transcript)
{
    transcript_clear(transcript);
    memory_free(transcript->entry);
    memory_free(transcript->sought);
    cells_free(&transcript->page);
    cells_free(&transcript->wide);
    *transcript = (struct transcript){0};
}

static void forget_oldest(struct transcript *transcript)
{
    entry_free(&transcript->entry[0]);
    transcript->count--;
    memmove(transcript->entry, transcript->entry + 1,
            transcript->count * sizeof *transcript->entry);
}

bool transcript_add(struct transcript *transcript, const char *question, double now,
                    unsigned long *number, struct error *err)
{
    if (!transcript->entry)
        transcript->entry = memory_new(KEPT_ENTRIES, sizeof *transcript->entry, err);
    if (!transcript->entry)
        return false;
    char *copy = question ? memory_string(question, err) : NULL;
    if (question && !copy)
        return false;
    if (transcript->count == KEPT_ENTRIES)
        forget_oldest(transcript);
    transcript->entry[transcript->count++] = (struct entry){
        .kind = ENTRY_WAITING,
        .number = ++transcript->added,
        .question = copy,
        .asked = now,
    };
    transcript_leave_found(transcript);
    if (number)
        *number = transcript->added;
    return true;
}

static struct entry *find_entry(struct transcript *transcript, unsigned long number)
{
    for (size_t e = transcript->count; e-- > 0;)
        if (transcript->entry[e].number == number)
            return &transcript->entry[e];
    return NULL;
}

void transcript_note(struct transcript *transcript, unsigned long number, enum entry_kind kind,
                     const char *note)
{
    struct entry *entry = find_entry(transcript, number);
    if (!entry)
        return;
    entry_clear(entry);
    entry->kind = kind;
    entry->note = memory_string(note, NULL);
}

void transcript_answer(struct transcript *transcript, unsigned long number, struct answer *answer)
{
    struct entry lost = {0};
    struct entry *entry = find_entry(transcript, number);
    struct entry *target = entry ? entry : &lost;
    entry_clear(target);
    target->kind = ENTRY_ANSWER;
    target->answer = answer;
    entry_clear(&lost);
}

void transcript_finding(struct transcript *transcript, unsigned long number,
                        struct finding *finding)
{
    struct entry lost = {0};
    struct entry *entry = find_entry(transcript, number);
    struct entry *target = entry ? entry : &lost;
    entry_clear(target);
    target->kind = ENTRY_FINDING;
    target->finding = *finding;
    *finding = (struct finding){0};
    entry_clear(&lost);
}

void transcript_date(struct transcript *transcript, unsigned long number, struct asked_at at)
{
    struct entry *entry = find_entry(transcript, number);
    if (entry)
        entry->at = at;
}

/* What an entry has of them. */
static const struct answer *answers_of(const struct entry *entry, size_t *count)
{
    *count = entry->kind == ENTRY_ANSWER ? 1 : entry->finding.answers;
    return entry->kind == ENTRY_ANSWER ? entry->answer : entry->finding.answer;
}

static const struct entry *find_selected(const struct transcript *transcript)
{
    for (size_t e = transcript->count; e-- > 0 && transcript->selected > 0;)
        if (transcript->entry[e].number == transcript->selected)
            return &transcript->entry[e];
    return NULL;
}

/* The entry that was found, else the newest, that has answers; null where there is none. */
static const struct entry *find_answered(const struct transcript *transcript)
{
    size_t count = 0;
    const struct entry *selected = find_selected(transcript);
    if (selected)
        answers_of(selected, &count);
    if (count > 0)
        return selected;
    for (size_t e = transcript->count; e-- > 0;) {
        answers_of(&transcript->entry[e], &count);
        if (count > 0)
            return &transcript->entry[e];
    }
    return NULL;
}

struct answers transcript_last_answers(const struct transcript *transcript)
{
    const struct entry *entry = find_answered(transcript);
    struct answers answers = {.count = 0};
    if (entry) {
        answers.answer = answers_of(entry, &answers.count);
        answers.at = entry->at;
        answers.run = entry->run;
    }
    return answers;
}

static bool has_answers(const struct entry *entry)
{
    size_t count;
    answers_of(entry, &count);
    return count > 0;
}

/* Which model has answered, where that is not the live one of the run that is open: "quickstart-2
 * at step 1,600". False where it is. */
static bool say_asked(const struct entry *entry, struct text *out)
{
    char step[FORMAT_SIZE];
    bool is_of_run = entry->run && has_answers(entry);
    if (is_of_run)
        text_add(out, entry->run);
    if (entry->at.earlier)
        text_format(out, "%sat step %s", is_of_run ? " " : "", format_count(step, entry->at.step));
    return is_of_run || entry->at.earlier;
}

/* An entry as plain text. */
static void write_entry(const struct entry *entry, const struct fact_set *facts, struct text *out)
{
    const char *question = entry->question ? entry->question : "";
    if (entry->kind == ENTRY_ANSWER)
        plain_reply_answer(out, entry->answer);
    else if (entry->kind == ENTRY_FINDING)
        plain_reply_finding(out, question, &entry->finding, facts);
    else
        text_format(out, "%s%s%s\n", question, entry->question ? "\n" : "",
                    entry->note ? entry->note : "");
    struct text asked = {0};
    if (say_asked(entry, &asked))
        text_format(out, "  %s\n", asked.failed ? "" : asked.bytes);
    text_free(&asked);
}

bool transcript_copy(const struct transcript *transcript, const struct fact_set *facts,
                     struct text *out)
{
    const struct entry *selected = find_selected(transcript);
    const struct entry *entry = selected ? selected : find_answered(transcript);
    if (entry)
        write_entry(entry, facts, out);
    return entry != NULL;
}

bool transcript_seek(struct transcript *transcript, const char *text, struct error *err)
{
    char *sought = memory_string(text, err);
    if (!sought)
        return false;
    memory_free(transcript->sought);
    transcript->sought = sought;
    transcript->selected = 0;
    return true;
}

void transcript_leave_found(struct transcript *transcript)
{
    transcript->scrolled = 0;
    transcript->selected = 0;
    transcript->goes_there = false;
}

void transcript_scroll(struct transcript *transcript, int rows)
{
    transcript->scrolled += rows;
    if (transcript->scrolled < 0)
        transcript->scrolled = 0;
    if (transcript->scrolled > MOST_SCROLLED)
        transcript->scrolled = MOST_SCROLLED;
}

/* Draws what was asked and what came of it; returns its rows. */
static int draw_reply(const struct entry *entry, const struct fact_set *facts, double now,
                      bool candidates, struct cells *page)
{
    switch (entry->kind) {
    case ENTRY_NOTE:
        return reply_note(page, entry->question, entry->note ? entry->note : "", STYLE_FAINT);
    case ENTRY_ERROR:
        return reply_note(page, entry->question, entry->note ? entry->note : "", STYLE_ERROR);
    case ENTRY_ANSWER:
        return reply_answer(page, entry->answer, facts, candidates);
    case ENTRY_FINDING:
        return reply_finding(page, entry->question, &entry->finding, facts);
    case ENTRY_WAITING:
        break;
    }
    bool waits = now - entry->asked > wait_before_saying;
    return reply_note(page, entry->question, waits ? "thinking…" : "", STYLE_FAINT);
}

static bool is_blank(const struct cells *page, int row, int from)
{
    for (int col = from; col < page->cols; col++)
        if (cells_glyph(page, row, col) != L' ')
            return false;
    return true;
}

/* On the right of the question where there is room, else below. Returns the rows. */
static int draw_asked(const char *asked, int rows, struct cells *page)
{
    int columns = text_columns(asked), end = page->cols - 1;
    bool fits = rows > 0 && columns + 2 < end && is_blank(page, 0, end - columns - 2);
    if (fits)
        cells_right(page, 0, end, columns, STYLE_STRONG, asked);
    else if (rows < page->rows)
        cells_text(page, rows++, 2, page->cols - 2, STYLE_STRONG, asked);
    return rows;
}

/* Marks the text in a row, as far as it does not go on in the next. */
static void mark_in_row(struct cells *page, int row, const char *sought)
{
    struct text text = {0};
    cells_row_text(page, row, &text);
    const char *found, *from = text.failed || !text.bytes ? "" : text.bytes;
    for (size_t bytes; (found = utf8_find(from, sought, &bytes)) != NULL; from = found + bytes) {
        int col = text_columns_of(text.bytes, (size_t)(found - text.bytes));
        int cols = text_columns_of(found, bytes);
        cells_restyle(page, (struct rect){row, col, 1, cols}, STYLE_SELECTED);
    }
    text_free(&text);
}

/* Where the entry begins, and what was looked for in it. */
static void mark_found(const struct transcript *transcript, int rows, struct cells *page)
{
    cells_restyle(page, (struct rect){0, 0, 1, 1}, STYLE_SELECTED);
    for (int row = 0; row < rows; row++)
        mark_in_row(page, row, transcript->sought);
}

/* Draws an entry with the model that was asked; returns its rows. */
static int draw_dated(const struct entry *entry, const struct fact_set *facts, double now,
                      bool candidates, struct cells *page)
{
    int rows = draw_reply(entry, facts, now, candidates, page);
    struct text asked = {0};
    if (say_asked(entry, &asked) && !asked.failed)
        rows = draw_asked(asked.bytes, rows, page);
    text_free(&asked);
    return rows;
}

/* Draws an entry on the page, which it clears; returns its rows. */
static int draw_entry(struct transcript *transcript, const struct entry *entry,
                      const struct fact_set *facts, double now, bool candidates)
{
    struct cells *page = &transcript->page;
    cells_clear(page);
    int rows = draw_dated(entry, facts, now, candidates, page);
    if (entry->number == transcript->selected && transcript->sought)
        mark_found(transcript, rows, page);
    return rows;
}

static bool is_in_row(const struct cells *page, int row, const char *sought)
{
    size_t bytes;
    struct text text = {0};
    cells_row_text(page, row, &text);
    bool is_in = !text.failed && text.bytes && utf8_find(text.bytes, sought, &bytes);
    text_free(&text);
    return is_in;
}

/* In what is drawn of it, with room for all lines and columns. */
static bool draws_sought(struct transcript *transcript, const struct entry *entry,
                         const struct fact_set *facts)
{
    struct cells *page = &transcript->wide;
    bool draws = false;
    page->ascii = transcript->page.ascii;
    cells_clear(page);
    int rows = draw_dated(entry, facts, entry->asked, !transcript->is_brief, page);
    for (int row = 0; row < rows && !draws; row++)
        draws = is_in_row(page, row, transcript->sought);
    return draws;
}

static bool writes_sought(const struct transcript *transcript, const struct entry *entry,
                          const struct fact_set *facts, bool *writes, struct error *err)
{
    size_t bytes;
    struct text text = {0};
    write_entry(entry, facts, &text);
    bool made = !text.failed;
    *writes = made && text.bytes && utf8_find(text.bytes, transcript->sought, &bytes);
    text_free(&text);
    return made || error_set(err, ERROR_MEMORY, "out of memory");
}

static bool has_sought(struct transcript *transcript, const struct entry *entry,
                       const struct fact_set *facts, bool *has, struct error *err)
{
    struct cells *wide = &transcript->wide;
    if (!wide->cell && !cells_resize(wide, REPLY_ROWS, WIDE_COLS, err))
        return false;
    *has = draws_sought(transcript, entry, facts);
    return *has || writes_sought(transcript, entry, facts, has, err);
}

bool transcript_find(struct transcript *transcript, const struct fact_set *facts, bool later,
                     struct transcript_found *found, struct error *err)
{
    unsigned long number[KEPT_ENTRIES]; /* [found->count] of those that have it, newest first */
    *found = (struct transcript_found){.moved = false};
    for (size_t e = transcript->count; e-- > 0 && transcript->sought;) {
        bool has;
        if (!has_sought(transcript, &transcript->entry[e], facts, &has, err))
            return false;
        if (has)
            number[found->count++] = transcript->entry[e].number;
        if (has && transcript->entry[e].number == transcript->selected)
            found->index = found->count;
    }
    size_t wanted = later ? found->index - (found->index > 0) : found->index + 1;
    found->moved = wanted >= 1 && wanted <= found->count;
    if (!found->moved)
        return true;
    found->index = wanted;
    transcript->selected = number[wanted - 1];
    transcript->goes_there = true;
    return true;
}

/* Scrolls so that the selected entry is the last one, or begins at the top where it is too high. */
static void go_to_selected(struct transcript *transcript, const struct fact_set *facts, double now,
                           bool candidates, int rows)
{
    int below = 0, height = 0;
    for (size_t e = transcript->count; e-- > 0;) {
        height = draw_entry(transcript, &transcript->entry[e], facts, now, candidates);
        if (transcript->entry[e].number == transcript->selected)
            break;
        below += height;
    }
    transcript->scrolled = height > rows ? below + height - rows : below;
    transcript->goes_there = false;
}

/* Draws from the newest entry upwards; returns the rows left free above the oldest. */
static int draw_entries(struct transcript *transcript, const struct fact_set *facts, double now,
                        bool candidates, struct rect rect, struct cells *cells)
{
    struct cells *page = &transcript->page;
    int end = rect.row + rect.rows, foot = end + transcript->scrolled;
    size_t e = transcript->count;
    transcript->is_cut = false;
    while (e > 0 && foot > rect.row) {
        e--;
        int top = foot - draw_entry(transcript, &transcript->entry[e], facts, now, candidates);
        int from = top > rect.row ? top : rect.row, to = foot < end ? foot : end;
        if (to > from)
            cells_copy(cells, (struct rect){from, rect.col, to - from, rect.cols}, page,
                       from - top);
        transcript->is_cut |= foot >= end && top < rect.row;
        foot = top;
    }
    transcript->shows_oldest = e == 0 && foot >= rect.row;
    return foot > rect.row ? foot - rect.row : 0;
}

static bool make_page(struct transcript *transcript, int cols, struct error *err)
{
    struct cells *page = &transcript->page;
    return (page->rows == REPLY_ROWS && page->cols == cols) ||
           cells_resize(page, REPLY_ROWS, cols, err);
}

int transcript_rows(struct transcript *transcript, const struct fact_set *facts, double now,
                    bool candidates, int cols, int most)
{
    int rows = 0;
    if (!make_page(transcript, cols, NULL))
        return 0;
    for (size_t e = transcript->count; e-- > 0 && rows < most;)
        rows += draw_entry(transcript, &transcript->entry[e], facts, now, candidates);
    return rows < most ? rows : most;
}

bool transcript_draw(struct transcript *transcript, const struct fact_set *facts, double now,
                     bool candidates, struct rect rect, struct cells *cells, struct error *err)
{
    if (!make_page(transcript, rect.cols, err))
        return false;
    transcript->page.ascii = cells->ascii;
    transcript->is_brief = !candidates;
    if (transcript->goes_there)
        go_to_selected(transcript, facts, now, candidates, rect.rows);
    int left = draw_entries(transcript, facts, now, candidates, rect, cells);
    if (left > 0 && transcript->scrolled > 0) {
        /* Scrolling stops where the oldest row is the first on the screen. */
        transcript->scrolled = left < transcript->scrolled ? transcript->scrolled - left : 0;
        cells_fill(cells, rect, L' ', STYLE_PLAIN);
        draw_entries(transcript, facts, now, candidates, rect, cells);
    }
    return true;
}
