#!/bin/sh
# Runs the programs in NUMERIC_TESTS under the kernel of OpenBLAS that a file is named after. What
# failed is written last. By hand, in the build directory:
#   make check TESTS=tests/kernels.d/Haswell.kernel
set -u

kernel=$(basename "$1" .kernel)
tests/kernels | grep -qx "$kernel" || {
    echo "$kernel: this processor has not the instructions it needs"
    exit 77
}
OPENBLAS_CORETYPE=$kernel
export OPENBLAS_CORETYPE
used=$(tests/kernels --used)
[ "$used" = "$kernel" ] || {
    echo "$kernel: this OpenBLAS runs $used in its place"
    exit 77
}
tests/kernels --works || {
    echo "$kernel: the sgemm of this OpenBLAS itself is broken with it (status $?)"
    exit 77
}
written=$(mktemp -d) || exit 99
trap 'rm -rf "$written"' EXIT
: >"$written/failed"
for program in $NUMERIC_TESTS; do
    printf '\n%s, kernel %s\n' "$program" "$kernel" >"$written/one"
    if "./$program" >>"$written/one" 2>&1; then
        cat "$written/one"
    else
        echo "exit status $?" >>"$written/one"
        cat "$written/one" >>"$written/failed"
    fi
done
cat "$written/failed"
[ ! -s "$written/failed" ]
