#!/bin/sh
# One run on several processes (Open MPI): the bits of one process, whatever their number, and what
# happens where one of them ends or they do not fit each other. Where the program was built without
# MPI, or there is no mpirun, nothing is tried.
set -u

mneme=${MNEME:-./mneme}
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
export XDG_CONFIG_HOME="$work/config" XDG_DATA_HOME="$work/data" XDG_STATE_HOME="$work/state"
export LC_ALL=C OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# Open MPI 4 and 5 have other names for the same.
patience=$((5 * ${MNEME_TEST_PATIENCE:-1}))
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
export OMPI_MCA_orte_base_help_aggregate=0 OMPI_MCA_odls_base_sigkill_timeout=$patience
export OMPI_MCA_btl_vader_single_copy_mechanism=none
export PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe
export PRTE_MCA_hwloc_default_binding_policy=none PRTE_MCA_prte_base_help_aggregate=0
export PRTE_MCA_odls_base_sigkill_timeout=$patience

tests=22
if ! "$mneme" --version | grep -q 'Open MPI' || ! command -v mpirun >/dev/null; then
    echo "[==========] ranks: Running $tests test(s)."
    echo "[  PASSED  ] 0 test(s)."
    echo "[  SKIPPED ] $tests test(s): there is no Open MPI."
    exit 77
fi

# children_of PARENT: the processes that it has started, the first first.
children_of()
{
    for process in /proc/[0-9]*; do
        parent=$(sed -n 's/^PPid:[[:space:]]*//p' "$process/status" 2>/dev/null)
        [ "$parent" != "$1" ] || echo "${process#/proc/}"
    done | sort -n
}

# signal_rank SIGNAL RANK, of $launcher, which is waited for next. Releases start ranks in any order.
signal_rank()
{
    for child in $(children_of "$launcher"); do
        if tr '\0' '\n' <"/proc/$child/environ" | grep -qx "OMPI_COMM_WORLD_RANK=$2"; then
            kill "-$1" "$child"
            return
        fi
    done
    kill -KILL "$launcher"
}

# when_saved RUN STEP: waits for that checkpoint, or until $launcher has ended.
when_saved()
{
    until [ -e "$work/$1/checkpoints/step-$2.safetensors" ]; do
        kill -0 "$launcher" 2>/dev/null || break
        sleep 0.1
    done
}

passed=0 failed=0
holds()
{
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
        echo "[       OK ] $1"
    else
        failed=$((failed + 1))
        echo "[  FAILED  ] $1"
        tail -n 20 "$work/out"
    fi
}

# A small preset in six kinds: all measures, fine-tuning with what is frozen, patching, more shards
# than some numbers of ranks divide, bf16, and as many numbers as every part of a gradient that is
# sent by itself has some of.
small='model.layers=2 model.heads=2 model.d_model=16 model.d_key=8 model.d_hidden=32 model.vocab=0
    train.steps=12 train.batch=16 checkpoint.every=4 eval.every=4 eval.known=24 eval.new=24
    eval.circuits=12 population.known=48 population.new=32 facts.templates=4
    facts.train_templates=3 pools.given-names=8 pools.last-names=8 pools.cities=6
    pools.universities=6 pools.majors=6 pools.companies=6 pools.days=5 pools.months=4
    pools.years=5'
ordinary=
patched='patching.reference_step=8 patching.start_step=4'
tuned='fine-tuning.after=6 fine-tuning.freeze_embedding=yes fine-tuning.lr=1e-3
    population.fine_tuning=12'
steady='train.schedule=constant'
rounded='train.precision=bf16 model.d_model=32 model.d_key=16 model.d_hidden=64'
seven='train.shards=7'
larger='model.d_model=96 model.d_key=48 model.d_hidden=512 train.steps=4 train.batch=64'

settings()
{
    for setting in $small $1; do
        printf -- '--set=%s ' "$setting"
    done
}

# alone NAME SETTINGS, ranks N NAME SETTINGS [OPTION...]
alone()
{
    # shellcheck disable=SC2046
    "$mneme" train quickstart $(settings "$2") --run "$work/$1" >"$work/out" 2>&1
}
with_ranks()
{
    number=$1 name=$2 more=$3
    # shellcheck disable=SC2046
    mpirun -n "$number" "$mneme" train quickstart $(settings "$more") --run "$work/$name" \
        >"$work/out" 2>&1
}

