/* A claim and its runs while the sections of its file are read, and the texts they point at. */
#ifndef MNEME_PAPER_CLAIM_READING_H
#define MNEME_PAPER_CLAIM_READING_H

#include <stddef.h>

#include "base/error.h"
#include "base/strings.h"
#include "paper/claim_file.h"
#include "paper/claims.h"

struct claim_reading {
    struct claim_file file;
    struct claim claim;
    struct claim_run *run; /* [runs] in the order of the file */
    size_t runs;
    struct strings texts; /* what these point at beside the file's own */
};

/* Keeps a text as long as the reading, and gives it back; null stays null. */
const char *claim_reading_keep(struct claim_reading *reading, char *text, struct error *err);

void claim_reading_free(struct claim_reading *reading);

#endif
