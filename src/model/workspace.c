#include "model/workspace.h"

#include "base/clock.h"
#include "base/memory.h"
#include "model/arena.h"
#include "model/model_ops.h"

static struct arena count_buffers(const struct model_options *options, size_t tokens)
{
    struct arena counted = {.memory = NULL};
    model_ops_of(options)->pass_buffers(&counted, options, tokens);
    return counted;
}

size_t workspace_bytes(const struct model_options *options, size_t tokens)
{
    return sizeof(struct workspace) + count_buffers(options, tokens).used;
}

struct workspace *workspace_new(const struct model_options *options, size_t tokens,
                                struct error *err)
{
    struct workspace *workspace = memory_new(1, sizeof *workspace, err);
    struct arena arena, counted = count_buffers(options, tokens);
    if (!workspace || !arena_open(&arena, &counted, err)) {
        memory_free(workspace);
        return NULL;
    }
    workspace->memory = arena.memory;
    workspace->buffers = model_ops_of(options)->pass_buffers(&arena, options, tokens);
    return workspace;
}

void workspace_free(struct workspace *workspace)
{
    if (workspace)
        memory_free(workspace->memory);
    memory_free(workspace);
}

void workspace_begin_laps(struct workspace *workspace)
{
    workspace->lap = clock_seconds();
}

void workspace_lap(struct workspace *workspace, enum step_part part)
{
    double now = clock_seconds();
    workspace->seconds[part] += now - workspace->lap;
    workspace->lap = now;
}
