#include "base/utf8.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

/* Malformed bytes stand in the low surrogates, which no well-formed character uses. */
#define MALFORMED_BASE  0xDC00
#define BYTE_ORDER_MARK 0xFEFF

uint32_t utf8_code(const char *string, size_t length)
{
    const unsigned char *byte = (const unsigned char *)string;
    uint32_t code = length == 1 ? byte[0] : byte[0] & (0xFF >> (length + 1));
    for (size_t i = 1; i < length; i++)
        code = code << 6 | (byte[i] & 0x3F);
    return code;
}

size_t utf8_length(const char *string)
{
    const unsigned char *byte = (const unsigned char *)string;
    if (byte[0] == 0)
        return 0;
    if (byte[0] < 0x80)
        return 1;
    size_t length = byte[0] >= 0xF0 ? 4 : byte[0] >= 0xE0 ? 3 : 2;
    if (byte[0] < 0xC2 || byte[0] > 0xF4)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((byte[i] & 0xC0) != 0x80)
            return 0;
    uint32_t code = utf8_code(string, length);
    bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return overlong || surrogate || code > 0x10FFFF ? 0 : length;
}

/* Embeddings, overrides and isolates let a line read as another one than it is. */
static bool is_obeyed(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

size_t utf8_show(const char *string, char shown[UTF8_SHOWN])
{
    static const char letters[] = "\nn\tt\rr"; /* in pairs */
    size_t length = utf8_length(string), bytes = length ? length : 1;
    if (length > 0 && !is_obeyed(utf8_code(string, length))) {
        memcpy(shown, string, length);
        shown[length] = '\0';
        return length;
    }
    for (size_t i = 0; letters[i]; i += 2)
        if (*string == letters[i]) {
            snprintf(shown, UTF8_SHOWN, "\\%c", letters[i + 1]);
            return 1;
        }
    for (size_t i = 0; i < bytes; i++)
        snprintf(shown + 4 * i, UTF8_SHOWN - 4 * i, "\\x%02x", (unsigned char)string[i]);
    return bytes;
}

bool utf8_is_shown_as_it_is(const char *string)
{
    char shown[UTF8_SHOWN];
    size_t bytes = utf8_show(string, shown);
    return strncmp(string, shown, bytes) == 0 && shown[bytes] == '\0';
}

bool utf8_is_valid(const char *bytes, size_t count)
{
    size_t length;
    for (size_t i = 0; i < count; i += length) {
        length = utf8_length(bytes + i);
        if (length == 0)
            return false;
    }
    return true;
}

static utf8proc_int32_t decode(const char *text, size_t length)
{
    utf8proc_int32_t code;
    utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, &code);
    return code;
}

/* Writes the code point's UTF-8 bytes and returns how many there are. */
static size_t encode(uint32_t code, char bytes[UTF8_MOST])
{
    if (code >= MALFORMED_BASE && code <= MALFORMED_BASE + 0xFF) {
        bytes[0] = (char)(code - MALFORMED_BASE);
        return 1;
    }
    return (size_t)utf8proc_encode_char((utf8proc_int32_t)code, (utf8proc_uint8_t *)bytes);
}

/* The right quotation mark, which stands for an apostrophe, and the letter that looks like one. */
static bool is_apostrophe(utf8proc_int32_t code)
{
    return code == 0x2019 || code == 0x02BC;
}

static unsigned mark_class(uint32_t code)
{
    return (unsigned)utf8proc_get_property((utf8proc_int32_t)code)->combining_class;
}

bool utf8_is_mark(uint32_t code)
{
    return mark_class(code) > 0;
}

/* Folds the character at text->next behind what is there, where there is room. */
static bool take_character(struct folded *text)
{
    const utf8proc_option_t options = UTF8PROC_CASEFOLD | UTF8PROC_DECOMPOSE | UTF8PROC_IGNORE;
    const size_t room = sizeof text->code / sizeof *text->code - text->count;
    size_t length = utf8_length(text->next);
    if (length == 0) {
        text->code[text->count++] = MALFORMED_BASE + (unsigned char)*text->next++;
        return true;
    }
    utf8proc_int32_t code[sizeof text->code / sizeof *text->code];
    utf8proc_ssize_t count = utf8proc_decompose_char(decode(text->next, length), code,
                                                     (utf8proc_ssize_t)room, options, NULL);
    if (count < 0 || (size_t)count > room)
        return false;
    for (size_t i = 0; i < (size_t)count; i++)
        text->code[text->count++] = is_apostrophe(code[i]) ? '\'' : (uint32_t)code[i];
    text->next += length;
    return true;
}

