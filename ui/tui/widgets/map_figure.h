/* The map of facts as a figure: a copy of what is known of those that are shown, which another
 * thread can draw on a surface. */
#ifndef MNEME_TUI_MAP_FIGURE_H
#define MNEME_TUI_MAP_FIGURE_H

#include "plot/surface.h"
#include "ui/tui/widgets/fact_map.h"

/* A file holds so many individuals at most: those from the selected one's thousand on. */
enum { MAP_FIGURE_MOST = 4096 };

enum { MAP_FIGURE_TEXT = 160 };

/* {0} is none. */
struct map_figure {
    size_t individuals, attributes;
    unsigned char *state; /* [individuals][attributes] enum fact_state */
    char **name;          /* [attributes] */
    size_t across, bands; /* individuals in each, as many as there are */
    double width, height; /* points */
    char title[MAP_FIGURE_TEXT], words[MAP_FIGURE_TEXT];
};

/* Copies a map on which somebody is shown, for a figure of that width in points; its height follows
 * from that. */
bool map_figure_take(struct map_figure *figure, const struct fact_map *map,
                     const struct fact_set *facts, double width, struct error *err);
void map_figure_free(struct map_figure *figure);

void map_figure_draw(const struct map_figure *figure, struct surface *surface);

#endif
