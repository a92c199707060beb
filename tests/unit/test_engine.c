/* Engines: that each does what shards and optimizer do, and the weights and their second set: what
 * is kept, what is exchanged, and that nobody who looks at them sees them change. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "engine/engine.h"
#include "engine/engine_ops.h"
#include "engine/gradient_sum.h"
#include "engine/shards.h"

static const struct model_options shape = {
    .layers = 1,
    .heads = 2,
    .d_model = 8,
    .d_hidden = 16,
    .d_key = 4,
    .vocab = 23,
    .max_length = 9,
    .norm = NORM_LAYER,
    .positions = POSITIONS_LEARNED,
    .bias = true,
};

static const struct optimizer_options standard = {.beta1 = 0.9, .beta2 = 0.95, .epsilon = 1e-8};

/* An engine full of numbers; what the model's weights were at first. */
struct life {
    struct engine *engine;
    real *start;         /* [model.size] */
    atomic_bool arrives; /* somebody is about to exchange them */
};

static void fill(real *array, size_t size, uint64_t stream)
{
    struct random random = random_stream(1, RANDOM_TEST, stream, 0);
    for (size_t i = 0; i < size; i++)
        array[i] = (real)random_normal(&random);
}

static void open_life(struct life *life, enum second_role role)
{
    const struct engine_options options = {
        .use = ENGINE_TRAINS, .shards = 1, .threads = 1, .optimizer = standard, .has_second = true};
    struct error err;
    atomic_init(&life->arrives, false);
    struct engine *engine = life->engine = engine_new(&shape, &options, &err);
    assert_non_null(engine);
    size_t size = engine->model.size;
    assert_non_null(life->start = memory_new(size, sizeof *life->start, &err));
    fill(engine->model.weight, size, 1);
    fill(engine->second.weight, size, 2);
    fill(engine->optimizer.first, size, 3);
    fill(engine->optimizer.second, size, 4);
    memcpy(life->start, engine->model.weight, size * sizeof *life->start);
    assert_true(engine_settle(engine, 5, role, &err));
}

static void close_life(struct life *life)
{
    engine_free(life->engine);
    memory_free(life->start);
}

static void give(struct life *life, enum second_role role)
{
    struct error err;
    assert_true(engine_give_role(life->engine, role, &err));
    assert_int_equal(engine_role(life->engine), role);
}

static bool are_the_same(const struct life *life, const real *a, const real *b)
{
    return memcmp(a, b, life->engine->model.size * sizeof *a) == 0;
}

static bool is_new(const struct optimizer *optimizer)
{
    bool found = optimizer->updates > 0;
    for (size_t i = 0; i < optimizer->size; i++)
        found |= optimizer->first[i] != 0 || optimizer->second[i] != 0;
    return !found;
}

static void the_start_is_kept_and_taken_up_again(void **state)
{
    (void)state;
    struct life life;
    open_life(&life, SECOND_NONE);
    give(&life, SECOND_START);
    assert_true(are_the_same(&life, life.engine->second.weight, life.start));
    assert_null(life.engine->model.reference);
    assert_false(is_new(&life.engine->optimizer));

    fill(life.engine->model.weight, life.engine->model.size, 6); /* training goes on */
    assert_true(are_the_same(&life, life.engine->second.weight, life.start));
    real *trained = life.engine->model.weight, *kept = life.engine->second.weight;
    give(&life, SECOND_REFERENCE);
    assert_ptr_equal(life.engine->model.weight, kept);
    assert_ptr_equal(life.engine->second.weight, trained);
    assert_true(are_the_same(&life, life.engine->model.weight, life.start));
    assert_ptr_equal(life.engine->model.reference, &life.engine->second);
    assert_true(is_new(&life.engine->optimizer));
    close_life(&life);
}

/* Where both steps are one, training goes on with frozen attention. */
static void a_reference_at_its_start_is_the_model_itself(void **state)
{
    (void)state;
    struct life life;
    open_life(&life, SECOND_NONE);
    give(&life, SECOND_REFERENCE);
    assert_true(are_the_same(&life, life.engine->model.weight, life.start));
    assert_true(are_the_same(&life, life.engine->second.weight, life.start));
    assert_ptr_equal(life.engine->model.reference, &life.engine->second);
    assert_true(is_new(&life.engine->optimizer));
    close_life(&life);
}

static void a_role_that_was_read_is_gone_on_with(void **state)
{
    (void)state;
    struct life life;
    open_life(&life, SECOND_REFERENCE);
    real *trained = life.engine->model.weight;
    assert_ptr_equal(life.engine->model.reference, &life.engine->second);
    give(&life, SECOND_REFERENCE);
    assert_ptr_equal(life.engine->model.weight, trained);
    assert_true(are_the_same(&life, life.engine->model.weight, life.start));
    assert_false(is_new(&life.engine->optimizer));
    close_life(&life);
}

