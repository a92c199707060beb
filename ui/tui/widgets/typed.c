#include "ui/tui/widgets/typed.h"

#include <curses.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/tui/widgets/keys.h"

static bool add_byte(char *typed, size_t size, char byte)
{
    size_t length = strlen(typed);
    if (length + 1 >= size)
        return false;
    typed[length] = byte;
    typed[length + 1] = '\0';
    return true;
}

static bool erase_last(char *typed)
{
    size_t length = strlen(typed);
    if (length == 0)
        return false;
    do
        length--;
    while (length > 0 && ((unsigned char)typed[length] & 0xC0) == 0x80);
    typed[length] = '\0';
    return true;
}

static bool erase_all(char *typed)
{
    bool had = *typed != '\0';
    *typed = '\0';
    return had;
}

enum typed_effect typed_take(char *typed, size_t size, int key)
{
    bool changed;
    if (key == KEY_BACKSPACE || key == KEY_DELETE || key == KEY_CONTROL('h'))
        changed = erase_last(typed);
    else if (key == KEY_CONTROL('u'))
        changed = erase_all(typed);
    else if (key == ' ' || key_writes(key))
        changed = add_byte(typed, size, (char)key);
    else
        return TYPED_NOT;
    return changed ? TYPED_CHANGED : TYPED_SAME;
}

bool typed_is_in(const char *typed, const char *line)
{
    enum { ROOM = 256 };
    char word[ROOM];
    size_t bytes;
    while (*typed) {
        size_t length = strcspn(typed, " ");
        snprintf(word, sizeof word, "%.*s", (int)length, typed);
        if (length > 0 && !utf8_find(line, word, &bytes))
            return false;
        typed += length + (typed[length] == ' ');
    }
    return true;
}
