#!/bin/sh
# tests/count_tests.sh on logs as cmocka writes them: 1.1.5 without the name of the group, 1.1.7
# and 2.0 with it.

set -u
directory=$(mktemp -d) || exit 1
trap 'rm -rf "$directory"' EXIT
cases=0 wrong=0

# log NAME STATE: what a test program printed is standard input.
log()
{
    printf ':test-result: %s\n:global-test-result: %s\n' "$2" "$2" >"$directory/$1.trs"
    cat >"$directory/$1.log"
}

# counts WANTED BEHAVIOUR
counts()
{
    found=$(sh "${srcdir:-.}/tests/count_tests.sh" "$directory")
    cases=$((cases + 1))
    [ "$found" = "$1" ] || {
        echo "$2: '$found' instead of '$1'"
        wrong=$((wrong + 1))
    }
    rm -f "$directory"/*
}

for name in '' 'tests: '; do
    log good PASS <<TEXT
[==========] ${name}Running 12 test(s).
[ RUN      ] holds_for_3_of_4
[       OK ] holds_for_3_of_4
[==========] ${name}12 test(s) run.
[  PASSED  ] 12 test(s).
TEXT
    log other PASS <<TEXT
20 files, 0 not as they are named
TEXT
    counts '13 0 0' 'a program without cases is one'

    log some PASS <<TEXT
[==========] ${name}Running 3 test(s).
[ RUN      ] waits
[  SKIPPED ] waits
[==========] ${name}3 test(s) run.
[  PASSED  ] 2 test(s).
[  SKIPPED ] ${name}1 test(s), listed below:
[  SKIPPED ] waits

 1 SKIPPED TEST(S)
TEXT
    log all SKIP <<TEXT
TEXT
    counts '2 0 2' 'what is skipped has neither passed nor failed'

    log bad FAIL <<TEXT
[==========] ${name}Running 5 test(s).
[  ERROR   ] --- 1 != 2
[  FAILED  ] breaks
Could not run test: Test setup failed
[  ERROR   ] holds
[==========] ${name}5 test(s) run.
[  PASSED  ] 1 test(s).
[  SKIPPED ] ${name}1 test(s), listed below:
[  SKIPPED ] waits

 1 SKIPPED TEST(S)
[  FAILED  ] ${name}2 test(s), listed below:
[  FAILED  ] breaks
[  FAILED  ] breaks_too

 3 FAILED TEST(S)
TEXT
    counts '1 3 1' 'a case whose setup failed has failed'

    log torn FAIL <<TEXT
[==========] ${name}Running 2 test(s).
[==========] ${name}2 test(s) run.
[  PASSED  ] 2 test(s).
[==========] ${name}Running 4 test(s).
[ RUN      ] crashes
TEXT
    counts '2 4 0' 'cases that a crash prevented have failed'

    log group FAIL <<TEXT
[==========] ${name}Running 4 test(s).
[  FAILED  ] GROUP SETUP
[  ERROR   ] tests
[==========] ${name}0 test(s) run.
[  PASSED  ] 0 test(s).
TEXT
    counts '0 4 0' 'all cases of a group whose setup failed have failed'

    log after FAIL <<TEXT
[==========] ${name}Running 4 test(s).
[==========] ${name}4 test(s) run.
[  PASSED  ] 4 test(s).
TEXT
    log other FAIL <<TEXT
TEXT
    counts '4 2 0' 'a program that failed after its cases has failed'
done
echo "$cases sets of logs, $wrong counted wrong"
[ "$wrong" -eq 0 ]
