#include "base/thread.h"

#include <stddef.h>

void thread_block_signals(sigset_t *before)
{
    static const int crash[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
    sigset_t blocked;
    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof crash / sizeof *crash; i++)
        sigdelset(&blocked, crash[i]);
    pthread_sigmask(SIG_SETMASK, &blocked, before);
}

int thread_start(pthread_t *thread, void *(*begin)(void *), void *argument)
{
    sigset_t before;
    thread_block_signals(&before);
    int why = pthread_create(thread, NULL, begin, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return why;
}
