#include "base/ini.h"

#include <ini.h>
#include <string.h>

#include "base/ascii.h"
#include "base/utf8.h"

/* libinih cuts longer names of sections and keys without a word. */
#define NAME_MAX_BYTES 48

#define BLANKS          " \t\r"
#define COMMENTS        ";#"
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

/* libinih does not tell its handler the line, so its lines are counted as it takes them. */
struct ini_reader {
    const char *next; /* where the next line begins */
    size_t line;      /* the one taken last */
    bool indented;    /* that line begins with a blank and a setting stands above it */
    size_t section;   /* line of the section, 0 before the first */
    bool filled;      /* a setting came since the section began */
    bool announces;   /* the handler is told where a section begins */
    bool failed;      /* *err is set */
    ini_take_setting *handle;
    void *user;
    struct error *err;
};

static bool check_filled(struct ini_reader *reader)
{
    if (reader->announces || reader->section == 0 || reader->filled)
        return true;
    reader->line = reader->section;
    return error_set(reader->err, ERROR_INPUT, "the section is empty");
}

static bool announce(struct ini_reader *reader, const char *name, size_t length)
{
    char section[NAME_MAX_BYTES + 1] = "";
    memcpy(section, name, length);
    const struct setting begin = {
        .section = section, .line = reader->line, .section_line = reader->line};
    return reader->handle(reader->user, &begin, reader->err);
}

static bool begin_section(struct ini_reader *reader, const char *name)
{
    size_t length = strcspn(name, "]\n");
    if (!check_filled(reader))
        return false;
    if (length > NAME_MAX_BYTES)
        return error_set(reader->err, ERROR_INPUT, "a section's name has more than %d bytes",
                         NAME_MAX_BYTES);
    reader->section = reader->line;
    reader->filled = false;
    return !reader->announces || announce(reader, name, length);
}

/* Bytes of a line that goes on with a value up to a comment, which newer versions of libinih remove
 * there and older ones do not. */
static size_t before_comment(const char *line, size_t count)
{
    for (size_t i = strspn(line, BLANKS) + 1; i < count; i++)
        if (line[i] == ';' && ascii_is_space(line[i - 1]))
            return i;
    return count;
}

/* Takes the next line as fgets does; a comment is taken as an empty line, so that it may be of any
 * length. */
static char *take_line(char *buffer, int room, void *stream)
{
    struct ini_reader *reader = stream;
    if (reader->failed || !*reader->next)
        return NULL;
    const char *line = reader->next;
    size_t count = strcspn(line, "\n");
    reader->next += count + (line[count] == '\n');
    reader->line++;
    const char *first = line + strspn(line, BLANKS);
    reader->indented = first > line && reader->filled;
    if (!utf8_is_valid(line, count))
        reader->failed = !error_set(reader->err, ERROR_INPUT, "not UTF-8");
    else if (strchr(COMMENTS, *first))
        count = 0;
    else if (count + strlen("\n") >= (size_t)room)
        reader->failed =
            !error_set(reader->err, ERROR_INPUT, "a line of more than %d bytes", room - 2);
    else if (*first == '[' && !reader->indented)
        reader->failed = !begin_section(reader, first + 1);
    if (reader->failed)
        return NULL;
    if (reader->indented)
        count = before_comment(line, count);
    memcpy(buffer, line, count);
    memcpy(buffer + count, "\n", sizeof "\n");
    return buffer;
}

static int take_setting(void *user, const char *section, const char *key, const char *value)
{
    struct ini_reader *reader = user;
    if (reader->failed)
        return 0;
    if (strlen(key) > NAME_MAX_BYTES) {
        reader->failed =
            !error_set(reader->err, ERROR_INPUT, "a key has more than %d bytes", NAME_MAX_BYTES);
        return 0;
    }
    struct setting setting = {
        .section = section,
        .key = key,
        .value = value,
        .line = reader->line,
        .section_line = reader->section,
        .continued = reader->indented,
    };
    reader->filled = true;
    reader->failed = !reader->handle(reader->user, &setting, reader->err);
    return !reader->failed;
}

static bool read_with(struct ini_reader reader, const char *text, const char *origin,
                      struct error *err)
{
    struct error why = {0};
    bool has_mark = strncmp(text, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0;
    reader.next = text + (has_mark ? strlen(BYTE_ORDER_MARK) : 0);
    reader.err = &why;
    int wrong = ini_parse_stream(take_line, &reader, take_setting, &reader);
    if (!reader.failed && wrong == 0)
        reader.failed = !check_filled(&reader);
    bool torn = wrong > 0 && (!reader.failed || (size_t)wrong < reader.line);
    if (torn)
        return error_set(err, ERROR_INPUT, "%s:%d: neither \"key = value\" nor \"[section]\"",
                         origin, wrong);
    if (wrong < 0)
        return error_set(err, ERROR_MEMORY, "out of memory reading %s", origin);
    if (reader.failed)
        return error_set(err, why.kind, "%s:%zu: %s", origin, reader.line, why.message);
    return true;
}

bool ini_read(const char *text, const char *origin, ini_take_setting *handle, void *user,
              struct error *err)
{
    return read_with((struct ini_reader){.handle = handle, .user = user}, text, origin, err);
}

bool ini_read_sections(const char *text, const char *origin, ini_take_setting *handle, void *user,
                       struct error *err)
{
    return read_with((struct ini_reader){.handle = handle, .user = user, .announces = true}, text,
                     origin, err);
}
