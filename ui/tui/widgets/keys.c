#include "ui/tui/widgets/keys.h"

#include <curses.h>

bool key_is_enter(int key)
{
    return key == KEY_RETURN || key == '\n' || key == KEY_ENTER;
}

bool key_writes(int key)
{
    return key > ' ' && key < KEY_MIN && key != KEY_DELETE;
}
