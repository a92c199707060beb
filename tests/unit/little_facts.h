/* A small fact set in a temporary directory, for tests of what is built on fact sets. */
#ifndef MNEME_TESTS_UNIT_LITTLE_FACTS_H
#define MNEME_TESTS_UNIT_LITTLE_FACTS_H

#include <stdio.h>
#include <sys/stat.h>

#include "facts/fact_set.h"
#include "tests/unit/temporary.h"

enum { LITTLE_PATH = 256 };

/* A directory with facts/, pools/ and templates/. */
struct little_directory {
    char *path;
    const char *list[2]; /* what fact_set_load takes */
};

static inline void little_write(const struct little_directory *directory, const char *name,
                                const char *content)
{
    char path[LITTLE_PATH];
    snprintf(path, sizeof path, "%s/%s", directory->path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static inline void little_make(struct little_directory *directory)
{
    static const char *const folders[] = {"facts", "pools", "templates"};
    void *path;
    assert_int_equal(temporary_set_up(&path), 0);
    directory->path = path;
    directory->list[0] = directory->path;
    directory->list[1] = NULL;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char folder[LITTLE_PATH];
        snprintf(folder, sizeof folder, "%s/%s", directory->path, folders[i]);
        assert_int_equal(mkdir(folder, 0700), 0);
    }
}

static inline void little_remove(struct little_directory *directory)
{
    void *path = directory->path;
    assert_int_equal(temporary_tear_down(&path), 0);
}

/* facts/little.ini and what it names: names of several words, values of two parts, marks and
 * capitals in all places. */
static inline void little_fill(const struct little_directory *directory)
{
    little_write(directory, "facts/little.ini",
                 "; people\n"
                 "[facts]\n"
                 "title = Little people\n"
                 "name = givens givens families\n"
                 "individual = person\n"
                 "[attribute birth date]\n"
                 "value = days months\n"
                 "templates = date.txt\n"
                 "[attribute home]\n"
                 "value = towns\n"
                 "templates = home.txt\n"
                 "[attribute birth place]\n"
                 "value = towns\n"
                 "templates = place.txt\n");
    little_write(directory, "pools/givens.txt", "Ada\nBen\nMaria\nMaria Jose\nWill\nÉva\n");
    little_write(directory, "pools/families.txt", "Zhu\nO'Neil\nde la Cruz\nKing's\nJose\n");
    little_write(directory, "pools/days.txt", "1\n2\n3\n4\n5\n");
    little_write(directory, "pools/months.txt", "May\nJune\nJuly\n");
    little_write(directory, "pools/towns.txt", "Lima\nŁódź\nNew York\nSt. Louis\nRome (Georgia)\n");
    little_write(directory, "templates/date.txt",
                 "[X] was born on [Y].\n"
                 "The birth date of [X] is [Y].\n"
                 "[X]'s birthday is [Y]!\n"
                 "It is known that [X], a child of its time, came on [Y].\n"
                 "The day ([X]'s first) was [Y].\n");
    little_write(directory, "templates/home.txt",
                 "[X] lives in [Y].\n"
                 "The home of [X] is [Y].\n"
                 "[X] will stay in [Y], for now.\n"
                 "In the city of [X] they speak of [Y].\n"
                 "[X] now resides in [Y].\n");
    little_write(directory, "templates/place.txt",
                 "[X] was born in [Y].\n"
                 "The birth place of [X] is [Y].\n"
                 "[X]'s life began in [Y].\n"
                 "[X] came into the world at [Y].\n"
                 "The town where [X] was born is [Y].\n");
}

static inline struct facts_options little_options(void)
{
    static char file[] = "little";
    return (struct facts_options){.file = file, .train_templates = 3, .shuffle = true};
}

/* Loads facts/little.ini with these options. */
static inline void little_load(struct fact_set *facts, const struct little_directory *directory,
                               const struct facts_options *options)
{
    struct error err = {0};
    if (!fact_set_load(facts, options, directory->list, &err))
        fail_msg("%s", err.message);
}

#endif
