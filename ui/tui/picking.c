#include "ui/tui/picking.h"

#include <string.h>

#include "base/memory.h"
#include "ui/tui/pages/learn.h"
#include "ui/tui/state.h"

struct measured_shape picking_shape(const struct workbench *workbench)
{
    const struct session *session = workbench->session;
    const struct curves *curves = &workbench->view.curves;
    const size_t last = curves->evaluations - 1;
    return (struct measured_shape){
        .facts = &session->facts,
        .asks_new = !workbench->view.all_known,
        .groups = curves->evaluations > 0 ? curves->evaluation[last].groups : 0,
        .layers = curves->circuits.layers,
        .heads = curves->circuits.heads,
    };
}

/* What is drawn of others has to be read. */
static void show(struct workbench *workbench)
{
    workbench->picks.changes++;
    workbench->changed = true;
    picking_show(workbench);
    if (workbench->picks.path.count == 0)
        learn_show_loss(&workbench->view);
}

void picking_show(struct workbench *workbench)
{
    workbench->view.picked = &workbench->picks.path;
    if (workbench->picks.path.count > 0)
        learn_show_picked(&workbench->view);
}

static bool refuse_more(struct error *err)
{
    return error_set(err, ERROR_INPUT, "no more than %d measures can be on the chart", VIEW_PICKED);
}

void picking_toggle(struct workbench *workbench, const char *path)
{
    struct strings *picked = &workbench->picks.path;
    struct error err;
    if (strings_has(picked, path))
        strings_remove(picked, path);
    else if (!(picked->count < VIEW_PICKED ? strings_add(picked, path, &err) : refuse_more(&err)))
        workbench_say(workbench, true, "%s", err.message);
    show(workbench);
}

/* The parts between commas and blanks, each once. */
static bool read_paths(const struct workbench *workbench, const char *argument,
                       struct strings *paths, struct error *err)
{
    static const char between[] = ", ";
    const struct measured_shape shape = picking_shape(workbench);
    bool read = true;
    for (argument += strspn(argument, between); read && *argument;) {
        size_t length = strcspn(argument, between);
        char *path = memory_format(err, "%.*s", (int)length, argument);
        read = path && measure_path_check(&shape, path, err) &&
               (strings_has(paths, path) || strings_add(paths, path, err));
        memory_free(path);
        argument += length + strspn(argument + length, between);
    }
    return read;
}

bool picking_take(struct workbench *workbench, const char *list, struct error *err)
{
    struct strings paths = {.count = 0};
    if (!read_paths(workbench, list, &paths, err) ||
        (paths.count > VIEW_PICKED && !refuse_more(err))) {
        strings_free(&paths);
        return false;
    }
    strings_free(&workbench->picks.path);
    workbench->picks.path = paths;
    show(workbench);
    return true;
}

void picking_choose(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    char word[REQUEST_WORD];
    struct error err;
    if (!picking_take(workbench, call->argument, &err))
        workbench_reply(workbench, call->line, ENTRY_ERROR, err.message);
    else
        workbench_say(workbench, false, "%s leads back to the loss, and here again",
                      request_word(&workbench->keys, "learn", word));
}
