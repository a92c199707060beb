#!/bin/sh
# Builds llm.c's CPU trainer with the flags of its own Makefile and times it at a preset's shape.
# Usage: llm_c.sh LLM_C PRESET [OPTION]...
# LLM_C is a checkout of llm.c; what is built goes to LLM_C/mneme-peer. The options are those of
# llm_c_step.py (--help). CC chooses the compiler.
set -eu

if [ $# -lt 2 ]; then
    sed -n '2,5s/^# //p' "$0" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
checkout=$(cd "$1" && pwd)
shift
build=$checkout/mneme-peer

# llm.c's rule compiles ./train_gpt2.c: here that is the driver, which includes the real one.
mkdir -p "$build"
ln -sfn "$checkout" "$build/checkout"
ln -sf "$checkout/Makefile" "$build/Makefile"
ln -sf "$here/llm_c_step.c" "$build/train_gpt2.c"
make -C "$build" -B train_gpt2 >"$build/make.log" 2>&1 || {
    cat "$build/make.log" >&2
    exit 1
}
exec python3 "$here/llm_c_step.py" --build "$build" "$@"
