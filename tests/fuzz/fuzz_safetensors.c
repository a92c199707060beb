/* Feeds bytes to safetensors_open. `make fuzz` builds it with libFuzzer, which makes the bytes up;
 * `make check` without, as a program that takes what lies in tests/fuzz/corpus: files named valid-*
 * have to be read, all others to be refused. */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "train/safetensors.h"

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
    (void)sum;
    uint64_t header;
    memcpy(&header, map, sizeof header);
    if (sizeof header + header + covered != size)
        die("the tensors do not cover the file");
}

/* Whether the bytes were taken for a file. */
static bool feed(const uint8_t *bytes, size_t size)
{
    char path[] = "/tmp/mneme-fuzz-XXXXXX";
    struct safetensors file;
    struct error err = {ERROR_NONE, ""};
    int descriptor = mkstemp(path);
    if (descriptor < 0 || !file_write_all(descriptor, path, bytes, size, &err))
        die(descriptor < 0 ? strerror(errno) : err.message);
    close(descriptor);
    bool taken = safetensors_open(&file, path, &err);
    if (taken) {
        check(&file, size);
        safetensors_close(&file);
    } else if (err.kind != ERROR_DATA || strncmp(err.message, path, strlen(path)) != 0)
        die(err.message);
    unlink(path);
    return taken;
}

#ifdef MNEME_LIBFUZZER

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    feed(bytes, size);
    return 0;
}

#else

static bool replay(const char *directory, const char *name)
{
    static const char valid[] = "valid-";
    struct error err;
    size_t size = 0;
    char *path = file_join(directory, name, &err);
    char *bytes = path ? file_read(path, &size, &err) : NULL;
    if (!bytes)
        die(err.message);
    bool wanted = strncmp(name, valid, strlen(valid)) == 0;
    bool taken = feed((const uint8_t *)bytes, size);
    if (taken != wanted)
        fprintf(stderr, "fuzz_safetensors: %s was %s\n", path, taken ? "taken" : "refused");
    memory_free(bytes);
    memory_free(path);
    return taken == wanted;
}

int main(void)
{
    const char *source = getenv("srcdir");
    char *corpus = file_join(source ? source : ".", "tests/fuzz/corpus", NULL);
    DIR *stream = corpus ? opendir(corpus) : NULL;
    unsigned files = 0, wrong = 0;
    for (struct dirent *entry; stream && (entry = readdir(stream));)
        if (entry->d_name[0] != '.') {
            files++;
            wrong += !replay(corpus, entry->d_name);
        }
    if (stream)
        closedir(stream);
    memory_free(corpus);
    printf("%u files, %u not as they are named\n", files, wrong);
    return files == 0 || wrong > 0;
}

#endif
