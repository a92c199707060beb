/* The map of what is known: a cell for every fact that evaluations ask about, individuals across
 * and attributes down, in as many bands as the screen holds. One individual is selected; their
 * facts, since when they are known and what it took are told below. */
#ifndef MNEME_TUI_MAP_H
#define MNEME_TUI_MAP_H

#include "facts/population.h"
#include "measure/knowledge.h"
#include "train/history.h"
#include "ui/tui/page.h"

extern const struct page_ops map_page;

struct map {
    size_t selected; /* of the individuals asked about */
    struct knowledge knowledge;
    struct knowledge_summary summary; /* of all facts */
};

/* Copies what an evaluation found, if that is news; an all-zero map has seen none. */
bool map_take(struct map *map, const struct knowledge *seen, struct error *err);

/* The same of the newest evaluation. */
bool map_update(struct map *map, struct history *history, struct error *err);
void map_free(struct map *map);

enum map_move { MAP_INDIVIDUAL, MAP_BAND, MAP_PAGE, MAP_ALL };

/* Selects another individual: by so many of a kind, as a map in this rectangle has them. It stops
 * at the first and at the last. */
void map_move(struct map *map, enum map_move move, int count, struct rect rect);

/* Draws the map into a rectangle of any size; values and names are the population's. */
void map_draw(const struct map *map, const struct population *population, struct rect rect,
              struct cells *cells);

#endif
