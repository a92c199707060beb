#include "ui/tui/listing.h"

#include "base/memory.h"
#include "ui/tui/state.h"

struct listing_task {
    struct task task;
    struct workbench *workbench;
    struct target_list list;
    bool loaded;
    struct error err;
};

static void listing_work(struct task *task)
{
    struct listing_task *own = (struct listing_task *)task;
    own->loaded = target_list_load(&own->list, own->workbench->paths, &own->err);
}

static void listing_done(struct task *task)
{
    struct listing_task *own = (struct listing_task *)task;
    if (own->loaded)
        target_list_take(&own->workbench->listed, &own->list);
    else
        workbench_say(own->workbench, true, "%s", own->err.message);
    memory_free(own);
}

void listing_read(struct workbench *workbench)
{
    struct listing_task *own = workbench_new_task(workbench, sizeof *own);
    if (!own)
        return;
    own->task = (struct task){.work = listing_work, .done = listing_done};
    own->workbench = workbench;
    worker_add(workbench->worker, &own->task);
}
