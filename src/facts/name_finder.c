/* Map of this file: what words cost; how a name fits; which names can fit; finding. */
#include "facts/name_finder.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "facts/words.h"

enum { MASKS = 1 << NAME_FINDER_WORDS };

/* What a word of a name costs that stands for a typed one: a distance, and how it fits. */
enum {
    COST_SPELLED,
    COST_FOLDED,
    COST_BARE,
    COST_BEGUN,
    COST_BEGUN_WITHIN,
    COST_DISTANCE = 16, /* for each edit */
    COST_NONE = UINT16_MAX,
};

/* Entries of a pool by the typed words that they fit. */
struct fitting_entries {
    size_t pool;
    uint8_t *mask;           /* [pool.count] a bit for each typed word */
    uint32_t *entry;         /* [pool.count] in the order of their masks */
    size_t start[MASKS + 1]; /* where the entries of a mask begin */
};

struct name_finder {
    const struct population *population;
    const struct vocabulary *vocabulary;
    struct sought_word word[NAME_FINDER_WORDS]; /* [words] that were typed */
    struct word typed[NAME_FINDER_WORDS];
    size_t words;
    uint16_t *cost[NAME_FINDER_WORDS];                /* [words][vocabulary.words] */
    bool *in_names;                                   /* [vocabulary.words] */
    struct fitting_entries *fitting[FACTS_MAX_PARTS]; /* [name_parts] equal pools share one */
    struct fitting_entries entries[FACTS_MAX_PARTS];  /* [pools] */
    size_t pools;
    bool leads[FACTS_MAX_PARTS + 1][MASKS]; /* whether the parts from here on can add what is
                                               missing in a mask */
    int32_t *name;                          /* [longest_name] tokens of the name that is tried */
    struct found_names *found;
    size_t room, most;
};

/* What words cost */

static uint16_t cost_of_fit(const struct name_finder *finder, size_t word, size_t token)
{
    const struct vocabulary *vocabulary = finder->vocabulary;
    switch (bare_words_fit(&vocabulary->bare, token, &finder->word[word])) {
    case WORD_IS:
        if (word_is(&finder->typed[word], vocabulary->word[token]))
            return COST_SPELLED;
        return vocabulary_alike(vocabulary, &finder->typed[word]) == vocabulary->alike[token]
                   ? COST_FOLDED
                   : COST_BARE;
    case WORD_BEGINS:
        return COST_BEGUN;
    case WORD_WITHIN:
        return COST_BEGUN_WITHIN;
    case WORD_FITS_NOT:
        break;
    }
    return COST_NONE;
}

static void find_costs(struct name_finder *finder)
{
    for (size_t w = 0; w < finder->words; w++)
        for (size_t t = 0; t < finder->vocabulary->words; t++)
            finder->cost[w][t] = finder->in_names[t] ? cost_of_fit(finder, w, t) : COST_NONE;
}

static void find_near_costs(struct name_finder *finder)
{
    const struct bare_words *bare = &finder->vocabulary->bare;
    for (size_t w = 0; w < finder->words; w++)
        for (size_t t = 0; t < finder->vocabulary->words; t++) {
            if (!finder->in_names[t] || finder->cost[w][t] != COST_NONE)
                continue;
            size_t distance = bare_words_distance(bare, t, &finder->word[w]);
            if (distance < COST_NONE / COST_DISTANCE)
                finder->cost[w][t] = (uint16_t)(COST_DISTANCE * distance);
        }
}

/* How a name fits */

/* How the words of a name stand to those that were typed, best first. */
enum arrangement { AT_THE_BEGINNING, SIDE_BY_SIDE, IN_ORDER, IN_ANY_ORDER };

/* Costs of the typed words, added up. */
struct price {
    uint64_t distance, quality;
};

static bool add_cost(struct price *price, uint16_t cost)
{
    price->distance += cost / COST_DISTANCE;
    price->quality += cost % COST_DISTANCE;
    return cost != COST_NONE;
}

