#include "base/fold.h"

#include <wctype.h>

#include "base/text.h"

/* Malformed bytes stand in the low surrogates, which no well-formed character uses. */
#define MALFORMED_BASE 0xDC00

bool fold_readable(const char *bytes, size_t count)
{
    size_t length;
    for (size_t i = 0; i < count; i += length) {
        length = utf8_length(bytes + i);
        if (length == 0)
            return false;
    }
    return true;
}

static uint32_t decode(const char *string, size_t length)
{
    static const unsigned char lead_mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t code = (unsigned char)string[0] & lead_mask[length];
    for (size_t i = 1; i < length; i++)
        code = code << 6 | ((unsigned char)string[i] & 0x3F);
    return code;
}

/* Writes the character's UTF-8 bytes and returns how many there are. */
static size_t encode(uint32_t code, char bytes[4])
{
    if (code >= MALFORMED_BASE && code <= MALFORMED_BASE + 0xFF) {
        bytes[0] = (char)(code - MALFORMED_BASE);
        return 1;
    }
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0x00, 0xC0, 0xE0, 0xF0};
    for (size_t i = length - 1; i > 0; i--) {
        bytes[i] = (char)(0x80 | (code & 0x3F));
        code >>= 6;
    }
    bytes[0] = (char)(lead[length] | code);
    return length;
}

uint32_t fold_next(const char **cursor)
{
    const char *string = *cursor;
    if (!*string)
        return 0;
    size_t length = utf8_length(string);
    *cursor += length ? length : 1;
    if (!length)
        return MALFORMED_BASE + (unsigned char)*string;
    return (uint32_t)towlower((wint_t)decode(string, length));
}

bool fold_equal(const char *a, const char *b)
{
    uint32_t x, y;
    do {
        x = fold_next(&a);
        y = fold_next(&b);
    } while (x == y && x != 0);
    return x == y;
}

bool fold_write(const char *text, char *folded, size_t room)
{
    size_t used = 0;
    uint32_t character;
    bool whole = true;
    while (whole && (character = fold_next(&text)) != 0) {
        char bytes[4];
        size_t length = encode(character, bytes);
        whole = used + length < room;
        for (size_t i = 0; whole && i < length; i++)
            folded[used++] = bytes[i];
    }
    folded[used] = '\0';
    return whole;
}
