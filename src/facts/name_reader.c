#include "facts/name_reader.h"

#include "facts/words.h"

/* A name read so far. */
struct name_reader {
    const struct population *population;
    const struct vocabulary *vocabulary;
    const char *text;
    size_t below; /* bytes of a name, at least one more than it may have */
    bool exact;   /* as written, not folded */
    uint32_t part[FACTS_MAX_PARTS];
    bool found;
    uint64_t individual;
    size_t bytes;
    size_t begun, begun_bytes; /* words and bytes of the longest beginning of a name */
    size_t words;              /* of the parts before the one that is read */
};

static void read_parts(struct name_reader *reader, size_t index, const char *cursor);

static bool is_spelled(const struct vocabulary *vocabulary, const struct tokens *entry,
                       const char *text)
{
    struct word word;
    for (size_t i = 0; i < entry->count; i++)
        if (!word_next(&text, &word) || !word_is(&word, vocabulary->word[entry->token[i]]))
            return false;
    return true;
}

/* Goes on behind each entry of a range that ends at `depth`, where the cursor is; the entry's words
 * begin at `text`. Returns the rest of the range. */
static struct entry_range read_ended(struct name_reader *reader, size_t index, const char *text,
                                     const char *cursor, struct entry_range range, size_t depth)
{
    const struct vocabulary *vocabulary = reader->vocabulary;
    size_t pool = vocabulary->facts->name_part[index];
    const struct sorted_entry *sorted = vocabulary->sorted[pool];
    for (; range.first < range.end && sorted[range.first].count == depth; range.first++) {
        uint32_t entry = sorted[range.first].entry;
        if (reader->exact && !is_spelled(vocabulary, &vocabulary->entry[pool][entry], text))
            continue;
        reader->part[index] = entry;
        reader->words += depth;
        read_parts(reader, index + 1, cursor);
        reader->words -= depth;
    }
    return range;
}

/* Keeps the longest name and of equal ones the individual with the lowest number. */
static void keep_name(struct name_reader *reader, const char *behind)
{
    uint64_t individual = population_find(reader->population, reader->part);
    size_t bytes = (size_t)(behind - reader->text);
    if (bytes >= reader->below)
        return;
    if (!reader->found || bytes > reader->bytes ||
        (bytes == reader->bytes && individual < reader->individual)) {
        reader->individual = individual;
        reader->bytes = bytes;
    }
    reader->found = true;
}

/* Keeps the longest run of words that some name begins with. */
static void keep_beginning(struct name_reader *reader, struct entry_range range, size_t depth,
                           const char *behind)
{
    if (range.first == range.end || reader->words + depth <= reader->begun)
        return;
    reader->begun = reader->words + depth;
    reader->begun_bytes = (size_t)(behind - reader->text);
}

/* Reads the parts of a name from the index on, in every way there is. */
static void read_parts(struct name_reader *reader, size_t index, const char *cursor)
{
    const struct fact_set *facts = reader->population->facts;
    if (index == facts->name_parts) {
        keep_name(reader, cursor);
        return;
    }
    const char *text = cursor;
    size_t pool = facts->name_part[index];
    struct entry_range range = {0, facts->pool[pool].count};
    struct word word;
    for (size_t depth = 0; range.first < range.end && word_next(&cursor, &word);) {
        int32_t alike = vocabulary_alike(reader->vocabulary, &word);
        if (alike == TOKEN_UNKNOWN)
            return;
        range = vocabulary_narrow(reader->vocabulary, pool, range, depth++, alike);
        keep_beginning(reader, range, depth, cursor);
        range = read_ended(reader, index, text, cursor, range, depth);
    }
}

bool name_read_below(const struct population *population, const struct vocabulary *vocabulary,
                     const char *text, size_t below, uint64_t *individual, size_t *bytes)
{
    struct name_reader reader = {
        .population = population,
        .vocabulary = vocabulary,
        .text = text,
        .below = below,
        .exact = true,
    };
    read_parts(&reader, 0, text);
    if (!reader.found) {
        reader.exact = false;
        read_parts(&reader, 0, text);
    }
    if (reader.found) {
        *individual = reader.individual;
        *bytes = reader.bytes;
    }
    return reader.found;
}

bool name_read(const struct population *population, const struct vocabulary *vocabulary,
               const char *text, uint64_t *individual, size_t *bytes)
{
    return name_read_below(population, vocabulary, text, SIZE_MAX, individual, bytes);
}

size_t name_begun(const struct population *population, const struct vocabulary *vocabulary,
                  const char *text, size_t *bytes)
{
    struct name_reader reader = {
        .population = population,
        .vocabulary = vocabulary,
        .text = text,
        .below = SIZE_MAX,
    };
    read_parts(&reader, 0, text);
    *bytes = reader.begun_bytes;
    return reader.begun;
}