/* Whether the character at text->next belongs to the one before. */
static bool mark_follows(const char *next)
{
    size_t length = utf8_length(next);
    return length > 0 && utf8_is_mark((uint32_t)decode(next, length));
}

/* Unicode's canonical order: marks behind a character by their class, of one class as they came. */
static void order_marks(uint32_t *code, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint32_t moved = code[i];
        unsigned class = mark_class(moved);
        size_t place = i;
        for (; class > 0 && place > 0 && mark_class(code[place - 1]) > class; place--)
            code[place] = code[place - 1];
        code[place] = moved;
    }
}

/* A letter of ASCII that no mark can follow is by far the most frequent. */
static bool is_plain(const char *next)
{
    const unsigned char *byte = (const unsigned char *)next;
    return byte[0] > 0 && byte[0] < 0x80 && byte[1] < 0x80;
}

uint32_t utf8_next_folded(struct folded *text)
{
    if (text->taken == text->count && is_plain(text->next)) {
        char plain = *text->next++;
        return (uint32_t)(plain >= 'A' && plain <= 'Z' ? plain + ('a' - 'A') : plain);
    }
    if (text->taken == text->count) {
        text->taken = text->count = 0;
        while (*text->next && text->count == 0 && take_character(text))
            ;
        while (text->count > 0 && mark_follows(text->next) && take_character(text))
            ;
        order_marks(text->code, text->count);
    }
    return text->taken < text->count ? text->code[text->taken++] : 0;
}

bool utf8_begins(const char *text, const char *start, size_t *bytes)
{
    struct folded at = {.next = text}, typed = {.next = start};
    uint32_t code;
    *bytes = 0;
    while ((code = utf8_next_folded(&typed)) != 0) {
        uint32_t met = utf8_next_folded(&at);
        while (met != code && met != 0 && utf8_is_mark(met))
            met = utf8_next_folded(&at);
        if (met != code)
            return false;
    }
    *bytes = (size_t)(at.next - text);
    return true;
}

const char *utf8_find(const char *text, const char *part, size_t *bytes)
{
    *bytes = 0;
    while (*part && *text) {
        size_t length = utf8_length(text);
        if (utf8_begins(text, part, bytes) && *bytes > 0)
            return text;
        text += length > 0 ? length : 1;
    }
    return NULL;
}

bool utf8_equal_folded(const char *a, const char *b)
{
    struct folded left = {.next = a}, right = {.next = b};
    uint32_t x, y;
    do {
        x = utf8_next_folded(&left);
        y = utf8_next_folded(&right);
    } while (x == y && x != 0);
    return x == y;
}

static bool fold(const char *text, bool marks, char *folded, size_t room)
{
    struct folded reader = {.next = text};
    size_t used = 0;
    uint32_t code;
    bool whole = true;
    while (whole && (code = utf8_next_folded(&reader)) != 0) {
        char bytes[UTF8_MOST];
        if (!marks && code >= 0x80 && utf8_is_mark(code))
            continue;
        size_t length = encode(code, bytes);
        whole = used + length < room;
        for (size_t i = 0; whole && i < length; i++)
            folded[used++] = bytes[i];
    }
    folded[used] = '\0';
    return whole;
}

bool utf8_fold(const char *text, char *folded, size_t room)
{
    return fold(text, true, folded, room);
}

bool utf8_fold_bare(const char *text, char *folded, size_t room)
{
    return fold(text, false, folded, room);
}

size_t utf8_blank(const char *text)
{
    size_t length = utf8_length(text);
    if (length < 2)
        return length == 1 && (*text == ' ' || (*text >= '\t' && *text <= '\r')) ? 1 : 0;
    utf8proc_int32_t code = decode(text, length);
    utf8proc_category_t category = utf8proc_category(code);
    bool blank = category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
                 category == UTF8PROC_CATEGORY_ZP || code == 0x85 || code == BYTE_ORDER_MARK;
    return blank ? length : 0;
}

size_t utf8_apostrophe(const char *text)
{
    size_t length = utf8_length(text);
    return length > 0 && is_apostrophe(decode(text, length)) ? length : 0;
}

void utf8_squeeze(char *text)
{
    char *to = text;
    const char *from = text;
    while (*from) {
        size_t blank = utf8_blank(from), length = blank ? blank : utf8_length(from);
        if (blank && to > text && to[-1] != ' ')
            *to++ = ' ';
        for (size_t i = 0; !blank && i < length; i++)
            *to++ = from[i];
        from += length;
    }
    to -= to > text && to[-1] == ' ';
    *to = '\0';
}
