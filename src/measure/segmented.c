/* The residual sum of squares is profiled over the breakpoint. For a breakpoint held fast the model
 * is linear, and of its columns only one depends on the breakpoint. The others are made orthonormal
 * once and taken out of y (Frisch and Waugh 1933); what is left is a regression on one column. The
 * profile is smooth between neighbouring points but may have a minimum in every gap: a grid finds
 * the dents and a golden section search their bottoms. */
#include "measure/segmented.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "base/memory.h"

enum {
    BESIDE_BREAKPOINT =
        2, /* points that each piece beside the breakpoint keeps: a line needs two */
    GRID_LEAST = 128,
    GRID_PER_POINT = 4,
    REFINEMENTS = 40, /* of one part in a few of the distance between two points */
    FIXED_MOST = 2,
};
#define CONFIDENCE 0.95
#define GOLDEN     0.6180339887498949

struct profile {
    const double *x; /* [count] */
    size_t count, fixed;
    double direction;           /* 1: the line leads away behind the breakpoint; -1: before it */
    double *column[FIXED_MOST]; /* [fixed][count] orthonormal: 1, max(0, x - other) */
    double *rest;               /* [count] y without what the fixed columns explain */
    double *bent;               /* [count] the breakpoint's column without the same */
    double *storage;
};

static double dot(const double *a, const double *b, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

static void add_scaled(double *to, double factor, const double *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] += factor * from[i];
}

/* Takes out of a column what the fixed ones explain; twice, for the rounding of the first time. */
static void take_out(const struct profile *profile, double *column)
{
    for (int time = 0; time < 2; time++)
        for (size_t j = 0; j < profile->fixed; j++)
            add_scaled(column, -dot(profile->column[j], column, profile->count), profile->column[j],
                       profile->count);
}

/* Adds the column in profile->bent to the fixed ones, if they do not explain it already. */
static void fix_column(struct profile *profile)
{
    double size = dot(profile->bent, profile->bent, profile->count);
    take_out(profile, profile->bent);
    double left = dot(profile->bent, profile->bent, profile->count);
    double *column = profile->column[profile->fixed];
    if (left <= 1e-20 * size)
        return;
    for (size_t i = 0; i < profile->count; i++)
        column[i] = profile->bent[i] / sqrt(left);
    profile->fixed++;
}

static bool profile_init(struct profile *profile, enum segmented_kind kind, const double *x,
                         const double *y, size_t count, const double *other, struct error *err)
{
    *profile = (struct profile){
        .x = x,
        .count = count,
        .direction = kind == SEGMENTED_LEVEL_BEFORE ? 1 : -1,
    };
    profile->storage = memory_new((FIXED_MOST + 2) * count, sizeof *profile->storage, err);
    if (!profile->storage)
        return false;
    for (size_t j = 0; j < FIXED_MOST; j++)
        profile->column[j] = profile->storage + j * count;
    profile->rest = profile->storage + FIXED_MOST * count;
    profile->bent = profile->rest + count;
    for (size_t i = 0; i < count; i++)
        profile->bent[i] = 1;
    fix_column(profile);
    for (size_t i = 0; other && i < count; i++)
        profile->bent[i] = fmax(0, x[i] - *other);
    if (other)
        fix_column(profile);
    for (size_t i = 0; i < count; i++)
        profile->rest[i] = y[i];
    take_out(profile, profile->rest);
    return true;
}

/* The residual sum of squares with this breakpoint, the residuals and the breakpoint's factor; both
 * may be null. */
static double profile_at(struct profile *profile, double breakpoint, double *residual, double *rise)
{
    for (size_t i = 0; i < profile->count; i++)
        profile->bent[i] = fmax(0, profile->direction * (profile->x[i] - breakpoint));
    take_out(profile, profile->bent);
    double size = dot(profile->bent, profile->bent, profile->count);
    double factor = size > 0 ? dot(profile->bent, profile->rest, profile->count) / size : 0;
    double squares = 0;
    for (size_t i = 0; i < profile->count; i++) {
        double left = profile->rest[i] - factor * profile->bent[i];
        squares += left * left;
        if (residual)
            residual[i] = left;
    }
    if (rise)
        *rise = factor;
    return squares;
}

static double profile_squares(struct profile *profile, double breakpoint)
{
    return profile_at(profile, breakpoint, NULL, NULL);
}

/* The bottom of the profile between two breakpoints around it. */
static double profile_bottom(struct profile *profile, double low, double high)
{
    double left = high - GOLDEN * (high - low), right = low + GOLDEN * (high - low);
    double at_left = profile_squares(profile, left), at_right = profile_squares(profile, right);
    for (int i = 0; i < REFINEMENTS; i++) {
        if (at_left <= at_right) {
            high = right;
            right = left;
            at_right = at_left;
            left = high - GOLDEN * (high - low);
            at_left = profile_squares(profile, left);
        } else {
            low = left;
            left = right;
            at_left = at_right;
            right = low + GOLDEN * (high - low);
            at_right = profile_squares(profile, right);
        }
    }
    return at_left <= at_right ? left : right;
}

/* Where the profile crosses the threshold between a breakpoint inside and one outside. */
static double profile_crossing(struct profile *profile, double inside, double outside,
                               double threshold)
{
    for (int i = 0; i < REFINEMENTS; i++) {
        double middle = (inside + outside) / 2;
        if (profile_squares(profile, middle) <= threshold)
            inside = middle;
        else
            outside = middle;
    }
    return inside;
}

