#include "lab/lineage.h"

#include "base/file.h"
#include "base/memory.h"
#include "record/parent.h"
#include "record/run.h"
#include "record/run_files.h"

/* Branches of branches; a record that was written by hand may lead back to itself. */
enum { MOST_RUNS = 64 };

static bool add_model(struct lineage *lineage, const char *directory, uint64_t step,
                      struct error *err)
{
    if (lineage->count == lineage->room) {
        size_t room = 2 * lineage->room + 16;
        struct lineage_model *larger =
            memory_resize(lineage->model, room, sizeof *lineage->model, err);
        if (!larger)
            return false;
        lineage->model = larger;
        lineage->room = room;
    }
    char *copy = memory_string(directory, err);
    if (copy)
        lineage->model[lineage->count++] = (struct lineage_model){copy, step};
    return copy != NULL;
}

static bool add_kept(struct lineage *lineage, const char *directory, uint64_t last,
                     struct error *err)
{
    uint64_t *step = NULL;
    size_t count = 0;
    struct run run = {.directory = memory_string(directory, err),
                      .name = memory_string(file_name(directory), err)};
    bool added = run.directory && run.name && run_models(&run, &step, &count, err);
    for (size_t i = 0; added && i < count && step[i] <= last; i++)
        added = add_model(lineage, directory, step[i], err);
    memory_free(step);
    run_close(&run);
    return added;
}

/* The nearest run that is there of those that led to this one, and the last step up to which its
 * models did; null where none is. */
static const char *find_nearest(const struct parents *parents, uint64_t *last)
{
    for (size_t p = 0; p < parents->count && parents->parent[p].step > 0; p++) {
        const struct parent *parent = &parents->parent[p];
        *last = *last < parent->step ? *last : parent->step - 1;
        if (run_files_is_run(parent->run))
            return parent->run;
    }
    return NULL;
}

/* The oldest first. */
static bool add_run(struct lineage *lineage, const char *directory, uint64_t last, size_t runs,
                    struct error *err)
{
    struct parents parents;
    uint64_t upto = last;
    bool read = runs < MOST_RUNS && parents_read(&parents, directory, NULL);
    const char *nearest = read ? find_nearest(&parents, &upto) : NULL;
    if (nearest)
        add_run(lineage, nearest, upto, runs + 1, NULL);
    if (read)
        parents_free(&parents);
    return add_kept(lineage, directory, last, err);
}

bool lineage_read(struct lineage *lineage, const char *directory, uint64_t last, struct error *err)
{
    *lineage = (struct lineage){.count = 0};
    if (add_run(lineage, directory, last, 1, err))
        return true;
    lineage_free(lineage);
    return false;
}

void lineage_free(struct lineage *lineage)
{
    for (size_t i = 0; i < lineage->count; i++)
        memory_free(lineage->model[i].directory);
    memory_free(lineage->model);
    *lineage = (struct lineage){.count = 0};
}
