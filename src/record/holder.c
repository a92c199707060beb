#include "record/holder.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/process.h"

#define SOMEBODY "another process"
#define BEATS    "beats "

static void read_host(char host[HOLDER_HOST])
{
    if (gethostname(host, HOLDER_HOST) < 0)
        snprintf(host, HOLDER_HOST, "this machine");
    host[HOLDER_HOST - 1] = '\0';
}

/* Linux gives every start of a machine a random name, which containers on it share, and every set
 * of process numbers a number. */
static void read_place(struct holder *holder)
{
    struct stat set;
    int descriptor = file_open("/proc/sys/kernel/random/boot_id", O_RDONLY, FILE_ANY, NULL);
    ssize_t got = descriptor >= 0 ? read(descriptor, holder->machine, HOLDER_PLACE - 1) : -1;
    if (descriptor >= 0)
        close(descriptor);
    holder->machine[got > 0 ? got : 0] = '\0';
    holder->machine[strcspn(holder->machine, "\n/")] = '\0';
    if (stat("/proc/self/ns/pid", &set) == 0)
        snprintf(holder->process_set, HOLDER_PLACE, "%" PRIuMAX, (uintmax_t)set.st_ino);
    if (holder->machine[0] == '\0' || holder->process_set[0] == '\0')
        holder->machine[0] = holder->process_set[0] = '\0';
}

void holder_of_this_process(struct holder *holder)
{
    char host[HOLDER_HOST];
    *holder = (struct holder){0};
    read_host(host);
    snprintf(holder->text, sizeof holder->text, "process %ld on %s", (long)getpid(), host);
    read_place(holder);
}

bool holder_write(const struct holder *holder, int descriptor, const char *path, struct error *err)
{
    char text[HOLDER_TEXT + 2 * HOLDER_PLACE + sizeof BEATS];
    int length = holder_beats(holder) ? snprintf(text, sizeof text, "%s\n" BEATS "%s/%s\n",
                                                 holder->text, holder->machine, holder->process_set)
                                      : snprintf(text, sizeof text, "%s\n", holder->text);
    return file_truncate(descriptor, 0, path, err) &&
           file_write_all(descriptor, path, text, (size_t)length, err);
}

/* "beats MACHINE/SET" of the second line. */
static void take_place(struct holder *holder, const char *line)
{
    size_t front = strlen(BEATS), machine, set;
    if (strncmp(line, BEATS, front) != 0)
        return;
    line += front;
    machine = strcspn(line, "/\n");
    set = line[machine] == '/' ? strcspn(line + machine + 1, "\n") : 0;
    if (machine == 0 || set == 0 || machine >= HOLDER_PLACE || set >= HOLDER_PLACE)
        return;
    snprintf(holder->machine, HOLDER_PLACE, "%.*s", (int)machine, line);
    snprintf(holder->process_set, HOLDER_PLACE, "%.*s", (int)set, line + machine + 1);
}

void holder_read(struct holder *holder, int descriptor)
{
    char text[HOLDER_TEXT + 2 * HOLDER_PLACE + sizeof BEATS];
    ssize_t got = pread(descriptor, text, sizeof text - 1, 0);
    text[got > 0 ? got : 0] = '\0';
    size_t first = strcspn(text, "\n");
    *holder = (struct holder){.text = SOMEBODY};
    if (first > 0)
        snprintf(holder->text, sizeof holder->text, "%.*s", (int)first, text);
    if (text[first] == '\n')
        take_place(holder, text + first + 1);
}

bool holder_is_same(const struct holder *one, const struct holder *other)
{
    return strcmp(one->text, other->text) == 0 && strcmp(one->machine, other->machine) == 0 &&
           strcmp(one->process_set, other->process_set) == 0;
}

bool holder_beats(const struct holder *holder)
{
    return holder->machine[0] != '\0';
}

bool holder_is_elsewhere(const struct holder *holder)
{
    struct holder own;
    holder_of_this_process(&own);
    return holder_beats(holder) && holder_beats(&own) && strcmp(holder->machine, own.machine) != 0;
}

/* Who does not tell his place is known by the name of his host alone. */
static bool read_process(const struct holder *holder, long *process)
{
    char host[HOLDER_HOST];
    struct holder own;
    holder_of_this_process(&own);
    if (sscanf(holder->text, "process %ld on %255s", process, host) != 2 || *process <= 0)
        return false;
    if (holder_beats(holder) && holder_beats(&own))
        return strcmp(holder->machine, own.machine) == 0 &&
               strcmp(holder->process_set, own.process_set) == 0;
    char name[HOLDER_HOST];
    read_host(name);
    return strcmp(host, name) == 0;
}

bool holder_is_in_sight(const struct holder *holder)
{
    long process;
    return read_process(holder, &process);
}

bool holder_is_process(const struct holder *holder, pid_t process)
{
    long seen;
    return read_process(holder, &seen) && seen == (long)process;
}

bool holder_is_gone(const struct holder *holder)
{
    long process;
    return read_process(holder, &process) && process_has_ended((long)process);
}
