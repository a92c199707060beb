#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/fixtures/temporary.h"
#include "train/safetensors.h"

static const float small[6] = {1, -2.5f, 0, 1e-30f, 3e38f, 7};
static const float row[2] = {8, 9};
static const struct safetensors_tensor tensors[] = {
    {.name = "a.weight", .rows = 2, .cols = 3, .data = small},
    {.name = "nothing", .rows = 0, .cols = 5, .data = NULL},
    {.name = "b \"quoted\" \xC3\xBC", .rows = 1, .cols = 2, .data = row},
};
static const struct safetensors_string strings[] = {
    {"format", "test"}, {"text", "two\nlines, a \"quote\" and \xE2\x82\xAC"}, {"empty", ""}};

enum { TENSORS = 3, STRINGS = 3 };

static bool write_small(const char *path, struct error *err)
{
    return safetensors_write(path, tensors, TENSORS, strings, STRINGS, err);
}

static void assert_small(const char *path)
{
    struct safetensors file;
    struct error err = {ERROR_NONE, ""};
    if (!safetensors_open(&file, path, &err))
        fail_msg("%s", err.message);
    assert_int_equal(file.tensors, TENSORS);
    assert_int_equal(file.strings, STRINGS);
    for (size_t i = 0; i < TENSORS; i++) {
        const struct safetensors_tensor *tensor = safetensors_find(&file, tensors[i].name);
        assert_non_null(tensor);
        assert_int_equal(tensor->rows, tensors[i].rows);
        assert_int_equal(tensor->cols, tensors[i].cols);
        size_t size = tensor->rows * tensor->cols * sizeof(float);
        if (size > 0)
            assert_memory_equal(tensor->data, tensors[i].data, size);
    }
    for (size_t i = 0; i < STRINGS; i++)
        assert_string_equal(safetensors_metadata(&file, strings[i].key), strings[i].value);
    assert_null(safetensors_find(&file, "a"));
    assert_null(safetensors_metadata(&file, "a.weight"));
    safetensors_close(&file);
}

static void what_is_written_reads_back(void **state)
{
    char path[TEMPORARY_PATH];
    struct error err;
    temporary_path(path, *state, "file");
    assert_true(write_small(path, &err));
    assert_small(path);
}

/* The bytes as the format's description gives them: the header has 81 bytes, with blanks 88. */
static void a_file_has_the_formats_bytes(void **state)
{
    static const char expected[] =
        "\x58\0\0\0\0\0\0\0"
        "{\"__metadata__\":{\"k\":\"v\"},\""
        "t\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}       "
        "\0\0\0\x41\0\0\x10\x41";
    const struct safetensors_tensor tensor = {.name = "t", .rows = 1, .cols = 2, .data = row};
    const struct safetensors_string string = {"k", "v"};
    char path[TEMPORARY_PATH];
    struct error err;
    size_t size;
    temporary_path(path, *state, "file");
    assert_true(safetensors_write(path, &tensor, 1, &string, 1, &err));
    char *bytes = file_read(path, &size, &err);
    assert_int_equal(size, sizeof expected - 1);
    assert_memory_equal(bytes, expected, size);
    memory_free(bytes);
}

static void a_file_without_tensors_is_valid(void **state)
{
    char path[TEMPORARY_PATH];
    struct safetensors file;
    struct error err;
    temporary_path(path, *state, "file");
    assert_true(safetensors_write(path, NULL, 0, NULL, 0, &err));
    assert_true(safetensors_open(&file, path, &err));
    assert_int_equal(file.tensors, 0);
    safetensors_close(&file);
}

static void put_header(const char *path, uint64_t length, const char *header, size_t data)
{
    char bytes[4096] = {0};
    size_t size = strlen(header);
    for (size_t i = 0; i < 8; i++)
        bytes[i] = (char)(length >> (8 * i));
    memcpy(bytes + 8, header, size);
    assert_true(file_replace(path, bytes, 8 + size + data, NULL));
}

/* Writes header, padded with blanks to a multiple of 8, and `data` bytes behind it. */
static void put_padded(const char *path, const char *header, size_t data)
{
    char padded[2048];
    snprintf(padded, sizeof padded, "%s%*s", header, (int)(-strlen(header) % 8), "");
    put_header(path, strlen(padded), padded, data);
}

