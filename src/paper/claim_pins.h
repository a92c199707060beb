/* What keeps a user's own files away from the runs of shipped claims. */
#ifndef MNEME_PAPER_CLAIM_PINS_H
#define MNEME_PAPER_CLAIM_PINS_H

#include "config/paths.h"
#include "paper/claim_reading.h"

/* Has the runs of a claim, which was read with shipped data, name shipped presets and facts by path
 * where a name would mean a user's own file; shipped: the places of shipped data alone. */
bool claim_reading_pin(struct claim_reading *reading, const struct paths *shipped,
                       const struct paths *paths, struct error *err);

#endif
