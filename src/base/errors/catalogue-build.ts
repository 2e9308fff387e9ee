import { entries } from "./entry.ts";

/** What can go wrong while an app is built. */
export const BUILD_ERRORS = entries({
  INSTALL_FAILED: {
    blame: "user",
    what: "The app's dependencies could not be installed: {command} ended with {exit}.",
    why: "{reason}",
    next: "Run the same command in a fresh clone of the commit, mend what it says, commit and push.",
  },
  LOCK_FILE_MISMATCH: {
    blame: "user",
    what: "The lock file {lockFile} doesn't fit package.json.",
    why: "{command} installs exactly what the lock file says, and package.json asks for something else.",
    next: "Run {manager} install, commit {lockFile} with package.json, and push.",
  },
  PACKAGE_MANAGER_MISSING: {
    blame: "host",
    what: "The app's lock file belongs to {manager}, which this host doesn't have.",
    why: "{lockFile} is in the commit, and {manager} is not on the PATH of builds.",
    next: "Install it on the host: npm install -g {manager}",
  },
  WEB_BUILD_FAILED: {
    blame: "user",
    what: "The web build failed: {command} ended with {exit}.",
    why: "{reason}",
    next: "Run the same script in a fresh clone of the commit, mend what it says, commit and push.",
  },
  WEB_FOLDER_MISSING: {
    blame: "user",
    what: "The web build left no {folder} folder with an index.html.",
    why: "Cordova packages the folder www, and a deploy build stores it. {reason}",
    next: "Let the script `appflow:build` or `build` of package.json write to {folder}.",
  },
  CORDOVA_UNAVAILABLE: {
    blame: "host",
    what: "Cordova {version} could not be installed on the host.",
    why: "The app doesn't bring its own cordova, so the agent installs the version of its configuration. npm said: {reason}",
    next: "Check the host's way to the npm registry, or add cordova to the app's devDependencies.",
    retry: true,
  },
  PLATFORM_ADD_FAILED: {
    blame: "user",
    what: "cordova platform add {platform} ended with {exit}.",
    why: "{reason}",
    next: "Run the same command in a fresh clone of the commit. The step's log above holds all that it said.",
  },
  PLUGIN_NOT_INSTALLED: {
    blame: "user",
    what: "Cordova could not install a plugin of the app: {plugin}.",
    why: "{reason}",
    next: "Check its name and version in package.json and config.xml. (cordova by itself may only warn about it, and build an app without the plugin.)",
  },
  COMPILE_FAILED: {
    blame: "user",
    what: "cordova build {platform} ended with {exit}.",
    why: "{reason}",
    next: "The lines above are the most telling ones of the step's log. Run the same command in a fresh clone of the commit.",
  },
  PACKAGE_TYPE_UNSUPPORTED: {
    blame: "user",
    what: "cordova-android {version} can't make an {type} file.",
    why: "Bundles (.aab) came with cordova-android 8.1.0.",
    next: "Build an apk, or raise the version of cordova-android in package.json.",
  },
  MATERIAL_REFUSED: {
    blame: "controller",
    what: "The build did not get its {name} material.",
    why: "{reason}",
    next: "Start the build again. When it happens again, look into the log of the controller for the lease of this build.",
  },
  PRODUCT_MISSING: {
    blame: "user",
    what: "cordova build ended well but left no new {kind} file.",
    why: "Looked for files newer than the step's start in {folder}. {found}",
    next: "Check the build's hooks and build-extras.gradle: they may have moved the product or changed its kind.",
  },
  PRODUCT_WRONG: {
    blame: "user",
    what: "The product {file} is not what was asked for.",
    why: "{reason}",
    next: "Check config.xml, build.json, the hooks and the native config for what sets it differently.",
  },
  PRODUCT_UNSIGNED: {
    blame: "user",
    what: "The product {file} is not signed as asked.",
    why: "{reason}",
    next: "Check build.json and build-extras.gradle of the app: they may override the signing of the security profile.",
  },
  PRODUCT_CHANGED: {
    blame: "user",
    what: "The file {file} changed while it was being collected.",
    why: "A process that the build left behind was still writing to it.",
    next: "Let hooks and scripts of the app wait for the processes they start.",
  },
  NATIVE_CONFIG_INVALID: {
    blame: "user",
    what: "The native config {name} can't be applied.",
    why: "{reason}",
    next: "Change it: millwright native-configs set NAME --bundle-id ID --version V …",
  },
  SIGNING_MATERIAL_MISSING: {
    blame: "user",
    what: "A {type} build for {platform} needs a security profile with {platform} signing material.",
    why: "{reason}",
    next: "Add one: millwright profiles add NAME --keystore FILE --store-password-file FILE --alias ALIAS, and name it with --security-profile NAME",
  },
  KEYSTORE_UNUSABLE: {
    blame: "user",
    what: "The keystore of the security profile {profile} can't be used.",
    why: "{reason}",
    next: "Check it with: keytool -list -v -keystore FILE -alias ALIAS. Then replace it: millwright profiles add {profile} --replace …",
  },
  BUILD_TYPE_UNKNOWN: {
    blame: "user",
    what: "{platform} has no build type {type}.",
    why: "The build types of {platform} are: {types}.",
    next: "Ask for one of them.",
  },
  BUILD_TIMED_OUT: {
    blame: "user",
    what: "The build took longer than {limit} and was stopped.",
    why: "Step {step} was still running.",
    next: "Look in the log for what it waited for. The limit is the agent's job.timeout.",
  },
  STEP_STALLED: {
    blame: "user",
    what: "Step {step} printed nothing for {limit} and was stopped.",
    why: "A command that waits for input or for the network prints nothing.",
    next: "Look in the log for what it waited for. The limit is the agent's job.silence.",
  },
});
