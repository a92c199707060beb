/* mneme bench --ranks: processes of one thread each beside threads of one process. */
#ifndef MNEME_UI_CLI_BENCH_RANKS_H
#define MNEME_UI_CLI_BENCH_RANKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strings.h"

struct bench_ranks {
    const char *preset;
    uint64_t ranks, rounds, seconds; /* as the options of the same names */
    const struct strings *settings;
    bool json;
};

/* Has this program measured as both, in turns, and prints the medians. ERROR_INPUT in a build
 * without MPI, ERROR_SYSTEM where there is no mpirun, or a measurement fails with what it said,
 * ERROR_CANCELLED where a signal asked for the end. */
bool bench_ranks_print(const struct bench_ranks *bench, struct error *err);

#endif
