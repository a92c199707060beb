# What tests have in common, and the folders that hold them. EXTRA_DIST, TESTS and check_* are added
# to by each.

TESTS =
TEST_EXTENSIONS = .kernel .sh
KERNEL_LOG_COMPILER = $(SHELL) $(srcdir)/%D%/under_kernel.sh
SH_LOG_COMPILER = $(SHELL)
AM_TESTS_ENVIRONMENT = srcdir='$(srcdir)'; MNEME='$(abs_top_builddir)/mneme'; \
	NUMERIC_TESTS='$(numeric_tests)'; eval "$$(%D%/kernels --environment)"; \
	LSAN_OPTIONS='suppressions=$(abs_top_srcdir)/%D%/leaks.supp:print_suppressions=0'; \
	MNEME_OTHER_LIBRARIES='$(other_libraries:%=$(abs_top_builddir)/%)'; \
	MNEME_FAILING_CALLS='$(failing_calls:%=$(abs_top_builddir)/%)'; \
	CC='$(CC)'; GOLDEN_FLAGS='$(CFLAGS) $(NUMERIC_CFLAGS) $(SANITIZER_CFLAGS)'; \
	export srcdir MNEME NUMERIC_TESTS LSAN_OPTIONS MNEME_OTHER_LIBRARIES MNEME_FAILING_CALLS CC \
	GOLDEN_FLAGS;

check_DATA =
check_PROGRAMS = %D%/kernels
%C%_kernels_LDADD = libmneme.a $(BLAS_LIBS) $(UTF8PROC_LIBS)
check_LIBRARIES = libpatience.a
libpatience_a_SOURCES = %D%/patience.c %D%/patience.h
LDADD = $(fixtures_library) $(terminal_library) libpatience.a $(ui_libraries) $(CMOCKA_LIBS) $(terminal_libraries)
CLEANFILES = $(kernel_tests)
TESTS += %D%/architecture.sh %D%/format.sh
EXTRA_DIST += \
	%D%/architecture.sh \
	%D%/count_tests.sh \
	%D%/float_equal.h \
	%D%/format.sh \
	%D%/larger.h \
	%D%/leaks.supp \
	%D%/roots.sh \
	%D%/under_kernel.sh \
	%D%/within.h

# numeric_tests under each kernel
kernel_tests = \
	%D%/kernels.d/Prescott.kernel \
	%D%/kernels.d/Nehalem.kernel \
	%D%/kernels.d/Sandybridge.kernel \
	%D%/kernels.d/Haswell.kernel \
	%D%/kernels.d/Zen.kernel \
	%D%/kernels.d/SkylakeX.kernel \
	%D%/kernels.d/Cooperlake.kernel \
	%D%/kernels.d/SapphireRapids.kernel
if UNIT_TESTS
TESTS += $(kernel_tests)
endif

$(kernel_tests):
	@$(MKDIR_P) %D%/kernels.d
	@: >$@

include tests/fixtures/tests.mk
include tests/unit/tests.mk
include tests/screen/tests.mk
include tests/fuzz/tests.mk
include tests/torture/tests.mk
include tests/golden/tests.mk
include tests/ranks/tests.mk
include tests/bench/bench.mk

clean-local:
	rm -rf %D%/fuzz/found %D%/torture/found
