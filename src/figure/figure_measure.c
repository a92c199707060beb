#include "figure/figure_measure.h"

#include <string.h>

struct figure_measure figure_measure_find(const char *path)
{
    const struct measure *measure = measure_find(path);
    bool named = measure && measure->name && strcmp(measure->key, path) == 0;
    return (struct figure_measure){
        .name = named ? measure->name : path,
        .axis = measure ? measure->axis : &measure_any_axis,
    };
}

bool figure_measure_split(char *text, const char *path[FIGURE_MEASURES_MOST], size_t *paths,
                          struct error *err)
{
    *paths = 0;
    for (char *rest = text; rest;) {
        char *piece = rest;
        rest = strchr(piece, ',');
        if (rest)
            *rest++ = '\0';
        if (*piece == '\0')
            return error_set(err, ERROR_INPUT, "the name of a measure is empty");
        if (*paths == FIGURE_MEASURES_MOST)
            return error_set(err, ERROR_INPUT, "more than %d measures", FIGURE_MEASURES_MOST);
        path[(*paths)++] = piece;
    }
    return true;
}
