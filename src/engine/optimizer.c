#include "engine/optimizer.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "base/multiversion.h"
#include "base/subnormals.h"

/* Numbers that are updated in one visit: 16 KiB an array stay in the first cache. */
#define CHUNK ((size_t)4096)

/* The same for all numbers of one update. */
struct update {
    real keep_first, add_first;   /* beta1, 1 - beta1 */
    real keep_second, add_second; /* beta2, 1 - beta2 */
    real scale;                   /* clipping */
    real rate;                    /* lr / (1 - beta1^t) */
    real root;                    /* 1 / sqrt(1 - beta2^t) */
    real epsilon;
    real shrink; /* lr * decay */
};

bool optimizer_init(struct optimizer *optimizer, const struct optimizer_options *options,
                    size_t size, struct error *err)
{
    *optimizer = (struct optimizer){.options = *options, .size = size};
    optimizer->first = memory_new_aligned(size, sizeof(real), err);
    optimizer->second = memory_new_aligned(size, sizeof(real), err);
    if (optimizer->first && optimizer->second)
        return true;
    optimizer_free(optimizer);
    return false;
}

void optimizer_free(struct optimizer *optimizer)
{
    memory_free(optimizer->first);
    memory_free(optimizer->second);
    *optimizer = (struct optimizer){0};
}

void optimizer_reset(struct optimizer *optimizer)
{
    memset(optimizer->first, 0, optimizer->size * sizeof *optimizer->first);
    memset(optimizer->second, 0, optimizer->size * sizeof *optimizer->second);
    optimizer->updates = 0;
}

static bool is_frozen(const struct optimizer *optimizer, const struct parameter *parameter)
{
    return optimizer->frozen & 1u << parameter->part;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The numbers of a parameter that lie in the range; none where begin >= end. */
static struct number_range part_of(const struct parameter *parameter, struct number_range range)
{
    return (struct number_range){
        larger(parameter->offset, range.begin),
        smaller(parameter->offset + parameter->rows * parameter->cols, range.end)};
}

void optimizer_clear_frozen(const struct optimizer *optimizer, const struct model *model,
                            struct number_range range, real *gradient)
{
    for (size_t p = 0; optimizer->frozen && p < model->parameters; p++) {
        struct number_range part = part_of(&model->parameter[p], range);
        if (is_frozen(optimizer, &model->parameter[p]) && part.begin < part.end)
            memset(gradient + part.begin, 0, (part.end - part.begin) * sizeof *gradient);
    }
}

MULTIVERSION
static void update_chunk(const struct update *u, real *restrict weight, real *restrict first,
                         real *restrict second, const real *restrict gradient, real shrink,
                         size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        real g = gradient[i] * u->scale;
        first[i] = u->keep_first * first[i] + u->add_first * g;
        second[i] = u->keep_second * second[i] + u->add_second * g * g;
        real step = u->rate * first[i] / ((real)sqrt(second[i]) * u->root + u->epsilon);
        weight[i] -= step + shrink * weight[i];
    }
}

/* Columns of a parameter, the first ones, that the model does without. */
static size_t unused_cols(const struct model *model, const struct parameter *parameter)
{
    return model->reference ? parameter->pattern_cols : 0;
}

/* Updates the part of one parameter's numbers that lies in [begin, end): row by row where some
 * columns are passed over, otherwise at once. */
static void update_parameter(struct optimizer *optimizer, struct model *model,
                             const struct parameter *parameter, const struct update *u,
                             const real *gradient, struct number_range range, size_t begin,
                             size_t end)
{
    size_t unused = unused_cols(model, parameter);
    size_t line = unused > 0 ? parameter->cols : parameter->rows * parameter->cols;
    struct number_range part = part_of(parameter, (struct number_range){begin, end});
    if (part.begin >= part.end || is_frozen(optimizer, parameter))
        return;
    for (size_t at = part.begin - (part.begin - parameter->offset) % line; at < part.end;
         at += line) {
        size_t from = larger(part.begin, at + unused), to = smaller(part.end, at + line);
        if (from < to)
            update_chunk(u, model->weight + from, optimizer->first + from, optimizer->second + from,
                         gradient + (from - range.begin), parameter->decays ? u->shrink : 0,
                         to - from);
    }
}

void optimizer_update(struct optimizer *optimizer, struct model *model, const real *gradient,
                      struct number_range range, double norm, double lr, size_t threads)
{
    const struct optimizer_options *o = &optimizer->options;
    double updates = (double)++optimizer->updates;
    struct update u = {
        .keep_first = (real)o->beta1,
        .add_first = (real)(1 - o->beta1),
        .keep_second = (real)o->beta2,
        .add_second = (real)(1 - o->beta2),
        .scale = (real)(o->clip > 0 && norm > o->clip ? o->clip / norm : 1),
        .rate = (real)(lr / (1 - pow(o->beta1, updates))),
        .root = (real)(1 / sqrt(1 - pow(o->beta2, updates))),
        .epsilon = (real)o->epsilon,
        .shrink = (real)(lr * o->weight_decay),
    };
    size_t chunks = (range.end - range.begin + CHUNK - 1) / CHUNK;
#pragma omp parallel for schedule(static) num_threads((int)threads)
    for (size_t c = 0; c < chunks; c++) {
        size_t begin = range.begin + c * CHUNK;
        subnormals_flush();
        for (size_t p = 0; p < model->parameters; p++)
            update_parameter(optimizer, model, &model->parameter[p], &u, gradient, range, begin,
                             smaller(begin + CHUNK, range.end));
    }
}
