import { entries } from "./entry.ts";

/** What cordova itself says: about projects, platforms, plugins, hooks, and the tools that it looks for. */
export const CORDOVA_FAILURES = entries({
  APP_IS_ES_MODULE: {
    blame: "user",
    what: 'package.json of the app has "type": "module", and this cordova-{platform} can\'t live with that.',
    why: "cordova lays the platform's own scripts into platforms/, where Node then takes them for ES modules and refuses to load them.",
    next: 'Remove "type": "module" from package.json (name ES scripts of the app .mjs), or raise cordova-android to 10 or later, which keeps its scripts in node_modules.',
  },
  PLATFORM_API_UNUSABLE: {
    blame: "user",
    what: "cordova could not load the code of the platform {platform}.",
    why: "The platform's Api.js fails when it is loaded: most often this cordova-{platform} and the Node of the build are too far apart in age.",
    next: "See the reason with: node -e \"require('./platforms/{platform}/cordova/Api.js')\" in a clone. Raise cordova-{platform}, or ask for an older Node in .nvmrc.",
  },
  NOT_A_CORDOVA_PROJECT: {
    blame: "user",
    what: "cordova was run in a folder that is no Cordova project.",
    why: "It looks for config.xml and a www folder, upwards from where it is run. A script or hook of the app changed the folder, or removed www.",
    next: "Check the app's scripts and hooks, and its subfolder: millwright apps set NAME --subfolder FOLDER",
  },
  PLATFORM_NOT_ADDED: {
    blame: "user",
    what: "cordova finds no platform in the project.",
    why: "The platform was added by this build, and something removed it since: a script or hook of the app that runs cordova platform remove, or deletes platforms/.",
    next: "Take that out of the app's scripts and hooks: each build begins without platforms/.",
  },
  PLUGIN_VARIABLE_MISSING: {
    blame: "user",
    what: "The plugin {plugin} needs a variable that the app doesn't give: {variables}.",
    why: "Plugins may ask for settings such as API keys when they are added, and have no default for these.",
    next: "Add it under cordova.plugins in package.json, or as <variable> of the <plugin> in config.xml, or in a native config: millwright native-configs set NAME --plugin-variable {plugin}:NAME=VALUE",
    link: "https://cordova.apache.org/docs/en/latest/config_ref/index.html#variable",
  },
  PLUGIN_ENGINE_UNSUITABLE: {
    blame: "user",
    what: "The plugin {plugin} doesn't support the {engine} of the app: it wants {wanted}.",
    why: "The app has {engine} {version}. cordova leaves such a plugin out and goes on, which would build an app without it.",
    next: "Raise {engine} in package.json, or take a version of the plugin that fits this one.",
  },
  PLUGIN_NOT_FOUND: {
    blame: "user",
    what: "There is no plugin {plugin} in the package registry.",
    why: "npm answered: {said}. The name or version is mistyped, or the plugin is private and the build isn't logged in.",
    next: "Check its name and version under cordova.plugins and devDependencies in package.json and in config.xml.",
  },
  PLUGIN_FILE_MISSING: {
    blame: "user",
    what: "The plugin {plugin} names a file that it doesn't have: {file}.",
    why: "plugin.xml lists it, but the package that was installed doesn't hold it.",
    next: "Take another version of the plugin, or correct its plugin.xml when it is your own (also files in package.json).",
  },
  PLUGIN_EXPECTS_PROJECT_NAME: {
    blame: "user",
    what: "A plugin or hook looks for the Xcode project {project}, which isn't there.",
    why: "From cordova-ios 8 every Xcode project is called App; before it was called after <name> in config.xml. The plugin still takes the old name.",
    next: "Raise the plugin to a version for cordova-ios 8, or stay with cordova-ios 7 in package.json.",
    link: "https://github.com/apache/cordova-ios/issues/1589",
  },
  HOOK_MODULE_FOREIGN: {
    blame: "user",
    what: 'A hook loads "{module}" with requireCordovaModule, which no longer serves foreign modules.',
    why: "Since cordova 9 a hook's own dependencies must be installed by the app or the plugin.",
    next: "Raise the plugin whose hook it is. In a hook of your own: npm install --save-dev {module}, and require('{module}').",
  },
  HOOK_MODULE_MISSING: {
    blame: "user",
    what: "The hook {hook} needs the module {module}, which isn't installed.",
    why: "Older cordova versions happened to bring such modules along; hooks that relied on it fail now.",
    next: "Add it to the app: npm install --save-dev {module}, commit package.json with the lock file. Or raise the plugin whose hook it is.",
  },
  CORDOVA_HID_ERROR: {
    blame: "user",
    what: "A hook or plugin script failed with {kind}, and this cordova doesn't say which.",
    why: "cordova 12 and older break on errors whose code is a word while they report them, so the real message is lost.",
    next: "Raise cordova to 13 in devDependencies, which prints the error; or run cordova build with --verbose in a clone and see after which hook it stops.",
  },
  APP_RESOURCE_MISSING: {
    blame: "user",
    what: "config.xml names a file that isn't in the app: {file}.",
    why: "An <icon>, <splash> or <resource-file> points to it, and the commit (or the build before) doesn't have it there.",
    next: "Correct the path in config.xml, or commit the file. If a tool such as cordova-res makes it, let the build script run that.",
  },
  BUILD_JSON_MISSING: {
    blame: "user",
    what: "The build configuration {file} isn't there.",
    why: "cordova was told to read it and doesn't find it in the app's folder.",
    next: "Commit the file or correct its name. Signing needs none: the security profile does it.",
  },
  BUILD_JSON_BROKEN: {
    blame: "user",
    what: "The build configuration {file} of the app is not valid JSON.",
    why: "{said}.",
    next: "Mend the file, commit and push.",
  },
  ANDROID_HOME_UNSET: {
    blame: "host",
    what: "cordova doesn't find the Android SDK on the build host.",
    why: "{said}.",
    next: "Install an Android SDK and name it by ANDROID_HOME in the agent's environment file.",
  },
  GRADLE_NOT_INSTALLED: {
    blame: "host",
    what: "cordova-android needs a gradle on the build host, and there is none.",
    why: "It makes the project's own Gradle (gradlew) with it, whatever version it is.",
    next: "Install Gradle on the host so that it is on the PATH of builds.",
    link: "https://gradle.org/install/",
  },
  JAVA_HOME_INVALID: {
    blame: "host",
    what: "JAVA_HOME of the build points to {folder}, which is no JDK.",
    why: "There is no bin/java in it.",
    next: "Correct JAVA_HOME in the agent's environment file, or in the environment of the build.",
  },
  JDK_EXACT_VERSION: {
    blame: "host",
    what: "This cordova-android wants JDK {wanted}, and the build used {found}.",
    why: "cordova-android up to 9 asks javac for exactly that version.",
    next: "Install JDK {wanted} on the host, or raise cordova-android to 10 or later.",
  },
});
