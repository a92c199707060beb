/* Feeds bytes to safetensors_open. With libFuzzer:
 *
 *   clang -fsanitize=fuzzer,address,undefined -DMNEME_LIBFUZZER ... tests/fuzz/fuzz_safetensors.c
 *
 * Without, a program that takes the files named on its command line one after the other. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "train/safetensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void die(const char *what)
{
    fprintf(stderr, "fuzz_safetensors: %s\n", what);
    abort();
}

/* What a file that was taken must keep: every tensor within the map, all of them together as large
 * as what stands behind the header. */
static void check(const struct safetensors *file, size_t size)
{
    const char *map = file->map;
    size_t covered = 0;
    volatile float sum = 0;
    if (file->map_size != size)
        die("the map is not as large as the file");
    for (size_t i = 0; i < file->tensors; i++) {
        const struct safetensors_tensor *tensor = &file->tensor[i];
        size_t count = tensor->rows * tensor->cols;
        const char *begin = (const char *)tensor->data;
        covered += count * sizeof *tensor->data;
        if (begin < map || begin + count * sizeof *tensor->data > map + size)
            die("a tensor reaches out of the map");
        if (safetensors_find(file, tensor->name) != tensor)
            die("a tensor is not found by its name");
        for (size_t k = 0; k < count; k++)
            sum += tensor->data[k];
    }
    uint64_t header;
    memcpy(&header, map, sizeof header);
    if (sizeof header + header + covered != size)
        die("the tensors do not cover the file");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char path[] = "/tmp/mneme-fuzz-XXXXXX";
    struct safetensors file;
    struct error err = {ERROR_NONE, ""};
    int descriptor = mkstemp(path);
    if (descriptor < 0 || !file_write_all(descriptor, path, bytes, size, &err))
        die(descriptor < 0 ? strerror(errno) : err.message);
    close(descriptor);
    if (safetensors_open(&file, path, &err)) {
        check(&file, size);
        safetensors_close(&file);
    } else if (err.kind != ERROR_DATA || strncmp(err.message, path, strlen(path)) != 0)
        die(err.message);
    unlink(path);
    return 0;
}

#ifndef MNEME_LIBFUZZER
int main(int count, char **argument)
{
    for (int i = 1; i < count; i++) {
        struct error err;
        size_t size;
        char *bytes = file_read(argument[i], &size, &err);
        if (!bytes) {
            fprintf(stderr, "fuzz_safetensors: %s\n", err.message);
            return 1;
        }
        LLVMFuzzerTestOneInput((const uint8_t *)bytes, size);
        memory_free(bytes);
    }
    return 0;
}
#endif
