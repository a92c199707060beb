/* What a CPU quota leaves, read from made-up trees of /proc and control groups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/processors.h"
#include "tests/fixtures/temporary.h"

#define CGROUP "/proc/self/cgroup"
#define MOUNTS "/proc/self/mountinfo"
#define V2     "0::/user.slice/session\n"
#define V2_MOUNT                                                                                   \
    "22 28 0:21 / /sys rw,nosuid shared:7 - sysfs sysfs rw\n"                                      \
    "35 22 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
#define V1_MOUNT                                                                                   \
    "33 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"                            \
    "34 31 0:31 / /sys/fs/cgroup/cpu,cpuacct rw shared:1 master:2 - cgroup cgroup "                \
    "rw,cpu,cpuacct\n"
#define V2_GROUP "/sys/fs/cgroup/user.slice"
#define V1_GROUP "/sys/fs/cgroup/cpu,cpuacct"

/* Writes a file below the test's directory. */
static void put(void *const *state, const char *name, const char *text)
{
    char *path = memory_format(NULL, "%s%s", (const char *)*state, name);
    char *directory = file_directory(path, NULL);
    assert_true(file_make_directories(directory, NULL));
    assert_true(file_replace(path, text, strlen(text), NULL));
    memory_free(directory);
    memory_free(path);
}

static void put_v1(void *const *state, const char *group, const char *quota, const char *period)
{
    char *path = memory_format(NULL, "%s/cpu.cfs_quota_us", group);
    put(state, path, quota);
    memory_free(path);
    path = memory_format(NULL, "%s/cpu.cfs_period_us", group);
    put(state, path, period);
    memory_free(path);
}

static void version_2_says_max_for_none(void **state)
{
    put(state, CGROUP, V2);
    put(state, MOUNTS, V2_MOUNT);
    put(state, V2_GROUP "/session/cpu.max", "max 100000\n");
    assert_true(processors_quota(*state) == SIZE_MAX);
    put(state, V2_GROUP "/session/cpu.max", "300000 100000\n");
    assert_int_equal(processors_quota(*state), 3);
}

static void the_least_of_a_group_and_those_above_it_counts(void **state)
{
    put(state, CGROUP, V2);
    put(state, MOUNTS, V2_MOUNT);
    put(state, V2_GROUP "/cpu.max", "200000 100000\n");
    put(state, V2_GROUP "/session/cpu.max", "max 100000\n");
    put(state, V2_GROUP "/session/below/cpu.max", "100000 100000\n");
    assert_int_equal(processors_quota(*state), 2);
    put(state, V2_GROUP "/session/cpu.max", "800000 100000\n");
    assert_int_equal(processors_quota(*state), 2);
    put(state, V2_GROUP "/cpu.max", "max 100000\n");
    assert_int_equal(processors_quota(*state), 8);
    put(state, "/sys/fs/cgroup/cpu.max", "500000 100000\n");
    assert_int_equal(processors_quota(*state), 5);
}

static void a_group_that_is_gone_leaves_those_above_it(void **state)
{
    put(state, CGROUP, "0::/user.slice/session/gone (deleted)\n");
    put(state, MOUNTS, V2_MOUNT);
    put(state, V2_GROUP "/session/cpu.max", "400000 100000\n");
    assert_int_equal(processors_quota(*state), 4);
}

static void a_part_of_a_processor_counts_as_one(void **state)
{
    static const struct {
        const char *text;
        size_t processors;
    } quotas[] = {{"150000 100000\n", 2}, {"100001 100000\n", 2}, {"100000 100000\n", 1},
                  {"1000 100000\n", 1},   {"25000 10000\n", 3},   {"99999 100000", 1}};
    put(state, CGROUP, V2);
    put(state, MOUNTS, V2_MOUNT);
    for (size_t i = 0; i < sizeof quotas / sizeof *quotas; i++) {
        put(state, V2_GROUP "/cpu.max", quotas[i].text);
        assert_int_equal(processors_quota(*state), quotas[i].processors);
    }
}

static void version_1_has_its_numbers_in_two_files(void **state)
{
    static const char *const groups[] = {
        "5:memory:/x\n4:cpu,cpuacct:/a/b:c\n0::/other\n",
        "4:cpuacct,cpu:/a/b:c\n",
        "12:name=systemd:/y\n11:cpuset:/z\n2:cpuacct,net_cls,cpu:/a/b:c",
    };
    put(state, MOUNTS, V1_MOUNT);
    put_v1(state, V1_GROUP, "-1\n", "100000\n");
    put_v1(state, V1_GROUP "/a", "350000\n", "100000\n");
    put_v1(state, V1_GROUP "/a/b:c", "-1\n", "100000\n");
    put_v1(state, V1_GROUP "/z", "100000\n", "100000\n");
    put_v1(state, "/sys/fs/cgroup/memory/a", "100000\n", "100000\n");
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        put(state, CGROUP, groups[i]);
        assert_int_equal(processors_quota(*state), 4);
    }
    put_v1(state, V1_GROUP "/a", "-1\n", "100000\n");
    assert_true(processors_quota(*state) == SIZE_MAX);
}

