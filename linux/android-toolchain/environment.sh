# shellcheck shell=bash
# The kit's two descriptions of the same environment. Sourced by install.sh.

# write_environment FINAL_PLACE FOLDER GRADLE_ZIP_URL
write_environment() {
    local kit=$1 next=$2 url=$3 name value
    local -a pairs=(
        ANDROID_HOME /usr/lib/android-sdk
        ANDROID_SDK_ROOT /usr/lib/android-sdk
        JAVA_HOME "$(java_home)"
        GRADLE_USER_HOME "$kit/gradle-home"
        # A build is one short-lived JVM: without the optimising compiler it takes a third less time.
        GRADLE_OPTS "-Xmx2g -Dfile.encoding=UTF-8 -XX:TieredStopAtLevel=1"
        CORDOVA_ANDROID_GRADLE_DISTRIBUTION_URL "$url"
        # What the kit compiles with, in the words of cordova-android's build scripts: its defaults would be newer.
        ORG_GRADLE_PROJECT_cdvCompileSdkVersion 23
        ORG_GRADLE_PROJECT_cdvBuildToolsVersion "$(newest_build_tools)"
        PATH "$kit/bin:\${PATH}" # for the reader of the file to expand
    )
    {
        printf '# The Android kit of linux/android-toolchain: NAME=VALUE lines, nothing is quoted. Made by install.sh.\n'
        printf '%s=%s\n' "${pairs[@]}"
    } >"$next/environment"
    {
        printf '# The same as "environment", for a shell: . "%s/env.sh"\n' "$kit"
        set -- "${pairs[@]}"
        while [ $# -gt 0 ]; do
            name=$1 value=$2
            shift 2
            printf 'export %s="%s"\n' "$name" "$value"
        done
    } >"$next/env.sh"
}

# The build-tools that Debian installed, by their folder's name.
newest_build_tools() {
    find /usr/lib/android-sdk/build-tools -mindepth 1 -maxdepth 1 -name '[0-9]*' -printf '%f\n' | sort -V | tail -n 1
}
