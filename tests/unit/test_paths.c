#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <limits.h>

#include "base/file.h"
#include "base/memory.h"
#include "config/paths.h"
#include "tests/fixtures/temporary.h"

static void the_users_places_follow_the_environment(void **state)
{
    struct paths paths;
    struct error err;
    (void)state;
    setenv("XDG_CONFIG_HOME", "/x/config", 1);
    setenv("XDG_DATA_HOME", "/x/data", 1);
    setenv("XDG_STATE_HOME", "/x/state", 1);
    assert_true(paths_find(&paths, "mneme", &err));
    assert_string_equal(paths.data[0], "/x/config/mneme");
    assert_string_equal(paths.runs, "/x/data/mneme/runs");
    assert_string_equal(paths.state, "/x/state/mneme");
    paths_free(&paths);
}

static void the_program_is_called_as_it_was_typed(void **state)
{
    static const struct {
        const char *typed, *called;
    } cases[] = {
        {"mneme", "mneme"},
        {"build/mneme", "build/mneme"},
        {"/opt/my tools/mneme", "'/opt/my tools/mneme'"},
        {"", "mneme"},
        {NULL, "mneme"},
    };
    struct paths paths;
    struct error err;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(paths_find(&paths, cases[i].typed, &err));
        assert_string_equal(paths.program, cases[i].called);
        paths_free(&paths);
    }
}

static void without_it_or_with_a_relative_path_they_are_below_home(void **state)
{
    struct paths paths;
    struct error err;
    (void)state;
    unsetenv("XDG_CONFIG_HOME");
    setenv("XDG_DATA_HOME", "relative", 1);
    setenv("XDG_STATE_HOME", "", 1);
    setenv("HOME", "/home/of/somebody", 1);
    assert_true(paths_find(&paths, "mneme", &err));
    assert_string_equal(paths.data[0], "/home/of/somebody/.config/mneme");
    assert_string_equal(paths.runs, "/home/of/somebody/.local/share/mneme/runs");
    assert_string_equal(paths.state, "/home/of/somebody/.local/state/mneme");
    paths_free(&paths);
}

static void without_home_the_list_of_users_says_where_it_is(void **state)
{
    struct paths paths;
    struct error err;
    (void)state;
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("HOME");
    if (paths_find(&paths, "mneme", &err)) {
        assert_int_equal(paths.data[0][0], '/');
        paths_free(&paths);
    } else
        assert_int_equal(err.kind, ERROR_INPUT);
    setenv("HOME", "/home/of/somebody", 1);
}

/* This program lies in the build tree, so it finds the source tree's data. */
static void a_program_in_the_build_tree_finds_the_source_tree(void **state)
{
    struct paths paths;
    struct error err;
    char build[PATH_MAX], program[PATH_MAX], presets[PATH_MAX];
    (void)state;
    if (!realpath(MNEME_BUILDDIR, build) || !realpath("/proc/self/exe", program) ||
        strncmp(program, build, strlen(build)) != 0)
        skip();
    assert_true(paths_find(&paths, "mneme", &err));
    assert_string_equal(paths.data[1], MNEME_SOURCEDIR);
    assert_null(paths.data[2]);
    snprintf(presets, sizeof presets, "%s/presets", paths.data[1]);
    assert_true(file_exists(presets));
    paths_free(&paths);
}

/* A copy of this program, put where one would be installed, prints what it finds. */
static void assert_copy_finds(const char *directory, const char *expected)
{
    char copy[TEMPORARY_PATH], command[3 * TEMPORARY_PATH], found[PATH_MAX] = "";
    struct error err;
    temporary_path(copy, directory, "bin");
    assert_true(file_make_directories(copy, &err));
    snprintf(command, sizeof command, "cp /proc/%ld/exe %s/copy && %s/copy print", (long)getpid(),
             copy, copy);
    FILE *output = popen(command, "r");
    assert_non_null(output);
    assert_non_null(fgets(found, sizeof found, output));
    assert_int_equal(pclose(output), 0);
    found[strcspn(found, "\n")] = '\0';
    assert_string_equal(found, expected);
}

static void an_installed_program_finds_the_data_beside_it(void **state)
{
    char data[TEMPORARY_PATH];
    struct error err;
    temporary_path(data, *state, "share/mneme");
    assert_true(file_make_directories(data, &err));
    assert_copy_finds(*state, data);
}

static void a_program_elsewhere_finds_where_the_data_was_installed_to(void **state)
{
    assert_copy_finds(*state, MNEME_DATADIR);
}

static void running_out_of_memory_leaves_nothing_behind(void **state)
{
    bool ok = false;
    (void)state;
    for (size_t n = 1; !ok; n++) {
        struct paths paths;
        struct error err = {ERROR_NONE, ""};
        memory_fail_request(n);
        ok = paths_find(&paths, "mneme", &err);
        memory_fail_request(0);
        assert_true(ok || err.kind == ERROR_MEMORY);
        assert_true(n < 100);
        if (ok)
            paths_free(&paths);
        else
            assert_null(paths.data);
    }
}

static int print_shipped(void)
{
    struct paths paths;
    struct error err;
    if (!paths_find(&paths, "mneme", &err))
        return 1;
    puts(paths.data[1]);
    paths_free(&paths);
    return 0;
}

int main(int count, char **argument)
{
#define IN_DIRECTORY(test)                                                                         \
    cmocka_unit_test_setup_teardown(test, temporary_set_up, temporary_tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_users_places_follow_the_environment),
        cmocka_unit_test(the_program_is_called_as_it_was_typed),
        cmocka_unit_test(without_it_or_with_a_relative_path_they_are_below_home),
        cmocka_unit_test(without_home_the_list_of_users_says_where_it_is),
        cmocka_unit_test(a_program_in_the_build_tree_finds_the_source_tree),
        IN_DIRECTORY(an_installed_program_finds_the_data_beside_it),
        IN_DIRECTORY(a_program_elsewhere_finds_where_the_data_was_installed_to),
        cmocka_unit_test(running_out_of_memory_leaves_nothing_behind),
    };
    if (count > 1 && strcmp(argument[1], "print") == 0)
        return print_shipped();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
