/* Who may write a run: on one machine, where locks are missing, and where machines are gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "record/holder.h"
#include "record/local_locks.h"
#include "record/run_lock.h"
#include "tests/fixtures/temporary.h"
#include "tests/patience.h"

/* So that who beats in these tests does so forty times while he is watched. */
static const struct heartbeat_pace quick = {.beat = 0.05, .silent = 100, .watched = 2};

enum { HOUR = 3600 };

#define ELSEWHERE "process 12 on beta\nbeats 00000000-another-machine/4026531836\n"

static int set_up(void **state)
{
    heartbeat_set_pace(&quick);
    return temporary_set_up(state);
}

static int tear_down(void **state)
{
    file_set_calls(NULL);
    heartbeat_set_pace(NULL);
    return temporary_tear_down(state);
}

static int refuse_locks(int descriptor, int command, struct flock *lock)
{
    (void)descriptor, (void)command, (void)lock;
    errno = ENOLCK;
    return -1;
}

static const struct file_calls without_locks = {.lock = refuse_locks};

static void assert_taken(struct run_lock *lock, const char *directory)
{
    struct error err;
    if (!run_lock_take(lock, directory, "a", &err))
        fail_msg("%s", err.message);
}

static void assert_busy(const char *directory, const char *said)
{
    struct run_lock lock;
    struct error err;
    assert_false(run_lock_take(&lock, directory, "a", &err));
    assert_int_equal(err.kind, ERROR_BUSY);
    if (!strstr(err.message, said))
        fail_msg("\"%s\" is not in: %s", said, err.message);
}

static void assert_text(const char *directory, const char *name, const char *text)
{
    char path[TEMPORARY_PATH];
    char *found = file_read(temporary_path(path, directory, name), NULL, NULL);
    assert_non_null(found);
    assert_string_equal(found, text);
    memory_free(found);
}

/* The time of the file becomes so many seconds ago, by the clock of the file system; less than none
 * are ahead of it, as where it was set back. */
