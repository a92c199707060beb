#include <dirent.h>
#include <math.h>
#include <omp.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "model/decoder.h"
#include "model/workspace.h"
#include "tests/fixtures/model_reference.h"

enum { LENGTH = 150, VOCAB = 29 };

/* Logits are a few tens large and some 40 additions, each rounded to 6e-8, from the weights. */
#define TOLERANCE 5e-5

static const struct model_options hoffmann = {
    .layers = 2,
    .heads = 3,
    .d_model = 21,
    .d_hidden = 33,
    .d_key = 5,
    .vocab = VOCAB,
    .max_length = LENGTH,
    .norm = NORM_RMS,
    .positions = POSITIONS_RELATIVE,
    .bias = false,
};

static const struct model_options gpt2 = {
    .layers = 3,
    .heads = 3,
    .d_model = 21,
    .d_hidden = 33,
    .d_key = 5,
    .vocab = VOCAB,
    .max_length = LENGTH,
    .norm = NORM_LAYER,
    .positions = POSITIONS_LEARNED,
    .bias = true,
};

static const struct model_options recurrent = {
    .mixer = MIXER_RG_LRU,
    .layers = 2,
    .heads = 3,
    .d_model = 21,
    .d_hidden = 33,
    .d_key = 5,
    .vocab = VOCAB,
    .max_length = LENGTH,
    .norm = NORM_RMS,
    .positions = POSITIONS_RELATIVE,
    .bias = false,
};

/* A model, another of its shape whose patterns it may use, a sequence that fills it, and what
 * model_predict says of it. */
struct fixture {
    struct model model, reference;
    struct decoder *decoder;
    int32_t token[LENGTH], target[LENGTH];
    struct prediction prediction[LENGTH];
    real every[LENGTH * VOCAB], last[VOCAB];
};

static void predict(struct fixture *f)
{
    const size_t start[] = {0, LENGTH};
    size_t position[LENGTH];
    for (size_t i = 0; i < LENGTH; i++)
        position[i] = i;
    struct sequences sequences = {f->token, f->target, start, 1};
    struct workspace *workspace = workspace_new(&f->model.options, LENGTH, NULL);
    assert_non_null(workspace);
    model_predict(&f->model, workspace, &sequences, position, LENGTH, f->prediction);
    workspace_free(workspace);
}

/* Every shape alone, and those that attend with the patterns of another model. */
static void for_all_models(void (*check)(struct fixture *f))
{
    const struct model_options *shape[] = {&hoffmann, &gpt2, &recurrent, &hoffmann, &gpt2};
    for (size_t i = 0; i < sizeof shape / sizeof *shape; i++) {
        struct fixture *f = calloc(1, sizeof *f);
        assert_non_null(f);
        assert_true(model_init(&f->model, shape[i], NULL));
        assert_true(model_init(&f->reference, shape[i], NULL));
        randomize_strongly(&f->model, 1);
        randomize_strongly(&f->reference, 500);
        f->model.reference = i < 3 ? NULL : &f->reference;
        fill_tokens(f->token, LENGTH, VOCAB, 2);
        fill_tokens(f->target, LENGTH, VOCAB, 3);
        f->decoder = decoder_new(&f->model, NULL);
        assert_non_null(f->decoder);
        predict(f);
        check(f);
        decoder_free(f->decoder);
        model_free(&f->model);
        model_free(&f->reference);
        free(f);
    }
}

/* What the decoder says after token t: its probabilities sum to 1 and give the target's loss. */
static void assert_predicts(const struct fixture *f, size_t t, const real *log_probability)
{
    double sum = 0;
    for (size_t w = 0; w < VOCAB; w++)
        sum += exp((double)log_probability[w]);
    assert_true(fabs(sum - 1) < TOLERANCE);
    double loss = -(double)log_probability[f->target[t]];
    assert_true(fabs(loss - f->prediction[t].loss) < TOLERANCE);
}

static void check_one_go(struct fixture *f)
{
    assert_true(decoder_read(f->decoder, f->token, LENGTH, LENGTH, f->every, NULL));
    assert_int_equal(decoder_length(f->decoder), LENGTH);
    for (size_t t = 0; t < LENGTH; t++)
        assert_predicts(f, t, f->every + t * VOCAB);
}

/* What is wanted may begin and end in any of the pieces that a long reading is made of. */
static void check_wanted(struct fixture *f)
{
    const size_t wanted[] = {0, 1, 2, 64, 65, 100, LENGTH - 1};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        decoder_rewind(f->decoder, 0);
        memset(f->every, 0, LENGTH * VOCAB * sizeof *f->every);
        assert_true(decoder_read(f->decoder, f->token, LENGTH, wanted[i], f->every, NULL));
        for (size_t k = 0; k < wanted[i]; k++)
            assert_predicts(f, LENGTH - wanted[i] + k, f->every + k * VOCAB);
        for (size_t w = wanted[i] * VOCAB; w < LENGTH * VOCAB; w++)
            assert_true(f->every[w] == 0);
    }
}

