import { entries } from "./entry.ts";

/** What is wrong in the app's Android parts: code, resources, manifests, libraries that don't fit each other. */
export const ANDROID_CODE_FAILURES = entries({
  DUPLICATE_CLASS: {
    blame: "user",
    what: "The app brings the class {class} twice.",
    why: "Two of its libraries or plugins contain it: {modules}.",
    next: "Bring them to versions that share it: raise the plugins, or exclude one of both in build-extras.gradle. For kotlin-stdlib-jdk7/8 set GradlePluginKotlinVersion in config.xml to 1.8 or later.",
    link: "https://developer.android.com/build/dependencies#duplicate_classes",
  },
  DEX_LIMIT: {
    blame: "user",
    what: "The app has more methods than fit in one dex file.",
    why: "{said}. The limit of one file is 65536.",
    next: "Raise android-minSdkVersion in config.xml to 21 or later, or switch multidex on in build-extras.gradle.",
    link: "https://developer.android.com/build/multidex",
  },
  MANIFEST_EXPORTED_MISSING: {
    blame: "user",
    what: "An entry of the Android manifest lacks android:exported: {element}.",
    why: "Apps for Android 12 and later must say it for each activity, service and receiver with an intent filter. A plugin's entry lacks it.",
    next: "Raise the plugin that brings the entry, or add android:exported to it with <edit-config> in config.xml.",
    link: "https://developer.android.com/guide/topics/manifest/activity-element#exported",
  },
  MIN_SDK_TOO_LOW: {
    blame: "user",
    what: "The library {library} needs Android API {needed}, and the app promises to run from {given} on.",
    why: "minSdkVersion of an app can't be lower than that of its libraries.",
    next: 'Set <preference name="android-minSdkVersion" value="{needed}" /> in config.xml, or take an older version of the plugin.',
  },
  MANIFEST_CONFLICT: {
    blame: "user",
    what: "The Android manifests of the app and its plugins contradict each other.",
    why: "{said}.",
    next: "Decide it in config.xml with <edit-config> or tools:replace, or take one of the plugins out.",
    link: "https://developer.android.com/build/manage-manifests",
  },
  COMPILE_SDK_TOO_LOW: {
    blame: "user",
    what: "The library {library} must be compiled against Android API {needed} or later.",
    why: "This build compiles against a lower one.",
    next: 'Set <preference name="android-compileSdkVersion" value="{needed}" /> in config.xml (or raise cordova-android), or take an older version of the plugin.',
  },
  ANDROIDX_WANTED: {
    blame: "user",
    what: "The app mixes AndroidX with the old Android support library.",
    why: "{said}.",
    next: "Use cordova-android 10 or later, where AndroidX is on. Before: AndroidXEnabled=true in config.xml. Raise plugins that still use android.support.",
  },
  RESOURCE_DUPLICATE: {
    blame: "user",
    what: "The Android resource {resource} is there twice.",
    why: "{said}.",
    next: "Take one of both out: a plugin and config.xml (or two plugins) bring the same resource.",
  },
  RESOURCE_BROKEN: {
    blame: "user",
    what: "The Android resources of the app can't be built: {place}.",
    why: "aapt says: {error}.",
    next: "Correct the resource in config.xml, the plugin or the theme that names it. One that exists only in newer Android needs a higher android-compileSdkVersion.",
  },
  IMAGE_BROKEN: {
    blame: "user",
    what: "An image of the app is no valid PNG file.",
    why: "aapt says: {said}.",
    next: "Look for images that are renamed JPEG files or git-lfs pointers, among icons and splash screens, and save them as PNG.",
  },
  KOTLIN_VERSION_MISMATCH: {
    blame: "user",
    what: "A library was compiled with a newer Kotlin than the app uses.",
    why: "Its metadata is of Kotlin {library}, and this build's Kotlin reads up to {expected}.",
    next: 'Set <preference name="GradlePluginKotlinVersion" value="{library}" /> or later in config.xml.',
  },
  KOTLIN_ERROR: {
    blame: "user",
    what: "Kotlin code of the app or a plugin doesn't compile: {place}.",
    why: "{error}.",
    next: "Raise the plugin whose file it is, or mend it when it is your own.",
  },
  JAVA_PACKAGE_MISSING: {
    blame: "user",
    what: "Java code of a plugin uses {package}, which is not among the app's libraries ({place}).",
    why: "The library is not installed, or the plugin was written for another cordova-android: android.support became androidx with cordova-android 9.",
    next: "Raise the plugin. For android.support take cordova-plugin-androidx-adapter, or a cordova-android that the plugin names in its engines.",
  },
  JAVA_ERROR: {
    blame: "user",
    what: "Java code of the app or a plugin doesn't compile: {place}.",
    why: "javac says: {error}.",
    next: "Raise the plugin whose file it is (plugins and cordova-android must fit each other), or mend it when it is your own.",
  },
  SHRINKER_MISSING_CLASS: {
    blame: "user",
    what: "R8 shrinks the app and misses the class {class}.",
    why: "A library names it, and nothing brings it.",
    next: "Add the library that has it, or write -dontwarn {class} in the app's ProGuard rules.",
    link: "https://developer.android.com/build/shrink-code",
  },
  LINT_ABORTED: {
    blame: "user",
    what: "Android Lint found errors and stopped the build.",
    why: "{said}.",
    next: "Mend what it names, or set lintOptions.abortOnError to false in build-extras.gradle.",
  },
});
