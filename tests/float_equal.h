/* assert_float_equal that fails for what is not a number: cmocka's holds it for equal to anything.
 * To be included after cmocka.h. */
#ifndef MNEME_TESTS_FLOAT_EQUAL_H
#define MNEME_TESTS_FLOAT_EQUAL_H

#include <math.h>

#undef assert_float_equal
#define assert_float_equal(value, expected, tolerance)                                             \
    do {                                                                                           \
        double value_ = (double)(value), expected_ = (double)(expected);                           \
        if (!(fabs(value_ - expected_) <= (double)(tolerance)))                                    \
            fail_msg("%.9g is not %.9g", value_, expected_);                                       \
    } while (0)

#endif
