/* MULTIVERSION in front of a function definition builds it once for each level of the x86-64
 * instruction set and picks the best when the program starts. Only what is inlined into the
 * function or written in it is built so: keep the loop in the function itself. */
#ifndef MNEME_BASE_MULTIVERSION_H
#define MNEME_BASE_MULTIVERSION_H

#include "config.h"

#ifdef HAVE_TARGET_CLONES
#define MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MULTIVERSION
#endif

#endif
