#include "record/line_keys.h"

static const char *const event_names[] = {
    [EVENT_START] = "start",
    [EVENT_PAUSE] = "pause",
    [EVENT_RESUME] = "resume",
    [EVENT_SET] = "set",
    [EVENT_PHASE] = "phase",
    [EVENT_WIDEN] = "widen",
    [EVENT_FINE_TUNING] = "fine-tuning",
    [EVENT_PATCH] = "patch",
    [EVENT_FORK] = "fork",
    [EVENT_WATCH] = "watch",
    [EVENT_UNWATCH] = "unwatch",
    [EVENT_QUESTION] = "question",
    [EVENT_STOP] = "stop",
    [EVENT_CHECKPOINT] = "checkpoint",
};

const char *line_event_name(enum event_kind kind)
{
    return event_names[kind];
}
