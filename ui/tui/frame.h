/* A frame: the page that is on the screen, drawn and shown. */
#ifndef MNEME_TUI_FRAME_H
#define MNEME_TUI_FRAME_H

#include "base/error.h"

struct workbench;

bool frame_draw(struct workbench *workbench, struct error *err);

#endif
