/* The request for the loss of one run less that of another, in place of their curves: what it does
 * is in the table of requests. */
#ifndef MNEME_TUI_SUBTRACTING_H
#define MNEME_TUI_SUBTRACTING_H

#include "ui/requests.h"

void subtracting_difference(const struct request_call *call);

#endif
