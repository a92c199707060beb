#!/bin/sh
# golden.sh [--record]: what no change of the inside may change. In the build directory:
#   make check TESTS=tests/golden/golden.sh     compares
#   make golden                                 writes down anew what is; git diff shows it
#
# words/ has names that others rely on, and outputs that depend on no rounding; they are compared
# everywhere. bits has hashes of checkpoints, records and measurements, which are the same only
# where products, loops and compiler are those that its first line names. runs/ has runs that an
# earlier build left half-way: they have to open, and to end as the case of their name in `cases`,
# which is never interrupted: in the same settings, and in numbers that differ by what builds may
# round otherwise. They are never written anew.
set -u

golden=$(cd "${srcdir:-.}/tests/golden" && pwd) || exit 99
recording=no
[ "${1-}" = --record ] && recording=yes
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

[ -z "${MNEME-}" ] || PATH=$(dirname "$MNEME"):$PATH
LC_ALL=C OMP_NUM_THREADS=1
XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data XDG_STATE_HOME=$work/state
export PATH LC_ALL OMP_NUM_THREADS XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME
if tests/kernels | grep -qx Haswell; then
    OPENBLAS_CORETYPE=Haswell
    export OPENBLAS_CORETYPE
fi
old=$work/data/mneme/runs
mkdir -p "$old" "$work/words" "$work/cases"
cp -R "$golden/runs/." "$old" && chmod -R u+w "$old" && cd "$work/cases" || exit 99

# The sizes that presets are cut to

model='model.layers=1 model.heads=2 model.d_model=16 model.d_key=8 model.d_hidden=32 model.vocab=0'
train='train.precision=fp32 train.steps=24 train.batch=8 train.shards=2 checkpoint.every=0 checkpoint.keep=all eval.every=8 eval.known=16
    eval.new=16 population.known=32 population.new=16'
countries="$model $train eval.circuits=2 facts.templates=4 facts.train_templates=3"
people="$countries pools.given-names=8 pools.last-names=8 pools.cities=6 pools.universities=6
    pools.majors=6 pools.companies=6 pools.days=5 pools.months=4 pools.years=5"
# quickstart, with an optimizer that does not change when quickstart is tuned anew
few="$people train.lr=2e-3 train.beta1=0.9 train.beta2=0.95 train.weight_decay=0.1"
pairs="$train model.d_model=16 model.d_hidden=32 train.steps=60 fine-tuning.after=40
    population.fine_tuning=8 pools.languages=8"
tiny='model.heads=1 model.d_model=4 model.d_key=4 model.d_hidden=8 population.known=16'

# options WORD...: the options of mneme train for words of `cases`.
options()
{
    for word; do
        case $word in
        people | few | countries | pairs | tiny) eval "options \$$word" ;;
        --*) printf '%s\n' "$word" ;;
        *) printf '%s\n' "--set=$word" ;;
        esac
    done
}

# Cases, counted and closed as cmocka does.

results=$work/results

# holds NAME EXPECTED FOUND: two files.
holds()
{
    if diff -u "$2" "$3"; then
        echo passed >>"$results"
    else
        echo "failed $1" >>"$results"
        echo "[  FAILED  ] $1"
    fi
}

# word NAME: standard input is what words/NAME should hold.
word()
{
    cat >"$work/words/$1"
    if [ $recording = yes ]; then
        cp "$work/words/$1" "$golden/words/$1"
    else
        holds "$1" "$golden/words/$1" "$work/words/$1"
    fi
}

# bit NAME HASH...: a line of `bits`.
bit()
{
    echo "$*" >"$work/line"
    if [ $recording = yes ]; then
        cat "$work/line" >>"$golden/bits"
    elif [ "$here" = "$wanted" ]; then
        grep "^$1 " "$golden/bits" >"$work/wanted"
        holds "$1" "$work/wanted" "$work/line"
    else
        echo skipped >>"$results"
    fi
}

hash()
{
    sha256sum | cut -c 1-16
}

# What a run comes to, without times and without what the machine is

newest_checkpoint()
{
    find "$1/checkpoints" -name '*.safetensors' | sort | tail -n 1
}

