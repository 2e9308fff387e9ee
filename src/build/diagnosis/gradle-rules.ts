import { COMPILE, group, type Rule } from "./rule.ts";

const NETWORK =
  /(Connection reset|Connection refused|Connect(?:ion)? timed out|Read timed out|UnknownHostException.*|No such host is known.*|Remote host terminated the handshake|Network is unreachable.*|Temporary failure in name resolution|Received status code (?:429|5\d\d) from server.*)/;

/** What Gradle (3 to 9) and the Android plugin (2 to 8) want of host, settings and registries. */
export const GRADLE_RULES: readonly Rule[] = [
  {
    code: "JDK_TOO_OLD",
    steps: COMPILE,
    pattern: [
      /(Android Gradle plugin requires Java (\d+) to run\. You are currently using Java [\d.]+)/,
      /(Dependency requires at least JVM runtime version (\d+)\. This build uses a Java \d+ JVM)/,
      /((?:Gradle|Minimum supported Gradle) requires (?:at least )?JVM (\d+) or later to run.*)/,
      /((?:invalid source release|invalid target release|release version)[: ]+(\d+).*)/,
    ],
    values: (match) => ({ said: match[1] ?? "", needed: match[2] ?? "" }),
  },
  {
    code: "JDK_TOO_OLD",
    steps: COMPILE,
    // A class file's major version is the JDK's plus 44.
    pattern: /compiled by a more recent version of the Java Runtime \(class file version (\d+)\.\d+\)/,
    values: (match) => ({ said: match.input.trim(), needed: Number(match[1]) - 44 }),
  },
  {
    code: "JDK_TOO_NEW",
    steps: COMPILE,
    pattern: /Unsupported class file major version (\d+)/,
    values: (match) => ({ jdk: Number(match[1]) - 44, said: match[0] }),
  },
  {
    code: "SDK_LICENCE_NOT_ACCEPTED",
    steps: COMPILE,
    pattern: [
      /License for package (.+) not accepted/,
      /(?:licences have not been accepted|You have not accepted the license agreements)()/,
    ],
    values: (match, around) => ({
      component:
        match[1] ||
        group(around.find(/^\s+\[?((?:platforms|build-tools|ndk|cmake);\S+|\w[^\]]*)\]?\.?$/), 1, "see below"),
    }),
  },
  {
    code: "SDK_PLATFORM_NOT_FOUND",
    steps: COMPILE,
    pattern: /[Ff]ailed to find target with hash string '([^']+)'.*/,
    values: (match) => ({ platform: named(match[1]), said: match[0] }),
  },
  {
    code: "SDK_BUILD_TOOLS_NOT_FOUND",
    steps: COMPILE,
    pattern:
      /(?:Failed to find Build Tools revision|No installed build tools found\..*version) (\d[\w.]*?)(?: or .*|\.)?$/,
    values: (match) => ({ version: match[1] ?? "", said: match[0] }),
  },
  { code: "SDK_NOT_WRITABLE", steps: COMPILE, pattern: /The SDK directory is not writable.*/, values: whole },
  {
    code: "GRADLE_DOWNLOAD_FAILED",
    steps: COMPILE,
    pattern: [
      /^Exception in thread "main" java\.net\.(?:UnknownHost|SocketTimeout|Connect|Socket)Exception.*/,
      /^Exception in thread "main" (?:javax\.net\.ssl\.\w+|java\.io\.IOException: (?:Downloading from|Server returned HTTP)).*/,
    ],
    values: (match, around) => (around.find(/gradle\.wrapper|Downloading https?:/) ? whole(match) : undefined),
  },
  {
    code: "MAVEN_UNREACHABLE",
    steps: COMPILE,
    pattern: /> Could not (?:GET|HEAD) '([^']+)'\.(.*)/,
    values: (match, around) => {
      const cause = NETWORK.exec(match[2] ?? "") ?? around.find(NETWORK);
      return cause && { said: `${match[1]}: ${cause[1]}` };
    },
  },
  {
    code: "LIBRARY_NOT_FOUND",
    steps: COMPILE,
    pattern: /> Could not find ([\w.-]+:[\w.-]+(?::[\w.+-]+?)?)\.?$/,
    values: (match) => ({ library: match[1] ?? "" }),
  },
  { code: "GRADLE_CACHE_LOCKED", steps: COMPILE, pattern: /Timeout waiting to lock .*/, values: whole },
  {
    code: "NAMESPACE_MISSING",
    steps: COMPILE,
    pattern: /Namespace not specified\./,
    values: (_, around) => ({
      module: group(around.find(/configuring project '([^']+)'|library module (\S+)/), 1, "named below"),
    }),
  },
  {
    code: "GRADLE_SCRIPT_OUTDATED",
    steps: COMPILE,
    pattern: /> Could not find method (\w+\(\)) for arguments/,
    values: (match, around) => ({ method: match[1] ?? "", place: scriptPlace(around.find) }),
  },
  {
    code: "GRADLE_SCRIPT_BROKEN",
    steps: COMPILE,
    pattern: /^\s*((?:script|build file|_BuildScript_|settings file) '[^']+': \d+: .+)/,
    values: (match, around) => ({ place: scriptPlace(around.find), said: match[1] ?? "" }),
  },
  {
    code: "GRADLE_TASK_MISSING",
    steps: COMPILE,
    pattern: /Task '([^']+)' not found in (?:root )?project|Cannot locate tasks that match '([^']+)'/,
    values: (match) => ({ task: match[1] ?? match[2] ?? "" }),
  },
  {
    code: "GOOGLE_SERVICES_MISSING",
    steps: COMPILE,
    pattern: /File google-services\.json is missing/,
  },
  {
    code: "GOOGLE_SERVICES_MISMATCH",
    steps: COMPILE,
    pattern: /No matching client found for package name '([^']+)'/,
    values: (match) => ({ package: match[1] ?? "" }),
  },
];

function whole(match: RegExpExecArray) {
  return { said: match[0].trim() };
}

/** android-35 for 35. */
function named(platform: string | undefined): string {
  return /^\d+$/.test(platform ?? "") ? `android-${platform}` : (platform ?? "");
}

/** Gradle names the script behind `* Where:`. */
function scriptPlace(find: (pattern: RegExp) => RegExpExecArray | undefined): string {
  const where = find(/^(?:Script|Build file|Settings file) '(.+)' line: (\d+)/);
  return where ? `${where[1]}:${where[2]}` : "the script";
}