static void only_what_is_wanted_comes_back(void **state)
{
    (void)state;
    for_all_models(check_wanted);
}

static void reading_in_one_go_is_predicting(void **state)
{
    (void)state;
    for_all_models(check_one_go);
}

static void check_chunks(struct fixture *f)
{
    const size_t chunk[] = {1, 1, 5, 64, 65, 1, 13};
    size_t read = 0;
    for (size_t i = 0; i < sizeof chunk / sizeof *chunk; i++) {
        assert_true(decoder_read(f->decoder, f->token + read, chunk[i], chunk[i], f->every, NULL));
        for (size_t k = 0; k < chunk[i]; k++)
            assert_predicts(f, read + k, f->every + k * VOCAB);
        read += chunk[i];
        assert_int_equal(decoder_length(f->decoder), read);
    }
    assert_int_equal(read, LENGTH);
}

static void reading_in_chunks_is_reading_in_one_go(void **state)
{
    (void)state;
    for_all_models(check_chunks);
}

static void check_rewind(struct fixture *f)
{
    const int32_t other[] = {1, 2, 3, 4, 5};
    assert_true(decoder_read(f->decoder, f->token, 40, 1, f->last, NULL));
    assert_true(decoder_read(f->decoder, other, 5, 1, f->last, NULL));
    decoder_rewind(f->decoder, 60);
    assert_int_equal(decoder_length(f->decoder), 45);
    decoder_rewind(f->decoder, 40);
    assert_int_equal(decoder_length(f->decoder), 40);
    assert_true(decoder_read(f->decoder, f->token + 40, 30, 30, f->every, NULL));
    for (size_t t = 40; t < 70; t++)
        assert_predicts(f, t, f->every + (t - 40) * VOCAB);
    decoder_rewind(f->decoder, 0);
    assert_true(decoder_read(f->decoder, f->token, 1, 1, f->last, NULL));
    assert_predicts(f, 0, f->last);
}

static void what_was_rewound_is_forgotten(void **state)
{
    (void)state;
    for_all_models(check_rewind);
}

/* As while a model is trained: other weights, and the decoder rewound to 0. */
/* The k-th of several ways to go on behind token 20: their first tokens differ. */
static void fill_branch(const struct fixture *f, size_t k, size_t count, int32_t *token)
{
    for (size_t i = 0; i < count; i++)
        token[i] = (int32_t)(((size_t)f->token[20 + i] + (i + 1) * k) % VOCAB);
}

static void check_branches_of(struct fixture *f, bool with_lengths)
{
    enum { READ = 20, BRANCHES = 9, COUNT = 3 };
    int32_t token[BRANCHES * COUNT];
    real *ahead = memory_new(BRANCHES * VOCAB, sizeof *ahead, NULL);
    assert_true(decoder_read(f->decoder, f->token, READ, 1, f->last, NULL));
    for (size_t k = 0; k < BRANCHES; k++)
        fill_branch(f, k, COUNT, token + k * COUNT);
    size_t length[BRANCHES];
    for (size_t k = 0; k < BRANCHES; k++)
        length[k] = with_lengths ? 1 + (k + 2) % COUNT : COUNT;
    assert_true(decoder_branch(f->decoder, token, BRANCHES, COUNT, with_lengths ? length : NULL,
                               ahead, NULL));
    assert_int_equal(decoder_length(f->decoder), READ);
    assert_predicts(f, READ + COUNT - 1, ahead); /* the first branch is the sequence itself */
    for (size_t k = 0; k < BRANCHES; k++) {
        assert_true(decoder_read(f->decoder, token + k * COUNT, length[k], 1, f->last, NULL));
        for (size_t w = 0; w < VOCAB; w++)
            assert_true(fabs((double)f->last[w] - (double)ahead[k * VOCAB + w]) < TOLERANCE);
        decoder_rewind(f->decoder, READ);
    }
    memory_free(ahead);
}

static void check_branches(struct fixture *f)
{
    check_branches_of(f, false);
    decoder_rewind(f->decoder, 0);
    check_branches_of(f, true);
}

static void branches_are_reads_that_leave_nothing(void **state)
{
    (void)state;
    for_all_models(check_branches);
}

static void check_new_weights(struct fixture *f)
{
    assert_true(decoder_read(f->decoder, f->token, 50, 1, f->last, NULL));
    randomize_strongly(&f->model, 77);
    predict(f);
    decoder_rewind(f->decoder, 0);
    assert_true(decoder_read(f->decoder, f->token, 50, 50, f->every, NULL));
    for (size_t t = 0; t < 50; t++)
        assert_predicts(f, t, f->every + t * VOCAB);
}