# The header of a safetensors file.
header()
{
    head -c $((8 + $(od -A n -N 8 -t d8 "$1"))) "$1" | tail -c +9 | sed 's/ *$//'
}

checkpoint()
{
    file=$(newest_checkpoint "$1")
    header "$file" | sed -E 's/"(seconds|threads|blas|core|loops|preset)":"([^"\\]|\\.)*"//g'
    tail -c +$((9 + $(od -A n -N 8 -t d8 "$file"))) "$file"
}

record()
{
    sed -e '/"event": "start"/d' -e '/"event": "stop"/d' -e 's/"seconds": [^,}]*//' \
        -e 's/, "directory": "[^"]*"//' "$1/metrics.jsonl"
}

# What a checkpoint says of its run: all keys there are now, whatever build began the run.
preset()
{
    header "$(newest_checkpoint "$1")" | sed -E 's/.*"preset":"(([^"\\]|\\.)*)".*/\1/; s/\\n/\n/g'
}

# The keys of a preset and their values, without its texts; what was renamed has its present name.
settings()
{
    sed -n '/^\[preset\]/,$ {
        /^ /d
        /^\(title\|description\|minutes\) /d
        s/= countries$/= invented-countries/
        p
    }'
}

run_bits()
{
    echo "$(checkpoint "$1" | hash) $(record "$1" | hash) $(preset "$1" | settings | hash)"
}

words_of()
{
    { preset "$1" | settings && record "$1"; } | tr -s ' ,:{}[]"' '\n'
}

# near NAME RUN RUN: the same words in settings and records, and numbers within a thousandth.
near()
{
    words_of "$2" >"$work/wanted" && words_of "$3" >"$work/found"
    if paste "$work/wanted" "$work/found" | awk -F '\t' '
        function size(x) { return x < 0 ? -x : x }
        function number(x) { return x ~ /^[-+]?[0-9]*[.]?[0-9]+([eE][-+]?[0-9]+)?$/ }
        $1 "" == $2 "" { next }
        number($1) && number($2) && size($1 - $2) <= size($1) / 1000 { next }
        { print; worse = 1 }
        END { exit worse || NR == 0 }' >"$work/differ"; then
        echo passed >>"$results"
    else
        cat "$work/differ"
        echo "failed $1" >>"$results"
        echo "[  FAILED  ] $1"
    fi
}

# Keys of JSON, each once, in the order they come in.
keys()
{
    grep -o '"[^"]*":' | awk '!seen[$0]++' | tr -d '":' | paste -s -d ' ' -
}

# A record whose loss waits at the baseline until step 10 n and then falls, for n individuals.
draw_curve()
{
    mkdir "law-$1"
    sed "s/^known = .*/known = $1/" "$old/old-sequential/preset.ini" >"law-$1/preset.ini"
    sed -n '/"attr_loss"/{p;q;}' "$old/old-sequential/metrics.jsonl" | awk -v end=$((10 * $1)) '{
        for (step = 10; step <= 4 * end; step += 10) {
            loss = step <= 60 ? 240 / step : step <= end ? 4 : 4 * end * end / (step * step)
            line = $0
            sub(/"step": [0-9]*/, "\"step\": " step, line)
            sub(/"attr_loss": [^,]*/, sprintf("\"attr_loss\": %.6f", loss), line)
            sub(/"baseline": [^,]*/, "\"baseline\": 4.0", line)
            print line
        }
    }' >"law-$1/metrics.jsonl"
}

# What holds everywhere

mneme --help | sed -n 's/^  mneme \([a-z]*\) .*/\1/p' >"$work/commands"
{
    echo 'mneme'
    mneme --help
    while read -r command; do
        echo "mneme $command"
        mneme "$command" --help
    done <"$work/commands"
} | sed -n -e '/^mneme/p' -e 's/^ *\(\(-[a-zA-Z], \)*--[^ ]*\).*/    \1/p' | word options
mneme presets --keys | grep '^[^ ]' | word preset-keys
mneme presets --json | sed 's/.*"name":"\([^"]*\)".*/\1/' |
    while read -r preset; do
        echo "$preset $(mneme presets --show "$preset" | settings | hash)"
    done | word presets
