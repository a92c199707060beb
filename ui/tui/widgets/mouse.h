/* What a mouse did, read from the reports of a terminal (xterm's, in SGR form): "\033[<", which is
 * a key, and then the bytes that are taken here. */
#ifndef MNEME_TUI_MOUSE_H
#define MNEME_TUI_MOUSE_H

#include <stdbool.h>
#include <stddef.h>

enum mouse_kind {
    MOUSE_PRESS, /* of the left button, as the two that follow */
    MOUSE_DRAG,
    MOUSE_RELEASE,
    MOUSE_WHEEL_UP,
    MOUSE_WHEEL_DOWN,
    MOUSE_NOTHING, /* other buttons are the terminal's */
};

struct mouse_event {
    enum mouse_kind kind;
    int row, col;     /* from 0 */
    bool is_modified; /* Shift, Alt or Ctrl was held */
};

/* A report that is being read. {0} is none. */
struct mouse_report {
    bool is_open;
    int number[3]; /* button, column, row, as they came so far */
    size_t count;  /* of numbers that are whole */
};

void mouse_report_begin(struct mouse_report *report);

/* Takes its next byte. True where the report is whole with it: *event is what it says, of kind
 * MOUSE_NOTHING where it says nothing that is of use or is no report after all. */
bool mouse_report_take(struct mouse_report *report, int byte, struct mouse_event *event);

#endif
