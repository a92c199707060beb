/* A run that another process trains, or that cannot be written here: what is told of it, and how
 * its newest model is asked. The view says whether the open run is one (is_followed). */
#ifndef MNEME_TUI_FOLLOWING_H
#define MNEME_TUI_FOLLOWING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct workbench;

/* Says whose run was opened. */
void following_greet(struct workbench *workbench);

/* Takes over who trains it, and asks a newer model where one was kept. */
void following_update(struct workbench *workbench);

/* Whether somebody has it, as far as can be seen; and who, or who had it last. */
bool following_sees_writer(const struct workbench *workbench);
const char *following_writer(const struct workbench *workbench);

/* What he does: "trains this run", or of a finished one that he merely has it open. */
const char *following_deed(const struct workbench *workbench);

/* Whether nobody has it, and this process cannot go on with it; and that in words. */
bool following_is_shut(const struct workbench *workbench);
#define FOLLOWING_SHUT "it is only read here, since its directory cannot be written"

/* What is to be known of its writer as long as it is so; false where he trains, where there is
 * nobody to be, and where the run is this process's. */
enum { FOLLOWING_SENTENCE = sizeof((struct error *)NULL)->message };
bool following_sentence(const struct workbench *workbench, char text[FOLLOWING_SENTENCE]);

#endif
