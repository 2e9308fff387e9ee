# shellcheck shell=bash
# The four packages that no Debian release after bullseye has: platform 23 and dx. Sourced by install.sh.
# bullseye-packages.sha256 says what each must hash to, and where below a Debian mirror it lies. The hash alone decides
# whether a file is good, so it does not matter who handed it to us.

BULLSEYE_LIST=$TOOLCHAIN/bullseye-packages.sha256

# Lines of "sha256 path-in-the-mirror" of the packages that aren't installed in exactly the listed version.
missing_bullseye_packages() {
    local sum path name version names installed
    mapfile -t names < <(sed -E 's:.*/([^/_]+)_[^/]*$:\1:' "$BULLSEYE_LIST")
    installed=$(installed_versions "${names[@]}")
    while read -r sum path; do
        IFS=_ read -r name version _ <<<"${path##*/}"
        grep -qxF "$name $version" <<<"$installed" || printf '%s %s\n' "$sum" "$path"
    done <"$BULLSEYE_LIST"
}

# The Debian mirrors of this machine, as apt itself reads them from sources.list and *.sources.
debian_mirrors() {
    # shellcheck disable=SC2016  # apt expands this
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 2>/dev/null |
        sort -u
}

# fetch_bullseye_packages FOLDER : puts the missing ones into FOLDER, each with its right checksum, or fails.
fetch_bullseye_packages() {
    local folder=$1 sum path file
    while read -r sum path; do
        file=$folder/${path##*/}
        if [ -n "${MILLWRIGHT_ANDROID_DEBS:-}" ]; then
            take_from_folder "${path##*/}" "$file"
        else
            take_from_mirror "$path" "$file"
        fi
        check_sum "$file" "$sum"
        chmod 0644 "$file"
    done < <(missing_bullseye_packages)
}

take_from_folder() {
    local source=$MILLWRIGHT_ANDROID_DEBS/$1
    [ -r "$source" ] || fail "$source is missing or can't be read" \
        "MILLWRIGHT_ANDROID_DEBS names the folder that must hold the four packages of bullseye-packages.sha256" \
        "put the file there, or unset MILLWRIGHT_ANDROID_DEBS to take it from this machine's Debian mirror"
    cp -- "$source" "$2"
}

# apt-helper downloads as apt does, with the machine's own proxy and credentials.
take_from_mirror() {
    local path=$1 file=$2 mirror mirrors
    mapfile -t mirrors < <(debian_mirrors)
    [ ${#mirrors[@]} -gt 0 ] || fail "no Debian mirror found in /etc/apt" \
        "${path##*/} exists only in Debian bullseye, and apt knows no source with origin Debian" \
        "set MILLWRIGHT_ANDROID_DEBS to a folder with the four packages of bullseye-packages.sha256"
    for mirror in "${mirrors[@]}"; do
        quietly "the mirror ${mirror%/}" /usr/lib/apt/apt-helper -o APT::Sandbox::User=root \
            download-file "${mirror%/}/$path" "$file" && return
    done
    fail "${path##*/} could not be downloaded" \
        "none of this machine's Debian mirrors has it (any more), or none can be reached" \
        "set MILLWRIGHT_ANDROID_DEBS to a folder with the four packages of bullseye-packages.sha256"
}

check_sum() {
    local file=$1 wanted=$2 found
    found=$(sha256sum <"$file" | cut -d' ' -f1)
    [ "$found" = "$wanted" ] || fail "${file##*/} has the wrong SHA-256, and nothing was installed" \
        "expected $wanted, found $found: the file is damaged, incomplete or not Debian's" \
        "get the file again from a Debian mirror or its archive (bullseye), and check it with sha256sum"
}