static void from_the_start_new_weights_count(void **state)
{
    (void)state;
    for_all_models(check_new_weights);
}

static void check_overflow(struct fixture *f)
{
    struct error err;
    assert_true(decoder_read(f->decoder, f->token, LENGTH - 1, 1, f->last, NULL));
    assert_false(decoder_read(f->decoder, f->token, 2, 1, f->last, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_non_null(strstr(err.message, "150"));
    assert_int_equal(decoder_length(f->decoder), LENGTH - 1);
    assert_true(decoder_read(f->decoder, f->token + LENGTH - 1, 1, 1, f->last, NULL));
    assert_predicts(f, LENGTH - 1, f->last);
}

/* As when a run's patching begins between two questions. */
static void check_new_reference(struct fixture *f)
{
    const struct model *was = f->model.reference;
    if (!model_attends(&f->model.options))
        return;
    assert_true(decoder_read(f->decoder, f->token, 70, 1, f->last, NULL));
    f->model.reference = was ? NULL : &f->reference;
    predict(f);
    decoder_rewind(f->decoder, 0);
    assert_true(decoder_read(f->decoder, f->token, 70, 70, f->every, NULL));
    for (size_t t = 0; t < 70; t++)
        assert_predicts(f, t, f->every + t * VOCAB);
}

static void from_the_start_a_new_reference_counts(void **state)
{
    (void)state;
    for_all_models(check_new_reference);
}

static void more_than_fits_is_refused(void **state)
{
    (void)state;
    for_all_models(check_overflow);
}

static void check_memory(struct fixture *f)
{
    struct decoder *decoder = NULL;
    struct error err;
    bool read = false;
    size_t n = 1;
    for (; !read; n++) {
        memory_fail_request(n);
        if (!decoder)
            decoder = decoder_new(&f->model, &err);
        read = decoder && decoder_read(decoder, f->token, 70, 70, f->every, &err);
        memory_fail_request(0);
        if (!read)
            assert_int_equal(err.kind, ERROR_MEMORY);
    }
    assert_true(n > 2);
    for (size_t t = 0; t < 70; t++)
        assert_predicts(f, t, f->every + t * VOCAB);
    decoder_free(decoder);
}

static void memory_that_is_refused_leaves_nothing_behind(void **state)
{
    (void)state;
    for_all_models(check_memory);
}

/* ---- beside a screen's thread ---- */

static size_t threads_of_process(void)
{
    size_t count = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *entry = tasks ? readdir(tasks) : NULL; entry; entry = readdir(tasks))
        count += entry->d_name[0] != '.';
    if (tasks)
        closedir(tasks);
    return count;
}

/* Large enough that BLAS would share its products between threads. */
static const struct model_options wide = {
    .layers = 1,
    .heads = 4,
    .d_model = 256,
    .d_hidden = 1024,
    .d_key = 64,
    .vocab = 2000,
    .max_length = 64,
    .norm = NORM_RMS,
    .positions = POSITIONS_RELATIVE,
    .bias = false,
};

struct screen {
    struct model model;
    size_t threads_before, threads_after;
    int allowed_after;
    bool read;
};

static void *screen_thread(void *context)
{
    struct screen *screen = context;
    int32_t token[64] = {0};
    real *log_probability = calloc(wide.vocab, sizeof *log_probability);
    struct decoder *decoder = decoder_new(&screen->model, NULL);
    omp_set_num_threads(4);
    screen->threads_before = threads_of_process();
    screen->read =
        decoder && log_probability && decoder_read(decoder, token, 64, 1, log_probability, NULL);
    screen->threads_after = threads_of_process();
    screen->allowed_after = omp_get_max_threads();
    decoder_free(decoder);
    free(log_probability);
    return NULL;
}

static void a_thread_that_reads_starts_no_others(void **state)
{
    (void)state;
    static struct screen screen;
    pthread_t thread;
    assert_true(model_init(&screen.model, &wide, NULL));
    model_randomize(&screen.model, 1);
    assert_int_equal(pthread_create(&thread, NULL, screen_thread, &screen), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(screen.read);
    assert_int_equal(screen.threads_after, screen.threads_before);
    assert_int_equal(screen.allowed_after, 4);
    model_free(&screen.model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_in_one_go_is_predicting),
        cmocka_unit_test(only_what_is_wanted_comes_back),
        cmocka_unit_test(reading_in_chunks_is_reading_in_one_go),
        cmocka_unit_test(what_was_rewound_is_forgotten),
        cmocka_unit_test(branches_are_reads_that_leave_nothing),
        cmocka_unit_test(from_the_start_new_weights_count),
        cmocka_unit_test(from_the_start_a_new_reference_counts),
        cmocka_unit_test(more_than_fits_is_refused),
        cmocka_unit_test(memory_that_is_refused_leaves_nothing_behind),
        cmocka_unit_test(a_thread_that_reads_starts_no_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
