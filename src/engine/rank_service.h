/* What the ranks but the first do: they serve it until it ends them. */
#ifndef MNEME_ENGINE_RANK_SERVICE_H
#define MNEME_ENGINE_RANK_SERVICE_H

/* At a rank that is not the first, until the first ends: the exit status to end with. Signals do
 * not end one that serves; TERM and INT have it give up the step under way. */
int rank_service_run(void);

/* At the first: ends those that serve, and the ranks (ranks_end). */
void rank_service_end(void);

#endif
