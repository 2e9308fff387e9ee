# shellcheck shell=bash
# Which Debian packages the toolchain stands on, and getting them in. Sourced by install.sh.

# The JDK is named by its version: Debian's Gradle 4.4.1 is patched for 17, and was tried with no other.
APT_PACKAGES=(
    openjdk-17-jdk-headless
    gradle
    libgradle-android-plugin-java
    android-sdk-build-tools
    aapt
    apksigner
    zipalign
    libjaxb-java
)

# What else the kit is made from. They come in as dependencies; an upgrade of one must make a new kit.
# shellcheck disable=SC2034  # for layout-kit.sh
KIT_INGREDIENTS=(libgradle-core-java libgradle-plugins-java android-platform-tools-base libasm-java libguava-java groovy)

require_debian() {
    local family=''
    # shellcheck source=/dev/null
    [ -r /etc/os-release ] && family=$(. /etc/os-release && printf '%s %s' "${ID:-}" "${ID_LIKE:-}")
    case " $family " in
    *' debian '* | *' ubuntu '*) ;;
    *) fail "this host is not Debian or Ubuntu (it says: ${family:-nothing})" \
        "the toolchain is made of Debian's own Android packages" \
        "install Google's Android SDK and a JDK here instead, and set ANDROID_HOME and JAVA_HOME for the agent" ;;
    esac
    command -v dpkg-query apt-get >/dev/null || fail "dpkg or apt-get is missing" \
        "the packages can't be looked up without them" "run this on an ordinary Debian or Ubuntu installation"
}

# Lines of "package version" for those of the named packages that are installed.
installed_versions() {
    # dpkg-query's exit code is 1 as soon as one of them is unknown: that is an answer here, not an error
    # shellcheck disable=SC2016  # dpkg-query expands these, not the shell
    dpkg-query -W -f '${db:Status-Status} ${Package} ${Version}\n' "$@" 2>/dev/null |
        sed -n 's/^installed //p' || true
}

missing_apt_packages() {
    local installed package
    installed=$(installed_versions "${APT_PACKAGES[@]}" | cut -d' ' -f1)
    for package in "${APT_PACKAGES[@]}"; do
        grep -qxF "$package" <<<"$installed" || printf '%s\n' "$package"
    done
}

# install_packages FILE.deb... : the missing packages of the host's own release, and these files, in one apt transaction,
# so that there is no moment with half of them.
install_packages() {
    local wanted
    mapfile -t wanted < <(missing_apt_packages)
    wanted+=("$@")
    say "installing with apt: ${wanted[*]##*/}"
    quietly "apt-get install" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        -o DPkg::Lock::Timeout=300 -o APT::Sandbox::User=root -- "${wanted[@]}" ||
        fail "apt could not install the packages" \
            "see what apt-get said above; nothing of the kit was changed" \
            "put that right ('apt-get update', 'apt --fix-broken install', free disk space) and run install.sh again"
}

refresh_package_lists() {
    quietly "apt-get update" apt-get update -o DPkg::Lock::Timeout=300 ||
        say "warning: apt-get update failed; going on with the package lists that are here"
}