mneme sweep --json | sed 's/"title":.*,"runs"/"runs"/' | word sweeps
mneme reproduce --list | word reproduce
sed -n '/^\.SH KEYS AND/,/^\.SH EXIT/s/^\.B //p' "$golden/../../man/mneme.1" | word requests
for preset in quickstart invented-countries toy-memory fine-tuning; do
    mneme sample "$preset" --json --step=1300 --number=2
done | word samples

# Older and newer versions of jansson write other numbers of digits.
mneme runs --json | sed 's/"directory":"[^"]*",\|"modified":[0-9]*,//g
    s/\(\.[0-9]\{12\}\)[0-9]*/\1/g' | sort | word runs
for run in "$old"/*; do
    mneme facts --json "$run"
    mneme facts --each --json "$run" | head -n 2
    mneme sample --json --number=1 "$run"
done | word facts
for run in "$old"/*; do
    mneme train --quiet --resume="$run" || echo "failed to go on: $run" >>"$results"
    record "$run"
done >"$work/records"
sed -n 's/^{"event": "\([^"]*\)".*/\1/p' "$work/records" | sort -u |
    while read -r event; do
        echo "$event: $(grep "^{\"event\": \"$event\"" "$work/records" | keys)"
    done | word events
grep -v '^{"event"' "$work/records" | keys | tr ' ' '\n' | word record-keys
for run in "$old"/*; do
    header "$(newest_checkpoint "$run")" | sed -e 's/"preset":.*"},/},/' | tr '{' '\n' |
        sed 's/.*[,}]"//'
done | sort -u | word tensors

# What holds under one kernel and one compiler

version=$(${CC:-cc} -E -dM -x c /dev/null 2>/dev/null | sed -n 's/^#define __VERSION__ //p')
here="$(sed -n 's/^{"event": "start".*"library"/"library"/p' "$old/old-patched/metrics.jsonl" |
    tail -n 1 | tr -d '"{}'), compiler: $version ${GOLDEN_FLAGS-}, $(getconf GNU_LIBC_VERSION)"
[ $recording = no ] || echo "$here" >"$golden/bits"
wanted=$(sed -n 1p "$golden/bits")

while read -r name preset words; do
    case $name in '' | '#') continue ;; esac
    if [ "$here" = "$wanted" ]; then
        # shellcheck disable=SC2046,SC2086
        mneme train "$preset" --quiet --run="./$name" $(options $words) </dev/null
        bit "$name" "$(run_bits "./$name")"
    else
        echo skipped >>"$results"
    fi
done <"$golden/cases"

for run in "$old"/*; do
    name=$(basename "$run")
    bit "$name-continued" "$(run_bits "$run")"
    if [ "$here" = "$wanted" ]; then
        [ $recording = yes ] || near "$name-record" "./$name" "$run"
    else
        echo skipped >>"$results"
    fi
done

# What measures: keys hold everywhere

measure()
{
    name=$1
    shift
    mneme "$@" >"$work/measured" 2>&1
    echo "$name: $(keys <"$work/measured")" >>"$work/measures"
    bit "$name" "$(hash <"$work/measured")"
}

for known in 32 64 128; do
    draw_curve "$known"
done
measure eval eval --json "$old/old-patched"
measure circuits circuits --json "$old/old-patched"
measure score score --json "$old/old-sequential" was
measure plateau phases --json "$old/old-adaptive"
measure law phases --fit --json ./law-32 ./law-64 ./law-128
printf 'Diego was\nborn in\n' >prompts
measure ask ask --json "$old/old-recurrence-tuned" <prompts
word json <"$work/measures"

[ $recording = no ] || exit 0
passed=$(grep -c ^passed "$results")
skipped=$(grep -c ^skipped "$results")
failed=$(grep -c ^failed "$results")
echo "[==========] golden: Running $((passed + skipped + failed)) test(s)."
echo "[  PASSED  ] $passed test(s)."
if [ "$skipped" -gt 0 ]; then
    echo "[  SKIPPED ] golden: $skipped test(s): bits of $wanted; here is $here"
fi
if [ "$failed" -gt 0 ]; then
    echo "[  FAILED  ] golden: $failed test(s):$(sed -n 's/^failed//p' "$results" | tr '\n' ' ')"
    exit 1
fi
