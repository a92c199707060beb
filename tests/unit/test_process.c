#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/child.h"
#include "base/process.h"

static void one_that_runs_has_not_ended(void **state)
{
    (void)state;
    assert_false(process_has_ended((long)getpid()));
    assert_false(process_has_ended((long)getppid()));
}

/* Its parent, this one, looks before and after it has taken notice. */
static void one_that_has_ended_is_told_before_its_parent_knows(void **state)
{
    (void)state;
    siginfo_t end;
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    assert_true(child > 0);
    assert_int_equal(waitid(P_PID, (id_t)child, &end, WEXITED | WNOWAIT), 0);
    assert_true(process_has_ended((long)child));
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(process_has_ended((long)child));
}

static void a_child_can_be_told_to_come_after_its_parent(void **state)
{
    (void)state;
    static const char *const argument[] = {"sleep", "600", NULL};
    struct child child;
    int status, nice = getpriority(PRIO_PROCESS, 0);
    assert_true(child_start(&child, argument, "UNUSED=", NULL));
    child_yield(&child);
    assert_true(getpriority(PRIO_PROCESS, (id_t)child.process) > nice || nice >= 19);
    child_signal(&child, SIGKILL);
    child_end(&child, &status);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_runs_has_not_ended),
        cmocka_unit_test(one_that_has_ended_is_told_before_its_parent_knows),
        cmocka_unit_test(a_child_can_be_told_to_come_after_its_parent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
