/* How many processors the system gives the process, where it gives less than its affinity says. */
#ifndef MNEME_BASE_PROCESSORS_H
#define MNEME_BASE_PROCESSORS_H

#include <stddef.h>

/* The processors that a CPU quota is worth, rounded up and so at least 1: the least of the quotas
 * of the process's control group (Linux's cgroups, versions 1 and 2) and of all above it that can
 * be seen. SIZE_MAX where there is none, and where the files that would tell are missing or not as
 * proc(5), cgroups(7) and the kernel's cgroup-v2 say. They are looked for below root: "" for the
 * machine's own, a directory in tests. */
size_t processors_quota(const char *root);

#endif
