#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "engine/gradient_sum.h"
#include "engine/optimizer.h"
#include "engine/shards.h"
#include "tests/larger.h"

static const struct model_options shape = {
    .layers = 1,
    .heads = 3,
    .d_model = 15,
    .d_hidden = 31,
    .d_key = 5,
    .vocab = 211,
    .max_length = 9,
    .norm = NORM_LAYER,
    .positions = POSITIONS_LEARNED,
    .bias = true,
};

static const struct optimizer_options standard = {
    .beta1 = 0.9,
    .beta2 = 0.95,
    .epsilon = 1e-8,
    .weight_decay = 0.1,
};

/* A model with random weights and shards that hold random gradients. */
struct fixture {
    struct model model;
    struct shards shards;
    struct optimizer optimizer;
};

static void fill(real *array, size_t size, uint64_t stream)
{
    struct random random = random_stream(1, RANDOM_TEST, stream, 0);
    for (size_t i = 0; i < size; i++)
        array[i] = (real)random_normal(&random);
}

static void open_fixture(struct fixture *f, size_t shards, size_t threads,
                         const struct optimizer_options *options)
{
    struct error err;
    assert_true(model_init(&f->model, &shape, &err));
    assert_true(shards_init(&f->shards, &shape, shards, threads, true, &err));
    assert_true(optimizer_init(&f->optimizer, options, f->model.size, &err));
    fill(f->model.weight, f->model.size, 100);
    for (size_t s = 0; s < shards; s++)
        fill(f->shards.gradient[s], f->model.size, s);
}

static double sum(struct fixture *f)
{
    return gradient_sum(f->shards.gradient, f->shards.count, f->shards.size, f->shards.threads);
}

static void update(struct fixture *f, double norm, double lr)
{
    optimizer_update(&f->optimizer, &f->model, f->shards.gradient[0],
                     (struct number_range){0, f->shards.size}, norm, lr, f->shards.threads);
}

static void close_fixture(struct fixture *f)
{
    optimizer_free(&f->optimizer);
    shards_free(&f->shards);
    model_free(&f->model);
}

/* The formula in double precision, of every number of every parameter, over several updates. */
static void updates_follow_the_formula(void **state)
{
    (void)state;
    enum { UPDATES = 5 };
    struct fixture f;
    open_fixture(&f, 1, 1, &standard);
    size_t size = f.model.size;
    double *w = memory_new(size, sizeof *w, NULL), *m = memory_new(size, sizeof *m, NULL);
    double *v = memory_new(size, sizeof *v, NULL), largest = 0;
    for (size_t i = 0; i < size; i++)
        w[i] = (double)f.model.weight[i];
    for (int t = 1; t <= UPDATES; t++) {
        double lr = 1e-2 / t;
        fill(f.shards.gradient[0], size, (uint64_t)t);
        for (size_t p = 0; p < f.model.parameters; p++) {
            const struct parameter *parameter = &f.model.parameter[p];
            double decay = parameter->decays ? standard.weight_decay : 0;
            for (size_t k = 0; k < parameter->rows * parameter->cols; k++) {
                size_t i = parameter->offset + k;
                double g = (double)f.shards.gradient[0][i];
                m[i] = 0.9 * m[i] + 0.1 * g;
                v[i] = 0.95 * v[i] + 0.05 * g * g;
                double step = m[i] / (1 - pow(0.9, t)) / (sqrt(v[i] / (1 - pow(0.95, t))) + 1e-8);
                w[i] -= lr * (step + decay * w[i]);
            }
        }
        update(&f, sum(&f), lr);
    }
    for (size_t p = 0; p < f.model.parameters; p++)
        for (size_t k = 0; k < f.model.parameter[p].rows * f.model.parameter[p].cols; k++) {
            size_t i = f.model.parameter[p].offset + k;
            double residual = fabs((double)f.model.weight[i] - w[i]) / (1 + fabs(w[i]));
            largest = larger(largest, residual);
        }
    print_message("largest relative difference from double precision: %.2e\n", largest);
    /* A few roundings of 2^-24 for each of five updates. */
    assert_true(largest < 20 * UPDATES * 0x1p-24);
    memory_free(w);
    memory_free(m);
    memory_free(v);
    close_fixture(&f);
}

