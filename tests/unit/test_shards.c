#include <malloc.h>
#include <math.h>
#include <omp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/processors.h"
#include "base/random.h"
#include "engine/shards.h"
#include "model/workspace.h"
#include "tests/fixtures/model_reference.h"

/* Sequences of 1 to 60 tokens that begin at token 7: several micro-batches for every shard. The
 * vocabulary is large enough that BLAS, if it might, would share products between threads. */
enum { SEQUENCES = 150, FIRST = 7, MOST_TOKENS = FIRST + SEQUENCES * 60, VOCAB = 301 };

static const struct model_options hoffmann = {
    .layers = 2,
    .heads = 2,
    .d_model = 16,
    .d_hidden = 40,
    .d_key = 8,
    .vocab = VOCAB,
    .max_length = 60,
    .norm = NORM_RMS,
    .positions = POSITIONS_RELATIVE,
    .bias = false,
};

static const struct model_options gpt2 = {
    .layers = 2,
    .heads = 2,
    .d_model = 16,
    .d_hidden = 40,
    .d_key = 8,
    .vocab = VOCAB,
    .max_length = 60,
    .norm = NORM_LAYER,
    .positions = POSITIONS_LEARNED,
    .bias = true,
};

/* With products in bf16, where there are any. */
static const struct model_options rounds = {
    .layers = 2,
    .heads = 2,
    .d_model = 16,
    .d_hidden = 40,
    .d_key = 8,
    .vocab = VOCAB,
    .max_length = 60,
    .norm = NORM_RMS,
    .positions = POSITIONS_RELATIVE,
    .bias = false,
    .precision = PRECISION_BF16,
};

struct fixture {
    struct model model;
    int32_t token[MOST_TOKENS], target[MOST_TOKENS];
    size_t start[SEQUENCES + 1];
    struct sequences sequences;
    size_t position[MOST_TOKENS]; /* every third token of most sequences */
    size_t positions;
    size_t tokens;
};

static struct fixture *fixture_new(const struct model_options *options)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    assert_true(model_init(&f->model, options, NULL));
    randomize_strongly(&f->model, 1);
    fill_tokens(f->token, MOST_TOKENS, options->vocab, 2);
    fill_tokens(f->target, MOST_TOKENS, options->vocab, 3);
    struct random random = random_stream(1, RANDOM_TEST, 4, 0);
    f->start[0] = FIRST;
    for (size_t s = 0; s < SEQUENCES; s++)
        f->start[s + 1] = f->start[s] + 1 + (size_t)random_below(&random, 60);
    f->sequences = (struct sequences){f->token, f->target, f->start, SEQUENCES};
    f->tokens = f->start[SEQUENCES] - FIRST;
    for (size_t s = 0; s < SEQUENCES; s++)
        for (size_t t = f->start[s]; s % 5 != 2 && t < f->start[s + 1]; t += 3)
            f->position[f->positions++] = t;
    return f;
}

static void fixture_free(struct fixture *f)
{
    model_free(&f->model);
    free(f);
}

static void open_shards(struct shards *shards, const struct fixture *f, size_t count,
                        size_t threads)
{
    assert_true(shards_init(shards, &f->model.options, count, threads, true, NULL));
    /* Numbers from before must not count. */
    for (size_t c = 0; c < count; c++)
        fill_normal(shards->gradient[c], shards->size, 3, 1, c);
}

/* ---- the same bits ---- */

static void assert_same_bits(const struct fixture *f, struct shards *a, struct shards *b)
{
    double loss_a, loss_b;
    assert_true(shards_backward(a, &f->model, &f->sequences, NULL, NULL, &loss_a));
    assert_true(shards_backward(b, &f->model, &f->sequences, NULL, NULL, &loss_b));
    assert_memory_equal(&loss_a, &loss_b, sizeof loss_a);
    for (size_t c = 0; c < a->count; c++)
        assert_memory_equal(a->gradient[c], b->gradient[c], a->size * sizeof(real));
    struct prediction *of_a = calloc(f->positions, sizeof *of_a);
    struct prediction *of_b = calloc(f->positions, sizeof *of_b);
    shards_predict(a, &f->model, &f->sequences, f->position, f->positions, NULL, of_a);
    shards_predict(b, &f->model, &f->sequences, f->position, f->positions, NULL, of_b);
    for (size_t k = 0; k < f->positions; k++) {
        assert_true(of_a[k].loss == of_b[k].loss && of_a[k].entropy == of_b[k].entropy);
        assert_true(of_a[k].max_probability == of_b[k].max_probability);
        assert_int_equal(of_a[k].likeliest, of_b[k].likeliest);
    }
    free(of_a);
    free(of_b);
}

