# Shared by the scripts beside it: what a machine needs and how to get it. Meant to be sourced.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }

fail() {
    printf 'bandoso: %s\n' "$*" >&2
    exit 1
}

# install_missing COMMAND-OR-FILE PACKAGE … : installs the packages whose command or file is not there.
install_missing() {
    local missing=()
    while (($#)); do
        if [[ $1 == /* ]]; then
            # shellcheck disable=SC2086 # the pattern may hold a wildcard
            compgen -G "$1" >/dev/null || missing+=("$2")
        else
            command -v "$1" >/dev/null || missing+=("$2")
        fi
        shift 2
    done
    ((${#missing[@]})) || return 0
    local packages
    packages=$(printf '%s\n' "${missing[@]}" | sort -u | tr '\n' ' ')
    command -v apt-get >/dev/null ||
        fail "please install these first (named as on Debian): $packages"
    local as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || fail "please run as root: apt-get install $packages"
        as_root=(sudo)
    fi
    say "Installing $packages"
    "${as_root[@]}" apt-get update -qq
    # shellcheck disable=SC2086 # a list of packages
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >&2
}

need_rust_and_node() {
    command -v cargo >/dev/null || fail "Rust is missing: see https://rustup.rs (1.94 or newer)"
    command -v npm >/dev/null || fail "Node.js is missing: install version 20 or newer"
}

# PROJ is built from the source in its crate: that takes cmake, a C++ compiler and sqlite3.
install_build_tools() {
    install_missing c++ g++ make make cmake cmake pkg-config pkg-config sqlite3 sqlite3 \
        '/usr/include/sqlite3.h' libsqlite3-dev
}

# Builds web/dist unless it is newer than everything it is made from.
build_page() {
    local stamp=web/dist/index.html
    if [[ -f $stamp ]] && [[ -z $(find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -newer "$stamp" -print -quit) ]]; then
        return 0
    fi
    say "Building the page"
    npm --prefix web ci --no-audit --no-fund --silent
    npm --prefix web run --silent build >&2
    touch "$stamp"
}
