#include "config/library.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/suggest.h"

bool library_has_extension(const char *name)
{
    size_t length = strlen(name), of_end = strlen(LIBRARY_EXTENSION);
    return length >= of_end && strcmp(name + length - of_end, LIBRARY_EXTENSION) == 0;
}

bool library_is_path(const char *name)
{
    return strchr(name, '/') || library_has_extension(name);
}

char *library_name(const char *path, struct error *err)
{
    const char *name = file_name(path);
    size_t length = strlen(name) - (library_has_extension(name) ? strlen(LIBRARY_EXTENSION) : 0);
    return memory_format(err, "%.*s", (int)length, name);
}

/* Hidden files are not. */
static bool can_be_listed(const char *name)
{
    return *name != '\0' && *name != '.' && !strchr(name, '/');
}

static bool is_readable_file(const char *path)
{
    return file_is_regular(path) && access(path, R_OK) == 0;
}

/* Adds the files of one place; a place without any adds none. */
static bool list_directory(const struct library *library, const char *data, struct strings *names,
                           struct error *err)
{
    char *directory = file_join(data, library->directory, err);
    if (!directory)
        return false;
    DIR *stream = opendir(directory);
    bool ok = true;
    for (struct dirent *entry; ok && stream && (entry = readdir(stream));) {
        if (!can_be_listed(entry->d_name) || !library_has_extension(entry->d_name))
            continue;
        char *path = file_join(directory, entry->d_name, err);
        ok = path && (!is_readable_file(path) || strings_take(names, library_name(path, err), err));
        memory_free(path);
    }
    if (stream)
        closedir(stream);
    memory_free(directory);
    return ok;
}

bool library_list(const struct library *library, const struct paths *paths, struct strings *names,
                  struct error *err)
{
    bool ok = true;
    *names = (struct strings){0};
    for (size_t i = 0; ok && paths->data[i]; i++)
        ok = list_directory(library, paths->data[i], names, err);
    if (!ok) {
        strings_free(names);
        return false;
    }
    strings_sort(names);
    strings_drop_repeated(names);
    return true;
}

/* The path that a file of this name has in one place. */
static char *path_in(const struct library *library, const char *data, const char *name,
                     struct error *err)
{
    return memory_format(err, "%s/%s/%s" LIBRARY_EXTENSION, data, library->directory, name);
}

bool library_has(const struct library *library, const struct paths *paths, const char *name)
{
    bool found = false;
    for (size_t i = 0; !found && can_be_listed(name) && paths->data[i]; i++) {
        char *path = path_in(library, paths->data[i], name, NULL);
        found = path && is_readable_file(path);
        memory_free(path);
    }
    return found;
}

/* Of a name that is nowhere, nor near one that is somewhere. */
static bool say_unknown(const struct library *library, const struct paths *paths, const char *name,
                        struct error *err)
{
    if (!library->other || !*name)
        return error_set(err, ERROR_INPUT, "there is no %s \"%s\"; %s %s lists them", library->kind,
                         name, paths->program, library->lister);
    return error_set(
        err, ERROR_INPUT,
        "there is no %s \"%s\"; %s %s lists them, and a %s is named by its file, as %s%s",
        library->kind, name, paths->program, library->lister, library->other, name,
        library->other_ending);
}

static bool not_there(const struct library *library, const struct paths *paths, const char *name,
                      struct error *err)
{
    struct strings names;
    struct error trouble = {ERROR_NONE, ""};
    char *other = library->other ? library->find_other(name, &trouble) : NULL;
    if (trouble.kind)
        return error_set(err, trouble.kind, "%s", trouble.message);
    if (!library_list(library, paths, &names, err)) {
        memory_free(other);
        return false;
    }
    const char *near = suggest_of(name, (const char *const *)names.text, names.count);
    if (other)
        error_set(err, ERROR_INPUT, "there is no %s %s; a %s is named by its file: %s",
                  library->kind, name, library->other, other);
    else if (near)
        error_set(err, ERROR_INPUT, "there is no %s %s; did you mean %s?", library->kind, name,
                  near);
    else
        say_unknown(library, paths, name, err);
    memory_free(other);
    strings_free(&names);
    return false;
}

static char *find_path(const struct library *library, const char *path, struct error *err)
{
    return file_can_be(path, library->kind, err) ? memory_string(path, err) : NULL;
}

char *library_find(const struct library *library, const struct paths *paths, const char *name,
                   struct error *err)
{
    if (library_is_path(name))
        return find_path(library, name, err);
    for (size_t i = 0; *name != '\0' && paths->data[i]; i++) {
        char *path = path_in(library, paths->data[i], name, err);
        if (!path || file_is_regular(path))
            return path;
        memory_free(path);
    }
    not_there(library, paths, name, err);
    return NULL;
}
