/* How many processors the system gives the process. */
#ifndef MNEME_BASE_PROCESSORS_H
#define MNEME_BASE_PROCESSORS_H

#include <stddef.h>

/* The threads this machine gives the process, after OMP_NUM_THREADS, the CPU affinity and the
 * quota of its control groups. */
size_t processors_threads(void);

/* The processors that a CPU quota is worth, rounded up and so at least 1: the least of the quotas
 * of the process's control group (Linux's cgroups, versions 1 and 2) and of all above it that can
 * be seen. SIZE_MAX where there is none, and where the files that would tell are missing or not as
 * proc(5), cgroups(7) and the kernel's cgroup-v2 say. They are looked for below root: "" for the
 * machine's own, a directory in tests. */
size_t processors_quota(const char *root);

#endif