static void vectors_do_not_decay_and_matrices_do(void **state)
{
    (void)state;
    struct fixture f;
    open_fixture(&f, 1, 1, &standard);
    memset(f.shards.gradient[0], 0, f.model.size * sizeof(real));
    size_t decayed = 0, kept = 0;
    for (size_t i = 0; i < f.model.size; i++)
        f.model.weight[i] = 1;
    update(&f, sum(&f), 0.5);
    for (size_t p = 0; p < f.model.parameters; p++) {
        const struct parameter *parameter = &f.model.parameter[p];
        double expected = parameter->decays ? 1 - 0.5 * 0.1 : 1;
        decayed += parameter->decays;
        kept += !parameter->decays;
        for (size_t k = 0; k < parameter->rows * parameter->cols; k++)
            assert_true(fabs((double)f.model.weight[parameter->offset + k] - expected) < 1e-6);
    }
    assert_true(decayed > 0 && kept > 0);
    close_fixture(&f);
}

static void the_norm_is_that_of_the_sum_of_shards(void **state)
{
    (void)state;
    enum { SHARDS = 3 };
    struct fixture f;
    open_fixture(&f, SHARDS, 2, &standard);
    double squares = 0;
    for (size_t i = 0; i < f.model.size; i++) {
        double number = 0;
        for (size_t s = 0; s < SHARDS; s++)
            number += (double)f.shards.gradient[s][i];
        squares += number * number;
    }
    double norm = sum(&f);
    assert_true(fabs(norm / sqrt(squares) - 1) < 1e-6);
    close_fixture(&f);
}

/* By recursion: a node of the tree is the sum of the node of its first half, which is the largest
 * power of two below the number of its shards, and that of the rest. */
static real tree(real *const *gradient, size_t first, size_t count, size_t i)
{
    size_t half = 1;
    if (count == 1)
        return gradient[first][i];
    while (2 * half < count)
        half *= 2;
    return tree(gradient, first, half, i) + tree(gradient, first + half, count - half, i);
}

/* A sum in another order has other bits in some of so many numbers. */
static void shards_meet_in_a_tree(void **state)
{
    (void)state;
    enum { MOST = 9 };
    for (size_t shards = 1; shards <= MOST; shards++) {
        struct fixture f;
        size_t otherwise = 0;
        open_fixture(&f, shards, 2, &standard);
        real *expected = memory_new(f.model.size, sizeof *expected, NULL);
        for (size_t i = 0; i < f.model.size; i++) {
            real in_order = f.shards.gradient[0][i];
            for (size_t s = 1; s < shards; s++)
                in_order += f.shards.gradient[s][i];
            expected[i] = tree(f.shards.gradient, 0, shards, i);
            otherwise += in_order != expected[i];
        }
        sum(&f);
        assert_memory_equal(f.shards.gradient[0], expected, f.model.size * sizeof *expected);
        assert_true(otherwise > 0 || shards < 4);
        memory_free(expected);
        close_fixture(&f);
    }
}

static void a_gradient_beyond_the_clip_acts_as_one_of_that_norm(void **state)
{
    (void)state;
    struct optimizer_options clipped = standard;
    clipped.clip = 0.25;
    struct fixture f, scaled;
    open_fixture(&f, 1, 1, &clipped);
    open_fixture(&scaled, 1, 1, &standard);
    double norm = sum(&f);
    assert_true(norm > clipped.clip);
    for (size_t i = 0; i < scaled.model.size; i++)
        scaled.shards.gradient[0][i] *= (real)(clipped.clip / norm);
    update(&f, norm, 1e-2);
    update(&scaled, sum(&scaled), 1e-2);
    for (size_t i = 0; i < f.model.size; i++) {
        assert_true(fabs((double)(f.optimizer.first[i] - scaled.optimizer.first[i])) < 1e-9);
        assert_true(fabs((double)(f.model.weight[i] - scaled.model.weight[i])) < 1e-6);
    }
    close_fixture(&f);
    close_fixture(&scaled);
}

static void the_number_of_threads_changes_no_bit(void **state)
{
    (void)state;
    enum { SHARDS = 4 };
    struct fixture one;
    open_fixture(&one, SHARDS, 1, &standard);
    double norm = sum(&one);
    update(&one, norm, 1e-3);
    for (size_t threads = 2; threads <= SHARDS; threads++) {
        struct fixture many;
        open_fixture(&many, SHARDS, threads, &standard);
        assert_true(sum(&many) == norm);
        update(&many, norm, 1e-3);
        assert_memory_equal(one.model.weight, many.model.weight, one.model.size * sizeof(real));
        close_fixture(&many);
    }
    close_fixture(&one);
}

