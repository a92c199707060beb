#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_runs_has_not_ended),
        cmocka_unit_test(one_that_has_ended_is_told_before_its_parent_knows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
