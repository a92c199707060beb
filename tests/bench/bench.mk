# How fast the program is here; not part of check, since it judges nothing and takes minutes.

EXTRA_PROGRAMS += %D%/products
%C%_products_LDADD = $(mneme_libraries)

if SCREEN_TESTS
EXTRA_PROGRAMS += %D%/interactive
endif
EXTRA_DIST += %D%/NOTES %D%/scaling.sh %D%/table.awk %D%/peers/README \
	%D%/peers/llm_c.sh %D%/peers/llm_c_step.c %D%/peers/llm_c_step.py \
	%D%/peers/in_turns.py %D%/peers/peer.py %D%/peers/pytorch_step.py

bench: mneme$(EXEEXT)
	./mneme bench quickstart
	./mneme bench paper
	$(MAKE) $(AM_MAKEFLAGS) %D%/products$(EXEEXT)
	%D%/products$(EXEEXT)
	MNEME=./mneme srcdir='$(srcdir)' sh $(srcdir)/%D%/scaling.sh
if SCREEN_TESTS
	$(MAKE) $(AM_MAKEFLAGS) %D%/interactive$(EXEEXT)
	MNEME='$(abs_top_builddir)/mneme' %D%/interactive$(EXEEXT)
endif