static void *exchange(void *argument)
{
    struct life *life = argument;
    atomic_store(&life->arrives, true);
    engine_give_role(life->engine, SECOND_REFERENCE, NULL);
    return NULL;
}

static void who_holds_them_sees_them_stand_still(void **state)
{
    (void)state;
    struct life life;
    pthread_t trainer;
    open_life(&life, SECOND_START);
    const real *held = life.engine->model.weight;
    engine_hold(life.engine);
    assert_int_equal(pthread_create(&trainer, NULL, exchange, &life), 0);
    while (!atomic_load(&life.arrives))
        sched_yield();
    nanosleep(&(struct timespec){.tv_nsec = 50 * 1000 * 1000}, NULL); /* it could be done by now */
    assert_ptr_equal(life.engine->model.weight, held);
    assert_true(are_the_same(&life, held, life.start));
    engine_release(life.engine);
    assert_int_equal(pthread_join(trainer, NULL), 0);
    assert_ptr_not_equal(life.engine->model.weight, held);
    close_life(&life);
}

/* ---- what each kind computes ---- */

enum { SEQUENCES = 9, LENGTH = 7, TOKENS = SEQUENCES * LENGTH, SHARDS = 4 };

struct text {
    int32_t token[TOKENS], target[TOKENS];
    size_t start[SEQUENCES + 1], position[TOKENS];
    struct sequences sequences;
};

static void write_text(struct text *text)
{
    struct random random = random_stream(1, RANDOM_TEST, 7, 0);
    for (size_t i = 0; i < TOKENS; i++) {
        text->token[i] = (int32_t)random_below(&random, shape.vocab);
        text->target[i] = (int32_t)random_below(&random, shape.vocab);
        text->position[i] = i;
    }
    for (size_t s = 0; s <= SEQUENCES; s++)
        text->start[s] = s * LENGTH;
    text->sequences = (struct sequences){text->token, text->target, text->start, SEQUENCES};
}

static struct engine *open_engine(size_t kind, size_t threads, struct error *err)
{
    const struct engine_options options = {.kind = (enum engine_kind)kind,
                                           .use = ENGINE_TRAINS,
                                           .shards = SHARDS,
                                           .threads = threads,
                                           .optimizer = standard};
    return engine_new(&shape, &options, err);
}

/* A few steps and a look by hand: shards, their sum, an update. */
struct by_hand {
    struct model model;
    struct optimizer optimizer;
    struct prediction prediction[TOKENS];
    double loss, norm;
};

enum { STEPS = 3 };
static const double rate = 1e-2;

static void train_by_hand(struct by_hand *hand, const struct text *text)
{
    struct shards shards;
    assert_true(model_init(&hand->model, &shape, NULL));
    assert_true(optimizer_init(&hand->optimizer, &standard, hand->model.size, NULL));
    assert_true(shards_init(&shards, &shape, SHARDS, 1, true, NULL));
    model_randomize(&hand->model, 5);
    for (int step = 0; step < STEPS; step++) {
        shards_backward(&shards, &hand->model, &text->sequences, NULL, NULL, &hand->loss);
        hand->norm = gradient_sum(shards.gradient, SHARDS, shards.size, 1);
        optimizer_update(&hand->optimizer, &hand->model, shards.gradient[0],
                         (struct number_range){0, shards.size}, hand->norm, rate, 1);
    }
    shards_predict(&shards, &hand->model, &text->sequences, text->position, TOKENS, NULL,
                   hand->prediction);
    shards_free(&shards);
}

static void every_kind_has_the_bits_of_shards_and_optimizer(void **state)
{
    (void)state;
    struct text text;
    struct by_hand hand;
    struct error err;
    size_t kinds = 0;
    write_text(&text);
    train_by_hand(&hand, &text);
    for (; kinds < ENGINE_RANKS; kinds++) /* those are tried by tests/ranks, which starts them */
        for (size_t threads = 1; threads <= SHARDS + 1; threads++) {
            double loss = 0, norm = 0;
            struct prediction prediction[TOKENS];
            struct engine *engine = open_engine(kinds, threads, &err);
            assert_non_null(engine);
            assert_true(engine_randomize(engine, 5, &err));
            for (int step = 0; step < STEPS; step++)
                assert_true(engine_compute(engine, &text.sequences, 0, NULL, &loss, &norm, &err) &&
                            engine_update(engine, norm, rate, &err));
            assert_true(loss == hand.loss && norm == hand.norm);
            assert_true(engine_collect(engine, &err));
            assert_int_equal(engine_updates(engine), STEPS);
            size_t bytes = hand.model.size * sizeof(real);
            assert_memory_equal(engine_array(engine, ENGINE_WEIGHTS), hand.model.weight, bytes);
            assert_memory_equal(engine_array(engine, ENGINE_FIRST_MOMENTS), hand.optimizer.first,
                                bytes);
            assert_memory_equal(engine_array(engine, ENGINE_SECOND_MOMENTS), hand.optimizer.second,
                                bytes);
            assert_true(engine_predict(engine, &text.sequences, text.position, TOKENS, NULL,
                                       prediction, &err));
            for (size_t i = 0; i < TOKENS; i++)
                assert_true(prediction[i].loss == hand.prediction[i].loss);
            engine_free(engine);
        }
    assert_true(kinds > 0);
    optimizer_free(&hand.optimizer);
    model_free(&hand.model);
}

