/* Kinds of characters as ASCII has them, whatever the locale says of other bytes: those are part of
 * a character in UTF-8. */
#ifndef MNEME_BASE_ASCII_H
#define MNEME_BASE_ASCII_H

#include <stdbool.h>

static inline bool ascii_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool ascii_is_control(char c)
{
    unsigned char byte = (unsigned char)c; /* char has a sign on some processors alone */
    return byte < ' ' || byte == 0x7F;
}

static inline bool ascii_is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

#endif
