/* How fast runs were trained, remembered from one session to the next in a file of the user's:
 * what a step took, on which machine, and with which of the settings that it depends on. Beside
 * that, how fast a machine was when nothing was trained. */
#ifndef MNEME_LAB_SPEEDS_H
#define MNEME_LAB_SPEEDS_H

#include "config/paths.h"
#include "lab/session.h"

/* Notes what a step of the session took here, if it has made enough of them to tell; in place of
 * what was known of these settings. Where it cannot be written, nothing is. */
void speeds_note(const struct paths *paths, struct session *session);

/* Seconds of a step of a session, of facts alone at least, as they were measured on this machine,
 * with the same kernel of products and as many threads; NAN where they were not. */
double speeds_find(const struct paths *paths, const struct session *session);

/* The same, for who knows what a step took. */
bool speeds_add(const struct paths *paths, const struct session *session, double step_seconds,
                struct error *err);

/* The rate of this machine (estimate_machine_rate), with the same kernel and as many threads, as it
 * was added last; NAN where it never was. */
double speeds_find_rate(const struct paths *paths);
bool speeds_add_rate(const struct paths *paths, double rate, struct error *err);

#endif
