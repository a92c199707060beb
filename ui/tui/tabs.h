/* The pages that the keys 1 to 6 lead to: each is shown by its own request, from wherever requests
 * work. */
#ifndef MNEME_TUI_TABS_H
#define MNEME_TUI_TABS_H

#include "ui/requests.h"
#include "ui/tui/widgets/tab_line.h"

void tabs_learn(const struct request_call *call);
void tabs_ask(const struct request_call *call);
void tabs_map(const struct request_call *call);
void tabs_circuits(const struct request_call *call);
void tabs_runs(const struct request_call *call);
void tabs_presets(const struct request_call *call);

/* Which of them is on the screen, counted from 0; NO_TAB where it is another page. */
size_t tabs_present(const struct workbench *workbench);

/* Draws their names into the first row. */
void tabs_draw(struct workbench *workbench, struct cells *cells);

/* Shows the page whose name stands there on the screen; false where none does. */
bool tabs_show_at(struct workbench *workbench, int row, int col);

#endif
