#include "ui/tui/widgets/measure_curve.h"

#include <math.h>
#include <string.h>

/* Which attribute a path is of; false where the facts have none of that name. */
static bool find_attribute(struct measure_curve *curve)
{
    size_t length = 0;
    const char *key = measure_attribute(curve->path, &length);
    const struct fact_set *facts = curve->view->facts;
    for (size_t a = 0; key && a < facts->attributes; a++)
        if (strlen(facts->attribute[a].key) == length &&
            strncmp(facts->attribute[a].key, key, length) == 0) {
            curve->index = a;
            return true;
        }
    return false;
}

bool measure_curve_find(struct measure_curve *curve, const struct view *view, const char *path)
{
    uint64_t index[MEASURE_INDICES] = {0};
    *curve = (struct measure_curve){.view = view, .path = path, .measure = measure_find(path)};
    if (!curve->measure || !measure_is_one_number(curve->measure, path))
        return false;
    if (curve->measure->set == MEASURE_ATTRIBUTE)
        return find_attribute(curve);
    size_t indices = measure_indices(path, index);
    curve->of_head = indices > 1;
    curve->index = (size_t)index[0];
    curve->head = (size_t)index[1];
    return curve->measure->set != MEASURE_GROUP || curve->index < SAMPLING_MAX_GROUPS;
}

static struct chart_point training_at(const void *from, size_t at)
{
    const struct measure_curve *curve = from;
    const struct training_point *point = &curve->view->curves.training[at];
    return (struct chart_point){(double)point->step, measure_number(curve->measure, point, 0)};
}

static struct chart_point evaluation_at(const void *from, size_t at)
{
    const struct measure_curve *curve = from;
    const struct evaluation_point *point = &curve->view->curves.evaluation[at];
    enum measure_set set = curve->measure->set;
    bool has = set == MEASURE_GROUP    ? curve->index < point->groups
               : set == MEASURE_SUBSET ? point->subset > 0
               : set == MEASURE_TUNED  ? point->tuned > 0
                                       : true;
    return (struct chart_point){(double)point->step,
                                has ? measure_number(curve->measure, point, curve->index) : NAN};
}

static struct chart_point circuits_at(const void *from, size_t at)
{
    const struct measure_curve *curve = from;
    struct circuits_point point = circuit_track_point(&curve->view->curves.circuits, at);
    const struct circuits *of = curve->measure->is_of_new ? &point.held_out : &point.known;
    struct chart_point nothing = {(double)point.step, NAN};
    if (curve->index >= of->layers || curve->head >= of->heads)
        return nothing;
    return (struct chart_point){
        (double)point.step,
        curve->of_head ? circuits_of_head(of, curve->measure->circuit, curve->index, curve->head)
                       : circuits_of_layer(of, curve->measure->circuit, curve->index)};
}

struct chart_series measure_curve_series(const struct measure_curve *curve, struct envelope *kept)
{
    const struct curves *curves = &curve->view->curves;
    if (measure_is_of_training(curve->measure))
        return (struct chart_series){curve, curves->trainings, training_at, kept};
    if (curve->measure->set == MEASURE_CIRCUIT)
        return (struct chart_series){curve, curves->circuits.points, circuits_at, kept};
    return (struct chart_series){curve, curves->evaluations, evaluation_at, kept};
}

struct chart_point measure_curve_looked_at(const struct measure_curve *curve)
{
    const struct chart_series series = measure_curve_series(curve, NULL);
    double cursor = curve->view->has_cursor ? (double)curve->view->cursor : INFINITY;
    size_t low = 0, high = series.count; /* points up to the cursor */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (series.point(curve, middle).x <= cursor)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? series.point(curve, low - 1) : (struct chart_point){cursor, NAN};
}
