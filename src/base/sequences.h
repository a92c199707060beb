/* Token sequences of their own length laid side by side without padding: what the facts hand to
 * the model, and the only thing the two have in common. */
#ifndef MNEME_BASE_SEQUENCES_H
#define MNEME_BASE_SEQUENCES_H

#include <stddef.h>
#include <stdint.h>

struct sequences {
    const int32_t *token;  /* [start[count]] the input tokens */
    const int32_t *target; /* [start[count]] the token that follows each; null where not needed */
    const size_t *start;   /* [count + 1] where each sequence begins; start[0] may be above 0 */
    size_t count;
};

#endif
