/* Other runs beside one that is looked at: curves of their records, which may grow meanwhile. The
 * records are looked at on another thread than that on which the curves are drawn: what that finds
 * is taken in between. */
#ifndef MNEME_LAB_OVERLAY_H
#define MNEME_LAB_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/series.h"
#include "base/strings.h"
#include "config/paths.h"
#include "plot/envelope.h"
#include "record/lines.h"

struct overlay_curve {
    struct series series; /* over steps */
    size_t room;
    struct envelope kept; /* what was drawn of it */
};

struct overlay_run {
    char *directory;
    char *settings;              /* see groups_settings; null before its preset was read */
    char *origin;                /* those of the preset that it was made from, as that is now; null
                                    where there is none */
    struct overlay_curve *curve; /* [overlay.key.count] */
    struct series rates;         /* learning rates that were set by hand */
    size_t rates_room;
    struct record_place place;
    double since;         /* points before this step are left out */
    bool is_hidden;       /* not one of those to be drawn: it is followed for a difference */
    bool is_read;         /* once at least */
    struct error trouble; /* why it could not be the last time; ERROR_NONE where it could */
};

struct overlay {
    struct strings key;      /* of numbers of the record, see metrics_read_measure */
    struct overlay_run *run; /* [runs] */
    size_t runs;
    uint64_t changes; /* times that other runs or keys were asked for */
};

/* Which runs, by their directories, and which numbers of them. What is known of a run that stays is
 * kept; where the keys do not stay, curves that it has are shown until its record was read once
 * more. On false with ERROR_MEMORY all is as before. */
bool overlay_set(struct overlay *overlay, const struct strings *directories,
                 const struct strings *keys, struct error *err);
void overlay_free(struct overlay *overlay);

/* A look at all records. It knows all it needs, so that the overlay may change meanwhile. */
struct overlay_look;

struct overlay_look *overlay_look_new(const struct overlay *overlay, const struct paths *paths,
                                      struct error *err);
void overlay_look_free(struct overlay_look *look);

/* On any thread. Those that were never read come first, and when so many bytes have been read the
 * others are left for another look. */
void overlay_look_read(struct overlay_look *look, size_t bytes);

/* Takes what it found, unless other runs or keys have been asked for since it was made. *changed
 * tells whether any curve did. ERROR_MEMORY. */
bool overlay_take(struct overlay *overlay, struct overlay_look *look, bool *changed,
                  struct error *err);

/* The run of a directory; overlay->runs where it is none of them. */
size_t overlay_find(const struct overlay *overlay, const char *directory);

/* Whether any record was never looked at. */
bool overlay_waits(const struct overlay *overlay);

/* The curve of a number; null where that was not asked for. */
struct overlay_curve *overlay_curve(const struct overlay *overlay, size_t run, const char *key);

/* Whether two runs differ in their seeds alone: by their presets, and the rates that were set. */
bool overlay_alike(const char *settings, const struct series *rates, const char *other_settings,
                   const struct series *other_rates);

#endif