static void four_shards_give_the_same_bits_on_1_2_3_and_4_threads(void **state)
{
    (void)state;
    const struct model_options *family[] = {&hoffmann, &gpt2, &rounds};
    for (size_t i = 0; i < 3; i++) {
        struct fixture *f = fixture_new(family[i]);
        struct shards one;
        open_shards(&one, f, 4, 1);
        for (size_t threads = 2; threads <= 4; threads++) {
            struct shards several;
            open_shards(&several, f, 4, threads);
            assert_int_equal(several.threads, threads);
            assert_same_bits(f, &one, &several);
            shards_free(&several);
        }
        shards_free(&one);
        fixture_free(f);
    }
}

static void what_other_threads_may_do_does_not_matter(void **state)
{
    (void)state;
    struct fixture *f = fixture_new(&hoffmann);
    struct shards one, again;
    open_shards(&one, f, 3, 1);
    open_shards(&again, f, 3, 1);
    omp_set_num_threads(1);
    double loss;
    shards_backward(&again, &f->model, &f->sequences, NULL, NULL, &loss);
    omp_set_num_threads(4);
    assert_same_bits(f, &one, &again);
    assert_int_equal(omp_get_max_threads(), 4);
    shards_free(&one);
    shards_free(&again);
    fixture_free(f);
}

/* ---- the right numbers ---- */

/* The gradients' sum, and the loss, of the whole batch at once; tests of model_backward say that
 * this is right. Both are sums over 4,500 tokens, in another order. */
static void any_number_of_shards_adds_up_to_the_gradient(void **state)
{
    (void)state;
    struct fixture *f = fixture_new(&hoffmann);
    size_t size = f->model.size;
    struct workspace *workspace = workspace_new(&hoffmann, f->tokens, NULL);
    real *whole = memory_new_aligned(size, sizeof(real), NULL);
    assert_true(workspace && whole);
    double expected_loss = model_backward(&f->model, workspace, &f->sequences, 1 / (real)f->tokens,
                                          MATRIX_ADD, whole, NULL) /
                           (double)f->tokens;
    double *expected = to_double(whole, size);
    const size_t counts[] = {1, 2, 5, 16, 200};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct shards shards;
        double loss;
        open_shards(&shards, f, counts[i], 2);
        assert_true(shards_backward(&shards, &f->model, &f->sequences, NULL, NULL, &loss));
        memset(whole, 0, size * sizeof *whole);
        for (size_t c = 0; c < counts[i]; c++)
            for (size_t j = 0; j < size; j++)
                whole[j] += shards.gradient[c][j];
        assert_true(fabs(loss - expected_loss) < 1e-6 * expected_loss);
        assert_residual("sum of shards", whole, expected, size, 1e-5);
        shards_free(&shards);
    }
    free(expected);
    memory_free(whole);
    workspace_free(workspace);
    fixture_free(f);
}

/* Sequences of 50 tokens, so many that an equal share of them is nearly a workspace and one more
 * than the share would not fit. */
static void micro_batches_fit_into_their_workspace(void **state)
{
    (void)state;
    struct fixture *f = fixture_new(&hoffmann);
    struct shards shards;
    open_shards(&shards, f, 1, 1);
    for (size_t s = 0; s < SEQUENCES; s++)
        f->start[s + 1] = f->start[s] + 50;
    double sum = 0;
    for (size_t count = 1; count <= SEQUENCES && 50 * count <= 6 * shards.micro_batch; count++) {
        struct sequences last = {f->token, f->target, f->start + count - 1, 1}, all = last;
        double loss;
        all.start = f->start;
        all.count = count;
        assert_true(shards_backward(&shards, &f->model, &last, NULL, NULL, &loss));
        sum += loss;
        assert_true(shards_backward(&shards, &f->model, &all, NULL, NULL, &loss));
        assert_true(fabs(loss * (double)count - sum) < 1e-6 * sum);
    }
    shards_free(&shards);
    fixture_free(f);
}

