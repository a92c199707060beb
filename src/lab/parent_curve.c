#include "lab/parent_curve.h"

#include "base/memory.h"
#include "lab/session_follow.h"
#include "record/parent.h"

static const char loss[] = "attr_loss";

/* Of a branch that was opened just now the record may not be written yet. */
static bool find_parent(struct parent *parent, const struct session *session,
                        const struct branch *branch)
{
    struct trainer_status status;
    const char *directory = session->run.directory;
    if (!branch)
        return directory && parent_read(parent, directory, NULL) && parent->run;
    session_status(session, &status);
    parent->step = status.step;
    parent->run = memory_string(branch->run, NULL);
    return parent->run != NULL;
}

static bool look_once(struct overlay *overlay, const struct paths *paths)
{
    bool changed;
    struct overlay_look *look = overlay_look_new(overlay, paths, NULL);
    if (look)
        overlay_look_read(look, SIZE_MAX);
    bool taken = look && overlay_take(overlay, look, &changed, NULL);
    overlay_look_free(look);
    return taken;
}

void parent_curve_read(struct parent_curve *curve, const struct session *session,
                       const struct branch *branch, const struct paths *paths)
{
    struct parent parent = {.run = NULL};
    struct strings run = {.count = 0}, key = {.count = 0};
    *curve = (struct parent_curve){.step = 0};
    bool read = find_parent(&parent, session, branch) && strings_add(&run, parent.run, NULL) &&
                strings_add(&key, loss, NULL) && overlay_set(&curve->overlay, &run, &key, NULL) &&
                look_once(&curve->overlay, paths);
    curve->step = parent.step;
    if (!read)
        parent_curve_free(curve);
    strings_free(&run);
    strings_free(&key);
    parent_free(&parent);
}

void parent_curve_free(struct parent_curve *curve)
{
    overlay_free(&curve->overlay);
    *curve = (struct parent_curve){.step = 0};
}

const char *parent_curve_run(const struct parent_curve *curve)
{
    return curve->overlay.runs > 0 ? curve->overlay.run[0].directory : NULL;
}

/* Without what comes before the step, but for the point at it. */
struct series parent_curve_series(const struct parent_curve *curve)
{
    size_t first = 0;
    if (curve->overlay.runs == 0)
        return (struct series){.count = 0};
    const struct series *whole = &overlay_curve(&curve->overlay, 0, loss)->series;
    while (first < whole->count && whole->x[first] < (double)curve->step)
        first++;
    return (struct series){whole->x + first, whole->y + first, whole->count - first};
}
