/* Whatever computes does so on threads that flush subnormals: each way in is entered with the mode
 * that a thread begins with. */
#include <fenv.h>
#include <float.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/subnormals.h"
#include "engine/gradient_sum.h"
#include "engine/optimizer.h"
#include "engine/shards.h"
#include "model/decoder.h"

enum { THREADS = 3, SEQUENCES = 6, LENGTH = 7, TOKENS = SEQUENCES * LENGTH };

static const struct model_options transformer = {
    .layers = 2,
    .heads = 2,
    .d_model = 64,
    .d_hidden = 96,
    .d_key = 32,
    .vocab = 31,
    .max_length = LENGTH,
    .norm = NORM_RMS,
    .positions = POSITIONS_RELATIVE,
};

static const struct model_options memory = {
    .kind = MODEL_ASSOCIATIVE,
    .layers = 1,
    .heads = 1,
    .d_key = 1,
    .d_model = 64,
    .d_hidden = 256,
    .vocab = 31,
    .max_length = LENGTH,
    .bias = true,
    .first_value = 1,
    .values = 30,
};

/* Whether the calling thread gives 0 for half of the least normal number, and takes a smaller one
 * for 0. */
static bool flushes(void)
{
    volatile float least = FLT_MIN, below = FLT_TRUE_MIN, large = 1e30f;
    volatile float half = least * 0.5f, product = below * large;
    return half == 0 && product == 0;
}

/* The mode a thread begins with. */
static void keep_subnormals(void)
{
    fesetenv(FE_DFL_ENV);
}

/* How many numbers are subnormal, told by their bits: comparisons may take them for 0. */
static size_t count_subnormals(const real *number, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &number[i], sizeof bits);
        found += (bits & UINT32_C(0x7f800000)) == 0 && (bits & UINT32_C(0x007fffff)) != 0;
    }
    return found;
}

static void skip_where_nothing_can_be_set(void)
{
#if !defined(__SSE2__) && !defined(__aarch64__)
    skip();
#endif
}

struct fixture {
    struct model model;
    struct shards shards;
    int32_t token[TOKENS], target[TOKENS];
    size_t start[SEQUENCES + 1], position[TOKENS];
    struct sequences sequences;
    struct prediction prediction[TOKENS];
};

static void open_fixture(struct fixture *f, const struct model_options *options, size_t threads)
{
    memset(f, 0, sizeof *f);
    assert_true(model_init(&f->model, options, NULL));
    assert_true(shards_init(&f->shards, options, THREADS, threads, true, NULL));
    model_randomize(&f->model, 1);
    for (size_t i = 0; i < TOKENS; i++) {
        f->token[i] = (int32_t)(i * 7 % options->vocab);
        f->target[i] = (int32_t)(1 + i % 30);
        f->position[i] = i;
    }
    for (size_t s = 0; s <= SEQUENCES; s++)
        f->start[s] = s * LENGTH;
    f->sequences = (struct sequences){f->token, f->target, f->start, SEQUENCES};
}

static void close_fixture(struct fixture *f)
{
    shards_free(&f->shards);
    model_free(&f->model);
}

static void ignore(void *context, const struct attention_view *view)
{
    (void)context;
    (void)view;
}

static void a_thread_begins_with_them_and_flushes_when_told(void **state)
{
    (void)state;
    skip_where_nothing_can_be_set();
    keep_subnormals();
    assert_false(flushes());
    subnormals_flush();
    assert_true(flushes());
}

/* An output scaled down so far that gradients fall below the least normal number, on every thread:
 * a runtime may give threads their old mode back when they have done their work. */
static void every_thread_of_a_step_flushes(void **state)
{
    (void)state;
    skip_where_nothing_can_be_set();
    struct fixture f;
    struct optimizer optimizer;
    const struct optimizer_options options = {.beta1 = 0.9, .beta2 = 0.95, .epsilon = 1e-8};
    double loss;
    open_fixture(&f, &transformer, THREADS);
    assert_true(optimizer_init(&optimizer, &options, f.model.size, NULL));
    const struct parameter *scale = model_parameter(&f.model, "norm.scale");
    assert_non_null(scale);
    for (size_t i = 0; i < scale->cols; i++)
        f.model.weight[scale->offset + i] = 2e-38f;
    keep_subnormals();
    assert_true(shards_backward(&f.shards, &f.model, &f.sequences, NULL, NULL, &loss));
    for (size_t c = 0; c < THREADS; c++)
        assert_int_equal(count_subnormals(f.shards.gradient[c], f.model.size), 0);
    keep_subnormals();
    for (size_t c = 0; c < THREADS; c++)
        for (size_t i = 0; i < f.model.size; i++)
            f.shards.gradient[c][i] = 2e-39f;
    double norm = gradient_sum(f.shards.gradient, f.shards.count, f.shards.size, f.shards.threads);
    assert_int_equal(count_subnormals(f.shards.gradient[0], f.model.size), 0);
    keep_subnormals();
    for (size_t i = 0; i < f.model.size; i++)
        f.shards.gradient[0][i] = 2e-38f;
    optimizer_update(&optimizer, &f.model, f.shards.gradient[0],
                     (struct number_range){0, f.shards.size}, norm, 1e-3, f.shards.threads);
    assert_int_equal(count_subnormals(optimizer.first, f.model.size), 0);
    optimizer_free(&optimizer);
    close_fixture(&f);
}

static void so_does_whoever_passes_through_the_model(void **state)
{
    (void)state;
    skip_where_nothing_can_be_set();
    const struct attention_watcher watcher = {NULL, ignore};
    const struct model_options *kind[] = {&transformer, &memory};
    for (size_t i = 0; i < 2; i++) {
        struct fixture f;
        open_fixture(&f, kind[i], 1);
        struct workspace *workspace = f.shards.workspace[0];
        keep_subnormals();
        model_backward(&f.model, workspace, &f.sequences, 1, MATRIX_ADD, f.shards.gradient[0],
                       NULL);
        assert_true(flushes());
        keep_subnormals();
        model_predict(&f.model, workspace, &f.sequences, f.position, TOKENS, f.prediction);
        assert_true(flushes());
        keep_subnormals();
        model_watch_attention(&f.model, workspace, &f.sequences, &watcher);
        assert_int_equal(flushes(), model_attends(&f.model.options));
        close_fixture(&f);
    }
}

static void so_does_whoever_asks_it(void **state)
{
    (void)state;
    skip_where_nothing_can_be_set();
    const struct model_options *kind[] = {&transformer, &memory};
    for (size_t i = 0; i < 2; i++) {
        struct fixture f;
        open_fixture(&f, kind[i], 1);
        real next[2 * 31];
        struct decoder *decoder = decoder_new(&f.model, NULL);
        assert_non_null(decoder);
        keep_subnormals();
        assert_true(decoder_read(decoder, f.token, 2, 1, next, NULL));
        assert_true(flushes());
        keep_subnormals();
        assert_true(decoder_branch(decoder, f.token, 2, 1, NULL, next, NULL));
        assert_true(flushes());
        decoder_free(decoder);
        close_fixture(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_begins_with_them_and_flushes_when_told),
        cmocka_unit_test(every_thread_of_a_step_flushes),
        cmocka_unit_test(so_does_whoever_passes_through_the_model),
        cmocka_unit_test(so_does_whoever_asks_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
