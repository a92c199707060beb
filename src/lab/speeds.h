/* How fast runs were trained, remembered from one session to the next in a file of the user's:
 * what a step took, on which machine, and with which of the settings that it depends on. Beside
 * that, how fast a machine was when nothing was trained. */
#ifndef MNEME_LAB_SPEEDS_H
#define MNEME_LAB_SPEEDS_H

#include "config/paths.h"
#include "config/preset.h"
#include "lab/session.h"

/* Notes what a step of the session took here, if it has made enough of them to tell; the last five
 * measurements of the same settings are kept. Where it cannot be written, nothing is. */
void speeds_note(const struct paths *paths, struct session *session);

/* Seconds of a step of a session, of facts alone at least, as they were measured on this machine,
 * with the same kernel of products and as many threads: the median, so that one that was made
 * beside other work does not count. NAN where they were not. */
double speeds_find(const struct paths *paths, const struct session *session);

/* The same, for who knows what a step took. */
bool speeds_add(const struct paths *paths, const struct session *session, double step_seconds,
                struct error *err);

/* The rate of this machine (estimate_machine_rate), with the same kernel and as many threads: the
 * median as well; NAN where it never was added. */
double speeds_find_rate(const struct paths *paths);
bool speeds_add_rate(const struct paths *paths, double rate, struct error *err);

/* Whether a step of one preset takes as long as one of the other, as far as settings tell: learning
 * rates, seeds and numbers of steps do not matter. False also where memory ran out. */
bool speeds_are_same(const struct preset *one, const struct preset *other);

#endif
