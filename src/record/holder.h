/* Who writes a run, as the file of its lock says it:
 *
 *   process 1234 on host
 *   beats 2f1c…/4026531836
 *
 * People read the first line. The second names the machine, as long as it is up, and the set of
 * processes that the number is one of; who wrote it shows by the file's time that he lives
 * (record/heartbeat.h). Where the system does not tell these, and in files of earlier versions, it
 * is missing. */
#ifndef MNEME_RECORD_HOLDER_H
#define MNEME_RECORD_HOLDER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

enum { HOLDER_HOST = 256, HOLDER_TEXT = HOLDER_HOST + 64, HOLDER_PLACE = 64 };

struct holder {
    char text[HOLDER_TEXT];         /* "process 1234 on host" */
    char machine[HOLDER_PLACE];     /* one from its start to its end; "" where it is not told */
    char process_set[HOLDER_PLACE]; /* "" with the other */
};

/* This process. */
void holder_of_this_process(struct holder *holder);

/* Writes it over what is in the file; path is for errors. */
bool holder_write(const struct holder *holder, int descriptor, const char *path, struct error *err);

/* As it was written; "another process" where that cannot be read. */
void holder_read(struct holder *holder, int descriptor);

bool holder_is_same(const struct holder *one, const struct holder *other);

/* Whether the file's time tells that he lives. */
bool holder_beats(const struct holder *holder);

/* Whether he surely is on another machine, for whose locks this kernel cannot answer. */
bool holder_is_elsewhere(const struct holder *holder);

/* Whether it can be known here if the process is there still. */
bool holder_is_in_sight(const struct holder *holder);

/* Whether he is this process of this machine. */
bool holder_is_process(const struct holder *holder, pid_t process);

/* Whether he was in sight and is no more. */
bool holder_is_gone(const struct holder *holder);

#endif
