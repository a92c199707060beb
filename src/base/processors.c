#include "base/processors.h"

#include <omp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"

/* Version 1 has a hierarchy of groups for some controllers each, version 2 one for all of them.
 * Both can be there at once; the one without the controller of processors then knows no quota. */
struct version {
    const char *type;       /* of the file systems its groups are seen through */
    const char *controller; /* that tells its hierarchy from others; null where there is but one */
    size_t (*quota)(const char *group);
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The first line of a file, to be freed; null where there is none. */
static char *read_line(const char *directory, const char *name)
{
    char *path = file_join(directory, name, NULL);
    char *text = path ? file_read(path, NULL, NULL) : NULL;
    if (text)
        text[strcspn(text, "\n")] = '\0';
    memory_free(path);
    return text;
}

/* Rounded up: threads that share a processor use all of what is given, while leaving out the one
 * that has a part of a processor to itself would waste that part. */
static size_t worth(const char *quota, const char *period)
{
    uint64_t given, out_of;
    if (!quota || !number_read_count(quota, &given) || given == 0 || !period ||
        !number_read_count(period, &out_of) || out_of == 0)
        return SIZE_MAX;
    uint64_t processors = given / out_of + (given % out_of > 0);
    return processors < SIZE_MAX ? (size_t)processors : SIZE_MAX;
}

/* "-1" is no quota. */
static size_t quota_of_version_1(const char *group)
{
    char *quota = read_line(group, "cpu.cfs_quota_us");
    char *period = read_line(group, "cpu.cfs_period_us");
    size_t processors = worth(quota, period);
    memory_free(quota);
    memory_free(period);
    return processors;
}

/* "150000 100000"; "max 100000" is no quota. */
static size_t quota_of_version_2(const char *group)
{
    char *line = read_line(group, "cpu.max"), *period = line;
    const char *quota = strsep(&period, " ");
    size_t processors = worth(quota, period);
    memory_free(line);
    return processors;
}

static const struct version versions[] = {
    {"cgroup", "cpu", quota_of_version_1},
    {"cgroup2", NULL, quota_of_version_2},
};

/* Whether a name is in a list with commas. */
static bool has(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (;;) {
        size_t end = strcspn(list, ",");
        if (end == length && memcmp(list, name, length) == 0)
            return true;
        if (list[end] == '\0')
            return false;
        list += end + 1;
    }
}

/* The path of the process's group in its hierarchy, from a line of /proc/self/cgroup such as
 * "4:cpu,cpuacct:/a/b" or "0::/a/b"; null where the line is about another. Cuts the line. */
static const char *group_in(char *line, const struct version *version)
{
    const char *hierarchy = strsep(&line, ":"), *controllers = strsep(&line, ":");
    if (!line || line[0] != '/')
        return NULL;
    bool wanted = version->controller ? has(controllers, version->controller)
                                      : strcmp(hierarchy, "0") == 0 && controllers[0] == '\0';
    return wanted ? line : NULL;
}

/* Blanks, line ends and backslashes in a path of mountinfo are written as "\040". */
static char *unescaped(char *path)
{
    char *to = path;
    for (const char *from = path; *from; to++) {
        bool octal = from[0] == '\\' && strspn(from + 1, "01234567") >= 3;
        *to = octal ? (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0')) : *from;
        from += octal ? 4 : 1;
    }
    *to = '\0';
    return path;
}

/* A part of a hierarchy and where it can be seen. */
struct mount {
    const char *top; /* path in the hierarchy of the group that is seen at the mount point */
    const char *point;
};

/* Reads a line of /proc/self/mountinfo:
 * "36 35 98:0 /top /point rw,noatime master:1 - type source options", with any number of fields
 * before the "-". False where it is no mount of this version's hierarchy. Cuts the line. */
static bool read_mount(char *line, const struct version *version, struct mount *mount)
{
    enum { TOP = 3, POINT, FIXED = 6 };
    char *field[FIXED];
    for (int i = 0; i < FIXED; i++)
        field[i] = strsep(&line, " ");
    const char *mark = "";
    while (mark && strcmp(mark, "-") != 0)
        mark = strsep(&line, " ");
    const char *type = strsep(&line, " ");
    strsep(&line, " ");
    const char *options = line;
    if (!options || strcmp(type, version->type) != 0 ||
        (version->controller && !has(options, version->controller)))
        return false;
    *mount = (struct mount){unescaped(field[TOP]), unescaped(field[POINT])};
    return true;
}

/* What of a group's path leads on from another group's, "" where it is the same; null where the
 * group is not below that one, as where it is outside of a namespace ("/../a"). */
static const char *path_below(const char *path, const char *top)
{
    size_t length = strcmp(top, "/") == 0 ? 0 : strlen(top);
    if (strncmp(path, top, length) != 0)
        return NULL;
    path += length;
    bool outside = strncmp(path, "/..", 3) == 0 && (path[3] == '\0' || path[3] == '/');
    if (outside || (path[0] != '/' && path[0] != '\0'))
        return NULL;
    return strcmp(path, "/") == 0 ? "" : path;
}

/* The least quota from a group, at `below` under a mount point, up to the one at that point. */
static size_t least_upwards(const char *root, const char *point, const char *below,
                            const struct version *version)
{
    char *path = memory_format(NULL, "%s%s%s", root, point, below);
    size_t quota = SIZE_MAX;
    if (!path)
        return quota;
    char *top = path + strlen(path) - strlen(below);
    for (char *end = path + strlen(path); end; end = strrchr(top, '/')) {
        *end = '\0';
        quota = least(quota, version->quota(path));
    }
    memory_free(path);
    return quota;
}

/* In a container a mount may show the container's group where the process's path is the host's: the
 * mount point is then as near to the group as one can see. */
static size_t least_of_mounts(const char *root, const char *group, char *mounts,
                              const struct version *version)
{
    size_t inside = SIZE_MAX, outside = SIZE_MAX;
    bool seen = false;
    for (char *line; (line = strsep(&mounts, "\n"));) {
        struct mount mount;
        if (!read_mount(line, version, &mount))
            continue;
        const char *below = path_below(group, mount.top);
        if (below)
            inside = least(inside, least_upwards(root, mount.point, below, version));
        else
            outside = least(outside, least_upwards(root, mount.point, "", version));
        seen = seen || below;
    }
    return seen ? inside : outside;
}

static size_t quota_of_version(const char *root, const struct version *version)
{
    char *path = memory_format(NULL, "%s/proc/self", root);
    char *groups_path = path ? file_join(path, "cgroup", NULL) : NULL;
    char *mounts_path = path ? file_join(path, "mountinfo", NULL) : NULL;
    char *groups = groups_path ? file_read(groups_path, NULL, NULL) : NULL;
    char *mounts = mounts_path ? file_read(mounts_path, NULL, NULL) : NULL;
    const char *group = NULL;
    char *rest = groups;
    for (char *line; !group && (line = strsep(&rest, "\n"));)
        group = group_in(line, version);
    size_t quota = group && mounts ? least_of_mounts(root, group, mounts, version) : SIZE_MAX;
    memory_free(groups);
    memory_free(mounts);
    memory_free(groups_path);
    memory_free(mounts_path);
    memory_free(path);
    return quota;
}

size_t processors_quota(const char *root)
{
    size_t quota = SIZE_MAX;
    for (size_t v = 0; v < sizeof versions / sizeof *versions; v++)
        quota = least(quota, quota_of_version(root, &versions[v]));
    return quota;
}

size_t processors_threads(void)
{
    int allowed = omp_get_max_threads(), processors = omp_get_num_procs();
    int threads = allowed < processors ? allowed : processors;
    size_t most = threads > 1 ? (size_t)threads : 1, quota = processors_quota("");
    return most < quota ? most : quota;
}
