#include "base/json_write.h"

#include <string.h>

#include "base/utf8.h"

/* Adds a character that JSON does not hold as it is; false for any other. */
static bool escape(struct text *out, char byte)
{
    static const char named[] = "\n\t\r\"\\", letter[] = "ntr\"\\";
    const char *found = strchr(named, byte);
    if (found)
        text_format(out, "\\%c", letter[found - named]);
    else if ((unsigned char)byte < ' ')
        text_format(out, "\\u%04x", (unsigned)byte);
    else
        return false;
    return true;
}

void json_write_string(struct text *out, const char *string)
{
    text_add(out, "\"");
    for (size_t length; *string != '\0'; string += length > 0 ? length : 1) {
        length = utf8_length(string);
        if (length == 0)
            text_add(out, "\xEF\xBF\xBD");
        else if (!escape(out, *string))
            text_add_bytes(out, string, length);
    }
    text_add(out, "\"");
}
