#include "base/shell.h"

#include <string.h>

#include "base/utf8.h"

/* A "=" in front is zsh's way to the path of a command. */
bool shell_is_plain(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_=./,:@+";
    return *word && *word != '=' && word[strspn(word, plain)] == '\0';
}

/* Inside single quotes, which end before it and begin anew behind it. */
static void add_printed(struct text *out, const char *bytes, size_t count)
{
    text_add(out, "'\"$(printf '");
    for (size_t i = 0; i < count; i++)
        text_format(out, "\\%03o", (unsigned char)bytes[i]);
    text_add(out, "')\"'");
}

void shell_add_word(struct text *out, const char *word)
{
    if (shell_is_plain(word)) {
        text_add(out, word);
        return;
    }
    text_add(out, "'");
    for (size_t bytes; *word != '\0'; word += bytes) {
        char shown[UTF8_SHOWN];
        bytes = utf8_show(word, shown);
        if (*word == '\'')
            text_add(out, "'\\''");
        else if (*word == '\n' || utf8_is_shown_as_it_is(word))
            text_add_bytes(out, word, bytes);
        else
            add_printed(out, word, bytes);
    }
    text_add(out, "'");
}

void shell_add_operand(struct text *out, const char *word)
{
    if (*word == '-')
        text_add(out, "-- ");
    shell_add_word(out, word);
}
