#include "ui/tui/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/thread.h"

struct task_list {
    struct task *first, *last;
};

struct worker {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t added;
    struct task_list waiting, finished;
    bool ends;
    unsigned tasks; /* owner's thread alone */
    int wake[2];    /* pipe: a byte for every finished task */
};

static void list_append(struct task_list *list, struct task *task)
{
    task->next = NULL;
    if (list->last)
        list->last->next = task;
    else
        list->first = task;
    list->last = task;
}

static struct task *list_take(struct task_list *list)
{
    struct task *task = list->first;
    if (task) {
        list->first = task->next;
        if (!list->first)
            list->last = NULL;
    }
    return task;
}

static struct task *wait_for_task(struct worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    while (!worker->waiting.first && !worker->ends)
        pthread_cond_wait(&worker->added, &worker->lock);
    struct task *task = list_take(&worker->waiting);
    pthread_mutex_unlock(&worker->lock);
    return task;
}

static void *worker_main(void *argument)
{
    struct worker *worker = argument;
    struct task *task;
    while ((task = wait_for_task(worker)) != NULL) {
        task->work(task);
        pthread_mutex_lock(&worker->lock);
        list_append(&worker->finished, task);
        pthread_mutex_unlock(&worker->lock);
        /* A full pipe wakes the owner as well. */
        ssize_t ignored = write(worker->wake[1], "", 1);
        (void)ignored;
    }
    return NULL;
}

struct worker *worker_new(struct error *err)
{
    struct worker *worker = memory_new(1, sizeof *worker, err);
    if (!worker)
        return NULL;
    if (pipe(worker->wake) != 0) {
        error_system(err, errno, "cannot make a pipe");
        memory_free(worker);
        return NULL;
    }
    for (int end = 0; end < 2; end++) {
        fcntl(worker->wake[end], F_SETFL, O_NONBLOCK);
        fcntl(worker->wake[end], F_SETFD, FD_CLOEXEC);
    }
    pthread_mutex_init(&worker->lock, NULL);
    pthread_cond_init(&worker->added, NULL);
    int failure = thread_start(&worker->thread, worker_main, worker);
    if (failure == 0)
        return worker;
    error_system(err, failure, "cannot start a thread");
    close(worker->wake[0]);
    close(worker->wake[1]);
    memory_free(worker);
    return NULL;
}

void worker_add(struct worker *worker, struct task *task)
{
    worker->tasks++;
    pthread_mutex_lock(&worker->lock);
    list_append(&worker->waiting, task);
    pthread_cond_signal(&worker->added);
    pthread_mutex_unlock(&worker->lock);
}

static struct task *take_finished(struct worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    struct task *task = list_take(&worker->finished);
    pthread_mutex_unlock(&worker->lock);
    return task;
}

bool worker_finish(struct worker *worker)
{
    char bytes[64];
    while (read(worker->wake[0], bytes, sizeof bytes) > 0)
        ;
    bool any = false;
    struct task *task;
    while ((task = take_finished(worker)) != NULL) {
        worker->tasks--;
        task->done(task);
        any = true;
    }
    return any;
}

unsigned worker_tasks(const struct worker *worker)
{
    return worker->tasks;
}

int worker_descriptor(const struct worker *worker)
{
    return worker->wake[0];
}

void worker_drain(struct worker *worker)
{
    while (worker->tasks > 0) {
        struct pollfd wake = {.fd = worker->wake[0], .events = POLLIN};
        poll(&wake, 1, -1);
        worker_finish(worker);
    }
}

void worker_free(struct worker *worker)
{
    if (!worker)
        return;
    worker_drain(worker);
    pthread_mutex_lock(&worker->lock);
    worker->ends = true;
    pthread_cond_signal(&worker->added);
    pthread_mutex_unlock(&worker->lock);
    pthread_join(worker->thread, NULL);
    pthread_cond_destroy(&worker->added);
    pthread_mutex_destroy(&worker->lock);
    close(worker->wake[0]);
    close(worker->wake[1]);
    memory_free(worker);
}
