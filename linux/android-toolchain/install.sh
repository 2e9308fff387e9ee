#!/usr/bin/env bash
# install.sh [KIT_FOLDER] : the offline Android toolchain for a Debian or Ubuntu host without Google's SDK. See README.md.
# A second run changes nothing and takes about a second.
set -euo pipefail

TOOLCHAIN=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$TOOLCHAIN/messages.sh"
. "$TOOLCHAIN/packages.sh"
. "$TOOLCHAIN/bullseye-packages.sh"
. "$TOOLCHAIN/environment.sh"
. "$TOOLCHAIN/layout-kit.sh"

case ${1:-} in
-h | --help)
    sed -n '2,3s/^# //p' "$0"
    exit 0
    ;;
-*) fail "unknown option $1" "the only argument is the kit's folder" "run: install.sh [KIT_FOLDER]" ;;
esac
[ $# -le 1 ] || fail "$# arguments given" "the only argument is the kit's folder" "quote a folder's name that has spaces"

# What a run that ends early must not leave behind.
LEFTOVERS=()
trap 'rm -rf -- "${LEFTOVERS[@]}"' EXIT

KIT=$(realpath -ms -- "${1:-$TOOLCHAIN/../../.toolchain/android}")

install_what_is_missing() {
    local apt bullseye downloads
    mapfile -t apt < <(missing_apt_packages)
    mapfile -t bullseye < <(missing_bullseye_packages)
    [ ${#apt[@]} -gt 0 ] || [ ${#bullseye[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        fail "packages are missing: ${apt[*]} ${bullseye[*]##*/}" \
            "installing them needs root, and this script does not ask for it by itself" \
            "run as root, once: $TOOLCHAIN/install.sh '$KIT'"
    fi
    refresh_package_lists
    downloads=$(mktemp -d)
    LEFTOVERS+=("$downloads")
    chmod 0755 "$downloads"
    # Fetched and checked before anything is installed: a wrong file leaves the machine as it was.
    fetch_bullseye_packages "$downloads"
    mapfile -t bullseye < <(find "$downloads" -name '*.deb')
    install_packages "${bullseye[@]}"
}

require_debian
check_kit_folder "$KIT"
install_what_is_missing
make_kit "$KIT"
