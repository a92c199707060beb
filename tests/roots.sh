#!/bin/sh
# Builds and tests Mneme on clean roots of other systems. Not part of check: it needs root,
# debootstrap and the systems' archives. What is mounted is mounted in a namespace of its own,
# which ends with the last process in it.

set -u

usage()
{
    cat <<'TEXT'
Usage: tests/roots.sh [-w WAYS] [-p PACKAGES] [-d DIRECTORY] [SYSTEM...]

  SYSTEM         bookworm, trixie, sid (Debian) or noble (Ubuntu); all four if none is named
  -w WAYS        what to do on each, by default "run gcc clang":
                   run     ./bootstrap run in a pseudo-terminal, and q once it has opened
                   gcc     ./bootstrap check --enable-werror
                   clang   the same with CC=clang
                   dist    ./bootstrap check, then make distcheck
  -p PACKAGES    packages installed before, such as "libopenmpi-dev openmpi-bin", which bootstrap
                 leaves alone
  -d DIRECTORY   where roots, packages and logs are kept, by default ${TMPDIR:-/tmp}/mneme-roots
  -h, --help     print this

Every way has a fresh root and a copy of the tracked files as they are in the work tree, and prints
one line. A system whose archive cannot be reached is left out. The exit status is 1 if a way failed
or none was tried.
TEXT
}

die()
{
    printf 'roots.sh: %s\n' "$*" >&2
    exit 1
}

# In the background, since a shell does not see to signals while it waits for what is before it.
apart()
{
    unshare --mount --pid --ipc --fork --kill-child env --default-signal=INT,QUIT "$@" \
        >>"$log" 2>&1 </dev/null &
    child=$!
    wait "$child"
    status=$?
    child=
    return "$status"
}

# shellcheck disable=SC2317 # called by the trap
clean_up()
{
    [ -z "$child" ] || kill -KILL "$child"
    wait
    [ -z "$system" ] || rm -rf --one-file-system "${kept:?}/$system" "$kept/$system.tar.new"
}

# The tarball that roots of $system are unpacked from, if there is none yet.
make_tarball()
{
    [ ! -f "$kept/$system.tar" ] || return 0
    log=$kept/$system.log
    : >"$log"
    set -- "$system" "$kept/$system" http://deb.debian.org/debian
    # Since gutsy all Ubuntus are made by one script; debootstrap knows it by the older names.
    [ "$system" != noble ] ||
        set -- --keyring=/usr/share/keyrings/ubuntu-archive-keyring.gpg \
            --components=main,universe "$system" "$kept/$system" \
            http://archive.ubuntu.com/ubuntu gutsy
    rm -rf --one-file-system "${kept:?}/$system"
    apart debootstrap --variant=minbase "$@" &&
        tar -C "$kept/$system" --numeric-owner -cf "$kept/$system.tar.new" . &&
        mv "$kept/$system.tar.new" "$kept/$system.tar"
}

# The root at $kept/$system, with a copy of the tree.
unpack()
{
    rm -rf --one-file-system "${kept:?}/$system"
    mkdir -p "$kept/$system" "$kept/$system.packages/partial" &&
        tar -C "$kept/$system" -xf "$kept/$system.tar" && mkdir "$kept/$system/mneme" || return 1
    # How this machine gets at the archives, which may be behind.
    cp /etc/resolv.conf "$kept/$system/etc/resolv.conf"
    apt-config dump 2>/dev/null | grep '^Acquire::\(Check-\|http::Proxy\)' \
        >"$kept/$system/etc/apt/apt.conf.d/90machine"
    git archive "$tree" | tar -C "$kept/$system/mneme" -xf -
}

# What a way runs in the copy of the tree.
way_script()
{
    [ -z "$packages" ] || echo "apt-get -q update &&
        apt-get -qy --no-install-recommends install $packages || exit 1"
    case $1 in
    run)
        cat <<'TEXT'