static void both_versions_may_be_there(void **state)
{
    put(state, CGROUP, "4:cpu:/a\n1:name=systemd:/init\n0::/b\n");
    put(state, MOUNTS,
        "34 31 0:31 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
        "35 31 0:32 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n"
        "36 31 0:33 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
    put_v1(state, "/sys/fs/cgroup/cpu/a", "600000", "100000");
    assert_int_equal(processors_quota(*state), 6);
    put(state, CGROUP, "1:name=systemd:/init\n0::/b\n");
    assert_true(processors_quota(*state) == SIZE_MAX);
    put(state, "/sys/fs/cgroup/unified/b/cpu.max", "700000 100000\n");
    assert_int_equal(processors_quota(*state), 7);
}

static void a_container_sees_its_group_at_the_mount(void **state)
{
    static const char container[] =
        "34 31 0:31 /docker/ab /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n";
    put(state, MOUNTS, container);
    put_v1(state, "/sys/fs/cgroup/cpu", "200000", "100000");
    put_v1(state, "/sys/fs/cgroup/cpu/inner", "100000", "100000");
    put(state, CGROUP, "4:cpu:/docker/ab\n");
    assert_int_equal(processors_quota(*state), 2);
    put(state, CGROUP, "4:cpu:/docker/ab/inner\n");
    assert_int_equal(processors_quota(*state), 1);
    put(state, CGROUP, "4:cpu:/docker/abc/inner\n"); /* below another: only the mount is known */
    assert_int_equal(processors_quota(*state), 2);
    put(state, CGROUP, "4:cpu:/\n");
    assert_int_equal(processors_quota(*state), 2);
}

static void a_path_out_of_the_namespace_is_not_followed(void **state)
{
    put(state, MOUNTS, V2_MOUNT);
    put(state, "/sys/fs/cgroup/cpu.max", "300000 100000\n");
    put(state, "/sys/fs/other/cpu.max", "100000 100000\n");
    put(state, CGROUP, "0::/../other\n");
    assert_int_equal(processors_quota(*state), 3);
    put(state, CGROUP, "0::/..\n");
    assert_int_equal(processors_quota(*state), 3);
    put(state, CGROUP, "0::/\n");
    assert_int_equal(processors_quota(*state), 3);
    put(state, "/sys/fs/cgroup/..a/cpu.max", "200000 100000\n");
    put(state, CGROUP, "0::/..a\n");
    assert_int_equal(processors_quota(*state), 2);
    put(state, MOUNTS, "35 22 0:30 /.. /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
    put(state, "/sys/fs/cgroup/near/cpu.max", "100000 100000\n");
    put(state, CGROUP, "0::/../near\n");
    assert_int_equal(processors_quota(*state), 1);
    put(state, CGROUP, "0::/\n");
    assert_int_equal(processors_quota(*state), 3);
}

static void of_several_mounts_those_above_the_group_count(void **state)
{
    put(state, CGROUP, "0::/a/b\n");
    put(state, MOUNTS,
        "35 22 0:30 /other /mnt/other rw - cgroup2 cgroup2 rw\n"
        "36 22 0:30 /a /mnt/a rw - cgroup2 cgroup2 rw\n"
        "37 22 0:30 /other /mnt/more rw - cgroup2 cgroup2 rw\n");
    put(state, "/mnt/other/cpu.max", "100000 100000\n");
    put(state, "/mnt/more/cpu.max", "100000 100000\n");
    put(state, "/mnt/a/b/cpu.max", "400000 100000\n");
    assert_int_equal(processors_quota(*state), 4);
}

static void blanks_in_a_mount_point_are_read(void **state)
{
    put(state, CGROUP, "0::/my group/in\n");
    put(state, MOUNTS,
        "35 22 0:30 /my\\040group /mnt/two\\040words\\134x rw - cgroup2 no\\040ne rw\n");
    put(state, "/mnt/two words\\x/in/cpu.max", "300000 100000\n");
    assert_int_equal(processors_quota(*state), 3);
}

static void a_mount_without_a_source_is_read(void **state)
{
    put(state, CGROUP, "4:cpu:/\n");
    put(state, MOUNTS, "34 31 0:31 / /cpu rw - cgroup  rw,cpu\n");
    put_v1(state, "/cpu", "300000", "100000");
    assert_int_equal(processors_quota(*state), 3);
}

static void numbers_that_cannot_be_are_no_quota(void **state)
{
    static const char *const wrong[] = {
        "",
        "\n",
        " ",
        "max\n",
        "200000\n",
        "200000 \n",
        " 200000 100000\n",
        "200000 0\n",
        "0 100000\n",
        "0 0\n",
        "-200000 100000\n",
        "2e5 1e5\n",
        "200000 100000 1\n",
        "200000\t100000\n",
        "18446744073709551616 100000\n",
        "200000 18446744073709551616\n",
        "two 100000\n",
    };
    put(state, CGROUP, V2);
    put(state, MOUNTS, V2_MOUNT);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        put(state, V2_GROUP "/cpu.max", wrong[i]);
        assert_true(processors_quota(*state) == SIZE_MAX);
    }
    put(state, V2_GROUP "/cpu.max", "18446744073709551615 18446744073709551615\n");
    assert_int_equal(processors_quota(*state), 1);
    put(state, V2_GROUP "/cpu.max", "18446744073709551615 4\n");
    assert_true(processors_quota(*state) == (size_t)1 << 62);
}

static void strange_files_are_no_quota(void **state)
{
    static const char *const groups[] = {
        "",        "\n\n", ":",     "::",      "0:",   "0::",   "0::a",
        "0:cpu:/", "cpu",  "1:cpu", ":::::::", "1::/", "00::/", "x:cpux:/"};
    static const char *const mounts[] = {
        "",
        "\n",
        "-",
        " - ",
        "- - - - - - - - - - - -",
        "35 22 0:30 / /sys/fs/cgroup rw",
        "35 22 0:30 / /sys/fs/cgroup rw -",
        "35 22 0:30 / /sys/fs/cgroup rw - cgroup2",
        "35 22 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2",
        "35 22 0:30 / /sys/fs/cgroup rw cgroup2 cgroup2 rw",
        "35 22 0:30 / /sys/fs/cgroup rw - cgroup3 cgroup2 rw",
        "35 22 0:30 / /sys/fs/\\04 rw - cgroup2 cgroup2 rw",
        "35 22 0:30 / /sys/fs/\\ rw - cgroup2 cgroup2 rw",
    };
    put(state, "/sys/fs/cgroup/cpu.max", "200000 100000\n");
    put(state, MOUNTS, V2_MOUNT);
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        put(state, CGROUP, groups[i]);
        assert_true(processors_quota(*state) == SIZE_MAX);
    }
    put(state, CGROUP, "0::/\n");
    assert_int_equal(processors_quota(*state), 2);
    for (size_t i = 0; i < sizeof mounts / sizeof *mounts; i++) {
        put(state, MOUNTS, mounts[i]);
        assert_true(processors_quota(*state) == SIZE_MAX);
    }
}

