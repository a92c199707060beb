#include "facts/name_match.h"

#include "base/memory.h"
#include "facts/words.h"

/* What is known of a word of the vocabulary beside a typed one: nothing at first. */
enum { FITS = 1, FITS_NOT = 2, NEAR = 4, NEAR_NOT = 8 };

static bool read_words(struct name_match *match, const char *typed)
{
    struct word word;
    while (word_next(&typed, &word)) {
        if (match->words == NAME_FINDER_WORDS)
            return false;
        sought_word_read(&match->word[match->words++], word.bytes, word.count);
    }
    return true;
}

bool name_match_begin(struct name_match *match, const struct population *population,
                      const struct vocabulary *vocabulary, const char *typed, struct error *err)
{
    *match = (struct name_match){.population = population, .vocabulary = vocabulary};
    bool made = (match->word = memory_new(NAME_FINDER_WORDS, sizeof *match->word, err));
    match->fits_nobody = made && !read_words(match, typed);
    for (size_t w = 0; made && w < match->words; w++)
        made = (match->seen[w] = memory_new(vocabulary->words, sizeof **match->seen, err));
    if (!made)
        name_match_free(match);
    return made;
}

void name_match_free(struct name_match *match)
{
    for (size_t w = 0; w < NAME_FINDER_WORDS; w++)
        memory_free(match->seen[w]);
    memory_free(match->word);
    *match = (struct name_match){0};
}

static bool word_fits(struct name_match *match, size_t word, size_t token, bool near)
{
    const struct bare_words *bare = &match->vocabulary->bare;
    unsigned char *seen = &match->seen[word][token];
    if (!(*seen & (FITS | FITS_NOT))) {
        match->work++;
        *seen |= bare_words_fit(bare, token, &match->word[word]) == WORD_FITS_NOT ? FITS_NOT : FITS;
    }
    if (*seen & FITS || !near)
        return *seen & FITS;
    if (!(*seen & (NEAR | NEAR_NOT))) {
        match->work++;
        bool is_near = bare_words_distance(bare, token, &match->word[word]) != SIZE_MAX;
        *seen |= is_near ? NEAR : NEAR_NOT;
    }
    return *seen & NEAR;
}

bool name_match_fits(struct name_match *match, uint64_t individual, bool near)
{
    const struct fact_set *facts = match->vocabulary->facts;
    uint32_t part[FACTS_MAX_PARTS];
    size_t found = 0;
    match->work++;
    population_name(match->population, individual, part);
    for (size_t w = 0; w < match->words; w++) {
        bool fits = false;
        for (size_t p = 0; !fits && p < facts->name_parts; p++) {
            const struct tokens *entry = &match->vocabulary->entry[facts->name_part[p]][part[p]];
            for (size_t i = 0; !fits && i < entry->count; i++)
                fits = word_fits(match, w, (size_t)entry->token[i], near);
        }
        found += fits;
    }
    return found == match->words && !match->fits_nobody;
}
