#include "base/base64.h"

#include <stdint.h>

enum { GROUP = 3, LETTERS = 4, BITS = 6 };

/* Up to three bytes as four letters. */
static void add_group(struct text *out, const char *bytes, size_t count)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char group[LETTERS];
    uint32_t bits = 0;
    for (size_t b = 0; b < GROUP; b++)
        bits = bits << 8 | (b < count ? (unsigned char)bytes[b] : 0);
    for (size_t l = 0; l < LETTERS; l++)
        group[l] = l <= count ? letters[bits >> BITS * (LETTERS - 1 - l) & 63] : '=';
    text_add_bytes(out, group, LETTERS);
}

void base64_add(struct text *out, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i += GROUP)
        add_group(out, bytes + i, count - i < GROUP ? count - i : GROUP);
}
