#include "ui/tui/widgets/list_cursor.h"

size_t list_cursor_move(size_t selected, size_t count, int rows)
{
    const long last = (long)count - 1, to = (long)selected + rows;
    return (size_t)(last < 0 || to < 0 ? 0 : to > last ? last : to);
}

size_t list_cursor_first(size_t selected, size_t count, size_t shown)
{
    if (count <= shown || selected < shown)
        return 0;
    return selected - shown + 1;
}

bool list_cursor_point(size_t *selected, size_t count, size_t shown, int below, bool *again)
{
    const size_t at = list_cursor_first(*selected, count, shown) + (size_t)(below < 0 ? 0 : below);
    if (below < 0 || (size_t)below >= shown || at >= count)
        return false;
    *again = at == *selected;
    *selected = at;
    return true;
}
