#!/bin/sh
# Makes sure of what pip cannot install: a C compiler, the headers and libraries that pycddlib is built with, Python's headers and its venv module.
# Usage: sh .ci/system-packages.sh [PYTHON]
# Nothing is installed when nothing is missing. On Debian and its relatives the missing packages are installed, with sudo where one is not root.
# Elsewhere, or without the rights, it prints what to type and stops with status 1.
# shellcheck disable=SC2086  # unquoted variables here are lists of words
set -eu

python=${1:-python3}
cc=${CC:-gcc}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

say() { printf '%s\n' "$*" >&2; }

stop() {
    printf '%s\n' "$@" >&2
    exit 1
}

# links HEADERS LIBRARY...: does a C program that includes these headers, in this order, link with the libraries?
links() {
    { printf '#include <%s>\n' $1; echo 'int main(void) { return 0; }'; } >"$scratch/probe.c"
    shift
    "$cc" ${CPPFLAGS:-} ${CFLAGS:-} -o "$scratch/probe" "$scratch/probe.c" ${LDFLAGS:-} "$@" >/dev/null 2>&1
}

has_python_headers() { "$python" -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))'; }

has_venv() { "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; }

missing_packages() {
    series=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
    missing=
    links "stdio.h gmp.h" -lgmp || missing="$missing libgmp-dev"
    links "stdio.h time.h cddlib/setoper.h cddlib/cdd.h" -lcdd -lcddgmp -lgmp || missing="$missing libcdd-dev"
    has_python_headers || missing="$missing $series-dev"
    has_venv || missing="$missing $series-venv"
    printf '%s' "${missing# }"
}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    stop "geom needs Python 3.11 or newer, and '$python' is not one." "Name another, for example:  make setup PYTHON=python3.12"
command -v "$cc" >/dev/null 2>&1 || stop "No C compiler '$cc'. Install gcc, or name another:  CC=clang make setup"

packages=$(missing_packages)
[ -n "$packages" ] || exit 0

as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
by_hand="${as_root:+$as_root }apt-get update && ${as_root:+$as_root }apt-get install -y $packages"

if ! command -v apt-get >/dev/null 2>&1; then
    stop "Missing on this machine (by the names of the Debian packages): $packages" \
        "There is no apt-get here. Install their counterparts, then run make again:" \
        "  Fedora:    sudo dnf install cddlib-devel gmp-devel python3-devel" \
        "  macOS:     brew install cddlib gmp" \
        '             export CPATH="$(brew --prefix)/include" LIBRARY_PATH="$(brew --prefix)/lib"'
fi
if [ -n "$as_root" ] && ! command -v sudo >/dev/null 2>&1; then
    stop "Missing Debian packages: $packages" "Installing them takes root, and there is no sudo here. As root, type:" \
        "  apt-get update && apt-get install -y $packages" "and run make again."
fi

say "Installing Debian packages: $packages"
# A failed update is not the end: the lists at hand may do.
$as_root apt-get update || say "apt-get update failed; going on with the package lists at hand."
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages ||
    stop "Could not install the Debian packages. Type:" "  $by_hand" "and run make again."

packages=$(missing_packages)
[ -z "$packages" ] || stop "Installed, yet '$cc' or '$python' still does not find: $packages" "Look at CC, CPPFLAGS, LDFLAGS and PYTHON, then run make again."
