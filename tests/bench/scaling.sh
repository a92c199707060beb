#!/bin/sh
# What a step costs against batch, layers, individuals and length, each varied alone around the
# quickstart. $MNEME names the program, $srcdir the source tree. The last two columns are what is
# varied, and a step's time, over those of the first row of their kind: where a cost is linear they
# are equal.

set -eu
mneme=${MNEME:-./mneme}
source=${srcdir:-.}
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

# value OBJECT KEY: a number of a JSON object on one line.
value()
{
    printf '%s\n' "$1" | sed -n "s/.*\"$2\":\([-+.0-9e]*\).*/\1/p"
}

# row KIND AMOUNT OPTION...
row()
{
    kind=$1 amount=$2
    shift 2
    object=$("$mneme" bench quickstart --json --rounds 3 --seconds 1 "$@")
    printf '%s %s %s %s %s\n' "$kind" "$amount" "$(value "$object" tokens_per_step)" \
        "$(value "$object" seconds_per_step)" "$(value "$object" attention)"
}

# The biography's facts with their first N attributes.
facts()
{
    awk -v most="$1" '/^\[attribute/ { n++ } n <= most' "$source/facts/biography.ini" \
        >"$directory/facts-$1.ini"
    echo "$directory/facts-$1.ini"
}

{
    for batch in 8 16 32 64 128; do
        row batch $batch --set train.batch=$batch
    done
    for layers in 1 2 4 8; do
        row layers $layers --set model.layers=$layers
    done
    for individuals in 1024 16384 262144; do
        row individuals $individuals --set population.known=$individuals --set pools.last-names=0 \
            --set pools.given-names=0 --set model.vocab=3000
    done
    for attributes in 1 2 4 6; do
        row attributes $attributes --set facts.file="$(facts $attributes)" --set pools.cities=0 \
            --set pools.universities=0 --set pools.majors=0 --set pools.companies=0 \
            --set model.vocab=5000
    done
} | awk '
    BEGIN { printf "%-12s %8s %12s %10s %10s %8s %8s\n",
            "varied", "amount", "tokens/step", "ms/step", "attention", "x amount", "x cost" }
    $1 != kind { kind = $1; amount = $2; seconds = $4 }
    { printf "%-12s %8d %12.0f %10.2f %8.1f %% %8.1f %8.1f\n",
      $1, $2, $3, 1e3 * $4, 100 * $5, $2 / amount, $4 / seconds }'
