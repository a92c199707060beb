/* Parts of this file: writing; mapping a file; the header's rules; finding. */
#include "train/safetensors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/file.h"
#include "base/json_read.h"
#include "base/memory.h"

#define LENGTH_BYTES 8
#define ALIGNMENT    8 /* of the tensors' bytes in the file, made by blanks behind the header */
#define HEADER_MAX   100000000
#define METADATA     "__metadata__"
#define DTYPE        "F32"

static bool no_memory(const char *path, struct error *err)
{
    return error_set(err, ERROR_MEMORY, "out of memory for the header of %s", path);
}

/* ---- writing ---- */

/* Adds a value to an object, which takes it over; false when the value is null. */
static bool put(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value) == 0;
}

static size_t tensor_bytes(const struct safetensors_tensor *tensor)
{
    return tensor->rows * tensor->cols * sizeof *tensor->data;
}

static json_t *describe_metadata(const struct safetensors_string *metadata, size_t strings)
{
    json_t *object = json_object();
    for (size_t i = 0; object && i < strings; i++)
        if (!put(object, metadata[i].key, json_string(metadata[i].value))) {
            json_decref(object);
            object = NULL;
        }
    return object;
}

static json_t *describe_tensor(const struct safetensors_tensor *tensor, size_t begin)
{
    json_t *shape = tensor->is_vector
                        ? json_pack("[I]", (json_int_t)tensor->cols)
                        : json_pack("[I, I]", (json_int_t)tensor->rows, (json_int_t)tensor->cols);
    return json_pack("{s:s, s:o, s:[I, I]}", "dtype", DTYPE, "shape", shape, "data_offsets",
                     (json_int_t)begin, (json_int_t)(begin + tensor_bytes(tensor)));
}

static json_t *describe(const struct safetensors_tensor *tensor, size_t tensors,
                        const struct safetensors_string *metadata, size_t strings)
{
    json_t *object = json_object();
    bool ok = object && put(object, METADATA, describe_metadata(metadata, strings));
    size_t begin = 0;
    for (size_t i = 0; ok && i < tensors; i++) {
        ok = put(object, tensor[i].name, describe_tensor(&tensor[i], begin));
        begin += tensor_bytes(&tensor[i]);
    }
    if (ok)
        return object;
    json_decref(object);
    return NULL;
}

/* The header's length and text, with blanks behind it up to a multiple of 8. */
static bool write_header(struct file_writer *writer, const char *header, struct error *err)
{
    static const char blanks[ALIGNMENT + 1] = "        ";
    unsigned char length_bytes[LENGTH_BYTES];
    size_t length = strlen(header), padding = -length % ALIGNMENT;
    uint64_t padded = length + padding;
    for (size_t i = 0; i < LENGTH_BYTES; i++)
        length_bytes[i] = (unsigned char)(padded >> (8 * i));
    return file_writer_add(writer, length_bytes, sizeof length_bytes, err) &&
           file_writer_add(writer, header, length, err) &&
           file_writer_add(writer, blanks, padding, err);
}

static bool write_file(const char *path, const char *header,
                       const struct safetensors_tensor *tensor, size_t tensors, struct error *err)
{
    struct file_writer writer;
    if (!file_writer_begin(&writer, path, err))
        return false;
    bool ok = write_header(&writer, header, err);
    for (size_t i = 0; ok && i < tensors; i++)
        ok = file_writer_add(&writer, tensor[i].data, tensor_bytes(&tensor[i]), err);
    if (ok)
        return file_writer_commit(&writer, err);
    file_writer_abandon(&writer);
    return false;
}

bool safetensors_write(const char *path, const struct safetensors_tensor *tensor, size_t tensors,
                       const struct safetensors_string *metadata, size_t strings, struct error *err)
{
    json_t *object = describe(tensor, tensors, metadata, strings);
    char *header = object ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (!header)
        return error_set(err, ERROR_MEMORY,
                         "cannot make the header of %s: out of memory, or a name is not UTF-8",
                         path);
    bool ok = write_file(path, header, tensor, tensors, err);
    free(header);
    return ok;
}

/* ---- mapping a file ---- */

static bool map_descriptor(struct safetensors *file, int descriptor, struct error *err)
{
    struct stat about;
    if (fstat(descriptor, &about) < 0)
        return error_system(err, errno, "cannot read %s", file->path);
    if (about.st_size < LENGTH_BYTES)
        return error_set(err, ERROR_DATA, "%s is too short to be a safetensors file", file->path);
    void *map = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (map == MAP_FAILED)
        return error_system(err, errno, "cannot read %s", file->path);
    file->map = map;
    file->map_size = (size_t)about.st_size;
    return true;
}