#define T(name, shape, begin, end)                                                                 \
    "\"" name "\":{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":[" begin "," end "]}"

static void valid_headers_of_other_writers_are_read(void **state)
{
    static const struct {
        const char *header;
        size_t data, tensors, rows, cols;
    } cases[] = {
        {"{}", 0, 0, 0, 0},
        {"{" T("t", "[]", "0", "4") "}", 4, 1, 1, 1},
        {"{" T("t", "[3]", "0", "12") "}", 12, 1, 1, 3},
        {"{" T("t", "[2,3]", "0", "24") "}", 24, 1, 2, 3},
        {"{" T("t", "[0,3]", "0", "0") "}", 0, 1, 0, 3},
        {"{" T("u", "[1]", "24", "28") "," T("t", "[2,3]", "0", "24") "}", 28, 2, 2, 3},
        {"{ \"t\" : {\"data_offsets\":[0,4],\"shape\":[1],\"dtype\":\"F32\"} }  ", 4, 1, 1, 1},
        {"{\"__metadata__\":{}," T("t", "[1]", "0", "4") "}", 4, 1, 1, 1},
    };
    char path[TEMPORARY_PATH];
    temporary_path(path, *state, "file");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct safetensors file;
        struct error err;
        put_padded(path, cases[i].header, cases[i].data);
        if (!safetensors_open(&file, path, &err))
            fail_msg("%s", err.message);
        assert_int_equal(file.tensors, cases[i].tensors);
        if (file.tensors > 0) {
            const struct safetensors_tensor *tensor = safetensors_find(&file, "t");
            assert_int_equal(tensor->rows, cases[i].rows);
            assert_int_equal(tensor->cols, cases[i].cols);
            assert_ptr_equal(tensor, &file.tensor[0]);
        }
        safetensors_close(&file);
    }
}

