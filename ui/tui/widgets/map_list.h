/* Which individuals a map shows, in which order, and the one that is selected. The list is made in
 * pieces of bounded work, so that no key has to wait, however many individuals there are. */
#ifndef MNEME_TUI_MAP_LIST_H
#define MNEME_TUI_MAP_LIST_H

#include "facts/name_match.h"
#include "measure/knowledge_list.h"

enum { MAP_LIST_TYPED = 64 };

struct map_list {
    enum knowledge_order order;
    enum knowledge_filter filter;
    uint64_t losses; /* from which on individuals are confused most */
    size_t asked;
    uint32_t *sorted; /* [asked] all that are asked about, in the order */
    uint32_t *shown;  /* [count] of them, those that pass */
    size_t count;
    size_t next;     /* of sorted, which is looked at next */
    size_t selected; /* of those asked about; also while it is not shown */
    size_t at;       /* its place among those shown, or of the one that is next in the order */
    bool is_placed;  /* that is known */
    char typed[MAP_LIST_TYPED]; /* a part of a name; "" for none */
    struct name_match match;    /* of what was typed */
    bool is_near;               /* none has these words: words near them are looked for */
};

void map_list_free(struct map_list *list);

/* Sorts those that are asked about, which may be others than before, and begins the list anew.
 * weight as in knowledge_sort. On false the list is as it was. */
bool map_list_sort(struct map_list *list, const struct knowledge *knowledge,
                   enum knowledge_order order, const double *weight, struct error *err);

/* Nobody is asked about; who was selected stays so, for when somebody is again. */
void map_list_forget(struct map_list *list);

/* Begins the list anew with those that pass. */
void map_list_choose(struct map_list *list, enum knowledge_filter filter);

/* The same with those in whose names a typed part is; "" for all. On false nothing changed. */
bool map_list_search(struct map_list *list, const struct population *population,
                     const struct vocabulary *vocabulary, const char *typed, struct error *err);

/* Goes on with the list until so many individuals and words were looked at, plus at most those of
 * one name; returns whether there are more. */
bool map_list_go_on(struct map_list *list, const struct knowledge *knowledge, uint64_t work);

/* Whether the list is whole. */
bool map_list_is_whole(const struct map_list *list);

/* The place of the selected one, or of one that is next to it, among those shown; 0 of none. */
size_t map_list_place(const struct map_list *list);

/* Selects the one at a place among those shown; beyond the last one, that one. */
void map_list_select(struct map_list *list, size_t at);

#endif
