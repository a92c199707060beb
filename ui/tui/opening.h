/* Opening and closing of sessions, with the pages that are there meanwhile. */
#ifndef MNEME_TUI_OPENING_H
#define MNEME_TUI_OPENING_H

#include <stdbool.h>

#include "ui/requests.h"

/* What happens once a session is closed. */
enum opening_after {
    AFTER_QUIT,
    AFTER_OPEN, /* the workbench's target */
};

/* Opens the workbench's target, with no session open. False where there is no memory for that,
 * which is said. */
bool opening_start(struct workbench *workbench);

/* Saves and closes the session. */
void opening_close(struct workbench *workbench, enum opening_after after);

/* Opens the target in place of the run that is open, which is saved; asks first where it has failed
 * and something of it is not. */
void opening_go_to_target(struct workbench *workbench);

/* Opens the target in place of whatever is open; asks first if need be. */
void opening_leave_for_target(struct workbench *workbench);

/* Shows a session whose trainer was started. */
void opening_show(struct workbench *workbench, struct session *session);

/* What was being opened could not be: a target of the command line ends the program, any other
 * leads back to the chooser. */
void opening_fail(struct workbench *workbench, const struct error *err);

/* Frees a session's part of the state; the talk as well, or all but that, where the same session
 * comes back. */
void opening_forget_session(struct workbench *workbench);
void opening_put_aside(struct workbench *workbench);

void opening_load(const struct request_call *call);
void opening_quit(const struct request_call *call);

#endif
