/* The map of what is known: a cell for every fact that evaluations ask about, individuals across
 * and attributes down, in as many bands as the screen holds. One individual is selected; their
 * facts, since when they are known and what it took are told below. */
#ifndef MNEME_TUI_FACT_MAP_H
#define MNEME_TUI_FACT_MAP_H

#include "facts/population.h"
#include "measure/knowledge.h"
#include "train/history.h"
#include "ui/tui/widgets/cells.h"

struct fact_map {
    size_t selected; /* of the individuals asked about */
    struct knowledge knowledge;
    struct knowledge_summary summary; /* of all facts */
};

/* Copies what an evaluation found, if that is news; an all-zero map has seen none. */
bool fact_map_take(struct fact_map *map, const struct knowledge *seen, struct error *err);

/* The same of the newest evaluation. */
bool fact_map_update(struct fact_map *map, struct history *history, struct error *err);
void fact_map_free(struct fact_map *map);

enum fact_map_move { FACT_MAP_INDIVIDUAL, FACT_MAP_BAND, FACT_MAP_PAGE, FACT_MAP_ALL };

/* Selects another individual: by so many of a kind, as a map in this rectangle has them. It stops
 * at the first and at the last. */
void fact_map_move(struct fact_map *map, enum fact_map_move move, int count, struct rect rect);

/* Draws the map into a rectangle of any size; values and names are the population's. */
void fact_map_draw(const struct fact_map *map, const struct population *population,
                   struct rect rect, struct cells *cells);

#endif