static void predictions_are_those_of_the_whole_batch(void **state)
{
    (void)state;
    struct fixture *f = fixture_new(&gpt2);
    struct workspace *workspace = workspace_new(&gpt2, f->tokens, NULL);
    struct prediction *expected = calloc(f->positions, sizeof *expected);
    struct prediction *got = calloc(f->positions, sizeof *got);
    assert_true(workspace && expected && got);
    model_predict(&f->model, workspace, &f->sequences, f->position, f->positions, expected);
    for (size_t count = 1; count < 8; count += 3) {
        struct shards shards;
        assert_true(shards_init(&shards, &gpt2, count, 2, false, NULL));
        assert_null(shards.gradient);
        memset(got, 0, f->positions * sizeof *got);
        shards_predict(&shards, &f->model, &f->sequences, f->position, f->positions, NULL, got);
        for (size_t k = 0; k < f->positions; k++) {
            assert_true(fabs(got[k].loss - expected[k].loss) < 5e-5);
            assert_true(fabs(got[k].entropy - expected[k].entropy) < 5e-5);
            assert_int_equal(got[k].likeliest, expected[k].likeliest);
        }
        shards_free(&shards);
    }
    free(expected);
    free(got);
    workspace_free(workspace);
    fixture_free(f);
}

/* One sequence asked about by itself has the bits it has in the batch, whatever the batch is cut
 * into: BLAS may give a row other bits beside other rows. */
static void what_stands_beside_a_sequence_changes_no_bit(void **state)
{
    (void)state;
    struct fixture *f = fixture_new(&hoffmann);
    struct prediction *got = calloc(f->positions, sizeof *got);
    struct prediction *alone = calloc(f->positions, sizeof *alone);
    assert_true(got && alone);
    for (size_t count = 1; count <= 7; count += 2) {
        struct shards shards;
        size_t asked = 0;
        assert_true(shards_init(&shards, &hoffmann, count, count / 2, false, NULL));
        shards_predict(&shards, &f->model, &f->sequences, f->position, f->positions, NULL, got);
        for (size_t s = 0; s < SEQUENCES; s++) {
            struct sequences one = {f->token, f->target, f->start + s, 1};
            size_t first = asked;
            while (asked < f->positions && f->position[asked] < f->start[s + 1])
                asked++;
            shards_predict(&shards, &f->model, &one, f->position + first, asked - first, NULL,
                           alone + first);
        }
        assert_int_equal(asked, f->positions);
        assert_memory_equal(got, alone, f->positions * sizeof *got);
        shards_free(&shards);
    }
    free(got);
    free(alone);
    fixture_free(f);
}

/* What a watcher of all shards was shown: sequences are told apart by where their start stands. */
struct seen {
    const size_t *start;
    atomic_uint times[SEQUENCES]; /* layers shown of each sequence */
    double sum[SEQUENCES];        /* of the squares of all probabilities */
    atomic_uint out_of_order;     /* times a sequence was shown another layer than its next */
};

static void add_squares(void *context, const struct attention_view *view)
{
    struct seen *seen = context;
    const real *probability = view->probability;
    for (size_t i = 0; i < view->sequences->count; i++) {
        size_t s = (size_t)(view->sequences->start - seen->start) + i;
        size_t length = seen->start[s + 1] - seen->start[s];
        seen->out_of_order += seen->times[s]++ != view->layer;
        for (size_t k = 0; k < view->heads * length * length; k++, probability++)
            seen->sum[s] += (double)*probability * (double)*probability;
    }
}

static void every_sequence_is_watched_once_a_layer(void **state)
{
    (void)state;
    struct fixture *f = fixture_new(&hoffmann);
    struct workspace *workspace = workspace_new(&hoffmann, f->tokens, NULL);
    static struct seen whole, parts; /* sums begin at 0 */
    whole.start = parts.start = f->start;
    struct attention_watcher of_whole = {&whole, add_squares}, of_parts = {&parts, add_squares};
    model_watch_attention(&f->model, workspace, &f->sequences, &of_whole);
    struct shards shards;
    assert_true(shards_init(&shards, &hoffmann, 5, 2, false, NULL));
    assert_true(shards_watch_attention(&shards, &f->model, &f->sequences, NULL, &of_parts));
    assert_int_equal(whole.out_of_order + parts.out_of_order, 0);
    for (size_t s = 0; s < SEQUENCES; s++) {
        assert_int_equal(parts.times[s], hoffmann.layers);
        assert_true(whole.sum[s] > 0);
        assert_true(fabs(parts.sum[s] - whole.sum[s]) < 1e-5 * whole.sum[s]);
    }
    atomic_bool cancel = true;
    assert_false(shards_watch_attention(&shards, &f->model, &f->sequences, &cancel, &of_parts));
    shards_free(&shards);
    workspace_free(workspace);
    fixture_free(f);
}

