#include "ui/tui/widgets/keys.h"

#include <curses.h>

bool key_is_enter(int key)
{
    return key == KEY_RETURN || key == '\n' || key == KEY_ENTER;
}

int key_rows(int key)
{
    enum { PAGE = 10, ALL = 1 << 20 };
    static const struct {
        int key, rows;
    } moves[] = {
        {KEY_DOWN, 1},      {'j', 1},         {KEY_UP, -1}, {'k', -1},      {KEY_NPAGE, PAGE},
        {KEY_PPAGE, -PAGE}, {KEY_HOME, -ALL}, {'g', -ALL},  {KEY_END, ALL}, {'G', ALL},
    };
    for (size_t m = 0; m < sizeof moves / sizeof *moves; m++)
        if (moves[m].key == key)
            return moves[m].rows;
    return 0;
}

bool key_writes(int key)
{
    return key > ' ' && key < KEY_MIN && key != KEY_DELETE;
}
