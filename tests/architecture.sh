#!/bin/sh
# Includes go one way, from folder to folder in this order and between files without a circle; a
# file is a .c and its .h together. No tag of a struct, union or enum has two meanings, and no test
# asserts by a name that not every cmocka has. Prints what is otherwise, and how many includes and
# tags were looked at.
set -eu
cd "${srcdir:-.}"

# A folder, with those in it, knows those before it, and so does a file named here; these three
# folders do not know each other.
order='src/base src/plot src/facts src/model src/engine src/measure src/train src/config src/record src/lab
    src/figure src/paper ui ui/cli ui/tui/widgets ui/tui ui/resource_limits ui/watch ui/main'
strangers='src/plot src/facts src/model'

edges=$(mktemp) tags=$(mktemp)
trap 'rm -f "$edges" "$tags"' EXIT

# "FILE INCLUDED", both without their endings
find src ui -name '*.[ch]' | sort | xargs awk '
    /^#include "[a-z_]*\// {
        split($0, part, "\"")
        to = part[2]
        sub(/\.[ch]$/, "", to)
        if (to !~ /^ui\//)
            to = "src/" to
        from = FILENAME
        sub(/\.[ch]$/, "", from)
        if (from != to)
            print from, to
    }' | sort -u >"$edges"

folders=$(awk -v order="$order" -v strangers="$strangers" '
    function place(file) {
        while (!(file in rank) && sub(/\/[^\/]*$/, "", file))
            ;
        return file
    }
    BEGIN {
        n = split(order, name, /[ \n]+/)
        for (i = 1; i <= n; i++)
            rank[name[i]] = i
        n = split(strangers, name, " ")
        for (i = 1; i <= n; i++)
            strange[name[i]] = 1
    }
    {
        from = place($1)
        to = place($2)
        if (!(from in rank) || !(to in rank))
            print $1 ": no order is known of its folder and that of " $2
        else if (rank[from] < rank[to])
            print $1 " includes " $2 ", which comes later"
        else if (from != to && from in strange && to in strange)
            print $1 " includes " $2 ", which it is not to know"
    }' "$edges")
circles=$(tsort "$edges" 2>&1 >/dev/null | sed -n 's/^tsort: //p') || true


find src ui -name '*.[ch]' | sort |
    xargs sed -n 's/^\(static \|const \)*\(struct\|union\|enum\) \([a-z_0-9]*\) {.*/\3/p' |
    LC_ALL=C sort >"$tags"
twice=$(uniq -d "$tags")

# Names of cmocka 1 that version 2 warns of, so that warnings as errors would stop there.
deprecated=$(find tests -name '*.c' | sort |
    xargs grep -nE '(assert|expect)_(not_)?in_(range|set)(_count)?\(') || true

passed=0
failed=0
# holds WHAT FINDINGS
holds()
{
    if [ -z "$2" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s:\n%s\n' "$1" "$2"
    fi
}
holds 'an include against the order of folders' "$folders"
holds 'files that include each other' "$circles"
holds 'a tag with two meanings' "$twice"
holds 'an assertion that newer libraries refuse (see tests/within.h)' "$deprecated"
printf '%d includes, %d tags: %d passed, %d failed\n' "$(wc -l <"$edges")" "$(wc -l <"$tags")" \
    $passed $failed
[ $failed = 0 ]
