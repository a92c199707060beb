/* Map of this file: keys; names of keys; other keys; the manual page. */
#include "ui/tui/request_keys.h"

#include <curses.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/suggest.h"
#include "base/text.h"
#include "ui/tui/widgets/keys.h"

/* Keys */

/* [REQUEST_KEYS], 0 behind the last. */
static const int *keys_of(const struct request_keys *keys, const struct request_info *info)
{
    return keys && keys->key ? keys->key[info - request_table] : info->key;
}

static bool is_among(const int *own, int key)
{
    for (int k = 0; k < REQUEST_KEYS && own[k]; k++)
        if (own[k] == key)
            return true;
    return false;
}

const struct request_info *request_of_key(const struct request_keys *keys, int key)
{
    if (key == '\n')
        key = KEY_RETURN;
    for (size_t r = 0; r < request_count; r++)
        if (is_among(keys_of(keys, &request_table[r]), key))
            return &request_table[r];
    return NULL;
}

bool request_key_writes(const struct request_keys *keys, int key)
{
    bool small = key >= 'a' && key <= 'z';
    return key_writes(key) && !small && !request_of_key(keys, key);
}

int request_first_key(const struct request_keys *keys, const struct request_info *info)
{
    return keys_of(keys, info)[0];
}

/* Names of keys */

/* A name of several for the same key is written where it comes first. A semicolon would begin a
 * comment in a file. */
static const struct {
    int key;
    const char *name;
} key_names[] = {
    {' ', "space"},       {KEY_RETURN, "Enter"},  {KEY_TAB, "Tab"},
    {KEY_ESCAPE, "Esc"},  {KEY_UP, "Up"},         {KEY_DOWN, "Down"},
    {KEY_LEFT, "Left"},   {KEY_RIGHT, "Right"},   {KEY_PPAGE, "PgUp"},
    {KEY_NPAGE, "PgDn"},  {KEY_HOME, "Home"},     {KEY_END, "End"},
    {KEY_IC, "Insert"},   {KEY_DC, "Delete"},     {KEY_BACKSPACE, "Backspace"},
    {KEY_SR, "Shift-Up"}, {KEY_SF, "Shift-Down"},
};

#define SEMICOLON "semicolon"

enum { FUNCTION_KEYS = 12 };

const char *request_key_name(int key, char out[KEY_NAME_SIZE])
{
    for (size_t k = 0; k < sizeof key_names / sizeof key_names[0]; k++)
        if (key_names[k].key == key) {
            snprintf(out, KEY_NAME_SIZE, "%s", key_names[k].name);
            return out;
        }
    if (key >= KEY_F(1) && key <= KEY_F(FUNCTION_KEYS))
        snprintf(out, KEY_NAME_SIZE, "F%d", key - KEY_F(0));
    else if (key < ' ')
        snprintf(out, KEY_NAME_SIZE, "Ctrl-%c", key + '@');
    else
        snprintf(out, KEY_NAME_SIZE, "%c", key);
    return out;
}

