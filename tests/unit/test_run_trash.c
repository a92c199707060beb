/* Runs that get another name, and runs that are deleted and come back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "record/run.h"
#include "record/run_files.h"
#include "record/run_lock.h"
#include "record/run_names.h"
#include "record/run_renames.h"
#include "record/run_trash.h"
#include "tests/fixtures/temporary.h"

struct place {
    char *directory; /* of runs, with a run a and a sweep's s/b in it */
    struct paths paths;
};

static char *in(const struct place *place, const char *name)
{
    char *path = file_join(place->directory, name, NULL);
    assert_non_null(path);
    return path;
}

static void make_run(const struct place *place, const char *name, const char *text)
{
    char path[TEMPORARY_PATH], inside[TEMPORARY_PATH];
    char *directory = in(place, name);
    assert_true(file_make_directories(directory, NULL));
    snprintf(inside, sizeof inside, "%s/" RUN_PRESET, name);
    temporary_put(path, place->directory, inside, text);
    memory_free(directory);
}

static bool has_run(const struct place *place, const char *name, const char *text)
{
    char *path = memory_format(NULL, "%s/%s/" RUN_PRESET, place->directory, name);
    char *found = path && file_exists(path) ? file_read(path, NULL, NULL) : NULL;
    bool has = found && strcmp(found, text) == 0;
    memory_free(found);
    memory_free(path);
    return has;
}

static void begin(struct place *place, void **state)
{
    *place = (struct place){.directory = *state};
    place->paths.runs = place->directory;
    make_run(place, "a", "one");
    make_run(place, "s/b", "two");
}

static size_t listed(const struct place *place)
{
    struct strings names;
    assert_true(run_names_list(&place->paths, &names, NULL));
    size_t count = names.count;
    strings_free(&names);
    return count;
}

static void rename_to(const struct place *place, const char *from, const char *to)
{
    struct error err;
    char *directory = in(place, from), *renamed = NULL;
    if (!run_rename(directory, to, &renamed, &err))
        fail_msg("%s", err.message);
    memory_free(renamed);
    memory_free(directory);
}

/* Where a run is now that was called so; "" where it was never renamed. */
static void assert_follows(const struct place *place, const char *from, double when, const char *to)
{
    char *directory = in(place, from);
    char *now = run_renames_follow(directory, when, NULL);
    if (*to)
        assert_string_equal(file_name(now), to);
    else
        assert_null(now);
    memory_free(now);
    memory_free(directory);
}

