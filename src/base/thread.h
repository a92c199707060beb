/* Threads on which no handler of a signal runs. A handler's frame is written below the stack
 * pointer, and code that oneDNN makes for products in fp32 (jit_avx512_common_gemm_f32, until
 * version 3.11.2) points that into the heap; and a call that a handler interrupts fails. Signals of
 * the process are for its first thread. */
#ifndef MNEME_BASE_THREAD_H
#define MNEME_BASE_THREAD_H

#include <pthread.h>
#include <signal.h>

/* All signals wait, but those of a crash, until pthread_sigmask sets again what was before. */
void thread_block_signals(sigset_t *before);

/* As pthread_create, with signals blocked in the thread. Returns 0 or an errno value. */
int thread_start(pthread_t *thread, void *(*begin)(void *), void *argument);

#endif
