/* A model that attends with another's patterns: whose they are, in every way a model is run. Its
 * gradients are in test_gradients.c, how it is read token by token in test_decoder.c. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "model/model.h"
#include "model/pass.h"
#include "model/workspace.h"
#include "tests/fixtures/model_reference.h"

enum { LAYERS = 3, HEADS = 2, VOCAB = 23, SEQUENCES = 3, TOKENS = 5 + 40 + 12 };

/* Numbers in the patterns of one block. */
enum { PATTERN = HEADS * (5 * 5 + 40 * 40 + 12 * 12) };

static struct model_options options_of(enum positions_kind positions)
{
    return (struct model_options){
        .layers = LAYERS,
        .heads = HEADS,
        .d_model = 18,
        .d_hidden = 33,
        .d_key = 5,
        .vocab = VOCAB,
        .max_length = 40,
        .norm = NORM_RMS,
        .positions = positions,
    };
}

/* Two models of a shape, a batch, and what became of it. */
struct fixture {
    struct model model, reference;
    struct workspace *workspace;
    int32_t token[TOKENS], target[TOKENS];
    size_t start[SEQUENCES + 1], position[TOKENS];
    struct sequences sequences;
    real *gradient;
    struct prediction prediction[TOKENS];
    double loss;
};

static void open_fixture(struct fixture *f, enum positions_kind positions)
{
    struct model_options options = options_of(positions);
    *f = (struct fixture){.start = {0, 5, 45, TOKENS}};
    assert_true(model_init(&f->model, &options, NULL));
    assert_true(model_init(&f->reference, &options, NULL));
    randomize_strongly(&f->model, 1);
    randomize_strongly(&f->reference, 500);
    f->workspace = workspace_new(&options, TOKENS, NULL);
    f->gradient = memory_new_aligned(f->model.size, sizeof(real), NULL);
    assert_true(f->workspace && f->gradient);
    fill_tokens(f->token, TOKENS, VOCAB, 2);
    fill_tokens(f->target, TOKENS, VOCAB, 3);
    for (size_t i = 0; i < TOKENS; i++)
        f->position[i] = i;
    f->sequences = (struct sequences){f->token, f->target, f->start, SEQUENCES};
}

static void close_fixture(struct fixture *f)
{
    memory_free(f->gradient);
    workspace_free(f->workspace);
    model_free(&f->model);
    model_free(&f->reference);
}

static void for_both_positions(void (*check)(struct fixture *f))
{
    for (enum positions_kind positions = POSITIONS_LEARNED; positions <= POSITIONS_RELATIVE;
         positions++) {
        struct fixture f;
        open_fixture(&f, positions);
        check(&f);
        close_fixture(&f);
    }
}

static void train(struct fixture *f, const struct model *model)
{
    f->loss = model_backward(model, f->workspace, &f->sequences, 1, MATRIX_ADD, f->gradient, NULL);
}

static void predict(struct fixture *f, const struct model *model)
{
    model_predict(model, f->workspace, &f->sequences, f->position, TOKENS, f->prediction);
}

/* pattern[LAYERS][PATTERN] as the workspace holds it. */
static void copy_patterns(const struct fixture *f, real *pattern)
{
    const struct pass_buffers *buffers = f->workspace->buffers;
    for (size_t l = 0; l < LAYERS; l++)
        memcpy(pattern + l * PATTERN, buffers->block[l].probability, PATTERN * sizeof *pattern);
}

/* The reference's patterns, run alone, are those that the patched model runs with. */
static void assert_same_patterns(struct fixture *f,
                                 void (*run)(struct fixture *f, const struct model *model))
{
    static real expected[LAYERS * PATTERN], own[LAYERS * PATTERN], used[LAYERS * PATTERN];
    const struct pass_buffers *buffers = f->workspace->buffers;
    f->model.reference = NULL;
    run(f, &f->model);
    copy_patterns(f, own);
    run(f, &f->reference);
    copy_patterns(f, expected);
    for (size_t l = 0; l < LAYERS; l++)
        assert_memory_not_equal(own + l * PATTERN, expected + l * PATTERN, PATTERN * sizeof *own);
    fill_normal(used, LAYERS * PATTERN, 0, 1, 4);
    for (size_t l = 0; l < LAYERS; l++)
        memcpy(buffers->block[l].probability, used, PATTERN * sizeof *used);
    f->model.reference = &f->reference;
    run(f, &f->model);
    copy_patterns(f, used);
    assert_memory_equal(used, expected, sizeof used);
}

static void check_training(struct fixture *f)
{
    assert_same_patterns(f, train);
}

