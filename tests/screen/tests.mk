# A test at a pseudo-terminal is one row here.

screen_tests = \
	%D%/test_beside \
	%D%/test_circuits \
	%D%/test_commands \
	%D%/test_figures \
	%D%/test_following \
	%D%/test_form \
	%D%/test_kernel \
	%D%/test_learn \
	%D%/test_map \
	%D%/test_output \
	%D%/test_pages \
	%D%/test_preferences \
	%D%/test_request_commands \
	%D%/test_request_training \
	%D%/test_requests \
	%D%/test_requests_ascii \
	%D%/test_runs \
	%D%/test_settings \
	%D%/test_signals \
	%D%/test_sweep \
	%D%/test_terminal \
	%D%/test_themes \
	%D%/test_workbench

libterminal_a_SOURCES = \
	%D%/apart.c %D%/apart.h \
	%D%/process.c %D%/process.h \
	%D%/sandbox.c %D%/sandbox.h \
	%D%/scene.c %D%/scene.h \
	%D%/terminal.c %D%/terminal.h \
	%D%/tiny.h \
	%D%/walk.c %D%/walk.h

if SCREEN_TESTS
AM_CPPFLAGS += $(VTERM_CFLAGS)
terminal_library = libterminal.a
terminal_libraries = $(VTERM_LIBS)
TESTS += $(screen_tests)
check_PROGRAMS += $(screen_tests)
check_DATA += $(other_libraries)
check_LIBRARIES += libterminal.a
endif

# A stand-in for an older OpenBLAS, preloaded; the sanitizers want to be the first in a program.
EXTRA_DIST += %D%/other_libraries.c
if PRELOADING
other_libraries = %D%/other_libraries.so
endif
%D%/other_libraries.so: $(srcdir)/%D%/other_libraries.c
	$(AM_V_CC)$(CC) $(CFLAGS) -shared -fPIC -o $@ $(srcdir)/%D%/other_libraries.c

CLEANFILES += %D%/other_libraries.so
