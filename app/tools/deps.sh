#!/bin/sh
# Installs the Debian packages that are really missing, and only then touches the network.
# Usage: deps.sh PACKAGE=PROBE... where PROBE is cmd:PROGRAM, pc:PKG_CONFIG_MODULE or file:PATH; a package whose probe
# succeeds counts as present, however it came to be there. Without apt it names what is missing and lets make go on.
set -eu

is_present() {
    case $2 in
    cmd:*) command -v "${2#cmd:}" > /dev/null ;;
    pc:*) pkg-config --exists "${2#pc:}" 2> /dev/null ;;
    file:*) [ -e "${2#file:}" ] ;;
    *) echo "deps: $1 has no probe" >&2; exit 2 ;;
    esac
}

missing=
for pair; do
    is_present "${pair%%=*}" "${pair#*=}" || missing="$missing ${pair%%=*}"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get > /dev/null; then
    echo "deps: not found here, under their Debian names:$missing" >&2
    echo "deps: there is no apt-get to install them with; going on without" >&2
    exit 0
fi

as_root=
if [ "$(id -u)" != 0 ]; then
    command -v sudo > /dev/null || {
        echo "deps: missing:$missing" >&2
        echo "deps: neither root nor sudo; install them (apt-get install$missing) and run make again" >&2
        exit 1
    }
    as_root=sudo
fi

# Packages are named as they are now, not as some old list says: a failed try refreshes the lists once. apt says a
# great deal; it is shown only when it fails.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing > "$log" 2>&1
}
echo "deps: installing$missing (a minute or more)"
install || { $as_root apt-get update -q > "$log" 2>&1 && install; } || {
    cat "$log" >&2
    echo "deps: apt-get failed, see above" >&2
    exit 1
}