static void training_uses_the_references_patterns(void **state)
{
    (void)state;
    for_both_positions(check_training);
}

static void check_predicting(struct fixture *f)
{
    assert_same_patterns(f, predict);
}

static void predicting_uses_the_references_patterns(void **state)
{
    (void)state;
    for_both_positions(check_predicting);
}

static void pass_over(void *context, const struct attention_view *view)
{
    (void)context;
    (void)view;
}

static void watch(struct fixture *f, const struct model *model)
{
    const struct attention_watcher watcher = {.watch = pass_over};
    model_watch_attention(model, f->workspace, &f->sequences, &watcher);
}

static void check_watching(struct fixture *f)
{
    assert_same_patterns(f, watch);
}

static void the_references_patterns_are_watched(void **state)
{
    (void)state;
    for_both_positions(check_watching);
}

/* Twice the same weights: patching changes nothing, to the last bit. */
static void check_itself(struct fixture *f)
{
    struct prediction alone[TOKENS];
    memcpy(f->reference.weight, f->model.weight, f->model.size * sizeof(real));
    train(f, &f->model);
    predict(f, &f->model);
    double loss = f->loss;
    memcpy(alone, f->prediction, sizeof alone);
    f->model.reference = &f->reference;
    train(f, &f->model);
    predict(f, &f->model);
    assert_memory_equal(&f->loss, &loss, sizeof loss);
    for (size_t i = 0; i < TOKENS; i++) {
        assert_true(f->prediction[i].loss == alone[i].loss);
        assert_true(f->prediction[i].entropy == alone[i].entropy);
        assert_true(f->prediction[i].max_probability == alone[i].max_probability);
        assert_int_equal(f->prediction[i].likeliest, alone[i].likeliest);
    }
}

static void a_model_that_is_its_own_reference_gives_the_same_bits(void **state)
{
    (void)state;
    for_both_positions(check_itself);
}

static void check_another(struct fixture *f)
{
    train(f, &f->model);
    predict(f, &f->model);
    double loss = f->loss, last = f->prediction[TOKENS - 1].loss;
    f->model.reference = &f->reference;
    train(f, &f->model);
    predict(f, &f->model);
    assert_true(fabs(f->loss - loss) > 1e-3);
    assert_true(fabs(f->prediction[TOKENS - 1].loss - last) > 1e-3);
}

static void another_reference_changes_what_comes_out(void **state)
{
    (void)state;
    for_both_positions(check_another);
}

/* Training, predicting all and predicting some agree. */
static void check_agreement(struct fixture *f)
{
    const size_t some[] = {2, 3, 17, 44, 50, 56};
    enum { SOME = sizeof some / sizeof *some };
    struct prediction asked[SOME];
    double sum = 0;
    f->model.reference = &f->reference;
    train(f, &f->model);
    predict(f, &f->model);
    for (size_t i = 0; i < TOKENS; i++)
        sum += f->prediction[i].loss;
    assert_true(fabs(sum - f->loss) < 1e-4 * sum);
    model_predict(&f->model, f->workspace, &f->sequences, some, SOME, asked);
    for (size_t k = 0; k < SOME; k++)
        assert_true(fabs(asked[k].loss - f->prediction[some[k]].loss) < 5e-5);
}

static void all_ways_to_run_a_patched_model_agree(void **state)
{
    (void)state;
    for_both_positions(check_agreement);
}

/* With patterns given, queries and keys are without effect. */
static void check_queries(struct fixture *f)
{
    f->model.reference = &f->reference;
    train(f, &f->model);
    double loss = f->loss;
    const struct parameter *parameter =
        model_parameter(&f->model, "blocks.1.attention.query_key_value.weight");
    for (size_t i = 0; i < parameter->rows; i++)
        f->model.weight[parameter->offset + i * parameter->cols] += 1;
    train(f, &f->model);
    assert_true(f->loss == loss);
    f->model.weight[parameter->offset + parameter->cols - 1] += 1;
    train(f, &f->model);
    assert_true(f->loss != loss);
}

static void own_queries_have_no_effect(void **state)
{
    (void)state;
    for_both_positions(check_queries);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(training_uses_the_references_patterns),
        cmocka_unit_test(predicting_uses_the_references_patterns),
        cmocka_unit_test(the_references_patterns_are_watched),
        cmocka_unit_test(a_model_that_is_its_own_reference_gives_the_same_bits),
        cmocka_unit_test(another_reference_changes_what_comes_out),
        cmocka_unit_test(all_ways_to_run_a_patched_model_agree),
        cmocka_unit_test(own_queries_have_no_effect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
