import { COMPILE, CORDOVA, group, type Rule } from "./rule.ts";

const said = (match: RegExpExecArray) => ({ said: match[0].trim() });

/** xcodebuild, the compilers and the linker of Xcode 9 to 26, and what cordova-ios says of Xcode. */
export const XCODE_RULES: readonly Rule[] = [
  {
    code: "XCODE_LICENCE",
    steps: CORDOVA,
    platform: "ios",
    pattern:
      /.*(?:You have not agreed to the Xcode(?: and Apple SDKs)? license|Agreeing to the Xcode\/iOS license requires admin).*/,
    values: said,
  },
  {
    code: "XCODE_NOT_SELECTED",
    steps: CORDOVA,
    platform: "ios",
    pattern:
      /xcode-select: error: tool '\w+' requires Xcode, but active developer directory.*|xcrun: error: (?:missing DEVELOPER_DIR path|invalid active developer path).*/,
    values: said,
  },
  { code: "XCODE_NOT_FOUND", steps: CORDOVA, platform: "ios", pattern: /xcodebuild was not found\..*/, values: said },
  {
    code: "XCODE_TOO_OLD",
    steps: CORDOVA,
    platform: "ios",
    pattern: /Cordova needs xcodebuild version (\S+) or greater, you have version (\S+?)\.(?:\s|$)/,
    values: (match) => ({ needed: match[1] ?? "", found: match[2] ?? "" }),
  },
  {
    code: "IOS_PLATFORM_NOT_INSTALLED",
    steps: COMPILE,
    platform: "ios",
    pattern: /error:\s?iOS ([\d.]+) is not installed\./,
    values: (match) => ({ version: match[1] ?? "" }),
  },
  {
    code: "XCODE_SCHEME_MISSING",
    steps: COMPILE,
    platform: "ios",
    pattern: /The (?:workspace|project) named "([^"]+)" does not contain a scheme named "([^"]+)"/,
    values: (match) => ({ workspace: match[1] ?? "", scheme: match[2] ?? "" }),
  },
  {
    code: "IOS_TARGET_TOO_LOW",
    steps: COMPILE,
    platform: "ios",
    pattern: /error: (compiling for iOS [\d.]+, but module '([^']+)' has a minimum deployment target of iOS [\d.]+)/,
    values: (match) => ({ said: match[1] ?? "", module: match[2] ?? "" }),
  },
  {
    code: "SWIFT_MODULE_MISSING",
    steps: COMPILE,
    platform: "ios",
    pattern: /error: (?:no such module|[Uu]nable to find module dependency:|module) '([^']+)'(?: not found)?/,
    values: (match) => ({ module: match[1] ?? "" }),
  },
  {
    code: "XCODE_DUPLICATE_OUTPUT",
    steps: COMPILE,
    platform: "ios",
    pattern: /error: Multiple commands produce '([^']+)'/,
    values: (match) => ({ file: match[1] ?? "" }),
  },
  {
    code: "APP_ICON_MISSING",
    steps: COMPILE,
    platform: "ios",
    pattern: /None of the input catalogs contained a matching stickers icon set or app icon set named "[^"]+".*/,
    values: said,
  },
  {
    code: "EXTENSION_ID_WRONG",
    steps: COMPILE,
    platform: "ios",
    pattern: /error: Embedded binary's bundle identifier is not prefixed with the parent app's bundle identifier/,
    values: (_match, around) => ({
      extension: group(around.find(/Embedded Binary Bundle Identifier:\s*(\S+)/), 1, "named below"),
      app: group(around.find(/Parent App Bundle Identifier:\s*(\S+)/), 1, "of config.xml"),
    }),
  },
  {
    code: "OBJECTIVE_C_ERROR",
    steps: COMPILE,
    platform: "ios",
    pattern: /^(\/?\S.*?\.(?:m|mm|h|c|cpp|swift)):(\d+):\d+: (?:fatal )?error: (.+)/,
    values: (match) => ({ place: `${match[1]}:${match[2]}`, error: match[3] ?? "" }),
  },
  {
    code: "LINKER_FAILED",
    steps: COMPILE,
    platform: "ios",
    pattern: [
      /^ld: (?:error: )?((?:framework|library) (?:'\w+' )?not found(?: for)?.*)/,
      /^ld: ((?:warning: ignoring file .*)?building for .*, but linking in .* built for .*)/,
      /^Undefined symbols? for architecture \S+:()/,
    ],
    values: (match, around) => ({
      missing: match[1] || group(around.find(/^\s+"([^"]+)", referenced from:/), 1, "symbols named below"),
    }),
  },
  {
    code: "XCODE_BUILD_FAILED",
    steps: COMPILE,
    platform: "ios",
    pattern: /^(?:.*: )?error: (?!exportArchive: The operation couldn)(.+)/,
    values: (match) => ({ error: match[1] ?? "" }),
  },
];
