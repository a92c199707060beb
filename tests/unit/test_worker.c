#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tests/patience.h"
#include "ui/tui/worker.h"

enum { JOBS = 100 };

struct record {
    pthread_t owner;
    int worked[JOBS], done[JOBS]; /* numbers of tasks in the order of things */
    int works, dones;
    bool on_owner; /* some work was done on the owner's thread */
};

struct numbered_task {
    struct task task;
    struct record *record;
    int number;
};

static void work(struct task *task)
{
    struct numbered_task *own = (struct numbered_task *)task;
    own->record->worked[own->record->works++] = own->number;
    own->record->on_owner |= pthread_equal(pthread_self(), own->record->owner) != 0;
}

static void done(struct task *task)
{
    struct numbered_task *own = (struct numbered_task *)task;
    assert_true(pthread_equal(pthread_self(), own->record->owner));
    own->record->done[own->record->dones++] = own->number;
    memory_free(own);
}

static void add(struct worker *worker, struct record *record, int number)
{
    struct numbered_task *own = memory_new(1, sizeof *own, NULL);
    *own = (struct numbered_task){{work, done, NULL}, record, number};
    worker_add(worker, &own->task);
}

static void jobs_are_worked_on_and_done_in_order(void **state)
{
    (void)state;
    struct error err;
    struct record record = {.owner = pthread_self()};
    struct worker *worker = worker_new(&err);
    assert_non_null(worker);
    for (int n = 0; n < JOBS; n++)
        add(worker, &record, n);
    worker_drain(worker);
    assert_int_equal(worker_tasks(worker), 0);
    assert_int_equal(record.dones, JOBS);
    assert_false(record.on_owner);
    for (int n = 0; n < JOBS; n++) {
        assert_int_equal(record.worked[n], n);
        assert_int_equal(record.done[n], n);
    }
    worker_free(worker);
}

static void a_finished_job_wakes_a_poll(void **state)
{
    (void)state;
    struct error err;
    struct record record = {.owner = pthread_self()};
    struct worker *worker = worker_new(&err);
    struct pollfd wake = {.fd = worker_descriptor(worker), .events = POLLIN};
    assert_int_equal(poll(&wake, 1, 0), 0);
    assert_false(worker_finish(worker));
    add(worker, &record, 1);
    struct patience patience = patience_with(getpid());
    while (poll(&wake, 1, 100) == 0)
        assert_true(patience_lasts(&patience));
    assert_int_equal(poll(&wake, 1, 0), 1);
    assert_true(worker_finish(worker));
    assert_int_equal(record.dones, 1);
    assert_int_equal(poll(&wake, 1, 0), 0);
    worker_free(worker);
}

static void jobs_left_over_are_done_before_the_end(void **state)
{
    (void)state;
    struct error err;
    struct record record = {.owner = pthread_self()};
    struct worker *worker = worker_new(&err);
    for (int n = 0; n < JOBS; n++)
        add(worker, &record, n);
    worker_free(worker);
    assert_int_equal(record.dones, JOBS);
    worker_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_are_worked_on_and_done_in_order),
        cmocka_unit_test(a_finished_job_wakes_a_poll),
        cmocka_unit_test(jobs_left_over_are_done_before_the_end),
    };
    return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
