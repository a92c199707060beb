#!/bin/sh
# Includes go one way, from folder to folder in this order and between files without a circle. A
# file is a .c and its .h together. Prints what does not and how many were looked at.
set -eu
cd "${srcdir:-.}"

# A folder, with those in it, knows those before it, and so does a file named here; these three do not know each other.
order='src/base src/plot src/facts src/model src/measure src/train src/config src/record src/lab
    src/figure src/paper ui ui/cli ui/tui/widgets ui/tui ui/address_space ui/main'
strangers='src/plot src/facts src/model'

edges=$(mktemp)
trap 'rm -f "$edges"' EXIT

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
circles=$(tsort "$edges" 2>&1 >/dev/null | sed -n 's/^tsort: \([^ ]*\)$/    \1/p; s/^tsort:.*loop:.*/a circle of files:/p') || true

failed=0
if [ -n "$folders" ]; then
    printf '%s\n' "$folders"
    failed=$((failed + 1))
fi
if [ -n "$circles" ]; then
    printf '%s\n' "$circles"
    failed=$((failed + 1))
fi
printf '%s includes: %d passed, %d failed\n' "$(wc -l <"$edges" | tr -d ' ')" $((2 - failed)) $failed
[ $failed = 0 ]