static void more_shards_than_sequences_leave_some_empty(void **state)
{
    (void)state;
    struct fixture *f = fixture_new(&hoffmann);
    struct sequences two = {f->token, f->target, f->start, 2};
    struct shards shards;
    double loss;
    size_t empty = 0;
    open_shards(&shards, f, 6, 3);
    assert_true(shards_backward(&shards, &f->model, &two, NULL, NULL, &loss));
    assert_true(loss > 0);
    for (size_t c = 0; c < 6; c++) {
        size_t others = 0;
        for (size_t j = 0; j < shards.size; j++)
            others += shards.gradient[c][j] != 0;
        empty += others == 0;
    }
    assert_int_equal(empty, 4);
    shards_free(&shards);
    fixture_free(f);
}

/* ---- stopping ---- */

static void a_cancelled_batch_says_so(void **state)
{
    (void)state;
    struct fixture *f = fixture_new(&hoffmann);
    struct shards shards;
    double loss;
    atomic_bool cancel = true;
    open_shards(&shards, f, 2, 2);
    assert_false(shards_backward(&shards, &f->model, &f->sequences, &cancel, NULL, &loss));
    cancel = false;
    assert_true(shards_backward(&shards, &f->model, &f->sequences, &cancel, NULL, &loss));
    shards_free(&shards);
    fixture_free(f);
}

/* What a watcher is told: how much of each gradient, how often, and what it was then. */
struct told {
    const struct shards *shards;
    size_t from[4], times[4];
    real *seen[4]; /* [size] */
};

static void keep_what_is_complete(void *context, size_t shard, size_t begin)
{
    struct told *told = context;
    size_t before = told->times[shard]++ > 0 ? told->from[shard] : told->shards->size;
    assert_true(begin < before);
    memcpy(told->seen[shard] + begin, told->shards->gradient[shard] + begin,
           (before - begin) * sizeof(real));
    told->from[shard] = begin;
}

/* More than one micro-batch a shard: what was told too early would change in the next. */
static void what_is_told_to_be_complete_does_not_change(void **state)
{
    (void)state;
    const struct model_options *family[] = {&hoffmann, &gpt2, &rounds};
    for (size_t i = 0; i < 3; i++) {
        struct fixture *f = fixture_new(family[i]);
        struct shards shards;
        struct told told = {.shards = &shards};
        const struct shard_watcher watcher = {&told, keep_what_is_complete};
        double loss;
        open_shards(&shards, f, 2, 2);
        assert_true(shards.micro_batch < f->tokens / 2);
        for (size_t c = 0; c < shards.count; c++)
            told.seen[c] = calloc(shards.size, sizeof(real));
        assert_true(shards_backward(&shards, &f->model, &f->sequences, NULL, &watcher, &loss));
        for (size_t c = 0; c < shards.count; c++) {
            assert_int_equal(told.from[c], 0);
            assert_int_equal(told.times[c], f->model.options.layers + 1);
            assert_memory_equal(told.seen[c], shards.gradient[c], shards.size * sizeof(real));
            free(told.seen[c]);
        }
        shards_free(&shards);
        fixture_free(f);
    }
}

/* ---- memory and threads ---- */

static void shards_take_the_bytes_they_say(void **state)
{
    (void)state;
    for (int gradients = 0; gradients < 2; gradients++) {
        struct shards shards;
        size_t said = shards_bytes(&gpt2, 5, 2, gradients), taken = 0;
        assert_true(shards_init(&shards, &gpt2, 5, 2, gradients, NULL));
        for (size_t t = 0; t < 2; t++)
            taken += malloc_usable_size(shards.workspace[t]) +
                     malloc_usable_size(shards.workspace[t]->memory);
        for (size_t c = 0; gradients && c < 5; c++)
            taken += malloc_usable_size(shards.gradient[c]);
        print_message("    said %zu, took %zu\n", said, taken);
        /* A few pointers are not counted here; the system rounds large blocks up to pages. */
        assert_true(taken + 256 >= said && taken < said + 7 * 8192);
        shards_free(&shards);
    }
}

/* The largest model that presets allow, with little width: its attention takes 4 EiB on a thread,
 * and 16 EiB are counted as none in 64 bits. */
static void more_bytes_than_can_be_counted_are_not_few(void **state)
{
    (void)state;
    struct model_options large = gpt2;
    large.layers = large.heads = 1024;
    large.d_model = large.d_key = large.d_hidden = 2;
    large.max_length = 1 << 20;
    double alone = (double)shards_bytes(&large, 1, 1, true);
    assert_true(alone > 0x1p62 && alone < 0x1p63);
    for (size_t count = 2; count <= 4096; count *= 2) {
        assert_true(shards_bytes(&large, count, count, true) == PTRDIFF_MAX);
        assert_true((double)shards_bytes(&large, count, 1, true) >= alone);
    }
}

