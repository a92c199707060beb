#include "measure/knowledge_list.h"

#include <stdlib.h>

#include "base/memory.h"

/* An individual's place: the lower comes first. */
struct list_place {
    double first, second;
    uint32_t asked;
};

static int compare_places(const void *left, const void *right)
{
    const struct list_place *a = left, *b = right;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    if (a->second != b->second)
        return a->second < b->second ? -1 : 1;
    return a->asked < b->asked ? -1 : a->asked > b->asked;
}

static const struct fact *facts_of(const struct knowledge *knowledge, size_t asked)
{
    return knowledge->fact + asked * knowledge->attributes;
}

static struct list_place by_number(const struct knowledge *knowledge, size_t asked,
                                   const double *weight)
{
    (void)knowledge;
    (void)weight;
    return (struct list_place){0, 0, (uint32_t)asked};
}

static struct list_place by_draws(const struct knowledge *knowledge, size_t asked,
                                  const double *weight)
{
    double exposures = knowledge->exposures[asked];
    return (struct list_place){weight ? -weight[asked] : 0, -exposures, (uint32_t)asked};
}

static struct list_place by_learned(const struct knowledge *knowledge, size_t asked,
                                    const double *weight)
{
    const struct fact *fact = facts_of(knowledge, asked);
    struct list_place place = {0, 0, (uint32_t)asked};
    (void)weight;
    for (size_t a = 0; a < knowledge->attributes; a++)
        if (fact[a].ever && (double)fact[a].first > place.second)
            place.second = (double)fact[a].first;
        else if (fact[a].told && !fact[a].ever)
            place.first++;
    return place;
}

bool knowledge_sort(const struct knowledge *knowledge, enum knowledge_order order,
                    const double *weight, uint32_t *sorted, struct error *err)
{
    static struct list_place (*const place_of[])(const struct knowledge *, size_t,
                                                 const double *) = {
        [KNOWLEDGE_BY_NUMBER] = by_number,
        [KNOWLEDGE_BY_DRAWS] = by_draws,
        [KNOWLEDGE_BY_LEARNED] = by_learned,
    };
    struct list_place *place = memory_new(knowledge->asked, sizeof *place, err);
    if (!place)
        return false;
    for (size_t i = 0; i < knowledge->asked; i++)
        place[i] = place_of[order](knowledge, i, weight);
    if (order != KNOWLEDGE_BY_NUMBER && knowledge->asked > 0)
        qsort(place, knowledge->asked, sizeof *place, compare_places);
    for (size_t i = 0; i < knowledge->asked; i++)
        sorted[i] = place[i].asked;
    memory_free(place);
    return true;
}

static uint64_t losses_of(const struct knowledge *knowledge, size_t asked)
{
    const struct fact *fact = facts_of(knowledge, asked);
    uint64_t losses = 0;
    for (size_t a = 0; a < knowledge->attributes; a++)
        losses += fact[a].ever ? fact[a].losses : 0;
    return losses;
}

static int compare_counts(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

bool knowledge_losses_of_most(const struct knowledge *knowledge, uint64_t *losses,
                              struct error *err)
{
    size_t asked = knowledge->asked, most = (asked + 9) / 10;
    uint64_t *count = memory_new(asked, sizeof *count, err);
    if (!count)
        return false;
    for (size_t i = 0; i < asked; i++)
        count[i] = losses_of(knowledge, i);
    if (asked > 0)
        qsort(count, asked, sizeof *count, compare_counts);
    *losses = asked > 0 && count[asked - most] > 0 ? count[asked - most] : 1;
    memory_free(count);
    return true;
}

bool knowledge_passes(const struct knowledge *knowledge, size_t asked, enum knowledge_filter filter,
                      uint64_t losses)
{
    const struct fact *fact = facts_of(knowledge, asked);
    size_t known = 0, unknown = 0, forgotten = 0;
    for (size_t a = 0; a < knowledge->attributes; a++) {
        known += fact[a].known;
        unknown += fact[a].told && !fact[a].known;
        forgotten += fact[a].ever && !fact[a].known;
    }
    return filter == KNOWLEDGE_KNOWN       ? known > 0 && unknown == 0
           : filter == KNOWLEDGE_FORGOTTEN ? forgotten > 0
           : filter == KNOWLEDGE_CONFUSED  ? losses_of(knowledge, asked) >= losses
                                           : true;
}
