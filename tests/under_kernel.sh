#!/bin/sh
# Runs the programs in NUMERIC_TESTS under the kernel of OpenBLAS that a file is named after. By hand,
# in the build directory:
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
status=0
for program in $NUMERIC_TESTS; do
    printf '\n%s, kernel %s\n' "$program" "$kernel"
    "./$program" || status=1
done
exit "$status"
