#include "facts/fact_files.h"

#include <string.h>

#include "base/memory.h"
#include "base/number.h"

static void free_file(struct fact_file *file)
{
    memory_free(file->folder);
    memory_free(file->name);
    memory_free(file->path);
    memory_free(file->text);
}

const struct fact_file *fact_files_find(const struct fact_files *files, const char *folder,
                                        const char *name)
{
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(files->file[i].folder, folder) == 0 && strcmp(files->file[i].name, name) == 0)
            return &files->file[i];
    return NULL;
}

static bool make_room(struct fact_files *files, size_t bytes, const char *path, struct error *err)
{
    if (bytes > FACT_FILES_BYTES - files->bytes) {
        char most[NUMBER_TEXT];
        number_write_bytes(most, FACT_FILES_BYTES);
        return error_set(err, ERROR_INPUT, "%s: the files of the facts hold more than %s", path,
                         most);
    }
    void *array = files->file;
    bool room = memory_make_room(&array, files->count, &files->room, sizeof *files->file, err);
    files->file = array;
    return room;
}

bool fact_files_take(struct fact_files *files, const char *folder, const char *name, char *path,
                     char *text, struct error *err)
{
    size_t bytes = strlen(text);
    struct fact_file file = {.path = path, .text = text};
    if (!make_room(files, bytes, path, err) || !(file.folder = memory_string(folder, err)) ||
        !(file.name = memory_string(name, err))) {
        free_file(&file);
        return false;
    }
    files->file[files->count++] = file;
    files->bytes += bytes;
    return true;
}

void fact_files_free(struct fact_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free_file(&files->file[i]);
    memory_free(files->file);
    *files = (struct fact_files){0};
}