static double squares_of(const struct fixture *f, const struct parameter *parameter)
{
    double squares = 0;
    for (size_t k = 0; k < parameter->rows * parameter->cols; k++) {
        double number = 0;
        for (size_t s = 0; s < f->shards.count; s++)
            number += (double)f->shards.gradient[s][parameter->offset + k];
        squares += number * number;
    }
    return squares;
}

/* A parameter whose gradient is random in every number moves in every number. */
static void assert_moved(const struct fixture *f, const struct fixture *before,
                         const struct parameter *parameter, bool moved)
{
    for (size_t k = 0; k < parameter->rows * parameter->cols; k++) {
        size_t i = parameter->offset + k;
        assert_true((f->model.weight[i] != before->model.weight[i]) == moved);
        assert_true((f->optimizer.first[i] != before->optimizer.first[i]) == moved);
        assert_true((f->optimizer.second[i] != before->optimizer.second[i]) == moved);
    }
}

/* Padding is nobody's, but random here, and counts in the norm. */
static void clear_padding(struct fixture *f)
{
    for (size_t s = 0; s < f->shards.count; s++) {
        real *gradient = memory_new(f->model.size, sizeof *gradient, NULL);
        for (size_t p = 0; p < f->model.parameters; p++) {
            const struct parameter *parameter = &f->model.parameter[p];
            memcpy(gradient + parameter->offset, f->shards.gradient[s] + parameter->offset,
                   parameter->rows * parameter->cols * sizeof *gradient);
        }
        memcpy(f->shards.gradient[s], gradient, f->model.size * sizeof *gradient);
        memory_free(gradient);
    }
}

static void frozen_parts_stand_still_and_count_in_no_norm(void **state)
{
    (void)state;
    for (unsigned part = MODEL_EMBEDDING; part <= MODEL_LAST_NORM; part++) {
        struct fixture f, before;
        size_t frozen = 0;
        double squares = 0;
        open_fixture(&f, 3, 2, &standard);
        open_fixture(&before, 3, 2, &standard);
        const struct number_range all = {0, f.model.size};
        f.optimizer.frozen = 1u << part;
        for (size_t p = 0; p < f.model.parameters; p++)
            if (f.model.parameter[p].part != (enum model_part)part)
                squares += squares_of(&f, &f.model.parameter[p]);
        clear_padding(&f);
        for (size_t shard = 0; shard < f.shards.count; shard++)
            optimizer_clear_frozen(&f.optimizer, &f.model, all, f.shards.gradient[shard]);
        double norm = sum(&f);
        assert_true(fabs(norm / sqrt(squares) - 1) < 1e-6);
        update(&f, norm, 1e-2);
        for (size_t p = 0; p < f.model.parameters; p++) {
            bool moved = f.model.parameter[p].part != (enum model_part)part;
            assert_moved(&f, &before, &f.model.parameter[p], moved);
            frozen += !moved;
        }
        assert_true(frozen > 0 && frozen < f.model.parameters);
        close_fixture(&f);
        close_fixture(&before);
    }
}

static void an_optimizer_that_starts_anew_is_a_fresh_one(void **state)
{
    (void)state;
    struct fixture f, fresh;
    open_fixture(&f, 1, 1, &standard);
    open_fixture(&fresh, 1, 1, &standard);
    for (int i = 0; i < 3; i++)
        update(&f, 1, 1e-2);
    memcpy(fresh.model.weight, f.model.weight, f.model.size * sizeof(real));
    optimizer_reset(&f.optimizer);
    for (int i = 0; i < 2; i++) {
        update(&f, 1, 1e-2);
        update(&fresh, 1, 1e-2);
    }
    assert_memory_equal(f.model.weight, fresh.model.weight, f.model.size * sizeof(real));
    close_fixture(&f);
    close_fixture(&fresh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(updates_follow_the_formula),
        cmocka_unit_test(vectors_do_not_decay_and_matrices_do),
        cmocka_unit_test(the_norm_is_that_of_the_sum_of_shards),
        cmocka_unit_test(shards_meet_in_a_tree),
        cmocka_unit_test(a_gradient_beyond_the_clip_acts_as_one_of_that_norm),
        cmocka_unit_test(the_number_of_threads_changes_no_bit),
        cmocka_unit_test(frozen_parts_stand_still_and_count_in_no_norm),
        cmocka_unit_test(an_optimizer_that_starts_anew_is_a_fresh_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