opened='grep -q run/pause screen'
: >screen
{
    for second in $(seq 900); do
        $opened || [ -e closed ] && break
        sleep 1
    done
    printf q
} | {
    script -qefc 'stty rows 30 cols 100 && ./bootstrap run' screen
    status=$?
    touch closed
    exit $status
} && $opened && printf '\nRESULT opened, and closed by q\n'
TEXT
        ;;
    gcc | clang)
        [ "$1" = gcc ] || echo 'apt-get -q update &&
            apt-get -qy --no-install-recommends install clang libomp-dev || exit 1'
        cat <<TEXT
CC=$1 ./bootstrap check --enable-werror
status=\$?
sed -n '/^ *Mneme /,/^== /p' build/bootstrap.log
build/mneme --version
echo "COMPILER \$($1 --version | grep -o '[0-9]*\.[0-9.]*[0-9]' | head -n 1)"
exit \$status
TEXT
        ;;
    dist)
        echo './bootstrap check && make -C build distcheck && echo "RESULT distcheck passed"'
        ;;
    esac
}

# run_way WAY: its line.
run_way()
{
    log=$kept/$system-$1.log
    unpack || die "no root of $system could be unpacked in $kept"
    : >"$log"
    way_script "$1" >"$kept/$system/way"
    began=$(date +%s)
    # shellcheck disable=SC2016 # for the shell in the namespace
    apart sh -c 'mount -t proc proc "$1/proc" && mount -t tmpfs tmpfs "$1/dev/shm" &&
        mount -t devpts -o newinstance,ptmxmode=666 devpts "$1/dev/pts" &&
        mount -t sysfs -o ro sysfs "$1/sys" &&
        mount --bind "$1.packages" "$1/var/cache/apt/archives" &&
        exec chroot "$1" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
            TERM=xterm-256color DEBIAN_FRONTEND=noninteractive sh -c "cd /mneme && . /way"' \
        sh "$kept/$system"
    seconds=$(($(date +%s) - began))
    compiler=$(sed -n 's/^COMPILER\( .\)/\1/p' "$log")
    skipped=$(sed -n 's/^[0-9]* skipped$/, &/p' "$log")
    result=$(sed -n "s/^RESULT //p; s/^[0-9]* passed, [0-9]* failed\$/&$skipped/p" "$log" |
        tail -n 1)
    [ "$status" -eq 0 ] || result="${result:-broke off}; see $log"
    printf '%s %s%s: %s (%d:%02d)\n' "$system" "$1" "$compiler" "$result" \
        $((seconds / 60)) $((seconds % 60))
    rm -rf --one-file-system "${kept:?}/$system"
    return "$status"
}

ways='run gcc clang' packages=
kept=${TMPDIR:-/tmp}/mneme-roots
child='' system=''
[ "${1-}" != --help ] || set -- -h
while getopts w:p:d:h option; do
    case $option in
    w) ways=$OPTARG ;;
    p) packages=$OPTARG ;;
    d) kept=$OPTARG ;;
    h)
        usage
        exit 0
        ;;
    *)
        usage >&2
        exit 2
        ;;
    esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- bookworm trixie sid noble
for word in "$@"; do
    case $word in
    bookworm | trixie | sid | noble) ;;
    *) die "there is no system '$word'; see --help" ;;
    esac
done
for word in $ways; do
    case $word in
    run | gcc | clang | dist) ;;
    *) die "there is no way '$word'; see --help" ;;
    esac
done

[ "$(id -u)" -eq 0 ] || die "only root can make roots"
command -v debootstrap >/dev/null || die "debootstrap is needed"
source=$(cd "$(dirname "$0")/.." && pwd) || exit 1
kept=$(realpath -m "$kept")
case $kept/ in
"$source"/*) die "roots cannot be kept in the source tree" ;;
esac
mkdir -p "$kept" || exit 1
exec 9>"$kept/lock"
flock -n 9 || die "another roots.sh is at work in $kept"
cd "$source" || exit 1
tree=$(git stash create) || die "the source tree has to be a checkout by git"
tree=${tree:-HEAD}

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM
passed=0 failed=0
for system in "$@"; do
    if ! make_tarball; then
        echo "$system: left out, no root could be made: $(grep '^[EW]:' "$log" | tail -n 1)"
        continue
    fi
    for way in $ways; do
        run_way "$way" && passed=1 || failed=1
    done
done
[ "$passed" -eq 1 ] && [ "$failed" -eq 0 ]
