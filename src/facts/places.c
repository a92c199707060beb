#include "facts/places.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

enum { OWN = sizeof((struct places *)NULL)->own / sizeof(char *) };

/* The directory of the file and the one above it. */
static bool add_own(struct places *places, const char *file, struct error *err)
{
    const char *slash = strrchr(file, '/');
    int length = slash ? (int)(slash - file) : 1;
    const char *directory = slash ? file : ".";
    for (size_t i = 0; i < OWN; i++) {
        places->own[i] = memory_format(err, "%.*s%s", length, directory, i ? "/.." : "");
        if (!places->own[i])
            return false;
        places->directory[places->count++] = places->own[i];
    }
    return true;
}

bool places_init(struct places *places, const char *file, const char *const *directories,
                 struct error *err)
{
    size_t count = 0;
    while (directories[count])
        count++;
    *places = (struct places){
        .directory = memory_new(count + OWN, sizeof *places->directory, err),
    };
    if (!places->directory || (file && !add_own(places, file, err))) {
        places_free(places);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        places->directory[places->count++] = directories[i];
    return true;
}

void places_free(struct places *places)
{
    for (size_t i = 0; i < OWN; i++)
        memory_free(places->own[i]);
    memory_free(places->directory);
    *places = (struct places){0};
}

static bool not_there(const struct places *places, const char *folder, const char *name,
                      const char *ending, struct error *err)
{
    struct text tried = {0};
    for (size_t i = 0; i < places->count; i++)
        text_format(&tried, "%s%s", i ? ", " : "", places->directory[i]);
    error_set(err, ERROR_INPUT, "there is no %s/%s%s in %s", folder, name, ending,
              tried.bytes ? tried.bytes : "any directory");
    text_free(&tried);
    return false;
}

char *places_find(const struct places *places, const char *folder, const char *name,
                  const char *ending, struct error *err)
{
    for (size_t i = 0; i < places->count; i++) {
        char *path = memory_format(err, "%s/%s/%s%s", places->directory[i], folder, name, ending);
        if (!path || file_is_regular(path))
            return path;
        memory_free(path);
    }
    not_there(places, folder, name, ending, err);
    return NULL;
}

char *places_find_beside(const struct places *places, const char *file, const char *folder,
                         const char *name, struct error *err)
{
    if (*name == '/')
        return memory_string(name, err);
    char *directory = file_directory(file, err);
    char *path = directory ? file_join(directory, name, err) : NULL;
    memory_free(directory);
    if (!path || file_is_regular(path))
        return path;
    memory_free(path);
    return places_find(places, folder, name, "", err);
}
