import { entries } from "./entry.ts";

/** What the host lacks for one app, or what the app asks that no host can: found before anything is installed. */
export const TOOLCHAIN_ERRORS = entries({
  JDK_UNSUITABLE: {
    blame: "host",
    what: "No JDK of the host {host} can build with cordova-android {version}.",
    why: "It needs JDK {needed}; found: {found}.",
    next: "Install one of these JDKs on the host (builds take it by themselves), or change the version of cordova-android in package.json.",
  },
  ANDROID_PLATFORM_MISSING: {
    blame: "host",
    what: "The Android SDK of the host {host} has no platform android-{needed}.",
    why: "{because}, and the SDK at {sdk} has: {found}. Gradle can't fetch it either: {cannot}.",
    next: 'Install it on the host: sdkmanager "platforms;android-{needed}". Or set the preference android-compileSdkVersion of config.xml to one that is there.',
  },
  ANDROID_BUILD_TOOLS_MISSING: {
    blame: "host",
    what: "The Android SDK of the host {host} has no build-tools that fit cordova-android {version}.",
    why: "{because}, and the SDK at {sdk} has: {found}.",
    next: 'Install them on the host: sdkmanager "build-tools;{install}"',
  },
  XCODE_VERSION_MISSING: {
    blame: "host",
    what: "The host {host} has no Xcode that is {wanted}.",
    why: "The target platform {source} asks for it; the host has: {found}.",
    next: "Install that Xcode on the host (it is found without a restart), or ask for one that is there: --target-platform NAME",
  },
  XCODE_FIRST_LAUNCH_NEEDED: {
    blame: "host",
    what: "Xcode {version} of the host {host} was never started: its first launch is not done.",
    why: "{said}",
    next: "On the Mac: sudo DEVELOPER_DIR={developerDir} xcodebuild -runFirstLaunch",
  },
  XCODE_UNUSABLE: {
    blame: "host",
    what: "Xcode {version} of the host {host} doesn't run.",
    why: "{said}",
    next: "Try it on the Mac as the agent's user: DEVELOPER_DIR={developerDir} xcodebuild -version. An Xcode that was copied half-way has to be installed again.",
  },
  NODE_VERSION_MISSING: {
    blame: "host",
    what: "The host {host} has no Node {wanted}.",
    why: "{source} asks for it; the host has: {found}.",
    next: "Install that version on the host (with nvm, fnm, n, Volta or asdf, or in a folder of the agent's nodeFolders), or ask for one that is there.",
  },
  NODE_VERSION_INVALID: {
    blame: "user",
    what: "{source} asks for a Node version that can't be understood: {wanted}.",
    why: "A version (20.11.1), a major (20), a range (>=18) or an LTS name (lts/iron) was expected.",
    next: "Correct it in {source}.",
  },
  NODE_TOO_OLD_FOR_CORDOVA: {
    blame: "host",
    what: "{tool} needs Node {needed}, and builds on the host {host} get Node {found}.",
    why: "{source}. All Nodes of the host: {others}.",
    next: "Install a newer Node on the host (with nvm, fnm, n, Volta or asdf, or in a folder of the agent's nodeFolders); builds take it by themselves. Or take an older version of {package} in package.json.",
  },
  NODE_WISH_TOO_OLD: {
    blame: "user",
    what: "{tool} needs Node {needed}, and {source} asks for Node {wanted}.",
    why: "The build would run on Node {found}, and that is too old.",
    next: "Raise the version in {source}, or take an older version of {package} in package.json.",
  },
});
