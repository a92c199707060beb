/* What becomes of runs on the disk: renamed, put into the trash, and taken out again. Each is done
 * by the worker, and said when it is done; `after` is called then, whatever came of it. */
#ifndef MNEME_TUI_KEEPING_H
#define MNEME_TUI_KEEPING_H

struct strings;
struct workbench;

typedef void keeping_after(struct workbench *workbench);

/* Gives the run in a directory another name. */
void keeping_rename(struct workbench *workbench, const char *directory, const char *name,
                    keeping_after *after);

/* Deletes runs; the list is taken, and empty then. */
void keeping_delete(struct workbench *workbench, struct strings *directories, keeping_after *after);

/* Takes the run out of the trash that was deleted last. */
void keeping_undo(struct workbench *workbench, keeping_after *after);

#endif
