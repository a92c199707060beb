/* The questions asked and what came of them, in order, with scrolling back. */
#ifndef MNEME_TUI_TRANSCRIPT_H
#define MNEME_TUI_TRANSCRIPT_H

#include <stddef.h>

#include "base/text.h"
#include "facts/fact_set.h"
#include "measure/answer.h"
#include "ui/inquiry.h"
#include "ui/tui/widgets/cells.h"

enum entry_kind {
    ENTRY_NOTE,
    ENTRY_ERROR,
    ENTRY_WAITING, /* the answer has not come yet */
    ENTRY_ANSWER,  /* one answer */
    ENTRY_FINDING, /* of a command */
};

/* Which model was asked. */
struct asked_at {
    bool earlier;  /* not the live one, but that of */
    uint64_t step; /* this step */
};

struct entry {
    enum entry_kind kind;
    unsigned long number;  /* counts up; tells entries apart */
    char *question;        /* as typed; null where nothing was asked */
    char *note;            /* ENTRY_NOTE, ENTRY_ERROR */
    struct answer *answer; /* ENTRY_ANSWER */
    struct finding finding;
    struct asked_at at;
    char *run;    /* that was asked, and left since; null: the one that is open */
    double asked; /* ENTRY_WAITING: clock in seconds */
};

struct transcript {
    struct entry *entry; /* [count] oldest first; a few hundred are kept */
    size_t count;
    unsigned long added;
    int scrolled;      /* rows back from the end */
    bool shows_oldest; /* all of the oldest entry was drawn last */
    bool is_cut;       /* the entry at the foot had no room for its beginning */
    struct cells page;
    struct cells wide;      /* on which an entry is searched, wide enough for its lines */
    bool is_brief;          /* answers were drawn last without candidates */
    char *sought;           /* the text that was looked for last; or null */
    unsigned long selected; /* the entry that has it; 0: none */
    bool goes_there;        /* the view, when it is drawn next */
};

void transcript_free(struct transcript *transcript);
void transcript_clear(struct transcript *transcript);

/* From here on another run is asked than the one with this name, which whatever was asked since the
 * last time is said to be of. */
bool transcript_leave_run(struct transcript *transcript, const char *name, struct error *err);

/* Adds an entry and gives its number to *number, which may be null; what comes of it is put in
 * later. question may be null. The view goes back to the end. */
bool transcript_add(struct transcript *transcript, const char *question, double now,
                    unsigned long *number, struct error *err);

/* Each puts something in place of the waiting; without such an entry what is handed over is given
 * back to the system. The answer and what the finding holds are taken over. */
void transcript_note(struct transcript *transcript, unsigned long number, enum entry_kind kind,
                     const char *note);
void transcript_answer(struct transcript *transcript, unsigned long number, struct answer *answer);
void transcript_finding(struct transcript *transcript, unsigned long number,
                        struct finding *finding);

/* Says of which step the model was that answers. */
void transcript_date(struct transcript *transcript, unsigned long number, struct asked_at at);

/* The answers of the selected entry or, where it has none or none is selected, the newest; those of
 * a command all together. */
struct answers {
    const struct answer
        *answer; /* [count], until the transcript changes; null where there are none */
    size_t count;
    struct asked_at at;
    const char *run; /* as that of the entry */
};
struct answers transcript_last_answers(const struct transcript *transcript);

/* Looks for a text from here on, beginning at the newest entry. */
bool transcript_seek(struct transcript *transcript, const char *text, struct error *err);

/* Selects the entry with the text, in what is drawn of it or copied, that comes next before the
 * selected one, or behind it, and moves the view there; where there is none both stay. Case does
 * not matter, nor do marks on letters that the text leaves out. */
struct transcript_found {
    bool moved;
    size_t index, count; /* of the entries that have it, the newest being number 1 */
};
bool transcript_find(struct transcript *transcript, const struct fact_set *facts, bool later,
                     struct transcript_found *found, struct error *err);

/* Back to the end, with nothing selected. */
void transcript_leave_found(struct transcript *transcript);

/* Adds the selected entry, else the newest answers, as plain text; false where there is none. */
bool transcript_copy(const struct transcript *transcript, const struct fact_set *facts,
                     struct text *out);

/* Moves the view by rows, up where they are positive. */
void transcript_scroll(struct transcript *transcript, int rows);

/* The rows of the newest entries, up to `most`, on so many columns; 0 where there are none, or no
 * memory to find out. */
int transcript_rows(struct transcript *transcript, const struct fact_set *facts, double now,
                    bool candidates, int cols, int most);

/* Draws the newest rows, or those scrolled to, at the foot of a rectangle. */
bool transcript_draw(struct transcript *transcript, const struct fact_set *facts, double now,
                     bool candidates, struct rect rect, struct cells *cells, struct error *err);

#endif
