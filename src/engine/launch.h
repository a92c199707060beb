/* How the program was started: alone, or as one of several ranks (engine/ranks.h). */
#ifndef MNEME_ENGINE_LAUNCH_H
#define MNEME_ENGINE_LAUNCH_H

#include <stdbool.h>

/* Whether the environment, as mpirun or srun leave it, says that there are several ranks. */
bool launch_is_of_ranks(void);

/* Children of this process do not take themselves for ranks. */
void launch_children_alone(void);

/* Whether this is the first of them, which speaks for all; true where it is alone. */
bool launch_is_first(void);

#endif
