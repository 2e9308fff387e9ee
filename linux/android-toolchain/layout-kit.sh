# shellcheck shell=bash
# Makes the kit: one folder with all that a build needs beside Debian's packages. It refers to itself by its full path, so
# it is made under another name beside its place and then renamed: there is never half a kit. Sourced by install.sh.

# The engine of the swapped builds (modern/), from the npm registry.
ENGINE=cordova-android@8.1.0
ENGINE_SHA512=78063a83dab7ada2783f4df035d4960b930e5b511fc68a2658d5ec3e18bb4fa43dc80aa6c6a9f4b0b1148cb2f521bd0b087de72905815ddc5aa50e4b81b1eefa

LAUNCHER=$TOOLCHAIN/java/launcher/org/gradle/launcher/GradleMain.java

check_kit_folder() {
    # The path goes into PATH, a file: address, a Gradle script and two environment files.
    [[ $1 =~ ^/[A-Za-z0-9/._+@~,\ -]+$ ]] || fail "the kit can't lie in $1" \
        "its path may only have letters, digits, spaces and / . _ + @ ~ , - : PATH or Gradle would misread the rest" \
        "name another folder: install.sh KIT_FOLDER"
    [ ! -e "$1" ] || [ -f "$1/stamp" ] || [ -z "$(ls -A -- "$1")" ] || fail "$1 exists and is not a kit" \
        "making a kit replaces the whole folder, and this one holds something else" \
        "name a folder that is empty or does not exist yet"
}

