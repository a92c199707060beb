/* What ranks send each other. Whoever is told false here has lost the others, and nothing is sent
 * from then on: ERROR_SYSTEM with which rank has ended, where that is known. */
#ifndef MNEME_ENGINE_RANK_MESSAGES_H
#define MNEME_ENGINE_RANK_MESSAGES_H

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "engine/rank_order.h"

/* From rank 0 to all others. */
bool messages_send_order(struct order *order, struct error *err);

/* What began with an order: where it was not done, err becomes why, and unless that is that it was
 * cancelled, which all agree on, the others are lost in the middle of it. */
bool messages_conclude(bool done, const struct error *why, struct error *err);

/* Whether the ranks have not lost each other so far. */
bool messages_check(struct error *err);

/* Until all request[requests] are through; `failure` is what began them: MPI_SUCCESS, or what the
 * first of them returned that could not begin. */
bool messages_wait(int failure, MPI_Request *request, int requests, struct error *err);

/* The same without waiting: what began them, and what carries them on as far as they go now. */
bool messages_begun(int failure, struct error *err);
bool messages_advance(MPI_Request *request, int requests, struct error *err);

/* These are called by all ranks: bytes[count] of rank 0 become everybody's; number[count] the sum
 * of all ranks'; *all whether it was true of every rank. */
bool messages_broadcast(void *bytes, size_t count, struct error *err);
bool messages_add_up(double *number, int count, struct error *err);
bool messages_agree(bool *all, struct error *err);

/* Whether the others were lost because one of them, on this machine, is no longer there. */
bool messages_rank_has_ended(void);

#endif
