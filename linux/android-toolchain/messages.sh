# shellcheck shell=bash
# How the scripts of this folder speak. Sourced, never run.

say() { printf 'android-toolchain: %s\n' "$*"; }

# fail WHAT WHY NEXT : every error names what happened, why, and what to do about it.
fail() {
    {
        printf 'android-toolchain: error: %s\n' "$1"
        printf '  why:  %s\n' "$2"
        printf '  next: %s\n' "$3"
    } >&2
    exit 1
}

# quietly TITLE COMMAND... : runs a chatty command, and shows what it said only when it failed.
# Returns the command's own exit code; the caller decides what a failure means.
quietly() {
    local title=$1 log code=0
    shift
    log=$(mktemp)
    "$@" >"$log" 2>&1 </dev/null || code=$?
    if [ "$code" -ne 0 ]; then
        printf 'android-toolchain: %s said (last 25 lines):\n' "$title" >&2
        tail -n 25 "$log" | sed 's/^/    /' >&2
    fi
    rm -f "$log"
    return "$code"
}