# The tensors of the last checkpoint, and the record without what clocks and places say.
tensors()
{
    last=$(ls "$work/$1/checkpoints" | tail -n 1)
    file=$work/$1/checkpoints/$last
    tail -c "+$(($(od -An -tu8 -N8 "$file") + 9))" "$file" | cksum
}
record()
{
    sed -e 's/"seconds": [^,}]*//' -e 's/"path": [^,}]*//' "$work/$1/metrics.jsonl" | cksum
}
same()
{
    [ "$(tensors "$1")" = "$(tensors "$2")" ] && [ "$(record "$1")" = "$(record "$2")" ]
}

echo "[==========] ranks: Running $tests test(s)."

for kind in ordinary patched tuned seven rounded larger; do
    eval "more=\$$kind"
    alone "$kind" "$more" || { holds "$kind" 1; continue; }
    status=0
    for n in 1 2 3 4 7; do
        with_ranks "$n" "$kind-$n" "$more" && same "$kind" "$kind-$n" || status=1
    done
    holds "the bits of one process on 1, 2, 3, 4 and 7 ranks: $kind" $status
done
with_ranks 8 ordinary-8 "" && same ordinary ordinary-8
holds "and on as many ranks as there are shards" $?

alone steady "$steady"
with_ranks 3 killed "$steady train.steps=4" # a checkpoint to go on from
cp -R "$work/killed" "$work/killed-2"
mpirun -n 3 "$mneme" train --resume "$work/killed" --steps 100000 >"$work/out" 2>&1 &
launcher=$!
when_saved killed 00000008
signal_rank KILL 2
wait $launcher
[ $? -ne 0 ] && grep -q 'rank 2 (process [0-9]* on .*) has ended' "$work/out"
holds "a rank that is killed ends the run with a sentence" $?
grep -q 'the newest checkpoint is that of step [0-9]*; resume with: .*train --resume' "$work/out"
holds "which says what was saved" $?
# What the killed one had made since is cut off, as after any kill.
find "$work/killed/checkpoints" -type f ! -name step-00000004.safetensors -delete
mpirun -n 2 "$mneme" train --resume "$work/killed" --steps 12 >"$work/out" 2>&1 &&
    mpirun -n 5 "$mneme" train --resume "$work/killed-2" --steps 12 >"$work/out" 2>&1 &&
    [ "$(tensors steady)" = "$(tensors killed)" ] &&
    [ "$(tensors steady)" = "$(tensors killed-2)" ]
holds "a run goes on with another number of ranks to the same bits" $?

mpirun -n 3 "$mneme" train --resume "$work/killed" --steps 100000 >"$work/out" 2>&1 &
launcher=$!
when_saved killed 00000016
signal_rank KILL 0
wait $launcher
[ $? -ne 0 ] && grep -q '^mneme: rank 0 (process [0-9]* on .*) has ended, which led; .* --resume RUN' "$work/out"
holds "of the first one another one says so" $?

# Where the processors have much else to do there is as little time: mpirun ends all a second later.
loops=
for i in $(seq $((6 * $(getconf _NPROCESSORS_ONLN)))); do
    sh -c 'while :; do :; done' &
    loops="$loops $!"
done
mpirun -n 3 "$mneme" train quickstart $(settings 'train.steps=1000000') --run "$work/busy" \
    >"$work/out" 2>&1 &
launcher=$!
when_saved busy 00000004
signal_rank KILL 2
wait $launcher
[ $? -ne 0 ] && grep -q 'rank 2 (process [0-9]* on .*) has ended' "$work/out"
holds "on a busy machine, too" $?
# shellcheck disable=SC2086
kill $loops

mpirun -n 2 "$mneme" train quickstart $(settings 'train.steps=1000000 eval.every=500') \
    --run "$work/asked" >"$work/out" 2>&1 &
launcher=$!
when_saved asked 00000004
signal_rank TERM 0
wait $launcher
grep -q 'saved; resume with:' "$work/out"
holds "one that is asked to end saves" $?

