#include "record/run_undo.h"

#include "base/memory.h"
#include "record/heartbeat.h"
#include "record/run_files.h"

static bool keep_preset(struct file_writer *writer, const char *path, struct error *err)
{
    size_t size;
    char *text = file_read_own(path, &size, err);
    bool begun = text && file_writer_begin(writer, path, err);
    bool kept = begun && file_writer_add(writer, text, size, err) &&
                file_sync(writer->descriptor, path, err);
    if (begun && !kept)
        file_writer_abandon(writer);
    memory_free(text);
    return kept;
}

bool run_undo_begin(struct run_undo *undo, const struct run *run, struct error *err)
{
    char *path = file_join(run->directory, RUN_PRESET, err);
    undo->record = run->record.whole;
    undo->is_open = path && keep_preset(&undo->preset, path, err);
    memory_free(path);
    return undo->is_open;
}

void run_undo_forget(struct run_undo *undo)
{
    if (undo->is_open)
        file_writer_abandon(&undo->preset);
    *undo = (struct run_undo){.is_open = false};
}

void run_undo_take_back(struct run_undo *undo, struct run *run)
{
    if (undo->is_open && heartbeat_check(run->lock.heartbeat, run->name, NULL)) {
        if (file_writer_commit(&undo->preset, NULL))
            run_record_take_back(&run->record, undo->record, NULL);
        undo->is_open = false;
    }
    run_undo_forget(undo);
}
