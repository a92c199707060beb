#include "ui/tui/pages/yes_or_no.h"

#include <stdarg.h>

#include "base/text.h"
#include "ui/tui/state.h"

static const struct page_ops yes_or_no_page;

struct yes_or_no {
    struct text question;
    void (*yes)(struct workbench *workbench);
};

void yes_or_no_ask(struct workbench *workbench, void (*yes)(struct workbench *workbench),
                   const char *format, ...)
{
    va_list arguments;
    workbench_open_page(workbench, &yes_or_no_page);
    struct yes_or_no *own = pages_own(&workbench->pages, &yes_or_no_page);
    if (!own) /* no memory: that was said */
        return;
    own->yes = yes;
    text_free(&own->question);
    va_start(arguments, format);
    text_format_list(&own->question, format, arguments);
    va_end(arguments);
    if (own->question.failed) {
        workbench_close_page(workbench);
        workbench_say(workbench, true, "out of memory");
    }
}

static void yes_or_no_forget(void *own)
{
    text_free(&((struct yes_or_no *)own)->question);
}

static const char answers[] = "y / n";

/* Writes the question and the answers behind it on as many rows as they take, the last of which is
 * `last`; rows of 0 are not written. Returns them. */
static int write_question(const char *question, int rows, int last, int col, int cols,
                          struct cells *cells)
{
    int row = 0, used = 0;
    const int answers_cols = text_columns(answers);
    while (*question) {
        size_t next, bytes = text_wrap(question, cols, &next);
        used = text_columns_of(question, bytes);
        if (rows > 0)
            cells_format(cells, last - rows + 1 + row, col, cols, STYLE_STRONG, "%.*s", (int)bytes,
                         question);
        question += next;
        row++;
    }
    bool fits = used + 1 + answers_cols <= cols;
    if (rows > 0)
        cells_text(cells, last, fits ? col + used + 1 : col, answers_cols, STYLE_KEY, answers);
    return fits ? row : row + 1;
}

/* Over the rows above where the question does not fit on one. */
static void yes_or_no_last_line(const struct workbench *workbench, struct cells *cells,
                                struct rect rect)
{
    const struct yes_or_no *own = pages_own(&workbench->pages, &yes_or_no_page);
    const int col = rect.col + 1, cols = rect.cols - 2;
    int rows = write_question(own->question.bytes, 0, rect.row, col, cols, cells);
    cells_fill(cells, (struct rect){rect.row - rows + 1, rect.col, rows, rect.cols}, L' ',
               STYLE_PLAIN);
    write_question(own->question.bytes, rows, rect.row, col, cols, cells);
}

static bool yes_or_no_key(struct workbench *workbench, int key)
{
    const struct yes_or_no *own = pages_own(&workbench->pages, &yes_or_no_page);
    bool yes = key == 'y' || key == 'Y', no = key == 'n' || key == 'N' || key == 'q';
    if (yes || no || key == KEY_ESCAPE || key == KEY_CONTROL('c'))
        workbench_close_page(workbench);
    if (yes)
        own->yes(workbench);
    return true;
}

static const struct page_ops yes_or_no_page = {
    .place = PAGE_PASSING,
    .size = sizeof(struct yes_or_no),
    .last_line = yes_or_no_last_line,
    .key_pressed = yes_or_no_key,
    .forget = yes_or_no_forget,
};
