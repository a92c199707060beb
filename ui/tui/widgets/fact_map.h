/* The map of what is known: a cell for every fact that evaluations ask about, individuals across
 * and attributes down, in as many bands as the screen holds; of thousands of individuals two or
 * four share a character. They stand in an order, all of them or some (map_list.h), which is said
 * in words. One individual is selected; their facts, since when they are known and what it took are
 * told below. */
#ifndef MNEME_TUI_FACT_MAP_H
#define MNEME_TUI_FACT_MAP_H

#include "facts/population.h"
#include "measure/knowledge.h"
#include "train/history.h"
#include "ui/tui/widgets/cells.h"
#include "ui/tui/widgets/map_list.h"

struct fact_map {
    struct knowledge knowledge;
    struct knowledge_summary summary; /* of all facts */
    struct map_list list;
    int sharing; /* individuals a character, of FACT_MAP_SHARING; 0: as many as are needed */
    /* How often an individual is drawn, relative to others; null: all alike. */
    double (*weight)(const void *context, uint64_t individual);
    const void *context;
    bool is_typing; /* a part of a name */
};

/* Individuals a character can have are 1, 2 and this. */
enum { FACT_MAP_SHARING = 4 };

/* Individuals and words that are looked at for a key or between two, see map_list_go_on. */
enum { FACT_MAP_WORK = 1 << 15 };

/* Copies what an evaluation found, if that is news; an all-zero map has seen none. */
bool fact_map_take(struct fact_map *map, const struct knowledge *seen, struct error *err);

/* The same of the newest evaluation. */
bool fact_map_update(struct fact_map *map, struct history *history, struct error *err);

/* Forgets what was copied, not how it is shown: of the step that is looked at nothing is known. */
void fact_map_forget(struct fact_map *map);
void fact_map_free(struct fact_map *map);

/* Another order, those who pass a filter, and those with a part of a name ("" for all): the
 * selected individual stays that, also while it is not shown. */
bool fact_map_sort(struct fact_map *map, enum knowledge_order order, struct error *err);
void fact_map_choose(struct fact_map *map, enum knowledge_filter filter);
bool fact_map_search(struct fact_map *map, const struct population *population,
                     const struct vocabulary *vocabulary, const char *typed, struct error *err);

/* Looks for more of those that pass; whether there may be others. */
bool fact_map_go_on(struct fact_map *map);

enum fact_map_move { FACT_MAP_INDIVIDUAL, FACT_MAP_BAND, FACT_MAP_PAGE, FACT_MAP_ALL };

/* Selects another individual: by so many of a kind, as a map in this rectangle has them. It stops
 * at the first and at the last. */
void fact_map_move(struct fact_map *map, enum fact_map_move move, int count, struct rect rect);

/* Selects whoever is drawn at a place of the screen, of several that share a character the first;
 * *again tells that it was selected already. False where nobody is. */
bool fact_map_select_at(struct fact_map *map, struct rect rect, int row, int col, bool *again);

/* How many individuals share a character, in a map in this rectangle; fewer (-1) or more (1) of
 * them do from now on. */
int fact_map_sharing(const struct fact_map *map, struct rect rect);
void fact_map_share(struct fact_map *map, int more, struct rect rect);

/* Whether somebody is shown, and which individual is selected among those who are. */
bool fact_map_selected(const struct fact_map *map, uint64_t *individual);

/* What is known of a fact. */
enum fact_state { FACT_UNTOLD, FACT_NEVER, FACT_FORGOTTEN, FACT_KNOWN };

/* That of an attribute of the individual at a place among those shown. */
enum fact_state fact_map_state(const struct fact_map *map, size_t at, size_t attribute);

/* Who is shown, in which order: "all 128 · by number". */
struct text;
void fact_map_say(const struct fact_map *map, struct text *out);

/* Draws the map into a rectangle of any size; values and names are the population's. */
void fact_map_draw(const struct fact_map *map, const struct population *population,
                   struct rect rect, struct cells *cells);

#endif
