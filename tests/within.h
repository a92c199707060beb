/* assert_within(value, low, high) for whole numbers: cmocka 2 renames what 1 calls in_range.
 * To be included after cmocka.h. */
#ifndef MNEME_TESTS_WITHIN_H
#define MNEME_TESTS_WITHIN_H

#ifdef assert_int_in_range
#define assert_within(value, low, high) assert_int_in_range(value, low, high)
#else
#define assert_within(value, low, high) assert_in_range(value, low, high)
#endif

#endif
