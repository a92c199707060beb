/* File systems of several machines whose locks keep out processes of the same machine alone. */
#ifndef MNEME_RECORD_LOCAL_LOCKS_H
#define MNEME_RECORD_LOCAL_LOCKS_H

#include <stdbool.h>
#include <sys/types.h>

/* Whether the open file lies on one that is mounted so: NFS with nolock or local_lock, Lustre with
 * localflock, GFS2 and OCFS2 with localflocks. */
bool local_locks_only(int descriptor);

/* The same of the device that lines of proc(5)'s mountinfo tell of. */
bool local_locks_told(const char *mountinfo, dev_t device);

#endif
