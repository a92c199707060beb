#include "ui/tui/widgets/typed.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

bool typed_add(char *typed, size_t size, char byte)
{
    size_t length = strlen(typed);
    if (length + 1 >= size)
        return false;
    typed[length] = byte;
    typed[length + 1] = '\0';
    return true;
}

bool typed_erase(char *typed)
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
