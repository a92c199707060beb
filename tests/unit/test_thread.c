/* Handlers of signals run on the program's first thread, and never in the middle of a product. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/thread.h"
#include "model/matrix.h"

static volatile sig_atomic_t handled;

static void count(int signal)
{
    (void)signal;
    handled++;
}

static void catch_one(int signal)
{
    struct sigaction action = {.sa_handler = count};
    sigemptyset(&action.sa_mask);
    assert_int_equal(sigaction(signal, &action, NULL), 0);
    handled = 0;
}

static void *read_mask(void *mask)
{
    pthread_sigmask(SIG_SETMASK, NULL, mask);
    return NULL;
}

static void a_thread_takes_no_signals_but_those_of_a_crash(void **state)
{
    (void)state;
    static const int waits[] = {SIGINT, SIGTERM, SIGCONT, SIGUSR1, SIGWINCH, SIGHUP};
    static const int kills[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
    sigset_t before, within, after;
    pthread_t thread;
    read_mask(&before);
    assert_int_equal(thread_start(&thread, read_mask, &within), 0);
    pthread_join(thread, NULL);
    read_mask(&after);
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        assert_int_equal(sigismember(&within, waits[i]), 1);
        assert_int_equal(sigismember(&after, waits[i]), sigismember(&before, waits[i]));
    }
    for (size_t i = 0; i < sizeof kills / sizeof *kills; i++)
        assert_int_equal(sigismember(&within, kills[i]), 0);
}

static void what_comes_while_a_thread_computes_waits(void **state)
{
    (void)state;
    catch_one(SIGUSR1);
    struct matrix_thread before = matrix_thread_prepare();
    pthread_kill(pthread_self(), SIGUSR1);
    assert_int_equal(handled, 0);
    matrix_thread_release(&before);
    assert_int_equal(handled, 1);
}

/* Sizes that oneDNN takes, where it takes any: m x n x k. */
enum { M = 72, N = 128, K = 512, PRODUCTS = 4000, CHUNKS = 64, CHUNK = 600 };

struct work {
    real *a, *b, *c;
    atomic_bool done;
};

/* Products with chunks of the heap between them, which the library's own lie beside. */
static void *multiply(void *context)
{
    struct work *work = context;
    void *chunk[CHUNKS] = {NULL};
    for (size_t i = 0; i < PRODUCTS; i++) {
        struct matrix_thread before = matrix_thread_prepare();
        free(chunk[i % CHUNKS]);
        chunk[i % CHUNKS] = malloc(CHUNK + i % 7 * CHUNK);
        matrix_multiply(M, N, K, 1, (struct matrix){work->a, K}, (struct matrix){work->b, N},
                        MATRIX_REPLACE, work->c, N);
        matrix_thread_release(&before);
    }
    for (size_t i = 0; i < CHUNKS; i++)
        free(chunk[i]);
    work->done = true;
    return NULL;
}

static real *zeros(size_t count)
{
    real *numbers = calloc(count, sizeof *numbers);
    assert_non_null(numbers);
    return numbers;
}

/* Started as any thread is, so that it depends on nothing but products. */
static void signals_leave_the_heap_whole(void **state)
{
    (void)state;
    struct work work = {.a = zeros(M * K), .b = zeros(K * N), .c = zeros(M * N)};
    const struct timespec little = {.tv_nsec = 20000};
    pthread_t thread;
    catch_one(SIGUSR1);
    assert_int_equal(pthread_create(&thread, NULL, multiply, &work), 0);
    while (!work.done) {
        pthread_kill(thread, SIGUSR1);
        nanosleep(&little, NULL);
    }
    pthread_join(thread, NULL);
    assert_true(handled > 0);
    free(work.a);
    free(work.b);
    free(work.c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_takes_no_signals_but_those_of_a_crash),
        cmocka_unit_test(what_comes_while_a_thread_computes_waits),
        cmocka_unit_test(signals_leave_the_heap_whole),
    };
    return cmocka_run_group_tests_name("thread", tests, NULL, NULL);
}
