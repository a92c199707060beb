/* A list of what people call by name: presets, sweeps. */
#ifndef MNEME_UI_CLI_LISTING_H
#define MNEME_UI_CLI_LISTING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strings.h"
#include "config/paths.h"
#include "ui/cli/table.h"

struct listing {
    bool (*names)(const struct paths *paths, struct strings *names, struct error *err);
    /* Adds the row of one to the table, or prints it as JSON. */
    bool (*row)(const struct paths *paths, const char *name, bool json, struct table *table,
                struct error *err);
    size_t columns; /* all begin at their left */
};

/* Prints it. One that cannot be read is told and the others are listed; the exit status says so. */
int listing_print(const struct listing *listing, const struct paths *paths, bool json);

#endif
