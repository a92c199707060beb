/* The page on which a preset or a run is chosen: the one at the foot of the stack, and over a run
 * that is open once more. */
#ifndef MNEME_TUI_CHOOSER_H
#define MNEME_TUI_CHOOSER_H

#include "ui/tui/page.h"
#include "ui/tui/widgets/target_list.h"

extern const struct page_ops chooser_page;

/* Presets and runs as they were read last; empty before. */
const struct target_list *chooser_list(const struct workbench *workbench);

/* Reads them anew, beside everything else, and what takes each preset where the page is shown. */
void chooser_read_list(struct workbench *workbench);

#endif
