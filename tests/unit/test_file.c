#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/fixtures/temporary.h"

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
    static const struct file_calls halting = {.write = halting_write};
    char path[TEMPORARY_PATH];
    struct error err;
    temporary_path(path, *state, "file");
    file_set_calls(&halting);
    bool ok = file_replace(path, "a text of some length", 21, &err);
    file_set_calls(NULL);
    assert_true(ok);
    assert_holds(path, "a text of some length", 21);
}

/* Every call is interrupted before it does anything, every second time. */
static bool interrupted(void)
{
    static int calls;
    errno = EINTR;
    return ++calls % 2 == 1;
}

static int halting_open(const char *path, int flags, mode_t mode)
{
    return interrupted() ? -1 : open(path, flags, mode);
}

static int halting_fsync(int descriptor)
{
    return interrupted() ? -1 : fsync(descriptor);
}

static int halting_rename(const char *from, const char *to)
{
    return interrupted() ? -1 : rename(from, to);
}

static int halting_ftruncate(int descriptor, off_t length)
{
    return interrupted() ? -1 : ftruncate(descriptor, length);
}

/* As Linux does: what was interrupted is closed all the same. */
static int halting_close(int descriptor)
{
    close(descriptor);
    errno = EINTR;
    return -1;
}

static void what_a_signal_interrupts_is_done_again(void **state)
{
    static const struct file_calls halting = {
        .write = halting_write,
        .fsync = halting_fsync,
        .rename = halting_rename,
        .open = halting_open,
        .close = halting_close,
        .ftruncate = halting_ftruncate,
    };
    char path[TEMPORARY_PATH];
    struct error err;
    temporary_path(path, *state, "file");
    file_set_calls(&halting);
    bool replaced = file_replace(path, "a text of some length", 21, &err);
    int descriptor = file_open(path, O_RDWR, FILE_OWN, &err);
    bool cut = file_truncate(descriptor, 6, path, &err);
    bool closed = file_close(descriptor, path, &err);
    file_set_calls(NULL);
    assert_true(replaced && descriptor >= 0 && cut && closed);
    assert_holds(path, "a text", 6);
    assert_int_equal(temporary_count(*state), 1);
}

static int full_close(int descriptor)
{
    close(descriptor);
    errno = EDQUOT;
    return -1;
}

static void what_only_the_close_finds_out_is_said(void **state)
{
    static const struct file_calls full = {.close = full_close};
    char path[TEMPORARY_PATH], sentence[TEMPORARY_PATH + 64];
    struct error err;
    temporary_path(path, *state, "file");
    file_set_calls(&full);
    bool ok = file_replace(path, "a", 1, &err);
    file_set_calls(NULL);
    assert_false(ok);
    snprintf(sentence, sizeof sentence, "cannot write %s: %s", path, strerror(EDQUOT));
    assert_string_equal(err.message, sentence);
    assert_int_equal(temporary_count(*state), 0);
}

static int why_not_synced;

/* Refuses a directory alone. */
static int fsync_of_files(int descriptor)
{
    struct stat about;
    if (fstat(descriptor, &about) == 0 && !S_ISDIR(about.st_mode))
        return fsync(descriptor);
    errno = why_not_synced;
    return -1;
}

static void a_directory_that_cannot_be_synced_fails_nothing(void **state)
{
    static const struct {
        int why;
        bool ok;
    } cases[] = {{EINVAL, true}, {ENOTSUP, true}, {EOPNOTSUPP, true}, {EIO, false}};
    static const struct file_calls calls = {.fsync = fsync_of_files};
    char path[TEMPORARY_PATH];
    struct error err;
    temporary_path(path, *state, "file");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        why_not_synced = cases[i].why;
        file_set_calls(&calls);
        bool ok = file_replace(path, "a", 1, &err);
        file_set_calls(NULL);
        assert_int_equal(ok, cases[i].ok);
        assert_holds(path, "a", 1);
    }
}

static void make_link(const void *directory, const char *to, const char *name)
{
    char path[TEMPORARY_PATH];
    assert_int_equal(symlink(to, temporary_path(path, directory, name)), 0);
}

