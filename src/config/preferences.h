/* What a person sets for the program once for all, in config.ini: see mneme-config(5). One table
 * holds each key's section, name, type, default and description: it reads, checks, writes,
 * completes and documents. */
#ifndef MNEME_CONFIG_PREFERENCES_H
#define MNEME_CONFIG_PREFERENCES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "config/paths.h"
#include "config/themes.h"

enum chart_axis { CHART_AXIS_LOG, CHART_AXIS_LINEAR };
enum chart_step_axis { CHART_STEP_AXIS_LINEAR, CHART_STEP_AXIS_LOG };
enum chart_steps { CHART_STEPS_MADE, CHART_STEPS_PLANNED };
enum chart_first { CHART_FIRST_LOSS, CHART_FIRST_CIRCUITS };

enum preference_origin {
    PREFERENCE_STANDARD, /* nobody said anything */
    PREFERENCE_OF_FILE,
    PREFERENCE_OF_NOW, /* it was changed since, and is in no file */
};

enum preference_type { PREFERENCE_SWITCH, PREFERENCE_CHOICE, PREFERENCE_TEXT };

/* One key. */
struct preference_key {
    const char *section; /* "" for those in front of the first section */
    const char *name;
    enum preference_type type;
    size_t offset;             /* of the field in struct preferences: bool, an enum, or char * */
    const char *const *choice; /* PREFERENCE_CHOICE: null-terminated */
    const char *standard;      /* the value where nobody says anything, as text */
    const char *text;          /* what it is, in a sentence or more */
};

enum { PREFERENCE_KEYS = 11 };
extern const struct preference_key preference_keys[PREFERENCE_KEYS];

/* [keys] has one key a request of the workbench instead and is not in the table: which requests
 * there are, and what keys are called, whoever draws a screen knows. */
#define PREFERENCES_BINDINGS "keys"

struct binding {
    char *request; /* its name */
    char *keys;    /* "m F4" */
    enum preference_origin origin;
    size_t line; /* of the file; 0 for one of now */
};

struct preferences {
    enum theme_kind theme;
    bool ascii, mouse, bell;
    char *on_phase; /* "": none */
    struct {
        enum chart_axis axis;
        enum chart_step_axis step_axis;
        enum chart_steps steps;
        enum chart_first first;
        char *picks; /* "": none */
        bool smooth;
    } chart;
    enum preference_origin origin[PREFERENCE_KEYS];
    size_t line[PREFERENCE_KEYS]; /* of the file, where the value is from there */
    struct binding *binding;      /* [bindings] */
    size_t bindings;
};

/* Every key at its standard value. Overwrites *settings. */
bool preferences_init(struct preferences *settings, struct error *err);
void preferences_free(struct preferences *settings);
bool preferences_copy(struct preferences *settings, const struct preferences *from,
                      struct error *err);

/* Where config.ini is, whether it is there or not; freed with memory_free. */
char *preferences_path(const struct paths *paths, struct error *err);

/* Reads config.ini; where there is none, every key has its standard value. Overwrites *settings; on
 * false, which tells what is wrong with file and line, it has standard values as well: one that
 * begins as {0} can be used and has to be freed either way. */
bool preferences_load(struct preferences *settings, const struct paths *paths, struct error *err);

/* Reads text that came from `origin`; *settings has been initialized. */
bool preferences_read(struct preferences *settings, const char *text, const char *origin,
                      struct error *err);

/* "theme=light", "chart.axis=linear", "keys.map=m F4": on false nothing has changed. */
bool preferences_set(struct preferences *settings, const char *assignment, struct error *err);

/* A value as text; freed with memory_free. */
char *preferences_value(const struct preferences *settings, const struct preference_key *key,
                        struct error *err);

/* Whether two have different values of it. */
bool preference_differs(const struct preferences *settings, const struct preferences *others,
                        const struct preference_key *key);

/* "theme", "chart.axis"; freed with memory_free. */
char *preference_key_name(const struct preference_key *key, struct error *err);

/* Writes what was set since into config.ini, and makes it where there is none; the file appears
 * whole or stays as it was, with its other lines and comments. ERROR_INPUT where what is there now
 * cannot be read, and nothing is written. */
bool preferences_save(struct preferences *settings, const struct paths *paths, struct error *err);

/* The text of a file with what was set since; freed with memory_free. */
char *preferences_edit(const struct preferences *settings, const char *text, struct error *err);

#endif