static void it_can_work_on_fewer_threads_between_steps(void **state)
{
    (void)state;
    static const size_t wanted[STEPS] = {1, 0, 100}, used[STEPS] = {1, 1, SHARDS};
    struct text text;
    struct by_hand hand;
    struct error err;
    double loss = 0, norm = 0;
    write_text(&text);
    train_by_hand(&hand, &text);
    struct engine *engine = open_engine(ENGINE_THREADS, SHARDS, &err);
    assert_non_null(engine);
    assert_true(engine_randomize(engine, 5, &err));
    for (int step = 0; step < STEPS; step++) {
        engine_use_threads(engine, wanted[step]);
        assert_int_equal(engine_thread_count(engine), used[step]);
        assert_true(engine_compute(engine, &text.sequences, 0, NULL, &loss, &norm, &err) &&
                    engine_update(engine, norm, rate, &err));
    }
    assert_true(loss == hand.loss && norm == hand.norm);
    assert_memory_equal(engine_array(engine, ENGINE_WEIGHTS), hand.model.weight,
                        hand.model.size * sizeof(real));
    engine_free(engine);
    optimizer_free(&hand.optimizer);
    model_free(&hand.model);
}

static void what_is_cancelled_says_so_and_changes_nothing(void **state)
{
    (void)state;
    struct text text;
    struct error err;
    struct prediction prediction[TOKENS];
    const atomic_bool cancel = true;
    write_text(&text);
    for (size_t kind = 0; kind < ENGINE_RANKS; kind++) {
        double loss, norm;
        struct engine *engine = open_engine(kind, 2, &err);
        assert_non_null(engine);
        assert_true(engine_randomize(engine, 5, &err));
        real first = engine_array(engine, ENGINE_WEIGHTS)[0];
        assert_false(engine_compute(engine, &text.sequences, 0, &cancel, &loss, &norm, &err));
        assert_int_equal(err.kind, ERROR_CANCELLED);
        err.kind = ERROR_NONE;
        assert_false(engine_predict(engine, &text.sequences, text.position, TOKENS, &cancel,
                                    prediction, &err));
        assert_int_equal(err.kind, ERROR_CANCELLED);
        assert_true(engine_array(engine, ENGINE_WEIGHTS)[0] == first);
        engine_free(engine);
    }
}

static void one_that_holds_weights_can_be_made_ready_to_predict(void **state)
{
    (void)state;
    struct text text;
    struct error err;
    struct prediction prediction[TOKENS];
    const struct engine_options holds = {.use = ENGINE_HOLDS};
    write_text(&text);
    struct engine *engine = engine_new(&shape, &holds, &err);
    assert_non_null(engine);
    assert_null(engine_array(engine, ENGINE_FIRST_MOMENTS));
    assert_true(engine_randomize(engine, 5, &err));
    assert_true(engine_make_ready(engine, 2, &err) && engine_make_ready(engine, 3, &err));
    assert_int_equal(engine_thread_count(engine), 2);
    assert_true(
        engine_predict(engine, &text.sequences, text.position, TOKENS, NULL, prediction, &err));
    engine_free(engine);
}

static void memory_that_is_refused_leaves_nothing_behind(void **state)
{
    (void)state;
    struct error err;
    for (size_t kind = 0; kind < ENGINE_RANKS; kind++) {
        struct engine *engine = NULL;
        for (size_t n = 1; !engine; n++) {
            memory_fail_request(n);
            engine = open_engine(kind, 2, &err);
            memory_fail_request(0);
            assert_true(engine || err.kind == ERROR_MEMORY);
            assert_true(!engine || n > 8);
        }
        engine_free(engine);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_the_bits_of_shards_and_optimizer),
        cmocka_unit_test(it_can_work_on_fewer_threads_between_steps),
        cmocka_unit_test(what_is_cancelled_says_so_and_changes_nothing),
        cmocka_unit_test(one_that_holds_weights_can_be_made_ready_to_predict),
        cmocka_unit_test(memory_that_is_refused_leaves_nothing_behind),
        cmocka_unit_test(the_start_is_kept_and_taken_up_again),
        cmocka_unit_test(a_reference_at_its_start_is_the_model_itself),
        cmocka_unit_test(a_role_that_was_read_is_gone_on_with),
        cmocka_unit_test(who_holds_them_sees_them_stand_still),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