static void age(const char *path, double seconds)
{
    struct stat about;
    assert_int_equal(utimensat(AT_FDCWD, path, NULL, 0), 0);
    assert_int_equal(stat(path, &about), 0);
    about.st_mtim.tv_sec -= (time_t)seconds;
    const struct timespec times[] = {about.st_mtim, about.st_mtim};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* A process that sets the time of a file, to so many seconds ago, again and again. */
static pid_t beat_for_another(const char *path, double seconds)
{
    const struct timespec little = {.tv_nsec = 20000000};
    pid_t process = fork();
    if (process == 0)
        for (;;) {
            age(path, seconds);
            nanosleep(&little, NULL);
        }
    assert_true(process > 0);
    return process;
}

static void end(pid_t process)
{
    assert_int_equal(kill(process, SIGKILL), 0);
    assert_int_equal(waitpid(process, NULL, 0), process);
}

/* ---- on one machine ---- */

/* How often a lock is refused with EACCES before the system is asked for it, and why nobody can be
 * asked who holds it; 0: it is told. */
static int refusals_left, asking_fails;

static int refuse_access(int descriptor, int command, struct flock *lock)
{
    bool asks = command == F_OFD_GETLK;
    if (asks ? asking_fails == 0 : refusals_left == 0)
        return fcntl(descriptor, command, lock);
    refusals_left -= !asks;
    errno = asks ? asking_fails : EACCES;
    return -1;
}

static const struct file_calls without_access = {.lock = refuse_access};

static void refuse(int times, int asking)
{
    refusals_left = times;
    asking_fails = asking;
    file_set_calls(&without_access);
}

static void assert_not_permitted(const char *directory)
{
    struct run_lock lock;
    struct error err;
    char path[TEMPORARY_PATH];
    assert_false(run_lock_take(&lock, directory, "a", &err));
    assert_int_equal(err.kind, ERROR_SYSTEM);
    assert_non_null(strstr(err.message, strerror(EACCES)));
    assert_non_null(strstr(err.message, temporary_path(path, directory, "lock")));
    assert_false(file_exists(path));
}

/* Linux calls it EAGAIN on its own file systems, and EACCES on those of SMB. */
static void a_lock_that_is_not_permitted_is_not_called_anothers(void **state)
{
    enum { ALWAYS = 1000 };
    struct run_lock lock, other;
    struct holder own;
    holder_of_this_process(&own);
    refuse(ALWAYS, 0);
    assert_not_permitted(*state);
    refuse(ALWAYS, EACCES);
    assert_not_permitted(*state);
    refuse(ALWAYS, EINVAL); /* what POSIX says of it is all there is */
    assert_busy(*state, "another process");
    refuse(1, 0); /* by who has let go of it since */
    assert_taken(&lock, *state);
    refuse(ALWAYS, 0);
    assert_busy(*state, own.text);
    run_lock_release(&lock);
    refuse(0, 0);
    assert_taken(&other, *state);
    run_lock_release(&other);
}

static void who_gives_a_lock_back_leaves_no_name(void **state)
{
    struct run_lock lock;
    struct holder own;
    struct error err;
    char path[TEMPORARY_PATH];
    holder_of_this_process(&own);
    assert_taken(&lock, *state);
    assert_busy(*state, own.text);
    assert_false(run_lock_is_free(*state, "a", &err));
    char *text = file_read(temporary_path(path, *state, "lock"), NULL, NULL);
    assert_memory_equal(text, own.text, strlen(own.text));
    memory_free(text);
    run_lock_release(&lock);
    assert_text(*state, "lock", "");
    assert_true(run_lock_is_free(*state, "a", &err));
}

static void a_killed_holder_leaves_the_run_to_the_next(void **state)
{
    struct run_lock lock;
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t process = fork();
    if (process == 0) {
        struct error err;
        bool taken = run_lock_take(&lock, *state, "a", &err);
        ssize_t written = write(ready[1], "", taken);
        while (written > 0)
            pause();
        _exit(1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_busy(*state, "is being written by process ");
    end(process);
    assert_taken(&lock, *state);
    run_lock_release(&lock);
    close(ready[0]);
    close(ready[1]);
}

static void a_holder_gives_signs_of_life(void **state)
{
    static const char *const files[] = {"lock", "lock.owner"};
    for (size_t i = 0; i < 2; i++) {
        struct run_lock lock;
        char path[TEMPORARY_PATH];
        file_set_calls(i == 0 ? NULL : &without_locks);
        assert_taken(&lock, *state);
        temporary_path(path, *state, files[i]);
        age(path, HOUR);
        struct patience patience = patience_with(getpid());
        while (heartbeat_is_silent(path))
            assert_true(patience_lasts(&patience));
        assert_false(heartbeat_has_stopped(path));
        run_lock_release(&lock);
    }
}

/* ---- a machine that is gone ---- */

/* By the number alone it could be a process of this machine that is no more. */
static void write_other_set_of_processes(char text[HOLDER_TEXT + HOLDER_HOST])
{
    struct holder own;
    char host[HOLDER_HOST] = "";
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(gethostname(host, sizeof host - 1), 0);
    holder_of_this_process(&own);
    snprintf(text, HOLDER_TEXT + HOLDER_HOST, "process %ld on %s\nbeats %s/1\n", (long)child, host,
             own.machine);
}

static void a_file_is_taken_over_when_its_holder_is_silent(void **state)
{
    char path[TEMPORARY_PATH], inside[HOLDER_TEXT + HOLDER_HOST];
    write_other_set_of_processes(inside);
    const char *const texts[] = {ELSEWHERE, inside};
    for (size_t i = 0; i < 8; i++) {
        bool locks = i / 2 % 2;
        struct run_lock lock;
        struct error err;
        file_set_calls(locks ? NULL : &without_locks);
        temporary_put(path, *state, "lock.owner", texts[i % 2]);
        assert_busy(*state, "is being written by process ");
        assert_false(run_lock_is_free(*state, "a", &err));
        assert_text(*state, "lock.owner", texts[i % 2]);
        age(path, i < 4 ? HOUR : -HOUR);
        assert_true(run_lock_is_free(*state, "a", &err));
        assert_taken(&lock, *state);
        assert_false(run_lock_is_free(*state, "a", &err));
        assert_true((lock.stands_in == NULL) == locks);
        run_lock_release(&lock);
        assert_false(file_exists(path));
    }
}

/* As after a jump of the file system's clock: the time is old, or ahead, but it moves. */
static void a_holder_whose_time_moves_is_not_silent_however_old_it_is(void **state)
{
    static const double ages[] = {HOUR, -HOUR};
    for (size_t i = 0; i < 2; i++) {
        char path[TEMPORARY_PATH];
        file_set_calls(&without_locks);
        temporary_put(path, *state, "lock.owner", ELSEWHERE);
        age(path, ages[i]);
        pid_t process = beat_for_another(path, ages[i]);
        assert_true(heartbeat_is_silent(path));
        assert_busy(*state, "process 12 on beta, says ");
        end(process);
        struct run_lock lock;
        assert_taken(&lock, *state);
        run_lock_release(&lock);
    }
}

/* A file server may keep the lock of a machine for ever. */
static void a_lock_that_outlives_its_machine_is_taken_over(void **state)
{
    char path[TEMPORARY_PATH];
    struct run_lock lock;
    struct error err;
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    temporary_put(path, *state, "lock", ELSEWHERE);
    int kept = open(path, O_RDWR | O_CLOEXEC);
    assert_int_equal(fcntl(kept, F_OFD_SETLK, &whole), 0);
    assert_busy(*state, "process 12 on beta");
    assert_false(run_lock_is_free(*state, "a", &err));
    age(path, HOUR);
    pid_t process = beat_for_another(path, HOUR);
    assert_busy(*state, "process 12 on beta");
    end(process);
    assert_true(run_lock_is_free(*state, "a", &err));
    assert_taken(&lock, *state);
    assert_null(lock.stands_in);
    assert_busy(*state, "is being written by process ");
    run_lock_release(&lock);
    close(kept);
}

/* The same lock of a process of this machine is its kernel's to give back. */
static void a_stopped_process_of_this_machine_keeps_its_lock(void **state)
{
    char path[TEMPORARY_PATH], text[HOLDER_TEXT + HOLDER_HOST];
    struct error err;
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    write_other_set_of_processes(text);
    temporary_put(path, *state, "lock", text);
    int kept = open(path, O_RDWR | O_CLOEXEC);
    assert_int_equal(fcntl(kept, F_OFD_SETLK, &whole), 0);
    age(path, HOUR);
    assert_false(run_lock_is_free(*state, "a", &err));
    assert_busy(*state, "is being written by process ");
    close(kept);
}

/* ---- locks that do not work ---- */

/* This machine gets the lock though somebody has it on another: with locks and without. */
static void a_lock_that_does_not_reach_other_machines_is_told(void **state)
{
    for (int locks = 0; locks < 2; locks++) {
        char path[TEMPORARY_PATH];
        struct run_lock lock;
        file_set_calls(locks ? NULL : &without_locks);
        temporary_put(path, *state, "lock", ELSEWHERE);
        pid_t process = beat_for_another(path, 0);
        assert_busy(*state,
                    "process 12 on beta, whose lock does not reach this machine: the locks");
        assert_text(*state, "lock", ELSEWHERE);
        end(process);
        assert_taken(&lock, *state);
        run_lock_release(&lock);
    }
}

static void file_systems_with_locks_of_one_machine_are_known(void **state)
{
    static const struct {
        const char *line;
        bool local;
    } lines[] = {
        {"36 35 0:45 / /mnt rw,relatime - nfs server:/x rw,vers=3,nolock,local_lock=all\n", true},
        {"36 35 0:45 / /mnt rw - nfs server:/x rw,vers=3,local_lock=posix,addr=::1", true},
        {"36 35 0:45 / /mnt rw - lustre 10.0.0.1@tcp:/x rw,localflock,lazystatfs\n", true},
        {"36 35 0:45 / /mnt rw,relatime - nfs4 server:/x rw,vers=4.2,local_lock=none\n", false},
        {"36 35 0:45 / /mnt rw - nfs server:/x rw,local_lock=flock\n", false},
        {"36 35 0:45 / /nolock rw - nfs server:/nolock rw,mynolock,nolocks\n", false},
        {"36 35 0:46 / /mnt rw - nfs server:/x rw,nolock\n", false}, /* another device */
        {"36 35 0:46 / /m rw - ext4 /dev/x rw\n36 35 0:45 / /n rw - nfs s:/x rw,nolock\n", true},
        {"", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (local_locks_told(lines[i].line, makedev(0, 45)) != lines[i].local)
            fail_msg("%s", lines[i].line);
}

/* ---- who was away ---- */

static void who_was_away_finds_the_run_with_another(void **state)
{
    for (int locks = 0; locks < 2; locks++) {
        const char *name = locks ? "lock" : "lock.owner";
        char path[TEMPORARY_PATH];
        struct run_lock lock;
        struct error err;
        file_set_calls(locks ? NULL : &without_locks);
        assert_taken(&lock, *state);
        assert_true(heartbeat_check(lock.heartbeat, "a", &err));
        temporary_put(path, *state, name, ELSEWHERE);
        struct patience patience = patience_with(getpid());
        while (heartbeat_check(lock.heartbeat, "a", &err))
            assert_true(patience_lasts(&patience));
        assert_int_equal(err.kind, ERROR_BUSY);
        assert_non_null(strstr(err.message, "run a was taken over by process 12 on beta"));
        run_lock_release(&lock);
        assert_text(*state, name, ELSEWHERE); /* which is the other's */
        assert_int_equal(unlink(path), 0);
    }
}

#define LOCK_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOCK_TEST(a_lock_that_is_not_permitted_is_not_called_anothers),
        LOCK_TEST(who_gives_a_lock_back_leaves_no_name),
        LOCK_TEST(a_killed_holder_leaves_the_run_to_the_next),
        LOCK_TEST(a_holder_gives_signs_of_life),
        LOCK_TEST(a_file_is_taken_over_when_its_holder_is_silent),
        LOCK_TEST(a_holder_whose_time_moves_is_not_silent_however_old_it_is),
        LOCK_TEST(a_lock_that_outlives_its_machine_is_taken_over),
        LOCK_TEST(a_stopped_process_of_this_machine_keeps_its_lock),
        LOCK_TEST(a_lock_that_does_not_reach_other_machines_is_told),
        LOCK_TEST(file_systems_with_locks_of_one_machine_are_known),
        LOCK_TEST(who_was_away_finds_the_run_with_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
