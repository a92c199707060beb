#include "ui/tui/widgets/type_ahead.h"

#include "ui/tui/widgets/keys.h"

bool type_ahead_keep(struct type_ahead *typed, int key)
{
    bool has_room = typed->count < TYPE_AHEAD_KEYS;
    if (has_room)
        typed->key[(typed->first + typed->count++) % TYPE_AHEAD_KEYS] = key;
    return has_room;
}

int type_ahead_take(struct type_ahead *typed)
{
    if (typed->count == 0)
        return SCREEN_NO_KEY;
    int key = typed->key[typed->first];
    typed->first = (typed->first + 1) % TYPE_AHEAD_KEYS;
    typed->count--;
    return key;
}

bool type_ahead_drop(struct type_ahead *typed)
{
    bool had = typed->count > 0;
    typed->count = 0;
    return had;
}
