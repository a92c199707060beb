#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/unit/temporary.h"

static void assert_holds(const char *path, const char *bytes, size_t size)
{
    struct error err;
    size_t read;
    char *found = file_read(path, &read, &err);
    assert_non_null(found);
    assert_int_equal(read, size);
    assert_memory_equal(found, bytes, size);
    assert_int_equal(found[size], 0);
    memory_free(found);
}

static void a_file_of_any_size_reads_back(void **state)
{
    static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 131071, 131072, 1000000};
    char path[TEMPORARY_PATH];
    struct error err;
    temporary_path(path, *state, "file");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *bytes = malloc(sizes[i] + 1);
        for (size_t b = 0; b < sizes[i]; b++)
            bytes[b] = (char)(b * 31 + b / 251);
        assert_true(file_replace(path, bytes, sizes[i], &err));
        assert_holds(path, bytes, sizes[i]);
        free(bytes);
    }
    assert_int_equal(temporary_count(*state), 1);
}

static void a_file_that_is_not_there_is_named(void **state)
{
    struct error err;
    (void)state;
    assert_null(file_read("/nowhere/file", NULL, &err));
    assert_int_equal(err.kind, ERROR_SYSTEM);
    assert_string_equal(err.message, "cannot read /nowhere/file: No such file or directory");
    assert_null(file_read("/tmp", NULL, &err));
    assert_string_equal(err.message, "cannot read /tmp: Is a directory");
    assert_false(file_replace("/nowhere/file", "a", 1, &err));
    assert_string_equal(err.message, "cannot write /nowhere/file: No such file or directory");
}

static void a_replaced_file_has_the_rights_the_umask_leaves(void **state)
{
    char path[TEMPORARY_PATH];
    struct error err;
    struct stat about;
    mode_t before = umask(027);
    temporary_path(path, *state, "file");
    assert_true(file_replace(path, "a", 1, &err));
    umask(before);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0640);
}

/* Writes at most three bytes and is interrupted every second time. */
static ssize_t halting_write(int descriptor, const void *bytes, size_t count)
{
    static int calls;
    if (++calls % 2 == 0) {
        errno = EINTR;
        return -1;
    }
    return write(descriptor, bytes, count < 3 ? count : 3);
}

static void short_and_interrupted_writes_go_on(void **state)
{
    static const struct file_calls halting = {halting_write, fsync, rename};
    char path[TEMPORARY_PATH];
    struct error err;
    temporary_path(path, *state, "file");
    file_set_calls(&halting);
    bool ok = file_replace(path, "a text of some length", 21, &err);
    file_set_calls(NULL);
    assert_true(ok);
    assert_holds(path, "a text of some length", 21);
}

static const char before[] = "what was there before", after[] = "what comes after it";

static bool replace(void *context, struct error *err)
{
    char path[TEMPORARY_PATH];
    struct file_writer writer;
    temporary_path(path, context, "file");
    if (!file_writer_begin(&writer, path, err))
        return false;
    if (!file_writer_add(&writer, after, 5, err) ||
        !file_writer_add(&writer, after + 5, strlen(after) - 5, err)) {
        file_writer_abandon(&writer);
        return false;
    }
    return file_writer_commit(&writer, err);
}

static void put_before(void *context)
{
    char path[TEMPORARY_PATH];
    temporary_path(path, context, "file");
    assert_true(file_replace(path, before, strlen(before), NULL));
}

static void assert_untouched(void *context, const struct error *err, bool of_memory)
{
    char path[TEMPORARY_PATH];
    size_t size;
    char *found = file_read(temporary_path(path, context, "file"), &size, NULL);
    assert_int_equal(err->kind, of_memory ? ERROR_MEMORY : ERROR_SYSTEM);
    assert_non_null(found);
    /* Only the directory's fsync comes after the rename. */
    if (strcmp(found, before) != 0) {
        assert_string_equal(found, after);
        assert_false(of_memory);
    }
    memory_free(found);
    assert_int_equal(temporary_count(context), 1);
}

static void whatever_fails_the_file_is_whole_and_nothing_else_is_left(void **state)
{
    char path[TEMPORARY_PATH];
    const struct failing failing = {*state, put_before, replace, assert_untouched};
    /* Two writes, two fsyncs, a rename; three requests for memory. */
    assert_int_equal(fail_everywhere(&failing), 5 + 3);
    assert_holds(temporary_path(path, *state, "file"), after, strlen(after));
}