/* The key that a name stands for; 0 for no name of a key. */
static int read_key(const char *name)
{
    static const char control[] = "Ctrl-";
    char letter = '\0';
    if (name[0] && !name[1])
        return key_writes((unsigned char)name[0]) && (unsigned char)name[0] < KEY_DELETE ? name[0]
                                                                                         : 0;
    if (strcmp(name, SEMICOLON) == 0)
        return ';';
    for (size_t k = 0; k < sizeof key_names / sizeof key_names[0]; k++)
        if (strcmp(key_names[k].name, name) == 0)
            return key_names[k].key;
    uint64_t number;
    if (name[0] == 'F' && number_read_count(name + 1, &number) && number >= 1 &&
        number <= FUNCTION_KEYS)
        return KEY_F((int)number);
    if (strncmp(name, control, sizeof control - 1) == 0 && name[sizeof control - 1] &&
        !name[sizeof control])
        letter = name[sizeof control - 1];
    bool is_letter = (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
    return is_letter ? KEY_CONTROL(letter) : 0;
}

void request_key_names(const struct request_keys *keys, const struct request_info *info,
                       struct text *out)
{
    char name[KEY_NAME_SIZE];
    const int *own = keys_of(keys, info);
    for (int k = 0; k < REQUEST_KEYS && own[k]; k++) {
        if (own[k] == KEY_ENTER) /* on a keypad: Enter to a person */
            continue;
        text_format(out, "%s%s", k > 0 ? ", " : "", request_key_name(own[k], name));
    }
    text_add_bytes(out, "", 0);
}

static const struct request_info *find_request(const char *command)
{
    for (size_t r = 0; r < request_count; r++)
        if (request_table[r].command && strcmp(request_table[r].command, command) == 0)
            return &request_table[r];
    return NULL;
}

const char *request_word(const struct request_keys *keys, const char *command,
                         char out[REQUEST_WORD])
{
    char name[KEY_NAME_SIZE];
    const struct request_info *info = find_request(command);
    int key = info ? request_first_key(keys, info) : 0;
    if (key)
        snprintf(out, REQUEST_WORD, "%s", request_key_name(key, name));
    else
        snprintf(out, REQUEST_WORD, "/%s", command);
    return out;
}

const char *request_unwritten_key(const struct request_keys *keys, const char *command,
                                  char out[KEY_NAME_SIZE])
{
    const struct request_info *info = find_request(command);
    const int *own = info ? keys_of(keys, info) : NULL;
    for (int k = 0; own && k < REQUEST_KEYS && own[k]; k++)
        if (!key_writes(own[k]))
            return request_key_name(own[k], out);
    return NULL;
}

/* Other keys */

static bool refuse_request(const char *name, struct error *err)
{
    const char **command = memory_new(request_count, sizeof *command, err);
    size_t count = 0;
    for (size_t r = 0; command && r < request_count; r++)
        if (request_table[r].command)
            command[count++] = request_table[r].command;
    if (command)
        suggest_refuse("there is no request", name, command, count, "/help lists them", err);
    memory_free(command);
    return false;
}

static bool add_key(int own[REQUEST_KEYS], const char *name, struct error *err)
{
    int key = read_key(name), count = 0;
    if (!key)
        return error_set(err, ERROR_INPUT,
                         "there is no key \"%s\"; keys are called as the help calls them, as m, "
                         "F4, Ctrl-T, PgUp or space",
                         name);
    while (count < REQUEST_KEYS && own[count])
        count++;
    int wanted = key == KEY_RETURN ? 2 : 1; /* that of the keypad as well */
    if (count + wanted > REQUEST_KEYS)
        return error_set(err, ERROR_INPUT, "a request has at most %d keys", REQUEST_KEYS);
    own[count] = key;
    if (key == KEY_RETURN)
        own[count + 1] = KEY_ENTER;
    return true;
}

/* What a request is bound to, in place of what it had. */
static bool bind(struct request_keys *keys, const struct binding *binding, struct error *err)
{
    const struct request_info *info = find_request(binding->request);
    if (!info)
        return refuse_request(binding->request, err);
    int *own = keys->key[info - request_table];
    memset(own, 0, sizeof *keys->key);
    char *words = memory_string(binding->keys, err), *rest = NULL;
    bool bound = words != NULL;
    for (char *word = words ? strtok_r(words, " \t", &rest) : NULL; word && bound;
         word = strtok_r(NULL, " \t", &rest))
        bound = add_key(own, word, err);
    memory_free(words);
    return bound;
}

/* Whether no key of this binding is another request's. */
static bool check_alone(const struct request_keys *keys, const struct binding *binding,
                        struct error *err)
{
    char name[KEY_NAME_SIZE];
    const struct request_info *info = find_request(binding->request);
    const int *own = keys_of(keys, info);
    for (size_t r = 0; r < request_count; r++)
        for (int k = 0; k < REQUEST_KEYS && own[k]; k++)
            if (&request_table[r] != info && is_among(keys->key[r], own[k])) {
                request_key_name(own[k], name);
                return error_set(err, ERROR_INPUT, "%s cannot have the key %s: that is a key of %s",
                                 binding->request, name,
                                 request_table[r].command ? request_table[r].command
                                                          : "another request");
            }
    return true;
}

bool request_keys_make(struct request_keys *keys, const struct binding *binding, size_t bindings,
                       size_t *wrong, struct error *err)
{
    *wrong = 0;
    keys->key = memory_new(request_count, sizeof *keys->key, err);
    bool made = keys->key != NULL;
    for (size_t r = 0; r < request_count && made; r++)
        memcpy(keys->key[r], request_table[r].key, sizeof *keys->key);
    for (size_t b = 0; b < bindings && made; b++) {
        *wrong = b;
        made = bind(keys, &binding[b], err);
    }
    for (size_t b = 0; b < bindings && made; b++) {
        *wrong = b;
        made = check_alone(keys, &binding[b], err);
    }
    if (!made)
        request_keys_free(keys);
    return made;
}

void request_keys_free(struct request_keys *keys)
{
    memory_free(keys->key);
    *keys = (struct request_keys){0};
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
    request_key_names(NULL, info, &keys);
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