static void make_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int bound = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_true(strlen(path) < sizeof address.sun_path);
    strcpy(address.sun_path, path);
    assert_int_equal(bind(bound, (const struct sockaddr *)&address, sizeof address), 0);
    close(bound);
}

static void what_is_no_file_is_not_opened_as_the_programs_own(void **state)
{
    static const struct {
        const char *name, *kind;
    } cases[] = {{"link", "link"},     {"hanging", "link"},        {"pipe", "pipe"},
                 {"socket", "socket"}, {"directory", "directory"}, {"/dev/null", "device"}};
    static const int flags[] = {O_RDONLY, O_WRONLY, O_RDWR | O_APPEND, O_RDWR | O_CREAT,
                                O_WRONLY | O_CREAT | O_TRUNC};
    char path[TEMPORARY_PATH], outside[TEMPORARY_PATH], sentence[TEMPORARY_PATH + 64];
    struct error err;
    assert_true(file_replace(temporary_path(outside, *state, "outside"), "kept", 4, &err));
    make_link(*state, "outside", "link");
    make_link(*state, "nowhere", "hanging");
    assert_int_equal(mkfifo(temporary_path(path, *state, "pipe"), 0600), 0);
    make_socket(temporary_path(path, *state, "socket"));
    assert_int_equal(mkdir(temporary_path(path, *state, "directory"), 0700), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t f = 0; f < sizeof flags / sizeof *flags; f++) {
            if (*cases[i].name == '/')
                snprintf(path, sizeof path, "%s", cases[i].name);
            else
                temporary_path(path, *state, cases[i].name);
            assert_int_equal(file_open(path, flags[f], FILE_OWN, &err), -1);
            snprintf(sentence, sizeof sentence, "%s is a %s, not a file", path, cases[i].kind);
            assert_string_equal(err.message, sentence);
            assert_int_equal(err.kind, ERROR_DATA);
        }
    assert_null(file_read_own(temporary_path(path, *state, "link"), NULL, &err));
    assert_false(file_exists(temporary_path(path, *state, "nowhere")));
    assert_holds(outside, "kept", 4);
}

