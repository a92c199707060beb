/* The weights of a run and their second set: what is kept, what is exchanged, and that nobody who
 * looks at them sees them change. */
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
#include "train/weights.h"

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

/* Two models and an optimizer full of numbers; what the model's weights were at first. */
struct life {
    struct model model, second;
    struct optimizer optimizer;
    struct weights weights;
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
    struct error err;
    atomic_init(&life->arrives, false);
    assert_true(model_init(&life->model, &shape, &err) && model_init(&life->second, &shape, &err));
    assert_true(optimizer_init(&life->optimizer, &standard, life->model.size, &err));
    assert_non_null(life->start = memory_new(life->model.size, sizeof *life->start, &err));
    fill(life->model.weight, life->model.size, 1);
    fill(life->second.weight, life->model.size, 2);
    fill(life->optimizer.first, life->model.size, 3);
    fill(life->optimizer.second, life->model.size, 4);
    life->optimizer.updates = 5;
    memcpy(life->start, life->model.weight, life->model.size * sizeof *life->start);
    assert_true(weights_init(&life->weights, &life->model, &life->second, role, &err));
}

static void close_life(struct life *life)
{
    weights_free(&life->weights);
    optimizer_free(&life->optimizer);
    model_free(&life->model);
    model_free(&life->second);
    memory_free(life->start);
}

static bool are_the_same(const struct life *life, const real *a, const real *b)
{
    return memcmp(a, b, life->model.size * sizeof *a) == 0;
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
    weights_give_role(&life.weights, SECOND_START, &life.optimizer);
    assert_true(are_the_same(&life, life.second.weight, life.start));
    assert_null(life.model.reference);
    assert_false(is_new(&life.optimizer));

    fill(life.model.weight, life.model.size, 6); /* training goes on */
    assert_true(are_the_same(&life, life.second.weight, life.start));
    real *trained = life.model.weight, *kept = life.second.weight;
    weights_give_role(&life.weights, SECOND_REFERENCE, &life.optimizer);
    assert_ptr_equal(life.model.weight, kept);
    assert_ptr_equal(life.second.weight, trained);
    assert_true(are_the_same(&life, life.model.weight, life.start));
    assert_ptr_equal(life.model.reference, &life.second);
    assert_true(is_new(&life.optimizer));
    close_life(&life);
}

/* Where both steps are one, training goes on with frozen attention. */
static void a_reference_at_its_start_is_the_model_itself(void **state)
{
    (void)state;
    struct life life;
    open_life(&life, SECOND_NONE);
    weights_give_role(&life.weights, SECOND_REFERENCE, &life.optimizer);
    assert_true(are_the_same(&life, life.model.weight, life.start));
    assert_true(are_the_same(&life, life.second.weight, life.start));
    assert_ptr_equal(life.model.reference, &life.second);
    assert_true(is_new(&life.optimizer));
    close_life(&life);
}

static void a_role_that_was_read_is_gone_on_with(void **state)
{
    (void)state;
    struct life life;
    open_life(&life, SECOND_REFERENCE);
    real *trained = life.model.weight;
    assert_ptr_equal(life.model.reference, &life.second);
    weights_give_role(&life.weights, SECOND_REFERENCE, &life.optimizer);
    assert_ptr_equal(life.model.weight, trained);
    assert_true(are_the_same(&life, life.model.weight, life.start));
    assert_false(is_new(&life.optimizer));
    close_life(&life);
}

static void *exchange(void *argument)
{
    struct life *life = argument;
    atomic_store(&life->arrives, true);
    weights_give_role(&life->weights, SECOND_REFERENCE, &life->optimizer);
    return NULL;
}

static void who_holds_them_sees_them_stand_still(void **state)
{
    (void)state;
    struct life life;
    pthread_t trainer;
    open_life(&life, SECOND_START);
    const real *held = life.model.weight;
    weights_hold(&life.weights);
    assert_int_equal(pthread_create(&trainer, NULL, exchange, &life), 0);
    while (!atomic_load(&life.arrives))
        sched_yield();
    nanosleep(&(struct timespec){.tv_nsec = 50 * 1000 * 1000}, NULL); /* it could be done by now */
    assert_ptr_equal(life.model.weight, held);
    assert_true(are_the_same(&life, held, life.start));
    weights_release(&life.weights);
    assert_int_equal(pthread_join(trainer, NULL), 0);
    assert_ptr_not_equal(life.model.weight, held);
    close_life(&life);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_start_is_kept_and_taken_up_again),
        cmocka_unit_test(a_reference_at_its_start_is_the_model_itself),
        cmocka_unit_test(a_role_that_was_read_is_gone_on_with),
        cmocka_unit_test(who_holds_them_sees_them_stand_still),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
