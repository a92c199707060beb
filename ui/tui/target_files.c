#include "ui/tui/target_files.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "config/library.h"
#include "config/paths.h"

bool target_files_is_path(const char *typed)
{
    return strchr(typed, '/') || *typed == '~' || *typed == '.';
}

/* Whether a name begins with what was typed of it, both folded. */
static bool is_begun(const char *name, const char *typed)
{
    struct folded at = {.next = name}, of = {.next = typed};
    uint32_t code;
    while ((code = utf8_next_folded(&of)) != 0)
        if (utf8_next_folded(&at) != code)
            return false;
    return *name != '.' || *typed == '.';
}

/* Adds the entry of a directory, which is `written` with a slash behind it. */
static bool add_entry(struct strings *paths, const char *directory, const char *written,
                      const char *name, struct error *err)
{
    struct stat about;
    char *path = file_join(directory, name, err);
    if (!path)
        return false;
    bool there = stat(path, &about) == 0, descends = there && S_ISDIR(about.st_mode);
    bool opens =
        there && S_ISREG(about.st_mode) && (csv_has_extension(name) || library_has_extension(name));
    memory_free(path);
    return (!descends && !opens) ||
           strings_take(paths, memory_format(err, "%s%s%s", written, name, descends ? "/" : ""),
                        err);
}

static bool add_entries(struct strings *paths, const char *written, const char *begun,
                        struct error *err)
{
    char *directory = paths_expand(*written ? written : ".", err);
    DIR *stream = directory ? opendir(directory) : NULL;
    bool added = directory;
    for (struct dirent *entry; added && stream && (entry = readdir(stream));)
        if (is_begun(entry->d_name, begun))
            added = add_entry(paths, directory, written, entry->d_name, err);
    if (stream)
        closedir(stream);
    memory_free(directory);
    strings_sort(paths);
    return added;
}

bool target_files_list(struct strings *paths, const char *start, struct error *err)
{
    const char *slash = strrchr(start, '/');
    *paths = (struct strings){0};
    if (!target_files_is_path(start))
        return true;
    if (strcmp(start, "~") == 0)
        return strings_add(paths, "~/", err);
    char *written = memory_format(err, "%.*s", slash ? (int)(slash + 1 - start) : 0, start);
    bool listed = written && add_entries(paths, written, slash ? slash + 1 : start, err);
    memory_free(written);
    if (!listed)
        strings_free(paths);
    return listed;
}
