#include "base/shell.h"

#include <string.h>

/* A "=" in front is zsh's way to the path of a command. */
bool shell_is_plain(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_=./,:@+";
    return *word && *word != '=' && word[strspn(word, plain)] == '\0';
}

void shell_add_word(struct text *out, const char *word)
{
    if (shell_is_plain(word)) {
        text_add(out, word);
        return;
    }
    text_add(out, "'");
    for (; *word; word++)
        if (*word == '\'')
            text_add(out, "'\\''");
        else
            text_add_bytes(out, word, 1);
    text_add(out, "'");
}

void shell_add_operand(struct text *out, const char *word)
{
    if (*word == '-')
        text_add(out, "-- ");
    shell_add_word(out, word);
}
