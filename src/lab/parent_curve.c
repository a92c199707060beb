#include "lab/parent_curve.h"

#include "base/memory.h"
#include "lab/session_follow.h"
#include "record/parent.h"
#include "record/run_files.h"
#include "record/run_renames.h"

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

static bool set(struct parent_curve *curve, uint64_t step, const struct strings *run,
                const struct strings *keys, struct error *err)
{
    if (!overlay_set(&curve->overlay, run, keys, err))
        return false;
    curve->overlay.run[0].since = (double)step;
    curve->step = step;
    return true;
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
                strings_add(&key, loss, NULL) && set(curve, parent.step, &run, &key, NULL) &&
                look_once(&curve->overlay, paths);
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

/* A parent that was given another name since. */
static void follow_rename(struct parent_curve *curve)
{
    struct overlay_run *run = curve->overlay.run;
    if (run_files_is_run(run->directory))
        return;
    char *now = run_renames_follow(run->directory, RUN_RENAMES_LAST, NULL);
    if (now && run_files_is_run(now)) {
        char *before = run->directory;
        run->directory = now;
        now = before;
    }
    memory_free(now);
}

bool parent_curve_ask(struct parent_curve *curve, const struct strings *keys, struct error *err)
{
    struct strings run = {.count = 0};
    if (parent_curve_run(curve))
        follow_rename(curve);
    bool asked = !parent_curve_run(curve) || (strings_add(&run, parent_curve_run(curve), err) &&
                                              set(curve, curve->step, &run, keys, err));
    strings_free(&run);
    return asked;
}
