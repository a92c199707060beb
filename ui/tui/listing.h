/* The list of what there is to open, workbench->listed. */
#ifndef MNEME_TUI_LISTING_H
#define MNEME_TUI_LISTING_H

struct workbench;

/* Reads presets and runs anew, beside everything else. */
void listing_read(struct workbench *workbench);

#endif