static void every_rule_of_the_format_is_held(void **state)
{
    static const struct {
        const char *header;
        size_t data;
        const char *message;
    } cases[] = {
        {"[]", 0, "does not begin with {"},
        {" {}", 0, "does not begin with {"},
        {"{", 0, "not valid JSON"},
        {"{}x", 0, "not valid JSON"},
        {"{}{}", 0, "not valid JSON"},
        {"{\"\xFF\":1}", 0, "not valid JSON"},
        {"{\"a\\u0000b\":1}", 0, "not valid JSON"},
        {"{" T("t", "[1]", "0", "4") "," T("t", "[1]", "4", "8") "}", 8, "duplicate object key"},
        {"{\"t\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4,
         "duplicate object key"},
        {"{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "duplicate object key"},
        {"{\"__metadata__\":[]}", 0, "__metadata__ is not an object"},
        {"{\"__metadata__\":{\"a\":1}}", 0, "__metadata__ a is not a string"},
        {"{\"t\":1}", 0, "tensor t is not of dtype F32"},
        {"{\"t\":null}", 0, "tensor t is not of dtype F32"},
        {"{\"t\":{}}", 0, "tensor t is not of dtype F32"},
        {"{\"t\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4,
         "tensor t is not of dtype F32"},
        {"{\"t\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "tensor t has no shape"},
        {"{" T("t", "[1,1,1]", "0", "4") "}", 4, "tensor t has no shape"},
        {"{" T("t", "[-1]", "0", "4") "}", 4, "tensor t has no shape"},
        {"{" T("t", "[1.0]", "0", "4") "}", 4, "tensor t has no shape"},
        {"{" T("t", "\"1\"", "0", "4") "}", 4, "tensor t has no shape"},
        {"{" T("t", "[99999999999999999999]", "0", "4") "}", 4, "not valid JSON"},
        {"{" T("t", "[4611686018427387904]", "0", "0") "}", 0, "larger than a machine can address"},
        {"{" T("t", "[4294967296,4294967296]", "0", "0") "}", 0,
         "larger than a machine can address"},
        {"{\"t\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "has no valid data_offsets"},
        {"{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 4,
         "has no valid data_offsets"},
        {"{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}", 8,
         "has no valid data_offsets"},
        {"{" T("t", "[1]", "-4", "0") "}", 4, "has no valid data_offsets"},
        {"{" T("t", "[1]", "4", "0") "}", 4, "has no valid data_offsets"},
        {"{" T("t", "[1]", "0", "4.0") "}", 4, "has no valid data_offsets"},
        {"{" T("t", "[1]", "0", "8") "}", 8, "do not fit its shape"},
        {"{" T("t", "[2]", "0", "4") "}", 4, "do not fit its shape"},
        {"{" T("t", "[1]", "4", "8") "}", 8, "tensor t leaves a hole before it"},
        {"{" T("t", "[1]", "0", "4") "," T("u", "[1]", "8", "12") "}", 12,
         "tensor u leaves a hole before it"},
        {"{" T("t", "[2]", "0", "8") "," T("u", "[2]", "4", "12") "}", 12,
         "tensor u overlaps the one before it"},
        {"{" T("t", "[1]", "0", "4") "," T("u", "[1]", "0", "4") "}", 4,
         "overlaps the one before it"},
        {"{" T("t", "[2]", "0", "8") "}", 4, "tensor t reaches beyond the end of the file"},
        {"{" T("t", "[1]", "0", "4") "}", 8, "4 bytes after the last tensor"},
        {"{}", 1, "1 bytes after the last tensor"},
        {"{" T("t", "[1152921504606846976]", "0", "4611686018427387904") "}", 4,
         "tensor t reaches beyond the end of the file"},
    };
    char path[TEMPORARY_PATH];
    temporary_path(path, *state, "file");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct safetensors file;
        struct error err = {ERROR_NONE, ""};
        put_padded(path, cases[i].header, cases[i].data);
        if (safetensors_open(&file, path, &err))
            fail_msg("%s is taken", cases[i].header);
        assert_int_equal(err.kind, ERROR_DATA);
        assert_memory_equal(err.message, path, strlen(path));
        if (!strstr(err.message, cases[i].message))
            fail_msg("%s: %s", cases[i].header, err.message);
        assert_null(file.map);
    }
}

static void the_headers_length_is_checked(void **state)
{
    static const struct {
        uint64_t length;
        const char *message;
    } cases[] = {
        {0, "does not begin with {"},         {100000001, "above 100000000"},
        {UINT64_MAX, "above 100000000"},      {UINT64_MAX - 7, "above 100000000"},
        {9, "the file ends after 8"},         {16, "the file ends after 8"},
        {100000000, "the file ends after 8"}, {2, "not aligned"},
    };
    char path[TEMPORARY_PATH];
    temporary_path(path, *state, "file");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct safetensors file;
        struct error err;
        put_header(path, cases[i].length, "{}      ", 0);
        assert_false(safetensors_open(&file, path, &err));
        assert_int_equal(err.kind, ERROR_DATA);
        if (!strstr(err.message, cases[i].message))
            fail_msg("%s", err.message);
    }
}

static void what_is_no_file_is_told(void **state)
{
    char path[TEMPORARY_PATH];
    struct safetensors file;
    struct error err;
    assert_false(safetensors_open(&file, *state, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    assert_false(safetensors_open(&file, temporary_path(path, *state, "none"), &err));
    assert_int_equal(err.kind, ERROR_SYSTEM);
    assert_true(file_replace(path, "", 0, &err));
    assert_false(safetensors_open(&file, path, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    assert_non_null(strstr(err.message, "too short"));
}

static void a_file_cut_anywhere_is_refused(void **state)
{
    char path[TEMPORARY_PATH];
    struct error err;
    size_t size;
    temporary_path(path, *state, "file");
    assert_true(write_small(path, &err));
    memory_free(file_read(path, &size, &err));
    for (size_t length = size; length-- > 0;) {
        struct safetensors file;
        assert_int_equal(truncate(path, (off_t)length), 0);
        assert_false(safetensors_open(&file, path, &err));
        assert_int_equal(err.kind, ERROR_DATA);
    }
}

/* Reads every value, so that a sanitizer sees where they lie. */
static double sum_of(const struct safetensors *file)
{
    double sum = 0;
    for (size_t i = 0; i < file->tensors; i++)
        for (size_t k = 0; k < file->tensor[i].rows * file->tensor[i].cols; k++)
            sum += file->tensor[i].data[k];
    return sum;
}

static void a_changed_byte_is_refused_or_leaves_a_file_of_the_same_size(void **state)
{
    char path[TEMPORARY_PATH];
    struct error err;
    size_t size, refused = 0;
    temporary_path(path, *state, "file");
    assert_true(write_small(path, &err));
    char *bytes = file_read(path, &size, &err);
    int descriptor = open(path, O_RDWR);
    assert_true(descriptor >= 0);
    size_t header = 8 + (unsigned char)bytes[0] + 256 * (size_t)(unsigned char)bytes[1];
    for (size_t i = 0; i < header; i++)
        for (int value = 0; value < 256; value++) {
            struct safetensors file;
            if ((char)value == bytes[i])
                continue;
            const char changed = (char)value;
            assert_int_equal(pwrite(descriptor, &changed, 1, (off_t)i), 1);
            if (safetensors_open(&file, path, &err)) {
                size_t values = 0;
                for (size_t t = 0; t < file.tensors; t++)
                    values += file.tensor[t].rows * file.tensor[t].cols;
                assert_int_equal(values, 8);
                volatile double sum = sum_of(&file);
                (void)sum;
                safetensors_close(&file);
            } else {
                assert_int_equal(err.kind, ERROR_DATA);
                refused++;
            }
            assert_int_equal(pwrite(descriptor, &bytes[i], 1, (off_t)i), 1);
        }
    assert_true(refused > 100 * header);
    close(descriptor);
    memory_free(bytes);
}

static void put_small(void *context)
{
    char path[TEMPORARY_PATH];
    assert_true(write_small(temporary_path(path, context, "file"), NULL));
}

static bool replace_small(void *context, struct error *err)
{
    char path[TEMPORARY_PATH];
    const struct safetensors_tensor tensor = {.name = "new", .rows = 1, .cols = 2, .data = row};
    return safetensors_write(temporary_path(path, context, "file"), &tensor, 1, NULL, 0, err);
}

static void assert_whole(void *context, const struct error *err, bool of_memory)
{
    char path[TEMPORARY_PATH];
    struct safetensors file;
    assert_int_equal(err->kind, of_memory ? ERROR_MEMORY : ERROR_SYSTEM);
    assert_int_equal(temporary_count(context), 1);
    assert_true(safetensors_open(&file, temporary_path(path, context, "file"), NULL));
    bool is_new = safetensors_find(&file, "new");
    safetensors_close(&file);
    if (is_new)
        assert_false(of_memory);
    else
        assert_small(path);
}

static void whatever_fails_the_file_is_whole(void **state)
{
    const struct failing failing = {*state, put_small, replace_small, assert_whole};
    /* Length, header, blanks or none, data; two fsyncs and a rename; memory. */
    assert_true(fail_everywhere(&failing) >= 8);
}

static bool open_small(void *context, struct error *err)
{
    char path[TEMPORARY_PATH];
    struct safetensors file;
    if (!safetensors_open(&file, temporary_path(path, context, "file"), err))
        return false;
    safetensors_close(&file);
    return true;
}

static void running_out_of_memory_leaves_nothing_behind(void **state)
{
    const struct failing failing = {*state, put_small, open_small, assert_whole};
    assert_int_equal(fail_everywhere(&failing), 4);
}

int main(void)
{
#define IN_DIRECTORY(test)                                                                         \
    cmocka_unit_test_setup_teardown(test, temporary_set_up, temporary_tear_down)
    const struct CMUnitTest tests[] = {
        IN_DIRECTORY(what_is_written_reads_back),
        IN_DIRECTORY(a_file_has_the_formats_bytes),
        IN_DIRECTORY(a_file_without_tensors_is_valid),
        IN_DIRECTORY(valid_headers_of_other_writers_are_read),
        IN_DIRECTORY(every_rule_of_the_format_is_held),
        IN_DIRECTORY(the_headers_length_is_checked),
        IN_DIRECTORY(what_is_no_file_is_told),
        IN_DIRECTORY(a_file_cut_anywhere_is_refused),
        IN_DIRECTORY(a_changed_byte_is_refused_or_leaves_a_file_of_the_same_size),
        IN_DIRECTORY(whatever_fails_the_file_is_whole),
        IN_DIRECTORY(running_out_of_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
