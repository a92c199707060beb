/* The parts of a training step that time is told apart by. */
#ifndef MNEME_MODEL_STEP_PART_H
#define MNEME_MODEL_STEP_PART_H

enum step_part {
    STEP_BATCH,      /* biographies are written */
    STEP_EMBEDDING,  /* of tokens and positions, forward and backward, as all below */
    STEP_NORM,       /* norms and the stream past the blocks */
    STEP_PROJECTION, /* into attention or the recurrence, and back into the stream */
    STEP_MIXER,      /* between tokens: attention, or the recurrence with its gates */
    STEP_FEED_FORWARD,
    STEP_OUTPUT,    /* logits, loss */
    STEP_OPTIMIZER, /* gradients of all threads added up, the update */
    STEP_PARTS,
};

#endif
