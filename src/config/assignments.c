#include "config/assignments.h"

#include <string.h>

#include "base/text.h"
#include "config/preset_key.h"

/* Bytes of "train.lr" in "train.lr=1e-3"; 0 where a word does not begin so. */
static size_t key_length(const char *word)
{
    size_t length = strcspn(word, " =");
    const char *dot = memchr(word, '.', length);
    return word[length] == '=' && dot && dot > word ? length : 0;
}

/* Whether values of that key may have blanks; so may what is no key, which is refused whole. */
static bool has_words(const char *assignment)
{
    const struct preset_key *key = preset_key_assigned(assignment);
    return !key || key->type == KEY_TEXT || key->type == KEY_PATH;
}

/* The bytes of an assignment with a value of one word, or none. */
static size_t short_length(const char *line)
{
    size_t name = strcspn(line, " ="), value = name + strspn(line + name, " =");
    const char *equals = memchr(line + name, '=', value - name);
    if (line[value] != '\0' && key_length(line + value) == 0)
        return value + strcspn(line + value, " ");
    return equals ? (size_t)(equals - line) + 1 : name;
}

/* The bytes of an assignment: up to the word that begins the next one. */
static size_t assignment_length(const char *line)
{
    if (!has_words(line))
        return short_length(line);
    size_t length = strcspn(line, " ");
    for (;;) {
        size_t blanks = strspn(line + length, " ");
        const char *word = line + length + blanks;
        if (*word == '\0' || key_length(word) > 0)
            return length;
        length += blanks + strcspn(word, " ");
    }
}

/* A key without a value stays one. */
static void add_assignment(struct text *out, const char *assignment, size_t length)
{
    size_t name = strcspn(assignment, " =");
    name = name < length ? name : length;
    size_t value = name + strspn(assignment + name, " =");
    value = value < length ? value : length;
    text_add_bytes(out, assignment, name);
    if (value > name)
        text_add(out, "=");
    text_add_bytes(out, assignment + value, length - value);
}

bool assignments_split(struct strings *assignments, const char *line, struct error *err)
{
    line += strspn(line, " ");
    while (*line) {
        struct text one = {0};
        size_t length = assignment_length(line);
        add_assignment(&one, line, length);
        if (!strings_take(assignments, text_take(&one, err), err))
            return false;
        line += length;
        line += strspn(line, " ");
    }
    return true;
}
