#!/bin/sh
# count_tests.sh DIRECTORY: adds up what the test programs with logs below it say of themselves:
# passed, failed, skipped. A cmocka program counts its cases, and those it never came to have
# failed; any other test is one case.

# In a Turkish locale the I of SKIPPED is not between A and Z.
LC_ALL=C
export LC_ALL

find "$1" -name '*.trs' | LC_ALL=C sort |
    while IFS= read -r result; do
        printf '@ %s\n' "$(sed -n 's/^:global-test-result: *//p' "$result")"
        sed -n '/^\[[ =A-Z]*\].*[0-9] test(s)/p' "${result%.trs}.log"
    done |
    awk '
        # cmocka after 1.1.5 puts the name of the group before some of the numbers.
        function number() { match($0, /[0-9]+ test\(s\)/); return substr($0, RSTART) + 0 }
        function finish() {
            if (state == "") return
            if (state == "SKIP") { skipped++; return }
            if (!cmocka && state == "PASS") good = 1
            if (cmocka && good + bad + left < expected) bad = expected - good - left
            if (state != "PASS" && bad == 0) bad = 1
            passed += good; failed += bad; skipped += left
        }
        /^@ / { finish(); state = $2; good = bad = left = expected = cmocka = 0; next }
        /^\[=+\].*Running/ { cmocka = 1; expected += number() }
        /^\[  PASSED/ { good += number() }
        /^\[  FAILED/ { bad += number() }
        /^\[  SKIPPED/ { left += number() }
        END { finish(); print passed + 0, failed + 0, skipped + 0 }'
