#include "engine/launch.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

/* Set for a program that is to be alone whatever its parent was started by. */
#define VARIABLE "MNEME_RANKS"
#define ALONE    "off"

static bool is_several(const char *variable)
{
    const char *text = getenv(variable);
    uint64_t count;
    return text && number_read_count(text, &count) && count > 1;
}

/* Open MPI's mpirun; srun with PMI-2, and with PMIx, which tells the rank alone. */
bool launch_is_of_ranks(void)
{
    const char *alone = getenv(VARIABLE);
    if (alone && strcmp(alone, ALONE) == 0)
        return false;
    return is_several("OMPI_COMM_WORLD_SIZE") || is_several("PMI_SIZE") ||
           (getenv("PMIX_RANK") && is_several("SLURM_NTASKS"));
}

void launch_children_alone(void)
{
    setenv(VARIABLE, ALONE, 1);
}

bool launch_is_first(void)
{
    static const char *const variables[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *rank = getenv(variables[i]);
        if (rank)
            return strcmp(rank, "0") == 0;
    }
    return true;
}
