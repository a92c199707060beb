#include "ui/tui/widgets/transcript.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "ui/format.h"
#include "ui/tui/widgets/reply.h"

enum { KEPT_ENTRIES = 300, MOST_SCROLLED = 100000 };

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
}

void transcript_clear(struct transcript *transcript)
{
    for (size_t e = 0; e < transcript->count; e++)
        entry_free(&transcript->entry[e]);
    transcript->count = 0;
    transcript->scrolled = 0;
}

void transcript_free(struct transcript *transcript)
{
    transcript_clear(transcript);
    memory_free(transcript->entry);
    cells_free(&transcript->page);
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
    transcript->scrolled = 0;
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

const struct answer *transcript_last_answers(const struct transcript *transcript, size_t *count)
{
    *count = 0;
    for (size_t e = transcript->count; e-- > 0;) {
        const struct answer *answer = answers_of(&transcript->entry[e], count);
        if (*count > 0)
            return answer;
    }
    return NULL;
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

/* Which step's model has answered: on the right of the question where there is room, else below.
 * Returns the rows. */
static int draw_date(const struct entry *entry, int rows, struct cells *page)
{
    char step[FORMAT_SIZE], date[2 * FORMAT_SIZE];
    snprintf(date, sizeof date, "at step %s", format_count(step, entry->at.step));
    int columns = text_columns(date), end = page->cols - 1;
    bool fits = rows > 0 && columns + 2 < end && is_blank(page, 0, end - columns - 2);
    if (fits)
        cells_right(page, 0, end, columns, STYLE_STRONG, date);
    else if (rows < page->rows)
        cells_text(page, rows++, 2, page->cols - 2, STYLE_STRONG, date);
    return rows;
}

/* Draws an entry on the page; returns its rows. */
static int draw_entry(const struct entry *entry, const struct fact_set *facts, double now,
                      bool candidates, struct cells *page)
{
    int rows = draw_reply(entry, facts, now, candidates, page);
    return entry->at.earlier ? draw_date(entry, rows, page) : rows;
}

/* Draws from the newest entry upwards; returns the rows left free above the oldest. */
static int draw_entries(struct transcript *transcript, const struct fact_set *facts, double now,
                        bool candidates, struct rect rect, struct cells *cells)
{
    struct cells *page = &transcript->page;
    int end = rect.row + rect.rows, foot = end + transcript->scrolled;
    for (size_t e = transcript->count; e-- > 0 && foot > rect.row;) {
        cells_clear(page);
        int top = foot - draw_entry(&transcript->entry[e], facts, now, candidates, page);
        int from = top > rect.row ? top : rect.row, to = foot < end ? foot : end;
        if (to > from)
            cells_copy(cells, (struct rect){from, rect.col, to - from, rect.cols}, page,
                       from - top);
        foot = top;
    }
    return foot > rect.row ? foot - rect.row : 0;
}

bool transcript_draw(struct transcript *transcript, const struct fact_set *facts, double now,
                     bool candidates, struct rect rect, struct cells *cells, struct error *err)
{
    struct cells *page = &transcript->page;
    if (page->rows != REPLY_ROWS || page->cols != rect.cols)
        if (!cells_resize(page, REPLY_ROWS, rect.cols, err))
            return false;
    page->ascii = cells->ascii;
    int left = draw_entries(transcript, facts, now, candidates, rect, cells);
    if (left > 0 && transcript->scrolled > 0) {
        /* Scrolling stops where the oldest row is the first on the screen. */
        transcript->scrolled = left < transcript->scrolled ? transcript->scrolled - left : 0;
        cells_fill(cells, rect, L' ', STYLE_PLAIN);
        draw_entries(transcript, facts, now, candidates, rect, cells);
    }
    return true;
}
