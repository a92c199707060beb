/* How well a text fits what somebody types who has it in mind: letters in their order, but not all
 * of them. */
#ifndef MNEME_BASE_FUZZY_H
#define MNEME_BASE_FUZZY_H

/* The higher the better; FUZZY_NONE where the letters of `typed` are not in the text in their
 * order. Best is the text itself, then what begins so, what has it at the beginning of a word, what
 * has it anywhere, and last what has the letters with others between them, the fewer the better; of
 * equal ones the shorter text. Capitals and marks do not count; of longer texts the first 500 bytes
 * do. */
enum { FUZZY_NONE = -1, FUZZY_BEST = 5000 };
int fuzzy_fit(const char *text, const char *typed);

#endif
