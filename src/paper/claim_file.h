/* A claim's file as it is written: its sections, with the value of every key and its line. What
 * values mean is for paper/claim_reader.h. See mneme-claims(5). */
#ifndef MNEME_PAPER_CLAIM_FILE_H
#define MNEME_PAPER_CLAIM_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "paper/claims.h"

/* One kind of section. */
struct claim_section_kind {
    const char *name;   /* "run" */
    const char *header; /* as it is written: "run NAME" */
    const char *keys;   /* the kind whose keys it has: its own, or another's */
    const char *text;   /* what it holds: a sentence or two, for the manual */
    bool is_named;      /* has a NAME behind its kind */
    bool repeats;       /* a file may have several, with other names where they have any */
};

/* One key of a section. */
struct claim_key {
    const char *section; /* the kind's name */
    const char *name;
    bool is_scaled;   /* NAME.fast and NAME.full are for one scale, NAME is for both */
    bool is_required; /* every such section has it */
    const char *text; /* what it is: a sentence or two, for the manual */
};

/* Both in the order of the manual; [runs] has the keys of a [run NAME]. */
extern const struct claim_section_kind claim_section_kinds[];
extern const size_t claim_section_kind_count;
extern const struct claim_key claim_keys[];
extern const size_t claim_key_count;

/* What a key was given. */
struct claim_value {
    char *text; /* its lines, with a blank between; null where it was not given */
    size_t line;
};

struct claim_section {
    const struct claim_section_kind *kind;
    char *name; /* "" where the kind has none */
    size_t line;
    struct claim_value *value; /* [claim_key_count][SCALES + 1], the last one for both scales */
};

struct claim_file {
    char *path, *directory;
    uint64_t hash;                 /* hash_bytes of its text */
    struct claim_section *section; /* [sections] in the order of the file */
    size_t sections;
};

/* Reads the file at path. ERROR_INPUT "FILE:LINE: ...": what ini_read refuses, an unknown section
 * or key, one that is given twice, a key without a value or with a character that cannot be shown,
 * a section without a key that it has to have, no [claim]. On false *file is empty. */
bool claim_file_read(struct claim_file *file, const char *path, struct error *err);
void claim_file_free(struct claim_file *file);

/* The next section of a kind behind `after` (null: the first); null behind the last. */
const struct claim_section *claim_file_next(const struct claim_file *file, const char *kind,
                                            const struct claim_section *after);

/* The [run NAME] of that name; null where there is none. */
const struct claim_section *claim_file_run(const struct claim_file *file, const char *name,
                                           size_t length);

/* The value of a key that is not scaled. */
const struct claim_value *claim_section_value(const struct claim_section *section, const char *key);

/* That of a scaled key at one scale, or at SCALES for what was given for both. */
const struct claim_value *claim_section_scaled(const struct claim_section *section, const char *key,
                                               enum scale scale);

/* Sets "FILE:LINE: ..."; returns false. */
bool claim_file_refuse(const struct claim_file *file, size_t line, struct error *err,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Puts "FILE:LINE: " in front of an error; returns false. */
bool claim_file_blame(const struct claim_file *file, size_t line, struct error *err);

#endif
