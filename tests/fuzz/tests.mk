# Replayed by check; `make fuzz` looks for files that bring the reader of checkpoints down, and for
# keys that do so to the prompt line. It needs a clang with libFuzzer and works for FUZZ_SECONDS on
# each; what it finds is in the directory it names.

fuzz_corpus = \
	%D%/corpus/refused-backwards %D%/corpus/refused-cut \
	%D%/corpus/refused-deep %D%/corpus/refused-dtype \
	%D%/corpus/refused-hole %D%/corpus/refused-long-header \
	%D%/corpus/refused-metadata %D%/corpus/refused-more \
	%D%/corpus/refused-negative %D%/corpus/refused-no-header \
	%D%/corpus/refused-not-json %D%/corpus/refused-nul-in-key \
	%D%/corpus/refused-overflow %D%/corpus/refused-overlap \
	%D%/corpus/refused-same-key %D%/corpus/refused-short \
	%D%/corpus/refused-unaligned %D%/corpus/valid-empty-tensor \
	%D%/corpus/valid-nothing %D%/corpus/valid-two-tensors

fuzz_keys = \
	%D%/keys/bound-search-behind-the-last-line \
	%D%/keys/bound-search-from-the-first-line \
	%D%/keys/bound-searches-and-macros \
	%D%/keys/bound-searches-on-an-earlier-line \
	%D%/keys/count-before-the-end-and-search \
	%D%/keys/edited-earlier-line-given-up \
	%D%/keys/edited-earlier-line-searched \
	%D%/keys/forward-search-ended-by-prefix \
	%D%/keys/forward-search-that-fails \
	%D%/keys/found-line-and-prefix \
	%D%/keys/last-word-behind-backslash \
	%D%/keys/macro-that-names-itself \
	%D%/keys/macro-with-an-unknown-sequence \
	%D%/keys/search-ended-by-prefix \
	%D%/keys/search-that-fails \
	%D%/keys/vi-bytes-that-are-no-characters \
	%D%/keys/vi-controls-without-columns \
	%D%/keys/vi-parts-of-characters \
	%D%/keys/vi-search-behind-escape \
	%D%/keys/vi-search-that-fails-at-an-earlier-line \
	%D%/keys/vi-unknown-key %D%/keys/vi-zero-byte

%C%_fuzz_safetensors_LDADD = $(mneme_libraries)
%C%_fuzz_prompt_line_LDADD = $(ui_libraries)

FUZZ_CC = clang
FUZZ_SECONDS = 60
fuzz_flags = $(OPENMP_CFLAGS) -fsanitize=fuzzer,address,undefined \
	-fno-sanitize-recover=undefined
EXTRA_PROGRAMS = %D%/search_safetensors %D%/search_prompt_line
%C%_search_safetensors_SOURCES = %D%/fuzz_safetensors.c \
	src/train/safetensors.c src/train/safetensors.h $(base_sources)
%C%_search_safetensors_CPPFLAGS = $(AM_CPPFLAGS) -DMNEME_LIBFUZZER
%C%_search_safetensors_CFLAGS = $(C_STANDARD) $(fuzz_flags)
%C%_search_safetensors_LDFLAGS = $(fuzz_flags)
%C%_search_safetensors_LDADD = $(INIH_LIBS) $(JANSSON_LIBS) $(GSL_LIBS) $(UTF8PROC_LIBS)
%C%_search_prompt_line_SOURCES = %D%/fuzz_prompt_line.c \
	ui/tui/widgets/cells.c ui/tui/widgets/cells.h \
	ui/tui/widgets/prompt_history.c ui/tui/widgets/prompt_history.h \
	ui/tui/widgets/prompt_line.c ui/tui/widgets/prompt_line.h $(base_sources)
%C%_search_prompt_line_CPPFLAGS = $(AM_CPPFLAGS) -DMNEME_LIBFUZZER
%C%_search_prompt_line_CFLAGS = $(C_STANDARD) $(fuzz_flags)
%C%_search_prompt_line_LDFLAGS = $(fuzz_flags)
%C%_search_prompt_line_LDADD = $(INIH_LIBS) $(JANSSON_LIBS) $(GSL_LIBS) $(UTF8PROC_LIBS) \
	$(READLINE_LIBS) $(NCURSES_LIBS)

fuzz:
	@command -v '$(FUZZ_CC)' >/dev/null || \
	    { echo 'fuzz: a clang with libFuzzer is needed; FUZZ_CC names one' >&2; exit 1; }
	@$(MAKE) $(AM_MAKEFLAGS) CC='$(FUZZ_CC)' %D%/search_safetensors$(EXEEXT) \
	    %D%/search_prompt_line$(EXEEXT)
	@$(MKDIR_P) %D%/found/files %D%/found/keys
	%D%/search_safetensors$(EXEEXT) -max_total_time=$(FUZZ_SECONDS) \
	    -artifact_prefix=%D%/found/files/ %D%/found/files \
	    $(srcdir)/%D%/corpus
	ASAN_OPTIONS=detect_leaks=0 \
	    %D%/search_prompt_line$(EXEEXT) -max_total_time=$(FUZZ_SECONDS) \
	    -max_len=120 -len_control=20 -timeout=20 -detect_leaks=0 \
	    -artifact_prefix=%D%/found/keys/ %D%/found/keys $(srcdir)/%D%/keys

TESTS += %D%/fuzz_safetensors %D%/fuzz_prompt_line
check_PROGRAMS += %D%/fuzz_safetensors %D%/fuzz_prompt_line
EXTRA_DIST += $(fuzz_corpus) $(fuzz_keys)
CLEANFILES += $(EXTRA_PROGRAMS)
