#include "facts/hint.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "facts/name_finder.h"
#include "facts/name_reader.h"
#include "facts/wordings.h"

enum { NAMES_SHOWN = 3 };

bool hint_wordings(const struct vocabulary *vocabulary, const char *around, struct text *hint,
                   struct error *err)
{
    struct near_wording near[WORDINGS_NEAR];
    size_t count;
    if (!wordings_near(vocabulary, around, near, &count, err))
        return false;
    text_add(hint, count > 0 && hint->length > 0 ? "; " : "");
    text_add(hint, count > 0 ? "try: " : "");
    wordings_write_near(vocabulary->facts, near, count, hint);
    return true;
}

static void write_names(const struct population *population, const char *start,
                        const struct found_names *found, struct text *hint)
{
    text_format(hint, "\"%s\" could be ", start);
    if (found->fitting > 1)
        text_format(hint, "any of %" PRIu64 ": ", found->fitting);
    for (size_t n = 0; n < found->count; n++) {
        text_add(hint, n > 0 ? ", " : "");
        population_name_text(population, found->name[n].individual, hint);
    }
    if (found->fitting > found->count)
        text_add(hint, ", ...");
}

/* Whether a word is one of some name's. */
static bool is_in_names(const struct vocabulary *vocabulary, int32_t alike)
{
    const struct fact_set *facts = vocabulary->facts;
    for (size_t p = 0; p < facts->name_parts; p++) {
        size_t pool = facts->name_part[p];
        for (size_t e = 0; e < facts->pool[pool].count; e++) {
            const struct sorted_entry *entry = &vocabulary->sorted[pool][e];
            for (uint32_t i = 0; i < entry->count; i++)
                if (entry->alike[i] == alike)
                    return true;
        }
    }
    return false;
}

/* The bytes of the run with the words behind it that are of names too: of "Sakura Vega", where
 * there is no name that begins so. */
static size_t extend_run(const struct vocabulary *vocabulary, const char *run, size_t bytes)
{
    const char *cursor = run + bytes;
    struct word word;
    while (word_next(&cursor, &word) && !word_is_mark(&word)) {
        int32_t alike = vocabulary_alike(vocabulary, &word);
        if (alike == TOKEN_UNKNOWN || !is_in_names(vocabulary, alike))
            break;
        bytes = (size_t)(cursor - run);
    }
    return bytes;
}

/* Adds those in whose names the words are found; nothing where there are none. */
static bool add_names(const struct population *population, const struct vocabulary *vocabulary,
                      const char *run, size_t bytes, struct text *hint, struct error *err)
{
    struct found_names found = {0};
    char *words = memory_format(err, "%.*s", (int)bytes, run);
    bool searched = words && names_find(&found, population, vocabulary, words, NAMES_SHOWN, err);
    if (searched && found.fitting > 0 && !found.is_near)
        write_names(population, words, &found, hint);
    found_names_free(&found);
    memory_free(words);
    return searched;
}

bool hint_names(const struct population *population, const struct vocabulary *vocabulary,
                const char *prompt, struct text *hint, struct error *err)
{
    const char *cursor = prompt, *start = prompt;
    size_t words = 0, bytes = 0;
    struct word word;
    while (word_next(&cursor, &word)) {
        size_t begun_bytes, begun = name_begun(population, vocabulary, word.bytes, &begun_bytes);
        if (begun == 0 || begun < words)
            continue;
        words = begun;
        start = word.bytes;
        bytes = begun_bytes;
    }
    if (words == 0)
        return true;
    size_t extended = extend_run(vocabulary, start, bytes), length = hint->length;
    if (!add_names(population, vocabulary, start, extended, hint, err))
        return false;
    return extended == bytes || hint->length > length ||
           add_names(population, vocabulary, start, bytes, hint, err);
}
