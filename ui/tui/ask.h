/* Questions to the model of an open run. What is answered goes into the transcript. */
#ifndef MNEME_TUI_ASK_H
#define MNEME_TUI_ASK_H

#include <stdint.h>

#include "ui/requests.h"

/* Has a prompt completed. */
void ask_prompt(struct workbench *workbench, const char *prompt);

/* Asks for every attribute of an individual, under the question as it was put. */
void ask_individual(struct workbench *workbench, const char *question, uint64_t individual);

/* Puts another prompt that can be asked on show. */
void ask_next_example(struct workbench *workbench);

/* Finds out what a command wants to know; `line` is the command as it was typed. */
void ask_inquiry(struct workbench *workbench, inquiry_find *inquire, const char *argument,
                 const char *line);

#endif