/* By how much the variance of a mean grows because each residual resembles the one before: as in a
 * first-order autoregression, (1 + r) / (1 - r), if r is larger than chance makes it in one row of
 * residuals out of twenty; else 1. */
static double resemblance(const double *residual, size_t count)
{
    double squares = dot(residual, residual, count);
    double r = squares > 0 ? dot(residual, residual + 1, count - 1) / squares : 0;
    double by_chance = gsl_cdf_ugaussian_Pinv(CONFIDENCE) / sqrt((double)count);
    return r > by_chance ? (1 + r) / (1 - r) : 1;
}

/* Knots at which the profile is looked at: 0 .. cells. */
struct grid {
    double first, last;
    size_t cells;
    double *squares; /* [cells + 1] */
};

static double grid_breakpoint(const struct grid *grid, size_t i)
{
    return grid->first + (grid->last - grid->first) * ((double)i / (double)grid->cells);
}

/* The outermost breakpoints on either side of segmented->breakpoint, which lies in the cell before
 * grid breakpoint `above`, whose sum of squares is within the threshold. Beyond the grid no
 * breakpoint can be tried. */
static void find_interval(struct segmented *segmented, struct profile *profile,
                          const struct grid *grid, size_t above, double threshold)
{
    segmented->low = segmented->high = segmented->breakpoint;
    size_t low = above, high = above;
    for (size_t i = 0; i < above && low == above; i++)
        low = grid->squares[i] <= threshold ? i : low;
    for (size_t i = grid->cells + 1; i-- > above && high == above;)
        high = grid->squares[i] <= threshold ? i + 1 : high;
    if (low < above)
        segmented->low = grid_breakpoint(grid, low);
    if (high > above)
        segmented->high = grid_breakpoint(grid, high - 1);
    segmented->low = low == 0 ? -INFINITY
                              : profile_crossing(profile, segmented->low,
                                                 grid_breakpoint(grid, low - 1), threshold);
    segmented->high = high > grid->cells ? INFINITY
                                         : profile_crossing(profile, segmented->high,
                                                            grid_breakpoint(grid, high), threshold);
}

/* The bottom of the deepest of all dents in the profile. */
static double find_lowest(struct profile *profile, const struct grid *grid)
{
    double lowest = grid_breakpoint(grid, 0), least = grid->squares[0];
    for (size_t i = 0; i <= grid->cells; i++) {
        size_t before = i > 0 ? i - 1 : i, behind = i < grid->cells ? i + 1 : i;
        if (grid->squares[i] > grid->squares[before] || grid->squares[i] > grid->squares[behind])
            continue;
        double bottom =
            profile_bottom(profile, grid_breakpoint(grid, before), grid_breakpoint(grid, behind));
        double squares = profile_squares(profile, bottom);
        bool lower = squares <= grid->squares[i];
        if (fmin(squares, grid->squares[i]) < least) {
            lowest = lower ? bottom : grid_breakpoint(grid, i);
            least = lower ? squares : grid->squares[i];
        }
    }
    return lowest;
}

static void find_breakpoint(struct segmented *segmented, struct profile *profile,
                            const struct grid *grid, size_t parameters, double *residual)
{
    for (size_t i = 0; i <= grid->cells; i++)
        grid->squares[i] = profile_squares(profile, grid_breakpoint(grid, i));
    segmented->breakpoint = find_lowest(profile, grid);
    double least = profile_at(profile, segmented->breakpoint, residual, &segmented->rise);
    double freedom = (double)(profile->count - parameters);
    double threshold = gsl_cdf_fdist_Pinv(CONFIDENCE, 1, freedom) / freedom;
    threshold = least * (1 + threshold * resemblance(residual, profile->count));
    size_t above = 0;
    while (above <= grid->cells && grid_breakpoint(grid, above) < segmented->breakpoint)
        above++;
    find_interval(segmented, profile, grid, above, threshold);
}

static size_t points_up_to(const double *x, size_t count, double end)
{
    size_t points = 0;
    while (points < count && x[points] <= end)
        points++;
    return points;
}

bool segmented_fit(struct segmented *segmented, enum segmented_kind kind, const double *x,
                   const double *y, size_t count, const double *other, double *residual,
                   bool *found, struct error *err)
{
    size_t parameters = other ? 4 : 3; /* the breakpoint, and a factor for each column */
    size_t ahead = other ? points_up_to(x, count, *other) : count;
    *found = count > parameters && ahead >= 2 * BESIDE_BREAKPOINT;
    if (!*found)
        return true;
    struct grid grid = {
        .first = x[BESIDE_BREAKPOINT - 1],
        .last = x[ahead - BESIDE_BREAKPOINT],
        .cells = GRID_PER_POINT * count > GRID_LEAST ? GRID_PER_POINT * count : GRID_LEAST,
    };
    struct profile profile;
    grid.squares = memory_new(grid.cells + 1, sizeof *grid.squares, err);
    bool done = grid.squares && profile_init(&profile, kind, x, y, count, other, err);
    if (done) {
        find_breakpoint(segmented, &profile, &grid, parameters, residual);
        memory_free(profile.storage);
    }
    memory_free(grid.squares);
    return done;
}
