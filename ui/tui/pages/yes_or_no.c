#include "ui/tui/pages/yes_or_no.h"

#include <stdio.h>

#include "ui/tui/state.h"

static const struct page_ops yes_or_no_page;

struct yes_or_no {
    char question[256];
    void (*yes)(struct workbench *workbench);
};

void yes_or_no_ask(struct workbench *workbench, const char *question,
                   void (*yes)(struct workbench *workbench))
{
    workbench_open_page(workbench, &yes_or_no_page);
    struct yes_or_no *own = pages_own(&workbench->pages, &yes_or_no_page);
    if (!own) /* no memory: that was said */
        return;
    snprintf(own->question, sizeof own->question, "%s", question);
    own->yes = yes;
}

static void yes_or_no_last_line(const struct workbench *workbench, struct cells *cells,
                                struct rect rect)
{
    const struct yes_or_no *own = pages_own(&workbench->pages, &yes_or_no_page);
    int col = rect.col + 1, cols = rect.cols - 1;
    col += cells_text(cells, rect.row, col, cols - 7, STYLE_STRONG, own->question);
    cells_text(cells, rect.row, col + 1, 6, STYLE_KEY, "y / n");
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
};