static void missing_files_are_no_quota(void **state)
{
    assert_true(processors_quota(*state) == SIZE_MAX);
    put(state, CGROUP, "4:cpu,cpuacct:/\n0::/\n");
    assert_true(processors_quota(*state) == SIZE_MAX);
    put(state, MOUNTS, V2_MOUNT V1_MOUNT);
    assert_true(processors_quota(*state) == SIZE_MAX);
    put(state, V1_GROUP "/cpu.cfs_quota_us", "100000\n");
    assert_true(processors_quota(*state) == SIZE_MAX);
    put(state, V1_GROUP "/cpu.cfs_period_us", "100000\n");
    assert_int_equal(processors_quota(*state), 1);
}

static void without_memory_there_is_no_quota(void **state)
{
    put(state, CGROUP, V2);
    put(state, MOUNTS, V2_MOUNT);
    put(state, V2_GROUP "/cpu.max", "200000 100000\n");
    for (size_t n = 1; n < 40; n++) {
        memory_fail_request(n);
        size_t quota = processors_quota(*state);
        memory_fail_request(0);
        assert_true(quota == 2 || quota == SIZE_MAX);
    }
    assert_int_equal(processors_quota(*state), 2);
}

static void this_machine_gives_one_at_least(void **state)
{
    (void)state;
    assert_true(processors_quota("") >= 1);
}

#define IN_TREE(name) cmocka_unit_test_setup_teardown(name, temporary_set_up, temporary_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_TREE(version_2_says_max_for_none),
        IN_TREE(the_least_of_a_group_and_those_above_it_counts),
        IN_TREE(a_group_that_is_gone_leaves_those_above_it),
        IN_TREE(a_part_of_a_processor_counts_as_one),
        IN_TREE(version_1_has_its_numbers_in_two_files),
        IN_TREE(both_versions_may_be_there),
        IN_TREE(a_container_sees_its_group_at_the_mount),
        IN_TREE(a_path_out_of_the_namespace_is_not_followed),
        IN_TREE(of_several_mounts_those_above_the_group_count),
        IN_TREE(blanks_in_a_mount_point_are_read),
        IN_TREE(a_mount_without_a_source_is_read),
        IN_TREE(numbers_that_cannot_be_are_no_quota),
        IN_TREE(strange_files_are_no_quota),
        IN_TREE(missing_files_are_no_quota),
        IN_TREE(without_memory_there_is_no_quota),
        cmocka_unit_test(this_machine_gives_one_at_least),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
