#!/bin/sh
# Whether every file of C is written as clang-format writes it. Versions differ in taste: it is asked
# in the one that .clang-format was written for, and not at all where that is not installed.
set -u

version=14
cd "${srcdir:-.}" || exit 99
for format in "clang-format-$version" clang-format; do
    "$format" --version 2>/dev/null | grep -q "version $version\." && break
    format=
done
if [ -z "$format" ]; then
    echo "clang-format $version is not installed: nobody looked at how the code is laid out"
    exit 77
fi
files=$(find src ui tests -name '*.[ch]' | LC_ALL=C sort)
# shellcheck disable=SC2086 # names of ours have no blanks
"$format" --dry-run -Werror $files