static double seconds_now(void)
{
    struct timespec now, wait = {.tv_nsec = 2000000};
    nanosleep(&wait, NULL); /* so that what comes before and behind has other times */
    clock_gettime(CLOCK_REALTIME, &now);
    nanosleep(&wait, NULL);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void a_trash_that_cannot_be_looked_into_is_not_empty(void **state)
{
    struct place place;
    char path[TEMPORARY_PATH];
    struct run_trash trash;
    struct error err;
    begin(&place, state);
    assert_true(run_trash_read(&trash, &place.paths, &err));
    assert_int_equal(trash.count, 0);
    run_trash_free(&trash);
    temporary_put(path, place.directory, RUN_TRASH, "a file in its place");
    assert_false(run_trash_read(&trash, &place.paths, &err));
    assert_non_null(strstr(err.message, RUN_TRASH));
}

static void a_run_is_found_by_the_names_that_it_had(void **state)
{
    struct place place;
    begin(&place, state);
    rename_to(&place, "a", "c");
    rename_to(&place, "c", "d");
    assert_true(has_run(&place, "d", "one"));
    assert_int_equal(listed(&place), 2);
    assert_follows(&place, "a", 0, "d");
    assert_follows(&place, "c", 0, "d");
    assert_follows(&place, "d", 0, "");
    rename_to(&place, "d", "a"); /* round about */
    assert_follows(&place, "a", 0, "a");
    assert_follows(&place, "c", 0, "a");
    assert_follows(&place, "a", RUN_RENAMES_LAST, "a");
}

/* Two runs had the name a, one after the other. */
static void who_had_a_name_is_told_by_the_time(void **state)
{
    struct place place;
    begin(&place, state);
    double first = seconds_now();
    rename_to(&place, "a", "c");
    make_run(&place, "a", "three");
    double second = seconds_now();
    assert_follows(&place, "a", second, "");
    rename_to(&place, "a", "e");
    double third = seconds_now();
    assert_follows(&place, "a", first, "c");
    assert_follows(&place, "a", second, "e");
    assert_follows(&place, "a", third, "");
    assert_follows(&place, "a", RUN_RENAMES_LAST, "e");
    assert_true(has_run(&place, "c", "one"));
    assert_true(has_run(&place, "e", "three"));
}

static void assert_no_name(const struct place *place, const char *name, const char *words)
{
    struct error err = {0};
    char *directory = in(place, "a"), *renamed;
    assert_false(run_rename(directory, name, &renamed, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    if (!strstr(err.message, words))
        fail_msg("'%s' should say '%s'", err.message, words);
    assert_null(renamed);
    assert_true(has_run(place, "a", "one"));
    memory_free(directory);
}

static void what_can_be_no_name_is_refused(void **state)
{
    struct place place;
    char longest[300];
    begin(&place, state);
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_no_name(&place, "", "is empty");
    assert_no_name(&place, "b/c", "has a /");
    assert_no_name(&place, ".b", "begins with a dot");
    assert_no_name(&place, "b\033c", "cannot be shown");
    assert_no_name(&place, "b\xff", "cannot be shown");
    assert_no_name(&place, longest, "too long");
    assert_no_name(&place, "s", "there is a s already");
}

static void a_run_in_use_is_left_alone(void **state)
{
    struct place place;
    struct run_lock lock;
    struct error err = {0};
    begin(&place, state);
    char *directory = in(&place, "a"), *renamed;
    assert_true(run_lock_take(&lock, directory, "a", NULL));
    assert_false(run_rename(directory, "c", &renamed, &err));
    assert_int_equal(err.kind, ERROR_BUSY);
    assert_false(run_trash_put(&place.paths, directory, &err));
    assert_int_equal(err.kind, ERROR_BUSY);
    run_lock_release(&lock);
    assert_true(has_run(&place, "a", "one"));
    assert_true(run_rename(directory, "c", &renamed, &err));
    assert_true(run_lock_is_free(renamed, "c", &err));
    memory_free(renamed);
    memory_free(directory);
}

static void what_was_deleted_comes_back_to_where_it_was(void **state)
{
    struct place place;
    struct run_trash trash;
    struct error err = {0};
    begin(&place, state);
    char *a = in(&place, "a"), *b = in(&place, "s/b");
    assert_true(run_trash_put(&place.paths, a, &err));
    assert_true(run_trash_put(&place.paths, b, &err));
    assert_int_equal(listed(&place), 0);
    assert_true(run_trash_read(&trash, &place.paths, &err));
    assert_int_equal(trash.count, 2);
    assert_string_equal(trash.run[0].origin, b); /* the last one first */
    assert_string_equal(trash.run[1].origin, a);
    make_run(&place, "a", "other");
    assert_false(run_trash_restore(&trash.run[1], &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    rename_to(&place, "a", "z");
    assert_true(run_trash_restore(&trash.run[1], &err));
    assert_true(run_trash_restore(&trash.run[0], &err));
    assert_true(has_run(&place, "a", "one"));
    assert_true(has_run(&place, "s/b", "two"));
    run_trash_free(&trash);
    assert_true(run_trash_read(&trash, &place.paths, &err));
    assert_int_equal(trash.count, 0);
    run_trash_free(&trash);
    memory_free(a);
    memory_free(b);
}

/* Whoever looks for it, by its name or its path, is told how it comes back. */
static void what_was_deleted_is_told_by_its_name(void **state)
{
    struct place place;
    struct run run;
    struct error err = {0};
    begin(&place, state);
    char *a = in(&place, "a"), *b = in(&place, "s/b");
    assert_true(run_trash_put(&place.paths, a, &err) && run_trash_put(&place.paths, b, &err));
    place.paths.program = memory_string("mneme", NULL);
    assert_false(run_open(&run, &place.paths, "a", &err));
    assert_string_equal(err.message,
                        "run a is in the trash; bring it back with: mneme runs --restore a");
    assert_false(run_open(&run, &place.paths, b, &err));
    assert_non_null(strstr(err.message, "s/b is in the trash"));
    memory_free(place.paths.program);
    memory_free(a);
    memory_free(b);
}

static void what_is_removed_is_gone_and_the_others_stay(void **state)
{
    struct place place;
    struct run_trash trash;
    struct error err = {0};
    char path[TEMPORARY_PATH];
    begin(&place, state);
    char *a = in(&place, "a"), *b = in(&place, "s/b");
    char *outside = in(&place, "outside"), *link_path = in(&place, "a/link");
    temporary_put(path, place.directory, "outside", "kept");
    assert_int_equal(symlink(outside, link_path), 0);
    assert_true(run_trash_put(&place.paths, a, &err) && run_trash_put(&place.paths, b, &err));
    assert_true(run_trash_read(&trash, &place.paths, &err));
    assert_true(run_trash_remove(&trash.run[1], &err));
    assert_false(file_exists(trash.run[1].directory));
    assert_true(file_exists(outside));
    assert_true(run_trash_restore(&trash.run[0], &err));
    assert_true(has_run(&place, "s/b", "two"));
    run_trash_free(&trash);
    memory_free(a);
    memory_free(b);
    memory_free(outside);
    memory_free(link_path);
}

/* With anything failing the run is where it was, whole, or where it was to go. */

static bool try_rename(void *context, struct error *err)
{
    char directory[TEMPORARY_PATH], *renamed = NULL;
    const struct place *place = context;
    temporary_path(directory, place->directory, "a");
    bool done = run_rename(directory, "c", &renamed, err);
    memory_free(renamed);
    return done;
}

/* The list may say that it got the name, and that it was given back. */
static void check_rename(void *context, const struct error *err, bool of_memory)
{
    char *directory = in(context, "a");
    char *now = run_renames_follow(directory, 0, NULL);
    (void)err, (void)of_memory;
    assert_true(has_run(context, "a", "one"));
    assert_false(has_run(context, "c", "one"));
    assert_true(!now || strcmp(now, directory) == 0);
    memory_free(now);
    memory_free(directory);
}

/* As it was before anything was tried. */
static void prepare(void *context)
{
    static const char *const made[] = {"c", RUN_RENAMES, RUN_TRASH};
    for (size_t m = 0; m < sizeof made / sizeof *made; m++) {
        char *path = in(context, made[m]);
        temporary_remove(path);
        memory_free(path);
    }
    make_run(context, "a", "one");
}

static void a_name_is_given_whole_or_not_at_all(void **state)
{
    struct place place;
    begin(&place, state);
    struct failing failing = {&place, prepare, try_rename, check_rename};
    assert_true(fail_everywhere(&failing) > 3);
    assert_true(has_run(&place, "c", "one"));
    assert_follows(&place, "a", 0, "c");
}

static bool try_put(void *context, struct error *err)
{
    const struct place *place = context;
    char directory[TEMPORARY_PATH];
    temporary_path(directory, place->directory, "a");
    return run_trash_put(&place->paths, directory, err);
}

static void check_put(void *context, const struct error *err, bool of_memory)
{
    (void)err, (void)of_memory;
    assert_true(has_run(context, "a", "one"));
    assert_int_equal(listed(context), 2);
}

static void a_run_is_deleted_whole_or_not_at_all(void **state)
{
    struct place place;
    struct run_trash trash;
    begin(&place, state);
    struct failing failing = {&place, prepare, try_put, check_put};
    assert_true(fail_everywhere(&failing) > 3);
    assert_int_equal(listed(&place), 1);
    assert_true(run_trash_read(&trash, &place.paths, NULL));
    assert_int_equal(trash.count, 1);
    run_trash_free(&trash);
}

int main(void)
{
#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, temporary_set_up, temporary_tear_down)
    const struct CMUnitTest tests[] = {
        IN_PLACE(a_trash_that_cannot_be_looked_into_is_not_empty),
        IN_PLACE(a_run_is_found_by_the_names_that_it_had),
        IN_PLACE(who_had_a_name_is_told_by_the_time),
        IN_PLACE(what_can_be_no_name_is_refused),
        IN_PLACE(a_run_in_use_is_left_alone),
        IN_PLACE(what_was_deleted_comes_back_to_where_it_was),
        IN_PLACE(what_was_deleted_is_told_by_its_name),
        IN_PLACE(what_is_removed_is_gone_and_the_others_stay),
        IN_PLACE(a_name_is_given_whole_or_not_at_all),
        IN_PLACE(a_run_is_deleted_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