# In 700,000 KiB what MPI takes fits, and on most machines the products' buffers do not.
# shellcheck disable=SC2016 # for each rank's shell
mpirun -n 3 sh -c '[ "$OMPI_COMM_WORLD_RANK" -ne 1 ] || ulimit -v 700000
    exec "$@"' sh "$mneme" train quickstart --set train.steps=20 --run "$work/tight" >"$work/out" 2>&1
status=$?
[ $status -eq 0 ] || { [ $status -eq 1 ] && grep -q 'another rank has too little memory' "$work/out"; }
holds "a rank with too little address space ends all, or has enough" $?

with_ranks 9 many ''
[ $? -eq 2 ] && grep -q '9 ranks are more than there are shards' "$work/out"
holds "more ranks than shards are refused" $?
if "$mneme" --version | grep -q OpenBLAS && tests/kernels | grep -qx Prescott &&
    tests/kernels | grep -qx Nehalem; then
    # Not with two commands, of which the mpirun of Open MPI 5.0 dies.
    # shellcheck disable=SC2016 # for each rank's shell
    mpirun -n 2 sh -c 'OPENBLAS_CORETYPE=Nehalem
        [ "$OMPI_COMM_WORLD_RANK" -gt 0 ] || OPENBLAS_CORETYPE=Prescott
        export OPENBLAS_CORETYPE && exec "$@"' sh "$mneme" train quickstart --run "$work/unlike" \
        >"$work/out" 2>&1
    [ $? -eq 2 ] && grep -q 'ranks must be of one build and compute alike' "$work/out" &&
        [ ! -e "$work/unlike" ]
    holds "ranks that compute otherwise are refused" $?
else
    holds "ranks that compute otherwise are refused" 0
fi
mpirun -n 2 "$mneme" bench --ranks 2 >"$work/out" 2>&1
[ $? -eq 2 ] && grep -q 'bench --ranks starts mpirun itself' "$work/out"
holds "a comparison with ranks is not started as ranks" $?
"$mneme" bench --ranks 9 --seconds 1 --rounds 1 --set train.threads=1 >"$work/out" 2>&1
[ $? -eq 2 ] && [ "$(wc -l <"$work/out")" -eq 1 ] && grep -q '^mneme: 9 ranks are more' "$work/out"
holds "and says what its children say as they do" $?
mpirun -n 3 "$mneme" eval "$work/ordinary" --json >"$work/of-ranks" 2>"$work/out" &&
    "$mneme" eval "$work/ordinary" --json >"$work/of-one" && cmp "$work/of-ranks" "$work/of-one"
holds "eval divides its questions" $?
mpirun -n 3 "$mneme" circuits "$work/ordinary" --json >"$work/of-ranks" 2>"$work/out" &&
    "$mneme" circuits "$work/ordinary" --json >"$work/of-one" &&
    cmp "$work/of-ranks" "$work/of-one"
holds "circuits too" $?

more=$(($(getconf _NPROCESSORS_ONLN) + 1))
[ $more -le 16 ] || more=16
env -u OMPI_MCA_rmaps_base_oversubscribe -u PRTE_MCA_rmaps_default_mapping_policy \
    "$mneme" bench --ranks $more --seconds 1 --rounds 1 --set train.shards=16 >"$work/out" 2>&1
holds "more ranks than processors are compared" $?

"$mneme" bench --ranks 2 --seconds 600 >"$work/out" 2>&1 &
bench=$!
child=
until [ -n "$child" ]; do
    kill -0 $bench 2>/dev/null || break
    sleep 0.1
    child=$(children_of $bench)
done
kill -TERM $bench
wait $bench
[ $? -eq 130 ] && [ -n "$child" ] && ! kill -0 "$child" 2>/dev/null
holds "a comparison that is asked to end leaves nobody behind" $?

echo "[==========] $tests test(s) run."
echo "[  PASSED  ] $passed test(s)."
[ $((passed + failed)) -eq $tests ] || echo "[  FAILED  ] not all were tried"
[ $failed -eq 0 ] && [ $passed -eq $tests ]
