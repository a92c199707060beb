#include "ui/tui/keeping.h"

#include "base/file.h"
#include "base/memory.h"
#include "record/run_renames.h"
#include "record/run_trash.h"
#include "ui/tui/comparing.h"
#include "ui/tui/state.h"

struct keeping_task {
    struct task task;
    struct workbench *workbench;
    keeping_after *after;
    struct strings directory; /* of the runs it is about */
    char *name;               /* the new one; the path that is back */
    size_t done;              /* runs */
    struct error err;         /* why it was not done with all of them */
};

static void keeping_free(struct keeping_task *own)
{
    strings_free(&own->directory);
    memory_free(own->name);
    memory_free(own);
}

static void keeping_add(struct keeping_task *own, struct workbench *workbench,
                        void (*work)(struct task *task), void (*done)(struct task *task),
                        keeping_after *after)
{
    own->task = (struct task){.work = work, .done = done};
    own->workbench = workbench;
    own->after = after;
    worker_add(workbench->worker, &own->task);
}

static void end_task(struct keeping_task *own)
{
    keeping_after *after = own->after;
    struct workbench *workbench = own->workbench;
    keeping_free(own);
    after(workbench);
}

/* Renaming */

static void rename_work(struct task *task)
{
    struct keeping_task *own = (struct keeping_task *)task;
    char *renamed = NULL;
    if (!run_rename(own->directory.text[0], own->name, &renamed, &own->err))
        return;
    own->done = 1;
    memory_free(own->name);
    own->name = renamed;
}

static void rename_done(struct task *task)
{
    struct keeping_task *own = (struct keeping_task *)task;
    const char *was = own->directory.text[0];
    struct error err;
    if (own->done == 0)
        workbench_say(own->workbench, true, "%s", own->err.message);
    else {
        workbench_say(own->workbench, false, "%s is called %s now", file_name(was),
                      file_name(own->name));
        if (!marks_move(&own->workbench->marks, was, own->name, &err))
            marks_drop(&own->workbench->marks, was);
        comparing_move(own->workbench, was, own->name);
    }
    end_task(own);
}

void keeping_rename(struct workbench *workbench, const char *directory, const char *name,
                    keeping_after *after)
{
    struct error err;
    struct keeping_task *own = workbench_new_task(workbench, sizeof *own);
    if (!own)
        return;
    own->name = memory_string(name, &err);
    if (own->name && strings_add(&own->directory, directory, &err))
        keeping_add(own, workbench, rename_work, rename_done, after);
    else {
        workbench_say(workbench, true, "%s", err.message);
        keeping_free(own);
    }
}

/* Deleting */

/* One that cannot be deleted keeps no other: they go behind those that are. The error is that of
 * the first one. */
static void delete_work(struct task *task)
{
    struct keeping_task *own = (struct keeping_task *)task;
    char **text = own->directory.text;
    for (size_t r = 0; r < own->directory.count; r++) {
        char *directory = text[r];
        struct error *err = own->done == r ? &own->err : NULL;
        if (!run_trash_put(own->workbench->paths, directory, err))
            continue;
        text[r] = text[own->done];
        text[own->done++] = directory;
    }
}

static void delete_done(struct task *task)
{
    struct keeping_task *own = (struct keeping_task *)task;
    for (size_t r = 0; r < own->done; r++) {
        marks_drop(&own->workbench->marks, own->directory.text[r]);
        comparing_drop(own->workbench, own->directory.text[r]);
    }
    if (own->done < own->directory.count && own->done > 0)
        workbench_say(own->workbench, true, "%zu of %zu runs are in the trash: %s", own->done,
                      own->directory.count, own->err.message);
    else if (own->done == 0)
        workbench_say(own->workbench, true, "%s", own->err.message);
    else if (own->done == 1)
        workbench_say(own->workbench, false, "%s is in the trash; Ctrl-U brings it back",
                      file_name(own->directory.text[0]));
    else
        workbench_say(own->workbench, false,
                      "%zu runs are in the trash; Ctrl-U brings them back one by one", own->done);
    end_task(own);
}

void keeping_delete(struct workbench *workbench, struct strings *directories, keeping_after *after)
{
    struct keeping_task *own = workbench_new_task(workbench, sizeof *own);
    if (!own)
        return;
    own->directory = *directories;
    *directories = (struct strings){.count = 0};
    keeping_add(own, workbench, delete_work, delete_done, after);
}

/* Taking out of the trash */

static void undo_work(struct task *task)
{
    struct keeping_task *own = (struct keeping_task *)task;
    struct run_trash trash;
    if (!run_trash_read(&trash, own->workbench->paths, &own->err))
        return;
    if (trash.count == 0)
        error_set(&own->err, ERROR_INPUT, "nothing is in the trash");
    else if (run_trash_restore(&trash.run[0], &own->err)) {
        own->name = memory_string(file_name(trash.run[0].origin), &own->err);
        own->done = own->name != NULL;
    }
    run_trash_free(&trash);
}

static void undo_done(struct task *task)
{
    struct keeping_task *own = (struct keeping_task *)task;
    if (own->done > 0)
        workbench_say(own->workbench, false, "%s is back", own->name);
    else
        workbench_say(own->workbench, true, "%s", own->err.message);
    end_task(own);
}

void keeping_undo(struct workbench *workbench, keeping_after *after)
{
    struct keeping_task *own = workbench_new_task(workbench, sizeof *own);
    if (own)
        keeping_add(own, workbench, undo_work, undo_done, after);
}
