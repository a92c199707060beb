#include "figure/figures.h"

#include "figure/figure_ops.h"
#include "figure/figure_sketch.h"
#include "lab/groups.h"
#include "plot/plot.h"
#include "plot/surface.h"

static bool draw_plot(const struct run_result *result, size_t count,
                      const struct figure_options *options, struct surface *surface, double width,
                      double height, struct error *err)
{
    struct groups groups;
    struct sketch sketch = {0};
    if (!groups_init(&groups, result, count, err))
        return false;
    bool ok = figure_ops[options->kind]->sketch(&sketch, &groups, options, err) &&
              plot_draw(&sketch.plot, surface, width, height, err);
    sketch_free(&sketch);
    groups_free(&groups);
    return ok;
}

bool figures_draw(const struct run_result *result, size_t count,
                  const struct figure_options *options, const char *path, struct error *err)
{
    double width = options->width * SURFACE_POINTS_PER_MILLIMETRE;
    double height = options->height * SURFACE_POINTS_PER_MILLIMETRE;
    if (!surface_check_path(path, err))
        return false;
    struct surface *surface = surface_new(path, width, height, err);
    if (!surface)
        return false;
    const struct figure_ops *ops = figure_ops[options->kind];
    bool drawn =
        (ops->draw ? ops->draw : draw_plot)(result, count, options, surface, width, height, err);
    bool ok = drawn && surface_write(surface, err);
    surface_free(surface);
    return ok;
}
