#include "ui/tui/widgets/mouse.h"

enum { NUMBERS = 3, MOST = 10000 };

void mouse_report_begin(struct mouse_report *report)
{
    *report = (struct mouse_report){.is_open = true};
}

enum { MODIFIERS = 4 | 8 | 16 };

static enum mouse_kind kind_of(int button, bool released)
{
    enum { LEFT = 0, MOVED = 32, WHEEL = 64 };
    switch (button & ~MODIFIERS) {
    case LEFT:
        return released ? MOUSE_RELEASE : MOUSE_PRESS;
    case LEFT | MOVED:
        return released ? MOUSE_NOTHING : MOUSE_DRAG;
    case WHEEL:
        return MOUSE_WHEEL_UP;
    case WHEEL + 1:
        return MOUSE_WHEEL_DOWN;
    default:
        return MOUSE_NOTHING;
    }
}

bool mouse_report_take(struct mouse_report *report, int byte, struct mouse_event *event)
{
    int *number = &report->number[report->count];
    *event = (struct mouse_event){.kind = MOUSE_NOTHING};
    if (byte >= '0' && byte <= '9' && *number < MOST) {
        *number = 10 * *number + byte - '0';
        return false;
    }
    if (byte == ';' && report->count + 1 < NUMBERS) {
        report->count++;
        return false;
    }
    report->is_open = false;
    if ((byte == 'M' || byte == 'm') && report->count + 1 == NUMBERS && report->number[1] > 0 &&
        report->number[2] > 0)
        *event =
            (struct mouse_event){kind_of(report->number[0], byte == 'm'), report->number[2] - 1,
                                 report->number[1] - 1, (report->number[0] & MODIFIERS) != 0};
    return true;
}
