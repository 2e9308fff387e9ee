import { CORDOVA, group, type Rule } from "./rule.ts";

/** CocoaPods 1.0 to 1.16, and what cordova-ios says of it. */
export const COCOAPODS_RULES: readonly Rule[] = [
  {
    code: "COCOAPODS_MISSING",
    steps: CORDOVA,
    platform: "ios",
    pattern: /(?:pod|CocoaPods) was not found\..*|^pod: [Cc]ommand not found.*|spawn pod ENOENT/,
    values: (match) => ({ said: `${match[0].trim()}.` }),
  },
  {
    code: "COCOAPODS_TOO_OLD",
    steps: CORDOVA,
    platform: "ios",
    pattern: /Cordova needs (?:pod|CocoaPods) version (\S+) or greater, you have version \S+/,
    values: (match) => ({ needed: match[1] ?? "", said: `${match[0]}.` }),
  },
  {
    code: "COCOAPODS_LOCALE",
    steps: CORDOVA,
    platform: "ios",
    // The warning about the locale alone stops nothing.
    pattern: /Unicode Normalization not appropriate for (?:ASCII-8BIT|US-ASCII)|invalid byte sequence in US-ASCII/,
    values: (match) => ({ said: match[0] }),
  },
  {
    code: "POD_TARGET_TOO_LOW",
    steps: CORDOVA,
    platform: "ios",
    pattern: /^(?!.*\), \S+ \().*they required a higher minimum deployment target/,
    values: (_, around) => ({
      pod: group(around.find(/compatible versions for pod "([^"]+)"/), 1, "named below"),
    }),
  },
  {
    code: "POD_VERSIONS_CONFLICT",
    steps: CORDOVA,
    platform: "ios",
    // CocoaPods also blames the deployment target when two requirements exclude each other.
    pattern: /CocoaPods could not find compatible versions for pod "([^"]+)"/,
    values: (match) => ({ pod: match[1] ?? "" }),
  },
  {
    code: "POD_NOT_FOUND",
    steps: CORDOVA,
    platform: "ios",
    pattern: /Unable to find a specification for [`']([^`']+)[`']/,
    values: (match) => ({ pod: match[1] ?? "" }),
  },
  {
    code: "POD_REGISTRY_TROUBLE",
    steps: CORDOVA,
    platform: "ios",
    pattern:
      /CDN: trunk (?:URL couldn't be downloaded|Repo update failed).*|\[!\] .*(?:Response|returned error): (?:429|5\d\d).*/,
    values: (match) => ({ said: `${match[0].trim()}.` }),
  },
  {
    code: "PODFILE_INVALID",
    steps: CORDOVA,
    platform: "ios",
    pattern: /\[!\] Invalid `Podfile` file: (.+)/,
    values: (match) => ({ said: match[1] ?? "" }),
  },
  {
    code: "POD_SWIFT_STATIC",
    steps: CORDOVA,
    platform: "ios",
    pattern:
      /The Swift pod `([^`]+)` depends upon .*do(?:es)? not define modules|The following Swift pods cannot yet be integrated as static libraries()/,
    values: (match, around) => ({
      pod: match[1] || group(around.find(/The Swift pod `([^`]+)`/), 1, "named below"),
    }),
  },
];
