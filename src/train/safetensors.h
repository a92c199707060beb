/* The safetensors format: named F32 tensors with string metadata.
 *
 * 8 bytes little-endian length, a JSON header of that length, then the tensors' bytes. Reading
 * holds every rule of the format: header within the file and below 100 MB, no key twice, known
 * dtype, offsets that begin at 0, follow each other without holes or overlaps and end at the end of
 * the file, shapes whose product fits and matches the offsets. */
#ifndef MNEME_TRAIN_SAFETENSORS_H
#define MNEME_TRAIN_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct safetensors_tensor {
    const char *name;
    size_t rows, cols;
    bool is_vector;    /* of one dimension in the file, and has one row; not set when read */
    const float *data; /* [rows * cols] */
};

struct safetensors_string {
    const char *key, *value;
};

/* Writes a file that appears whole or not at all (file_writer). */
bool safetensors_write(const char *path, const struct safetensors_tensor *tensor, size_t tensors,
                       const struct safetensors_string *metadata, size_t strings,
                       struct error *err);

/* A file read: header parsed and checked, data mapped. */
struct safetensors {
    struct safetensors_tensor *tensor; /* [tensors], data points into the mapping */
    size_t tensors;
    struct safetensors_string *metadata; /* [strings] */
    size_t strings;
    void *map;
    size_t map_size;
    char *path;
    void *header; /* owns the strings */
};

/* ERROR_DATA, with the path and what is wrong, for a file that breaks a rule. */
bool safetensors_open(struct safetensors *file, const char *path, struct error *err);
void safetensors_close(struct safetensors *file);
const struct safetensors_tensor *safetensors_find(const struct safetensors *file, const char *name);
const char *safetensors_metadata(const struct safetensors *file, const char *key);

#endif