enum { DISTANCE_SHIFT = 32, ARRANGEMENT_SHIFT = 28, QUALITY_SHIFT = 16 };

static uint64_t rank_of(const struct price *price, enum arrangement arrangement, size_t others)
{
    return price->distance << DISTANCE_SHIFT | (uint64_t)arrangement << ARRANGEMENT_SHIFT |
           price->quality << QUALITY_SHIFT | others;
}

/* The rank of a whole name is below that of one that is typed in part. */
static bool is_whole(const struct found_name *name, size_t words)
{
    return name->rank <= (uint64_t)(words * COST_BARE) << QUALITY_SHIFT &&
           (name->rank & ((UINT64_C(1) << QUALITY_SHIFT) - 1)) == 0;
}

/* Whether the typed words have others of the name in the same order. */
static bool is_in_order(const struct name_finder *finder, size_t length)
{
    size_t w = 0;
    for (size_t i = 0; i < length && w < finder->words; i++)
        w += finder->cost[w][finder->name[i]] != COST_NONE;
    return w == finder->words;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The best that finder->name[length], which has a word for each typed one, can be ranked. */
static uint64_t rank_name(const struct name_finder *finder, size_t length)
{
    size_t words = finder->words, others = length > words ? length - words : 0;
    struct price price = {0};
    for (size_t w = 0; w < words; w++) {
        uint16_t cost = COST_NONE;
        for (size_t i = 0; i < length; i++)
            cost = (uint16_t)smaller(cost, finder->cost[w][finder->name[i]]);
        add_cost(&price, cost);
    }
    uint64_t rank = rank_of(&price, is_in_order(finder, length) ? IN_ORDER : IN_ANY_ORDER, others);
    for (size_t first = 0; first + words <= length; first++) {
        struct price run = {0};
        bool fits = true;
        for (size_t w = 0; fits && w < words; w++)
            fits = add_cost(&run, finder->cost[w][finder->name[first + w]]);
        if (fits)
            rank = smaller(rank, rank_of(&run, first ? SIDE_BY_SIDE : AT_THE_BEGINNING, others));
    }
    return rank;
}

/* Finding */

static int compare_found(const void *left, const void *right)
{
    const struct found_name *a = left, *b = right;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return a->individual < b->individual ? -1 : a->individual > b->individual;
}

/* Leaves the best that are wanted. */
static void sort_found(struct name_finder *finder)
{
    struct found_names *found = finder->found;
    if (found->count > 0)
        qsort(found->name, found->count, sizeof *found->name, compare_found);
    if (found->count > finder->most)
        found->count = finder->most;
}

static bool keep(struct name_finder *finder, uint64_t individual, const uint32_t *part,
                 struct error *err)
{
    const struct fact_set *facts = finder->vocabulary->facts;
    struct found_names *found = finder->found;
    size_t length = 0;
    for (size_t p = 0; p < facts->name_parts; p++) {
        const struct tokens *entry = &finder->vocabulary->entry[facts->name_part[p]][part[p]];
        memcpy(finder->name + length, entry->token, entry->count * sizeof *finder->name);
        length += entry->count;
    }
    found->fitting++;
    if (found->count / 2 >= finder->most)
        sort_found(finder);
    if (!memory_make_room((void **)&found->name, found->count, &finder->room, sizeof *found->name,
                          err))
        return false;
    found->name[found->count++] = (struct found_name){individual, rank_name(finder, length)};
    return true;
}

/* Which names can fit */

static size_t all_words(const struct name_finder *finder)
{
    return ((size_t)1 << finder->words) - 1;
}

static void mask_entries(const struct name_finder *finder, struct fitting_entries *entries)
{
    const struct vocabulary *vocabulary = finder->vocabulary;
    size_t count = vocabulary->facts->pool[entries->pool].count, place[MASKS];
    memset(entries->start, 0, sizeof entries->start);
    for (size_t e = 0; e < count; e++) {
        const struct tokens *entry = &vocabulary->entry[entries->pool][e];
        unsigned mask = 0;
        for (size_t w = 0; w < finder->words; w++)
            for (size_t i = 0; i < entry->count; i++)
                mask |= (unsigned)(finder->cost[w][entry->token[i]] != COST_NONE) << w;
        entries->mask[e] = (uint8_t)mask;
        entries->start[mask + 1]++;
    }
    for (size_t m = 0; m < MASKS; m++) {
        entries->start[m + 1] += entries->start[m];
        place[m] = entries->start[m];
    }
    for (size_t e = 0; e < count; e++)
        entries->entry[place[entries->mask[e]]++] = (uint32_t)e;
}

static size_t entries_of(const struct fitting_entries *entries, size_t mask)
{
    return entries->start[mask + 1] - entries->start[mask];
}

/* Names, also those that nobody has, with a word for each typed one; fills finder->leads. */
static double count_names(struct name_finder *finder)
{
    size_t parts = finder->vocabulary->facts->name_parts, masks = all_words(finder) + 1;
    double names[FACTS_MAX_PARTS + 1][MASKS] = {{0}};
    names[parts][all_words(finder)] = 1;
    for (size_t p = parts; p-- > 0;)
        for (size_t have = 0; have < masks; have++)
            for (size_t m = 0; m < masks; m++)
                names[p][have] +=
                    (double)entries_of(finder->fitting[p], m) * names[p + 1][have | m];
    for (size_t p = 0; p <= parts; p++)
        for (size_t have = 0; have < masks; have++)
            finder->leads[p][have] = names[p][have] > 0;
    return names[0][0];
}

static bool try_names(struct name_finder *finder, size_t index, size_t have, uint32_t *part,
                      struct error *err)
{
    const struct population *population = finder->population;
    if (index == population->facts->name_parts) {
        uint64_t individual = population_find(population, part);
        return population_status(population, individual) == INDIVIDUAL_INVENTED ||
               keep(finder, individual, part, err);
    }
    const struct fitting_entries *entries = finder->fitting[index];
    for (size_t m = 0; m <= all_words(finder); m++) {
        if (!finder->leads[index + 1][have | m])
            continue;
        for (size_t e = entries->start[m]; e < entries->start[m + 1]; e++) {
            part[index] = entries->entry[e];
            if (!try_names(finder, index + 1, have | m, part, err))
                return false;
        }
    }
    return true;
}

static bool try_individuals(struct name_finder *finder, struct error *err)
{
    const struct population *population = finder->population;
    uint64_t count = population_individuals(population);
    for (uint64_t i = 0; i < count; i++) {
        uint32_t part[FACTS_MAX_PARTS];
        size_t have = 0;
        population_name(population, i, part);
        for (size_t p = 0; p < population->facts->name_parts; p++)
            have |= finder->fitting[p]->mask[part[p]];
        if (have == all_words(finder) && !keep(finder, i, part, err))
            return false;
    }
    return true;
}

/* Goes through names or through individuals, whichever are fewer. */
static bool find_by_cost(struct name_finder *finder, struct error *err)
{
    uint32_t part[FACTS_MAX_PARTS];
    for (size_t p = 0; p < finder->pools; p++)
        mask_entries(finder, &finder->entries[p]);
    double names = count_names(finder);
    if (names <= (double)population_individuals(finder->population))
        return names <= 0 || try_names(finder, 0, 0, part, err);
    return try_individuals(finder, err);
}

static bool find_all(struct name_finder *finder, struct error *err)
{
    struct found_names *found = finder->found;
    find_costs(finder);
    if (!find_by_cost(finder, err))
        return false;
    if (found->fitting == 0) {
        find_near_costs(finder);
        if (!find_by_cost(finder, err))
            return false;
        found->is_near = found->fitting > 0;
    }
    sort_found(finder);
    found->is_exact = found->count > 0 && is_whole(&found->name[0], finder->words) &&
                      (found->count == 1 || found->name[1].rank > found->name[0].rank);
    return true;
}

/* False where a part is none: it has no words, or too many. */
static bool read_part(struct name_finder *finder, const char *part)
{
    struct word word;
    while (word_next(&part, &word)) {
        if (finder->words == NAME_FINDER_WORDS)
            return false;
        sought_word_read(&finder->word[finder->words], word.bytes, word.count);
        finder->typed[finder->words++] = word;
    }
    return finder->words > 0;
}

/* The entries of a part's pool; those of an earlier part where that has the same. */
static bool make_entries(struct name_finder *finder, size_t part, struct error *err)
{
    const struct fact_set *facts = finder->vocabulary->facts;
    size_t pool = facts->name_part[part], count = facts->pool[pool].count;
    for (size_t p = 0; p < finder->pools; p++)
        if (finder->entries[p].pool == pool) {
            finder->fitting[part] = &finder->entries[p];
            return true;
        }
    struct fitting_entries *entries = &finder->entries[finder->pools++];
    entries->pool = pool;
    finder->fitting[part] = entries;
    return (entries->mask = memory_new(count, sizeof *entries->mask, err)) &&
           (entries->entry = memory_new(count, sizeof *entries->entry, err));
}

/* Marks the words of a pool's entries; returns the length of the longest. */
static size_t mark_words(struct name_finder *finder, size_t pool)
{
    const struct vocabulary *vocabulary = finder->vocabulary;
    size_t longest = 0;
    for (size_t e = 0; e < vocabulary->facts->pool[pool].count; e++) {
        const struct tokens *entry = &vocabulary->entry[pool][e];
        for (size_t i = 0; i < entry->count; i++)
            finder->in_names[entry->token[i]] = true;
        longest = entry->count > longest ? entry->count : longest;
    }
    return longest;
}

static bool make_finder(struct name_finder *finder, struct error *err)
{
    const struct fact_set *facts = finder->vocabulary->facts;
    size_t words = finder->vocabulary->words, longest = 0;
    finder->in_names = memory_new(words, sizeof *finder->in_names, err);
    bool made = finder->in_names;
    for (size_t w = 0; made && w < finder->words; w++)
        made = (finder->cost[w] = memory_new(words, sizeof *finder->cost[w], err));
    for (size_t p = 0; made && p < facts->name_parts; p++) {
        made = make_entries(finder, p, err);
        longest += mark_words(finder, facts->name_part[p]);
    }
    return made && (finder->name = memory_new(longest, sizeof *finder->name, err));
}

static void free_finder(struct name_finder *finder)
{
    for (size_t w = 0; w < NAME_FINDER_WORDS; w++)
        memory_free(finder->cost[w]);
    for (size_t p = 0; p < finder->pools; p++) {
        memory_free(finder->entries[p].mask);
        memory_free(finder->entries[p].entry);
    }
    memory_free(finder->in_names);
    memory_free(finder->name);
    memory_free(finder);
}

bool names_find(struct found_names *found, const struct population *population,
                const struct vocabulary *vocabulary, const char *part, size_t most,
                struct error *err)
{
    *found = (struct found_names){0};
    struct name_finder *finder = memory_new(1, sizeof *finder, err);
    if (!finder)
        return false;
    finder->population = population;
    finder->vocabulary = vocabulary;
    finder->found = found;
    finder->most = most;
    bool done = !read_part(finder, part) || (make_finder(finder, err) && find_all(finder, err));
    free_finder(finder);
    if (!done)
        found_names_free(found);
    return done;
}

void found_names_free(struct found_names *found)
{
    memory_free(found->name);
    *found = (struct found_names){0};
}