static void memory_that_is_refused_leaves_nothing_behind(void **state)
{
    (void)state;
    struct shards shards;
    struct error err;
    size_t n = 1;
    for (bool made = false; !made; n++) {
        memory_fail_request(n);
        made = shards_init(&shards, &hoffmann, 3, 2, true, &err);
        memory_fail_request(0);
        if (!made) {
            assert_int_equal(err.kind, ERROR_MEMORY);
            assert_null(shards.workspace);
        }
    }
    assert_true(n > 8);
    shards_free(&shards);
}

static void no_more_threads_than_shards_work(void **state)
{
    (void)state;
    struct shards shards;
    assert_true(shards_init(&shards, &hoffmann, 2, 8, false, NULL));
    assert_int_equal(shards.threads, 2);
    shards_free(&shards);
    assert_true(shards_init(&shards, &hoffmann, 2, 0, false, NULL));
    assert_int_equal(shards.threads, 1);
    shards_free(&shards);
    assert_true(processors_threads() >= 1);
    assert_true(processors_threads() <= (size_t)omp_get_num_procs());
}

/* What two threads have spent is not told anew as that of one. */
static void seconds_do_not_change_with_the_threads(void **state)
{
    (void)state;
    struct fixture *f = fixture_new(&hoffmann);
    struct shards shards;
    double loss, before[STEP_PARTS], after[STEP_PARTS];
    open_shards(&shards, f, 4, 2);
    for (size_t threads = 1; threads <= 2; threads++) {
        assert_true(shards_backward(&shards, &f->model, &f->sequences, NULL, NULL, &loss));
        shards_seconds(&shards, before);
        assert_true(before[STEP_FEED_FORWARD] > 0);
        shards_use_threads(&shards, threads);
        shards_seconds(&shards, after);
        assert_memory_equal(after, before, sizeof after);
    }
    shards_free(&shards);
    fixture_free(f);
}

/* ---- learning ---- */

/* Steepest descent on a batch of its own makes the loss fall far below ln(vocab). The rate is a
 * fifth of one at which last bits, of another library, decide whether it diverges. */
static void descent_learns_a_batch_by_heart(void **state)
{
    (void)state;
    const real rate = (real)0.1;
    const struct model_options *family[] = {&hoffmann, &gpt2};
    for (size_t i = 0; i < 2; i++) {
        struct fixture *f = fixture_new(family[i]);
        struct sequences few = {f->token, f->target, f->start, 6};
        struct shards shards;
        double first = 0, loss = 0;
        model_randomize(&f->model, 1);
        open_shards(&shards, f, 2, 2);
        for (size_t step = 0; step < 400; step++) {
            assert_true(shards_backward(&shards, &f->model, &few, NULL, NULL, &loss));
            first = step == 0 ? loss : first;
            for (size_t j = 0; j < f->model.size; j++)
                f->model.weight[j] -= rate * (shards.gradient[0][j] + shards.gradient[1][j]);
        }
        print_message("    loss %.3f at first, %.3f after 400 steps\n", first, loss);
        assert_true(fabs(first - log(VOCAB)) < 0.1);
        assert_true(loss < 0.3 * first);
        shards_free(&shards);
        fixture_free(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_shards_give_the_same_bits_on_1_2_3_and_4_threads),
        cmocka_unit_test(what_other_threads_may_do_does_not_matter),
        cmocka_unit_test(any_number_of_shards_adds_up_to_the_gradient),
        cmocka_unit_test(micro_batches_fit_into_their_workspace),
        cmocka_unit_test(predictions_are_those_of_the_whole_batch),
        cmocka_unit_test(what_stands_beside_a_sequence_changes_no_bit),
        cmocka_unit_test(every_sequence_is_watched_once_a_layer),
        cmocka_unit_test(more_shards_than_sequences_leave_some_empty),
        cmocka_unit_test(a_cancelled_batch_says_so),
        cmocka_unit_test(what_is_told_to_be_complete_does_not_change),
        cmocka_unit_test(shards_take_the_bytes_they_say),
        cmocka_unit_test(more_bytes_than_can_be_counted_are_not_few),
        cmocka_unit_test(memory_that_is_refused_leaves_nothing_behind),
        cmocka_unit_test(no_more_threads_than_shards_work),
        cmocka_unit_test(seconds_do_not_change_with_the_threads),
        cmocka_unit_test(descent_learns_a_batch_by_heart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
