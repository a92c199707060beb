/* In a build without MPI there is one process, alone. */
#include "base/processors.h"
#include "engine/engine_ops.h"
#include "engine/rank_service.h"
#include "engine/ranks.h"

static bool refuse(struct error *err)
{
    return error_set(err, ERROR_INPUT,
                     "this program was started as several ranks and was built without MPI; start "
                     "it alone, or build it with Open MPI (libopenmpi-dev)");
}

bool ranks_begin(struct error *err)
{
    return refuse(err);
}

const char *ranks_library(void)
{
    return NULL;
}

size_t ranks_count(void)
{
    return 1;
}

size_t ranks_own(void)
{
    return 0;
}

size_t ranks_here(void)
{
    return 1;
}

size_t ranks_threads(void)
{
    return processors_threads();
}

bool ranks_are_there(struct error *err)
{
    (void)err;
    return true;
}

void ranks_end(void)
{
}

int rank_service_run(void)
{
    return 0;
}

void rank_service_end(void)
{
}

static size_t no_bytes(const struct model_options *model, const struct engine_options *options)
{
    (void)model, (void)options;
    return 0;
}

static bool open_none(struct engine *engine, struct error *err)
{
    (void)engine;
    return refuse(err);
}

const struct engine_ops engine_ranks = {.bytes = no_bytes, .open = open_none};
