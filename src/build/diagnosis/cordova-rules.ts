import { COMPILE, CORDOVA, group, type Rule } from "./rule.ts";

/** Plugins and hooks, as cordova 9 to 13 speaks of them. */
export const PLUGIN_RULES: readonly Rule[] = [
  {
    code: "PLUGIN_NOT_FOUND",
    steps: CORDOVA,
    pattern: /^Failed to fetch plugin (\S+) via registry/,
    values: (match, around) => {
      const answer = around.find(/npm (?:error|ERR!) (404 Not Found.*|notarget No matching version.*)/);
      return answer && { plugin: match[1] ?? "", said: answer[1] ?? "" };
    },
  },
  {
    code: "PLUGIN_ENGINE_UNSUITABLE",
    steps: CORDOVA,
    pattern: /^Plugin doesn't support this project's (\S+) version\. \S+: (\S+), failed version requirement: (.+)/,
    values: (match, around) => {
      const plugin = around.find(/^Skipping '([^']+)' for /);
      return {
        engine: match[1] ?? "",
        version: match[2] ?? "",
        wanted: match[3]?.trim() ?? "",
        plugin: group(plugin ?? around.find(/^Installing "([^"]+)" for/), 1, "named below"),
      };
    },
  },
  {
    code: "PLUGIN_VARIABLE_MISSING",
    steps: CORDOVA,
    pattern: /Variable\(s\) missing \(use: (.+?)\)?\.?$/,
    values: (match, around) => ({
      variables: [...(match[1] ?? "").matchAll(/--variable (\w+)=/g)].map((each) => each[1]).join(", ") || "see below",
      plugin: group(around.find(/^Discovered plugin "([^"]+)"/), 1, "named below"),
    }),
  },
  {
    code: "PLUGIN_EXPECTS_PROJECT_NAME",
    steps: CORDOVA,
    platform: "ios",
    pattern:
      /ENOENT: no such file or directory, \w+ '\S*?platforms\/ios\/(?!App\.)([^/']+)(?:\.xcodeproj\/|\/\1-Info\.plist)/,
    values: (match) => ({ project: match[1] ?? "" }),
  },
  {
    code: "PLUGIN_FILE_MISSING",
    steps: CORDOVA,
    pattern: /^"\S*?plugins\/((?:@[^/]+\/)?[^/]+)\/(.+)" not found!/,
    values: (match) => ({ plugin: match[1] ?? "", file: match[2] ?? "" }),
  },
  {
    code: "HOOK_MODULE_FOREIGN",
    steps: CORDOVA,
    pattern: /Using "requireCordovaModule" to load non-cordova module "([^"]+)" is not supported/,
    values: (match) => ({ module: match[1] ?? "" }),
  },
  {
    code: "HOOK_MODULE_MISSING",
    steps: CORDOVA,
    pattern: /Cannot find module '([^'./][^']*)'/,
    values: (match, around) => {
      const hook = around.find(/^- (\S*\/(?:plugins|hooks|scripts)\/\S+\.js)$/);
      return hook && { module: match[1] ?? "", hook: hook[1] ?? "" };
    },
  },
];

/** Projects and platforms, and what cordova looks for on the host. */
export const CORDOVA_RULES: readonly Rule[] = [
  {
    code: "APP_IS_ES_MODULE",
    steps: CORDOVA,
    // When cordova can't load the scripts in platforms/ it goes on with those in node_modules, whose paths then are wrong.
    pattern: [
      /require\(\) of ES Module \S*platforms\/(\w+)\/cordova\//,
      /^Could not load API for (\w+) project /,
      /copyFileSync: could not write to dest file .*node_modules\/cordova-(\w+)\/bin\/templates\//,
    ],
    values: (match, around) => {
      const certain = match[0].startsWith("require") || around.command.appIsModule;
      return certain ? { platform: match[1] ?? "" } : undefined;
    },
  },
  {
    code: "PLATFORM_API_UNUSABLE",
    steps: CORDOVA,
    pattern: /^Could not load API for (\w+) project /,
    values: (match) => ({ platform: match[1] ?? "" }),
  },
  {
    code: "NOT_A_CORDOVA_PROJECT",
    steps: ["web-build", ...CORDOVA],
    pattern: /Current working directory is not a Cordova-based project/,
  },
  { code: "PLATFORM_NOT_ADDED", steps: ["web-build", ...CORDOVA], pattern: /^No platforms added to this project\./ },
  {
    code: "APP_RESOURCE_MISSING",
    steps: CORDOVA,
    pattern: /^(?:Error: |CordovaError: )?Source path does not exist: (.+)/,
    values: (match) => ({ file: match[1]?.trim() ?? "" }),
  },
  {
    code: "BUILD_JSON_MISSING",
    steps: COMPILE,
    pattern: /^(?:Error: |CordovaError: )?(?:Specified build config|Build config) file does not exist: (.+)/,
    values: (match) => ({ file: match[1]?.trim() ?? "" }),
  },
  {
    code: "BUILD_JSON_BROKEN",
    steps: COMPILE,
    pattern: /^(?:SyntaxError: )?((?:Expected|Unexpected|Bad|Unterminated) .*\bJSON\b.*)/,
    values: (match, around) => {
      const file = around.find(/^Reading build config file: (.+)/);
      return file && { file: file[1]?.trim() ?? "", said: match[1] ?? "" };
    },
  },
  {
    code: "ANDROID_HOME_UNSET",
    steps: CORDOVA,
    pattern: [
      /^Failed to find '(?:ANDROID_HOME|ANDROID_SDK_ROOT)' environment variable.*/,
      /^'(?:ANDROID_HOME|ANDROID_SDK_ROOT)' environment variable is set to non-existent path: .*/,
      /^SDK location not found\..*|^> SDK location not found\..*/,
    ],
    values: (match) => ({ said: match[0] }),
  },
  {
    code: "GRADLE_NOT_INSTALLED",
    steps: CORDOVA,
    pattern: /^Could not find an installed version of Gradle either in Android Studio/,
  },
  {
    code: "JAVA_HOME_INVALID",
    steps: CORDOVA,
    pattern: /JAVA_HOME is set to an invalid directory: (.+)/,
    values: (match) => ({ folder: match[1]?.trim() ?? "" }),
  },
  {
    code: "JDK_EXACT_VERSION",
    steps: CORDOVA,
    pattern: /Requirements check failed for JDK (\S+?)(?: \('.*'\))?! (?:Detected version: (\S+))?/,
    values: (match) => ({ wanted: match[1] ?? "", found: `JDK ${match[2] ?? "of unknown version"}` }),
  },
];

/** The last of all: what cordova says when it lost the error itself. */
export const CORDOVA_LAST: readonly Rule[] = [
  {
    code: "CORDOVA_HID_ERROR",
    steps: CORDOVA,
    pattern: /The "code" argument must be of type number\. Received type string \('(\w+)'\)/,
    values: (match) => ({ kind: match[1] ?? "" }),
  },
];