static void a_plain_file_is_the_programs_own_and_waits_for_nothing(void **state)
{
    char path[TEMPORARY_PATH];
    struct error err;
    temporary_path(path, *state, "file");
    int descriptor = file_open(path, O_RDWR | O_CREAT, FILE_OWN, &err);
    assert_true(descriptor >= 0);
    assert_int_equal(fcntl(descriptor, F_GETFL) & O_NONBLOCK, 0);
    assert_int_equal(fcntl(descriptor, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    assert_true(file_write_all(descriptor, path, "a", 1, &err));
    assert_true(file_close(descriptor, path, &err));
    assert_holds(path, "a", 1);
}

static void a_linked_directory_is_not_the_programs_own(void **state)
{
    char path[TEMPORARY_PATH], sentence[TEMPORARY_PATH + 64];
    struct error err;
    make_link(*state, "/tmp", "link");
    temporary_path(path, *state, "link");
    int followed = file_open_directory(path, FILE_ANY, &err);
    assert_true(followed >= 0);
    close(followed);
    assert_int_equal(file_open_directory(path, FILE_OWN, &err), -1);
    snprintf(sentence, sizeof sentence, "%s is a link, not a directory", path);
    assert_string_equal(err.message, sentence);
    int own = file_open_directory(*state, FILE_OWN, &err);
    assert_true(own >= 0);
    close(own);
}

static void what_a_user_names_may_be_a_link_or_a_pipe(void **state)
{
    char path[TEMPORARY_PATH];
    struct error err;
    size_t size;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "through a pipe", 14), 14);
    close(ends[1]);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    assert_holds(path, "through a pipe", 14);
    close(ends[0]);
    assert_true(file_replace(temporary_path(path, *state, "file"), "a", 1, &err));
    make_link(*state, "file", "link");
    char *bytes = file_read(temporary_path(path, *state, "link"), &size, &err);
    assert_non_null(bytes);
    assert_int_equal(size, 1);
    memory_free(bytes);
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
        temporary_fail_call(n); /* write, fsync, rename, fsync of the directory */
        assert_false(file_replace(path, after, strlen(after), &err));
        temporary_fail_call(0);
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

static void a_name_may_be_as_long_as_the_file_system_takes(void **state)
{
    struct error err;
    for (size_t length = 200; length <= 255; length++) {
        char path[TEMPORARY_PATH], name[256];
        memset(name, 'x', length);
        name[length] = '\0';
        temporary_path(path, *state, name);
        if (!file_replace(path, "a", 1, &err))
            fail_msg("%zu: %s", length, err.message);
        assert_holds(path, "a", 1);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(temporary_count(*state), 0);
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

static void a_link_that_leads_nowhere_is_no_directory(void **state)
{
    char path[TEMPORARY_PATH], link[TEMPORARY_PATH];
    struct error err;
    temporary_path(path, *state, "runs");
    temporary_path(link, *state, "to-runs");
    assert_int_equal(symlink("runs", link), 0);
    char *below = file_join(link, "b", NULL);
    assert_false(file_make_directories(below, &err));
    char *said = memory_format(
        NULL, "cannot make directory %s: it is a link to runs, which does not exist", link);
    assert_string_equal(err.message, said);
    assert_true(file_replace(path, "", 0, &err)); /* what it leads to is none either */
    assert_false(file_make_directories(below, &err));
    assert_non_null(strstr(err.message, "/to-runs: Not a directory"));
    assert_int_equal(unlink(path), 0);
    assert_true(file_make_directories(path, &err));
    assert_true(file_make_directories(below, &err));
    memory_free(said);
    memory_free(below);
}

static void paths_are_joined_and_parted(void **state)
{
    static const struct {
        const char *path, *directory, *name;
    } cases[] = {{"a/b", "a", "b"},
                 {"a", ".", "a"},
                 {"/a", "/", "a"},
                 {"/a/b/c", "/a/b", "c"},
                 {"a/", "a", ""}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *directory = file_directory(cases[i].path, NULL);
        assert_string_equal(directory, cases[i].directory);
        assert_string_equal(file_name(cases[i].path), cases[i].name);
        memory_free(directory);
    }
    char *joined = file_join("a", "b.c", NULL);
    assert_string_equal(joined, "a/b.c");
    memory_free(joined);
    char *missing = file_resolve("./a.b/nowhere", ".", NULL); /* is a path as it is */
    assert_string_equal(missing, "./a.b/nowhere");
    memory_free(missing);
    missing = file_resolve("nowhere.b", ".", NULL);
    assert_string_equal(missing, "./nowhere.b");
    memory_free(missing);
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
        IN_DIRECTORY(what_a_signal_interrupts_is_done_again),
        IN_DIRECTORY(what_only_the_close_finds_out_is_said),
        IN_DIRECTORY(a_directory_that_cannot_be_synced_fails_nothing),
        IN_DIRECTORY(what_is_no_file_is_not_opened_as_the_programs_own),
        IN_DIRECTORY(a_plain_file_is_the_programs_own_and_waits_for_nothing),
        IN_DIRECTORY(a_linked_directory_is_not_the_programs_own),
        IN_DIRECTORY(what_a_user_names_may_be_a_link_or_a_pipe),
        IN_DIRECTORY(whatever_fails_the_file_is_whole_and_nothing_else_is_left),
        IN_DIRECTORY(only_the_directorys_fsync_comes_after_the_rename),
        IN_DIRECTORY(an_abandoned_writer_leaves_what_was_there),
        IN_DIRECTORY(a_name_may_be_as_long_as_the_file_system_takes),
        IN_DIRECTORY(two_writers_of_one_path_do_not_meet),
        IN_DIRECTORY(directories_are_made_with_those_above),
        IN_DIRECTORY(a_link_that_leads_nowhere_is_no_directory),
        cmocka_unit_test(paths_are_joined_and_parted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