static void only_the_directorys_fsync_comes_after_the_rename(void **state)
{
    char path[TEMPORARY_PATH];
    struct error err;
    temporary_path(path, *state, "file");
    for (size_t n = 1; n <= 4; n++) {
        assert_true(file_replace(path, before, strlen(before), &err));
        calls_until_failure = n; /* write, fsync, rename, fsync of the directory */
        file_set_calls(&failing_calls);
        assert_false(file_replace(path, after, strlen(after), &err));
        file_set_calls(NULL);
        if (n < 4)
            assert_holds(path, before, strlen(before));
        else
            assert_holds(path, after, strlen(after));
    }
}

static void an_abandoned_writer_leaves_what_was_there(void **state)
{
    char path[TEMPORARY_PATH];
    struct error err;
    struct file_writer writer;
    temporary_path(path, *state, "file");
    assert_true(file_replace(path, before, strlen(before), &err));
    assert_true(file_writer_begin(&writer, path, &err));
    assert_true(file_writer_add(&writer, after, strlen(after), &err));
    assert_int_equal(temporary_count(*state), 2);
    file_writer_abandon(&writer);
    assert_int_equal(temporary_count(*state), 1);
    assert_holds(path, before, strlen(before));
}

static void two_writers_of_one_path_do_not_meet(void **state)
{
    char path[TEMPORARY_PATH];
    struct error err;
    struct file_writer first, second;
    temporary_path(path, *state, "file");
    assert_true(file_writer_begin(&first, path, &err));
    assert_true(file_writer_begin(&second, path, &err));
    assert_true(file_writer_add(&first, before, strlen(before), &err));
    assert_true(file_writer_add(&second, after, strlen(after), &err));
    assert_true(file_writer_commit(&first, &err));
    assert_holds(path, before, strlen(before));
    assert_true(file_writer_commit(&second, &err));
    assert_holds(path, after, strlen(after));
}

static void directories_are_made_with_those_above(void **state)
{
    char path[TEMPORARY_PATH];
    struct error err;
    temporary_path(path, *state, "a//b/c/");
    assert_true(file_make_directories(path, &err));
    assert_true(file_make_directories(path, &err));
    assert_true(file_exists(temporary_path(path, *state, "a/b/c")));
    temporary_path(path, *state, "file");
    assert_true(file_replace(path, "", 0, &err));
    temporary_path(path, *state, "file/b");
    assert_false(file_make_directories(path, &err));
    assert_int_equal(err.kind, ERROR_SYSTEM);
    assert_non_null(strstr(err.message, "/file: Not a directory"));
}

static void paths_are_joined_and_parted(void **state)
{
    static const struct {
        const char *path, *directory;
    } cases[] = {{"a/b", "a"}, {"a", "."}, {"/a", "/"}, {"/a/b/c", "/a/b"}, {"a/", "a"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *directory = file_directory(cases[i].path, NULL);
        assert_string_equal(directory, cases[i].directory);
        memory_free(directory);
    }
    char *joined = file_join("a", "b.c", NULL);
    assert_string_equal(joined, "a/b.c");
    memory_free(joined);
}

int main(void)
{
#define IN_DIRECTORY(test)                                                                         \
    cmocka_unit_test_setup_teardown(test, temporary_set_up, temporary_tear_down)
    const struct CMUnitTest tests[] = {
        IN_DIRECTORY(a_file_of_any_size_reads_back),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
        IN_DIRECTORY(a_replaced_file_has_the_rights_the_umask_leaves),
        IN_DIRECTORY(short_and_interrupted_writes_go_on),
        IN_DIRECTORY(whatever_fails_the_file_is_whole_and_nothing_else_is_left),
        IN_DIRECTORY(only_the_directorys_fsync_comes_after_the_rename),
        IN_DIRECTORY(an_abandoned_writer_leaves_what_was_there),
        IN_DIRECTORY(two_writers_of_one_path_do_not_meet),
        IN_DIRECTORY(directories_are_made_with_those_above),
        cmocka_unit_test(paths_are_joined_and_parted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
