/* The files that can be opened by their path: tables and presets, and directories on the way to
 * them or to runs. */
#ifndef MNEME_TUI_TARGET_FILES_H
#define MNEME_TUI_TARGET_FILES_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strings.h"

/* Whether what was typed is a path and no name: it has a slash, or begins with ~ or a full stop. */
bool target_files_is_path(const char *typed);

/* Paths that begin with `start`, a path as it is typed, sorted; a directory ends in a slash.
 * Letters are folded (base/utf8.h) in the last part alone, and files that begin with a full stop
 * are listed where that does. Overwrites *paths, which is empty where start is no path; on false as
 * well. */
bool target_files_list(struct strings *paths, const char *start, struct error *err);

#endif
