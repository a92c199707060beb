#include "facts/exposures.h"

#include <string.h>

#include "base/memory.h"
#include "facts/batch.h"

bool exposures_init(struct exposures *exposures, uint64_t seed, uint64_t known, struct error *err)
{
    *exposures = (struct exposures){.seed = seed, .known = known};
    exposures->count = memory_new((size_t)known, sizeof *exposures->count, err);
    return exposures->count != NULL;
}

void exposures_free(struct exposures *exposures)
{
    memory_free(exposures->count);
    *exposures = (struct exposures){0};
}

void exposures_reset(struct exposures *exposures)
{
    memset(exposures->count, 0, exposures->known * sizeof *exposures->count);
    exposures->steps = 0;
}

void exposures_advance(struct exposures *exposures, const struct sampling *sampling, size_t batch,
                       uint64_t steps)
{
    for (; exposures->steps < steps; exposures->steps++)
        for (size_t slot = 0; slot < batch; slot++) {
            struct random random;
            uint64_t individual =
                batch_draw(exposures->seed, sampling, exposures->steps, slot, &random);
            if (individual < exposures->known)
                exposures->count[individual]++;
        }
}
