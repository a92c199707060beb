# Kills, failed calls and random keys: a short piece in check, `make torture` for longer.

keys_corpus = \
	%D%/corpus/earlier-line-is-edited-and-dropped.replay \
	%D%/corpus/macro-with-an-unknown-sequence.replay \
	%D%/corpus/paste-into-a-search.replay \
	%D%/corpus/search-ends-with-a-prefix.replay \
	%D%/corpus/vi-search-fails-at-an-earlier-line.replay
EXTRA_DIST += $(keys_corpus) %D%/failing_calls.c

TORTURE_SEED = 1
TORTURE_SECONDS = 1800
TORTURE_TRIALS = 300
torture = MNEME='$(abs_top_builddir)/mneme' srcdir='$(srcdir)' \
	MNEME_FAILING_CALLS='$(failing_calls:%=$(abs_top_builddir)/%)' \
	LSAN_OPTIONS='suppressions=$(abs_top_srcdir)/tests/leaks.supp:print_suppressions=0' \
	ASAN_OPTIONS='allow_user_segv_handler=0:handle_segv=2:handle_abort=2:'"$$ASAN_OPTIONS"
torture_programs =
if SCREEN_TESTS
torture_programs += %D%/keys
if PRELOADING
failing_calls = %D%/failing_calls.so
torture_programs += %D%/failures
endif
endif
%C%_keys_SOURCES = %D%/keys.c %D%/whole.c %D%/whole.h
%C%_failures_SOURCES = %D%/failures.c %D%/failing_calls.h \
	%D%/whole.c %D%/whole.h
%D%/failing_calls.so: $(srcdir)/%D%/failing_calls.c \
		$(srcdir)/%D%/failing_calls.h
	$(AM_V_CC)$(CC) $(C_STANDARD) -D_GNU_SOURCE $(WARN_CFLAGS) $(CFLAGS) -shared -fPIC -o $@ \
	    $(srcdir)/%D%/failing_calls.c
check_PROGRAMS += $(torture_programs)
TESTS += $(torture_programs)
check_DATA += $(failing_calls)

torture: mneme$(EXEEXT) $(torture_programs) $(failing_calls)
if SCREEN_TESTS
	status=0; \
	if test -n '$(failing_calls)'; then \
	    $(torture) %D%/failures$(EXEEXT) --seed=$(TORTURE_SEED) \
	        --trials=$(TORTURE_TRIALS) || status=1; \
	fi; \
	$(torture) %D%/keys$(EXEEXT) --corpus --seed=$(TORTURE_SEED) \
	    --seconds=$(TORTURE_SECONDS) || status=1; \
	exit $$status
else
	@echo 'torture: cmocka and libvterm are needed' >&2; exit 1
endif

CLEANFILES += %D%/failing_calls.so
