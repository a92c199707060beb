/* Other processes of this machine. */
#ifndef MNEME_BASE_PROCESS_H
#define MNEME_BASE_PROCESS_H

#include <stdbool.h>

/* Whether no process of this number runs: there is none, or its parent has yet to take notice that
 * it has ended. */
bool process_has_ended(long process);

#endif
