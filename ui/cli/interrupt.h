/* Being told to end: for commands that save first. */
#ifndef MNEME_UI_CLI_INTERRUPT_H
#define MNEME_UI_CLI_INTERRUPT_H

#include <stdbool.h>

/* From here on SIGINT, SIGTERM and SIGHUP are only noted; one that comes a second or more after the
 * first ends the program the usual way. What is ignored stays ignored (nohup), and a reader of stdout that has gone shows
 * as an error of stdout. */
void interrupt_catch(void);

/* Whether one has come. */
bool interrupt_came(void);

#endif
