#!/bin/sh
# Fetches Debian's source package of CivetWeb once into DIR and leaves it unpacked in DIR/src.
# Debian's binary package cannot speak TLS with OpenSSL 3 (README.md beside this file), so the source is built in.
# Where to fetch from is taken from this machine's own apt sources, each turned into its deb-src twin in a private
# folder: no address stands here, signatures are checked by the machine's own keys, its own lists stay untouched.
# Usage: fetch.sh DIR
set -eu

dir=$1
want=1.15
apt=$dir/apt

say() { echo "civetweb: $*"; }
fail() { echo "civetweb: $*" >&2; exit 1; }

is_wanted() {
    header=$1/include/civetweb.h
    [ -f "$1/src/civetweb.c" ] && [ -f "$header" ] &&
        grep -q "define CIVETWEB_VERSION_MAJOR (1)" "$header" &&
        grep -q "define CIVETWEB_VERSION_MINOR (15)" "$header"
}

# A source is copied whole with "Types: deb" turned into "Types: deb-src": its URIs, suites and Signed-By stay.
copy_sources() {
    etc=/etc/apt
    for file in "$etc"/sources.list.d/*.sources; do
        [ -f "$file" ] || continue
        sed 's/^[Tt][Yy][Pp][Ee][Ss]:.*/Types: deb-src/' "$file" > "$apt/parts/$(basename "$file")"
    done
    for file in "$etc"/sources.list "$etc"/sources.list.d/*.list; do
        [ -f "$file" ] || continue
        sed -n 's/^[[:space:]]*deb\(-src\)\{0,1\}[[:space:]]/deb-src /p' "$file" | grep -v 'cdrom:' | sort -u \
            > "$apt/parts/$(basename "$file" .list).list"
    done
    cat "$apt"/parts/* 2>/dev/null | grep -q deb-src
}

apt_run() {
    program=$1
    shift
    # The sandbox user might not be allowed to write below a home directory.
    "$program" -q -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$apt/parts" \
        -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" -o APT::Sandbox::User="$(id -un)" \
        -o Acquire::Languages=none -o Debug::NoLocking=true "$@"
}

if [ -d "$dir/src" ]; then
    is_wanted "$dir/src" || fail "$dir/src is not CivetWeb $want; remove it and run make again"
    exit 0
fi

hint="or set CIVETWEB_SRC to an unpacked CivetWeb $want source tree"
command -v apt-get > /dev/null || fail "there is no apt-get here to fetch the source package with; $hint"
command -v dpkg-source > /dev/null || fail "dpkg-source is missing (package dpkg-dev); install it, $hint"

rm -rf "$apt" "$dir/new"
mkdir -p "$apt/parts" "$apt/lists/partial" "$apt/cache/archives/partial" "$dir/new"
apt=$(cd "$apt" && pwd)
copy_sources || fail "this machine's apt has no package sources to derive from; $hint"

say "fetching Debian's source package (once, about 4 MB and the source lists)"
# An unreachable third-party source is no reason to stop: what counts is whether the package is found.
apt_run apt-get update > "$apt/log" 2>&1 || true
version=$(apt_run apt-cache showsrc --only-source civetweb 2>> "$apt/log" | sed -n 's/^Version: //p' |
    grep "^$want" | sort -u | tail -n 1)
[ -n "$version" ] || { cat "$apt/log" >&2; fail "no source package of CivetWeb $want was found; $hint"; }
(cd "$dir/new" && apt_run apt-get source "civetweb=$version") >> "$apt/log" 2>&1 ||
    { cat "$apt/log" >&2; fail "the source package could not be fetched; $hint"; }

tree=$(find "$dir/new" -mindepth 1 -maxdepth 1 -type d -name 'civetweb-*' | head -n 1)
[ -n "$tree" ] || fail "the source package did not unpack; $hint"
is_wanted "$tree" || fail "$(basename "$tree") is not CivetWeb $want; $hint"
mv "$tree" "$dir/src"
rm -rf "$dir/new" "$apt"
say "unpacked CivetWeb $want"
