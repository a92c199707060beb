# What a change of the inside leaves as it is

TESTS += %D%/golden.sh
EXTRA_DIST += %D%/bits %D%/cases %D%/golden.sh %D%/runs %D%/words

# Writes down anew what is held.
golden: mneme$(EXEEXT) tests/kernels$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/%D%/golden.sh --record

.PHONY: golden