# What the kit at $1 would be made of: equal stamps, equal kits.
kit_stamp() {
    {
        printf '%s\n' "$1"
        installed_versions "${APT_PACKAGES[@]}" "${KIT_INGREDIENTS[@]}"
        (cd "$TOOLCHAIN" && find . -type f ! -name '*.md' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
    } | sha256sum | cut -d' ' -f1
}

# is_ready KIT STAMP
is_ready() { [ "$(cat "$1/stamp" 2>/dev/null)" = "$2" ] && say "ready: $1"; }

make_kit() {
    local kit=$1 parent stamp next
    stamp=$(kit_stamp "$kit")
    ! is_ready "$kit" "$stamp" || return 0

    parent=$(dirname -- "$kit")
    find_owner "$parent"
    { mkdir -p -- "$parent" && [ -w "$parent" ]; } || fail "the kit can't be made in $parent" \
        "that folder can't be made or written" "name another folder: install.sh KIT_FOLDER"
    exec 9>"$kit.lock"
    flock 9 # another install.sh may be making this kit at the moment
    ! is_ready "$kit" "$stamp" || return 0

    rm -rf -- "$kit".new.* "$kit".old.*
    next=$(mktemp -d -- "$kit.new.XXXXXX")
    LEFTOVERS+=("$next" "$kit.old.$$")
    chmod 0755 "$next"
    fill_kit "$kit" "$next"
    printf '%s\n' "$stamp" >"$next/stamp"
    [ "$(id -u)" -ne 0 ] || chown -R "$OWNER" "$next" "$kit.lock" "${FOLDERS_MADE[@]}"
    [ ! -e "$kit" ] || mv -T -- "$kit" "$kit.old.$$"
    mv -T -- "$next" "$kit"
    say "made: $kit"
}

# The user who shall be able to build with the kit: whose folder it lies in. (root often runs install.sh for another.)
find_owner() {
    local folder=$1
    FOLDERS_MADE=()
    while [ ! -e "$folder" ]; do
        FOLDERS_MADE=("$folder")
        folder=$(dirname -- "$folder")
    done
    OWNER=$(stat -c %u:%g -- "$folder")
}

# fill_kit FINAL_PLACE FOLDER
fill_kit() {
    local kit=$1 next=$2 zip
    # A wrapper unpacks a file name once and for all, so another launcher must have another name.
    zip=gradle-4.4.1-$(sha256sum <"$LAUNCHER" | cut -c1-8).zip
    mkdir -p "$next"/{lib,gradle-home}
    cp -r "$TOOLCHAIN"/{bin,gradle,modern} "$next/"
    {
        make_kit_jar "$next/lib/kit.jar" && make_gradle_zip "$kit" "$next/$zip"
    } || fail "the kit's Java parts could not be made" \
        "Debian's JDK, Gradle or Android plugin is not the version this was written for" \
        "compare 'dpkg -l openjdk-17-jdk-headless gradle libgradle-android-plugin-java' with the versions in README.md"
    fetch_engine "$next/cordova-engine"
    write_environment "$kit" "$next" "file://${kit// /%20}/$zip"
}

java_home() { printf '/usr/lib/jvm/java-17-openjdk-%s' "$(dpkg --print-architecture)"; }

compile() { quietly javac "$(java_home)/bin/javac" --release 8 -nowarn -Xlint:none "$@"; }

# What the builds' class path needs beside Debian's jars.
make_kit_jar() {
    local jar=$1 java=/usr/share/java classes id path sources
    classes=$(mktemp -d)
    LEFTOVERS+=("$classes")
    mkdir -p "$classes/META-INF/gradle-plugins"
    for id in com.github.dcendents.android-maven com.jfrog.bintray; do
        echo 'implementation-class=millwright.android.NothingToPublish' >"$classes/META-INF/gradle-plugins/$id.properties"
    done
    path=$(printf "$java/%s.jar:" gradle-core-api-4.4.1 gradle-base-services-4.4.1 groovy-all guava com.android.tools.common)
    mapfile -d '' sources < <(find "$TOOLCHAIN/java/plugins" -name '*.java' -print0)
    compile -d "$classes" -cp "$path" "${sources[@]}" &&
        quietly AaptV1Patch "$(java_home)/bin/java" -cp "$java/asm.jar" "$TOOLCHAIN/java/patch/AaptV1Patch.java" \
            "$java/com.android.tools.build.builder.jar" "$classes" &&
        "$(java_home)/bin/jar" cf "$jar" -C "$classes" .
}

# The distribution that a project's Gradle wrapper unpacks; see GradleMain.java.
make_gradle_zip() {
    local kit=$1 zip=$2 work lib
    work=$(mktemp -d)
    LEFTOVERS+=("$work")
    lib=$work/gradle-4.4.1/lib
    mkdir -p "$lib" "$work/gradle-4.4.1/bin" "$work/classes/org/gradle/launcher"
    # not run by a wrapper, but it wants to make it executable
    printf '#!/bin/sh\nexec "%s/bin/gradle" "$@"\n' "$kit" >"$work/gradle-4.4.1/bin/gradle"
    printf '%s\n' "$kit/gradle/kit.gradle" >"$work/classes/org/gradle/launcher/init-script"
    compile -d "$work/classes" "$LAUNCHER" &&
        "$(java_home)/bin/jar" cf "$lib/gradle-launcher-4.4.1.jar" -C "$work/classes" . &&
        "$(java_home)/bin/jar" cMf "$zip" -C "$work" gradle-4.4.1
}

fetch_engine() {
    local target=$1 work sum
    work=$(mktemp -d)
    LEFTOVERS+=("$work")
    (cd "$work" && quietly "npm pack" npm pack "$ENGINE" --loglevel=error) || fail "$ENGINE could not be fetched" \
        "npm is missing, or the npm registry can't be reached (only making the kit needs it, no build does)" \
        "look at 'npm ping', set the registry or proxy of npm, and run install.sh again"
    sum=$(cat "$work"/*.tgz | sha512sum | cut -d' ' -f1)
    [ "$sum" = "$ENGINE_SHA512" ] || fail "$ENGINE has the wrong sha512" "expected $ENGINE_SHA512, found $sum" \
        "check which registry 'npm config get registry' names, and 'npm cache clean --force'"
    tar xzf "$work"/*.tgz -C "$work" package/framework/src
    mv "$work/package/framework/src" "$target"
}
