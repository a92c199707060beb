/* Map of this file: where it goes; drawing it; the request. */
#include "ui/tui/drawing.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/shell.h"
#include "plot/surface.h"
#include "record/run_files.h"
#include "ui/tui/pages/yes_or_no.h"
#include "ui/tui/state.h"

struct drawing_task {
    struct task task;
    struct workbench *workbench;
    struct page_figure figure;
    char *path;        /* of the file; null: it is to be found, */
    char *run;         /* in this run's directory, unless that is null, */
    char *run_name;    /* else under a name that begins so, */
    char *not_in;      /* not in this directory, which is only read, or null, */
    char *last_resort; /* and where that is not possible, in this one */
    bool drawn;
    struct error err;
};

static void free_drawing(struct drawing_task *own)
{
    if (own->figure.forget && own->figure.own)
        own->figure.forget(own->figure.own);
    memory_free(own->path);
    memory_free(own->run);
    memory_free(own->run_name);
    memory_free(own->not_in);
    memory_free(own->last_resort);
    memory_free(own);
}

/* Where it goes */

/* Whether a directory is another one, or lies in it. */
static bool is_within(const char *directory, const char *other)
{
    char whole[PATH_MAX], whole_other[PATH_MAX];
    if (!other || !realpath(directory, whole) || !realpath(other, whole_other))
        return false;
    size_t length = strlen(whole_other);
    return strncmp(whole, whole_other, length) == 0 &&
           (whole[length] == '/' || whole[length] == '\0');
}

/* "learn.svg", "learn-2.svg", ...: the first that is free; null with the error set. */
static char *find_free(const char *directory, const char *front, const char *name,
                       struct error *err)
{
    for (unsigned number = 1;; number++) {
        char suffix[16] = "";
        if (number > 1)
            snprintf(suffix, sizeof suffix, "-%u", number);
        char *file = memory_format(err, "%s%s%s%s.svg", front, *front ? "-" : "", name, suffix);
        char *path = file ? file_join(directory, file, err) : NULL;
        memory_free(file);
        if (!path || !file_exists(path))
            return path;
        memory_free(path);
    }
}

/* The directory that a figure goes to, in a new string: that of a run is made. */
static char *find_directory(const struct drawing_task *own, struct error *err)
{
    char here[PATH_MAX];
    char *directory = NULL;
    if (own->run)
        directory = file_join(own->run, RUN_FIGURES, err);
    else if (getcwd(here, sizeof here) && access(here, W_OK) == 0 && !is_within(here, own->not_in))
        return memory_string(here, err);
    else
        directory = memory_string(own->last_resort, err);
    if (directory && file_make_directories(directory, err))
        return directory;
    memory_free(directory);
    return NULL;
}

static bool find_path(struct drawing_task *own)
{
    char *directory = find_directory(own, &own->err);
    if (directory)
        own->path =
            find_free(directory, own->run ? "" : own->run_name, own->figure.name, &own->err);
    memory_free(directory);
    return own->path;
}

/* Drawing it */

static void draw_work(struct task *task)
{
    struct drawing_task *own = (struct drawing_task *)task;
    const struct page_figure *figure = &own->figure;
    bool was_given = own->path;
    if (!was_given && !find_path(own))
        return;
    struct surface *surface = surface_new(own->path, figure->width, figure->height, &own->err);
    own->drawn = surface &&
                 figure->draw(figure->own, surface, figure->width, figure->height, &own->err) &&
                 surface_write(surface, &own->err);
    surface_free(surface);
    if (own->drawn || was_given || !own->run)
        return;
    char *directory = file_directory(own->path, NULL);
    if (directory)
        rmdir(directory); /* which has nothing in it where it was made in vain */
    memory_free(directory);
}

static void draw_done(struct task *task)
{
    struct drawing_task *own = (struct drawing_task *)task;
    struct text path = {0};
    char *whole = own->drawn ? file_resolve(own->path, ".", NULL) : NULL;
    if (own->drawn)
        shell_add_word(&path, whole ? whole : own->path);
    if (!own->drawn)
        workbench_say(own->workbench, true, "%s", own->err.message);
    else
        workbench_say(own->workbench, false, "the figure is %s",
                      path.failed ? own->path : path.bytes);
    text_free(&path);
    memory_free(whole);
    free_drawing(own);
}

/* What else the task has to know of the run. */
static bool take_places(struct workbench *workbench, struct drawing_task *own, struct error *err)
{
    const char *directory = workbench_run_directory(workbench);
    char *beside = file_directory(workbench->paths->runs, err);
    own->last_resort = beside ? file_join(beside, RUN_FIGURES, err) : NULL;
    memory_free(beside);
    own->run_name = memory_string(workbench_run_name(workbench), err);
    if (!own->last_resort || !own->run_name)
        return false;
    char **place = workbench->view.is_followed ? &own->not_in : &own->run;
    return !directory || (*place = memory_string(directory, err));
}

static const struct page_ops *find_page(const struct workbench *workbench)
{
    const struct page_ops *page = pages_drawn(&workbench->pages);
    return page->figure ? page : NULL;
}

/* path is taken over. */
static void draw(struct workbench *workbench, char *path)
{
    struct error err;
    const struct page_ops *page = find_page(workbench);
    struct drawing_task *own = page ? workbench_new_task(workbench, sizeof *own) : NULL;
    if (!own) {
        memory_free(path);
        return;
    }
    own->path = path;
    own->workbench = workbench;
    own->task = (struct task){.work = draw_work, .done = draw_done};
    if (!surface_check_path(path ? path : "figure.svg", &err) ||
        !take_places(workbench, own, &err) || !page->figure(workbench, &own->figure, &err)) {
        workbench_say(workbench, true, "%s", err.message);
        free_drawing(own);
        return;
    }
    worker_add(workbench->worker, &own->task);
}

/* The request */

static void draw_over(struct workbench *workbench)
{
    char *path = workbench->figure_path;
    workbench->figure_path = NULL;
    draw(workbench, path);
}

static void ask_over(struct workbench *workbench, char *path)
{
    memory_free(workbench->figure_path);
    workbench->figure_path = path;
    yes_or_no_ask(workbench, draw_over, "There is a file %s. Put the figure in its place?",
                  file_name(path));
}

void drawing_figure(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    struct error err;
    char *path = *call->argument ? paths_expand(call->argument, &err) : NULL;
    if (*call->argument && !path)
        workbench_say(workbench, true, "%s", err.message);
    else if (!find_page(workbench)) {
        workbench_say(workbench, false,
                      "this page has no figure: charts, answers, the map and heads do");
        memory_free(path);
    } else if (path && !surface_check_path(path, &err)) {
        workbench_say(workbench, true, "%s", err.message);
        memory_free(path);
    } else if (path && file_exists(path))
        ask_over(workbench, path);
    else
        draw(workbench, path);
}