static bool map_file(struct safetensors *file, struct error *err)
{
    int descriptor = file_open(file->path, O_RDONLY, FILE_OWN, err);
    if (descriptor < 0)
        return false;
    bool ok = map_descriptor(file, descriptor, err);
    close(descriptor);
    return ok;
}

/* ---- the header's rules ---- */

/* Where a tensor's bytes are, counted from the end of the header. */
struct byte_extent {
    struct safetensors_tensor tensor;
    uint64_t begin, end;
};

static bool find_header(const struct safetensors *file, size_t *length, struct error *err)
{
    const unsigned char *bytes = file->map;
    uint64_t said = 0;
    for (size_t i = 0; i < LENGTH_BYTES; i++)
        said |= (uint64_t)bytes[i] << (8 * i);
    if (said > HEADER_MAX)
        return error_set(err, ERROR_DATA, "%s: the header claims %ju bytes, above %d", file->path,
                         (uintmax_t)said, HEADER_MAX);
    if (said > file->map_size - LENGTH_BYTES)
        return error_set(err, ERROR_DATA,
                         "%s: the header claims %ju bytes; the file ends after %zu", file->path,
                         (uintmax_t)said, file->map_size - LENGTH_BYTES);
    if (said == 0 || bytes[LENGTH_BYTES] != '{')
        return error_set(err, ERROR_DATA, "%s: the header does not begin with {", file->path);
    if (said % sizeof(float) != 0)
        return error_set(err, ERROR_DATA, "%s: the tensors are not aligned after the header",
                         file->path);
    *length = (size_t)said;
    return true;
}

static bool parse_header(struct safetensors *file, size_t length, struct error *err)
{
    struct error wrong;
    file->header = json_read((const char *)file->map + LENGTH_BYTES, length, &wrong);
    if (file->header)
        return true;
    if (wrong.kind == ERROR_MEMORY)
        return no_memory(file->path, err);
    return error_set(err, ERROR_DATA, "%s: the header is not valid JSON: %s", file->path,
                     wrong.message);
}

static bool take_metadata(struct safetensors *file, json_t *object, struct error *err)
{
    const char *key;
    json_t *value;
    if (!json_is_object(object))
        return error_set(err, ERROR_DATA, "%s: " METADATA " is not an object", file->path);
    file->metadata = memory_new(json_object_size(object), sizeof *file->metadata, err);
    if (!file->metadata)
        return false;
    json_object_foreach (object, key, value) {
        if (!json_is_string(value))
            return error_set(err, ERROR_DATA, "%s: " METADATA " %s is not a string", file->path,
                             key);
        file->metadata[file->strings++] =
            (struct safetensors_string){.key = key, .value = json_string_value(value)};
    }
    return true;
}

static bool bad_tensor(const struct safetensors *file, const char *name, const char *what,
                       struct error *err)
{
    return error_set(err, ERROR_DATA, "%s: tensor %s %s", file->path, name, what);
}

static bool read_whole(const json_t *value, uint64_t *number)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    *number = (uint64_t)json_integer_value(value);
    return true;
}

/* Shape [], [cols] or [rows, cols]; *bytes is what it takes. */
static bool read_shape(const json_t *shape, struct safetensors_tensor *tensor, uint64_t *bytes,
                       const char **what)
{
    uint64_t extent[2] = {1, 1};
    size_t dimensions = json_array_size(shape);
    *what = "has no shape of one or two dimensions";
    if (!json_is_array(shape) || dimensions > 2)
        return false;
    for (size_t i = 0; i < dimensions; i++)
        if (!read_whole(json_array_get(shape, i), &extent[2 - dimensions + i]))
            return false;
    *what = "is larger than a machine can address";
    if (__builtin_mul_overflow(extent[0], extent[1], bytes) ||
        __builtin_mul_overflow(*bytes, sizeof(float), bytes) || extent[0] > SIZE_MAX ||
        extent[1] > SIZE_MAX)
        return false;
    tensor->rows = (size_t)extent[0];
    tensor->cols = (size_t)extent[1];
    return true;
}

