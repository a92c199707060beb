/* Numbers of a record over steps as the record grows: what has come since it was looked at last. */
#ifndef MNEME_RECORD_CURVE_NEWS_H
#define MNEME_RECORD_CURVE_NEWS_H

#include "base/error.h"
#include "base/series.h"
#include "base/strings.h"
#include "record/lines.h"

/* One number. Points that were known at `from` and behind it are no longer so: the run went back,
 * or they are told once more. */
struct curve_addition {
    double from; /* INFINITY: none */
    struct series series;
    size_t room;
};

struct curve_news {
    struct record_place place;       /* up to which the record has been read now */
    bool is_anew;                    /* it is another record: all that was known is forgotten */
    struct curve_addition *addition; /* [keys], as they were asked for */
    size_t keys;
    struct curve_addition rates; /* learning rates that were set by hand */
};

/* Reads what stands behind the place, all where that is all zero. Keys are those of
 * metrics_read_measure (record/metrics.h); values that are no numbers and lines that are not valid
 * are passed over. On false, with errors as of lines_read, the news are empty. */
bool curve_news_read(struct curve_news *news, const char *path, const struct strings *keys,
                     const struct record_place *place, struct error *err);
void curve_news_free(struct curve_news *news);

/* Brings a curve up to date, *room being its owner's. *went_back tells whether points were
 * forgotten. */
bool curve_addition_apply(const struct curve_addition *addition, struct series *series,
                          size_t *room, bool *went_back, struct error *err);

#endif
