/* Map of this file: keys; names of keys; the manual page. */
#include "ui/tui/request_keys.h"

#include <curses.h>
#include <stdio.h>

#include "base/text.h"
#include "ui/tui/widgets/keys.h"

/* Keys */

const struct request_info *request_of_key(int key)
{
    if (key == '\n')
        key = KEY_RETURN;
    for (size_t r = 0; r < request_count; r++)
        for (int k = 0; k < REQUEST_KEYS && request_table[r].key[k]; k++)
            if (request_table[r].key[k] == key)
                return &request_table[r];
    return NULL;
}

bool request_key_writes(int key)
{
    bool small = key >= 'a' && key <= 'z';
    return key_writes(key) && !small && !request_of_key(key);
}

/* Names of keys */

static const struct {
    int key;
    const char *name;
} key_names[] = {
    {' ', "space"},      {KEY_RETURN, "Enter"}, {KEY_TAB, "Tab"},   {KEY_ESCAPE, "Esc"},
    {KEY_UP, "Up"},      {KEY_DOWN, "Down"},    {KEY_LEFT, "Left"}, {KEY_RIGHT, "Right"},
    {KEY_PPAGE, "PgUp"}, {KEY_NPAGE, "PgDn"},
};

const char *request_key_name(int key, char out[KEY_NAME_SIZE])
{
    for (size_t k = 0; k < sizeof key_names / sizeof key_names[0]; k++)
        if (key_names[k].key == key) {
            snprintf(out, KEY_NAME_SIZE, "%s", key_names[k].name);
            return out;
        }
    if (key >= KEY_F(1) && key <= KEY_F(12))
        snprintf(out, KEY_NAME_SIZE, "F%d", key - KEY_F(0));
    else if (key < ' ')
        snprintf(out, KEY_NAME_SIZE, "Ctrl-%c", key + '@');
    else
        snprintf(out, KEY_NAME_SIZE, "%c", key);
    return out;
}

void request_key_names(const struct request_info *info, struct text *out)
{
    char name[KEY_NAME_SIZE];
    for (int k = 0; k < REQUEST_KEYS && info->key[k]; k++) {
        if (info->key[k] == KEY_ENTER) /* on a keypad: Enter to a person */
            continue;
        text_format(out, "%s%s", k > 0 ? ", " : "", request_key_name(info->key[k], name));
    }
    text_add_bytes(out, "", 0);
}

/* The manual page */

static void write_escaped(struct text *out, const char *string)
{
    for (; *string; string++)
        if (*string == '-')
            text_add(out, "\\-");
        else
            text_add_bytes(out, string, 1);
}

/* "s, F6 or /step [N]" */
static void write_tag(struct text *out, const struct request_info *info)
{
    struct text keys = {0};
    request_key_names(info, &keys);
    text_add(out, ".TP\n.B \"");
    write_escaped(out, keys.bytes ? keys.bytes : "");
    if (info->command)
        text_format(out, "%s/%s", keys.length > 0 ? " or " : "", info->command);
    if (info->command && info->argument != ARGUMENT_NONE)
        text_format(out, " %s", request_argument_text(info->argument));
    text_add(out, "\"\n");
    text_free(&keys);
}

void request_write_manual(struct text *out)
{
    const char *group = NULL;
    for (size_t r = 0; r < request_count; r++) {
        const struct request_info *info = &request_table[r];
        if (info->group != group)
            text_format(out, ".SS %s\n", info->group);
        group = info->group;
        write_tag(out, info);
        write_escaped(out, info->help);
        text_add(out, "\n");
    }
}