static bool read_tensor(const struct safetensors *file, const char *name, const json_t *object,
                        struct byte_extent *extent, struct error *err)
{
    const json_t *dtype = json_object_get(object, "dtype");
    const json_t *offsets = json_object_get(object, "data_offsets");
    const char *what;
    uint64_t bytes;
    extent->tensor.name = name;
    if (!json_is_string(dtype) || strcmp(json_string_value(dtype), DTYPE) != 0)
        return bad_tensor(file, name, "is not of dtype " DTYPE, err);
    if (!read_shape(json_object_get(object, "shape"), &extent->tensor, &bytes, &what))
        return bad_tensor(file, name, what, err);
    if (json_array_size(offsets) != 2 || !read_whole(json_array_get(offsets, 0), &extent->begin) ||
        !read_whole(json_array_get(offsets, 1), &extent->end) || extent->begin > extent->end)
        return bad_tensor(file, name, "has no valid data_offsets", err);
    if (extent->end - extent->begin != bytes)
        return bad_tensor(file, name, "has data_offsets that do not fit its shape", err);
    return true;
}

static int compare_extents(const void *a, const void *b)
{
    const struct byte_extent *left = a, *right = b;
    if (left->begin != right->begin)
        return left->begin < right->begin ? -1 : 1;
    return (left->end > right->end) - (left->end < right->end);
}

/* Tensors follow each other from the end of the header to the end of the file. */
static bool place_tensors(struct safetensors *file, struct byte_extent *extent, const char *data,
                          uint64_t size, struct error *err)
{
    uint64_t end = 0;
    qsort(extent, file->tensors, sizeof *extent, compare_extents);
    for (size_t i = 0; i < file->tensors; i++) {
        const char *name = extent[i].tensor.name;
        if (extent[i].begin < end)
            return bad_tensor(file, name, "overlaps the one before it", err);
        if (extent[i].begin > end)
            return bad_tensor(file, name, "leaves a hole before it", err);
        if (extent[i].end > size)
            return bad_tensor(file, name, "reaches beyond the end of the file", err);
        end = extent[i].end;
        file->tensor[i] = extent[i].tensor;
        file->tensor[i].data = (const float *)(const void *)(data + extent[i].begin);
    }
    if (end != size)
        return error_set(err, ERROR_DATA, "%s: %ju bytes after the last tensor", file->path,
                         (uintmax_t)(size - end));
    return true;
}

static bool take_entries(struct safetensors *file, struct byte_extent *extent, struct error *err)
{
    const char *key;
    json_t *value;
    json_object_foreach ((json_t *)file->header, key, value) {
        bool ok = strcmp(key, METADATA) == 0
                      ? take_metadata(file, value, err)
                      : read_tensor(file, key, value, &extent[file->tensors++], err);
        if (!ok)
            return false;
    }
    return true;
}

static bool take_tensors(struct safetensors *file, size_t header_length, struct error *err)
{
    const char *data = (const char *)file->map + LENGTH_BYTES + header_length;
    size_t entries = json_object_size(file->header);
    struct byte_extent *extent = memory_new(entries, sizeof *extent, err);
    file->tensor = extent ? memory_new(entries, sizeof *file->tensor, err) : NULL;
    bool ok = file->tensor && take_entries(file, extent, err) &&
              place_tensors(file, extent, data, file->map_size - LENGTH_BYTES - header_length, err);
    memory_free(extent);
    return ok;
}

bool safetensors_open(struct safetensors *file, const char *path, struct error *err)
{
    size_t header_length = 0;
    *file = (struct safetensors){.path = memory_string(path, err)};
    if (file->path && map_file(file, err) && find_header(file, &header_length, err) &&
        parse_header(file, header_length, err) && take_tensors(file, header_length, err))
        return true;
    safetensors_close(file);
    return false;
}

void safetensors_close(struct safetensors *file)
{
    if (file->map)
        munmap(file->map, file->map_size);
    json_decref(file->header);
    memory_free(file->tensor);
    memory_free(file->metadata);
    memory_free(file->path);
    *file = (struct safetensors){0};
}

/* ---- finding ---- */

const struct safetensors_tensor *safetensors_find(const struct safetensors *file, const char *name)
{
    for (size_t i = 0; i < file->tensors; i++)
        if (strcmp(file->tensor[i].name, name) == 0)
            return &file->tensor[i];
    return NULL;
}

const char *safetensors_metadata(const struct safetensors *file, const char *key)
{
    for (size_t i = 0; i < file->strings; i++)
        if (strcmp(file->metadata[i].key, key) == 0)
            return file->metadata[i].value;
    return NULL;
}
