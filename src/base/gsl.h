/* GSL beside a program that goes on when something fails. */
#ifndef MNEME_BASE_GSL_H
#define MNEME_BASE_GSL_H

/* GSL's own error handler ends the program, and there is one for the whole process. Whoever gets
 * here first turns it off for good: what GSL refuses comes back as a status or a null. Called
 * before any use of GSL that can be refused. */
void gsl_keep_from_aborting(void);

#endif
