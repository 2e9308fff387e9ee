import { COMPILE, group, type Rule } from "./rule.ts";

const STORE = 'Failed to read key (\\S*) from store "([^"]+)"';

/** Keystores, as Gradle's signing and JDK 8 to 25 speak of them. The Android plugin wraps the JDK's words. */
export const ANDROID_SIGNING_RULES: readonly Rule[] = [
  {
    code: "SIGNING_KEY_ALIAS",
    steps: COMPILE,
    platform: "android",
    pattern: /No key with alias '([^']+)' found in keystore (.+)/,
    values: (match) => ({ alias: match[1] ?? "", file: match[2]?.trim() ?? "", said: match[0].trim() }),
  },
  {
    code: "SIGNING_KEY_PASSWORD",
    steps: COMPILE,
    platform: "android",
    pattern: new RegExp(`${STORE}: (Cannot recover key|Get Key failed: .*|Given final block not properly padded.*)`),
    values: (match) => ({ file: match[2] ?? "", said: match[3] ?? "" }),
  },
  {
    code: "SIGNING_STORE_PASSWORD",
    steps: COMPILE,
    platform: "android",
    pattern: new RegExp(`${STORE}: ([Kk]eystore (?:was tampered with, or )?password was incorrect.*)`),
    values: (match) => ({ file: match[2] ?? "", said: match[3] ?? "" }),
  },
  {
    code: "SIGNING_STORE_FORMAT",
    steps: COMPILE,
    platform: "android",
    pattern: new RegExp(
      `${STORE}: (Invalid keystore format|Unrecognized keystore format.*|toDerInputStream .*|Tag number .*|DerInputStream.*|null)$`,
    ),
    values: (match) => ({
      file: match[2] ?? "",
      said: match[3] === "null" ? "Gradle gives no reason" : (match[3] ?? ""),
    }),
  },
  {
    code: "KEYSTORE_FILE_NOT_FOUND",
    steps: COMPILE,
    platform: "android",
    pattern: [/Keystore file does not exist: (.+)/, /Keystore file '([^']+)' not found for signing config/],
    values: (match) => ({ file: match[1]?.trim() ?? "" }),
  },
];

/** Xcode 9 to 26, codesign and the keychain. */
export const APPLE_SIGNING_RULES: readonly Rule[] = [
  {
    // What follows from it looks like a key that can't be used.
    code: "SIGNING_CHAIN_BROKEN",
    steps: COMPILE,
    platform: "ios",
    pattern: /unable to build chain to self-signed root for signer.*/,
    values: (match) => ({ said: match[0].trim() }),
  },
  {
    code: "SIGNING_KEY_UNUSABLE",
    steps: COMPILE,
    platform: "ios",
    pattern: /\S*: (errSecInternalComponent)\s*$/,
    values: (match) => ({ said: match[0].trim() }),
  },
  {
    code: "KEYCHAIN_ASKS",
    steps: COMPILE,
    platform: "ios",
    pattern: /.*User interaction is not allowed\./,
    values: (match) => ({ said: match[0].trim() }),
  },
  {
    code: "SIGNING_PROFILE_EXPIRED",
    steps: COMPILE,
    platform: "ios",
    pattern: /Provisioning profile "([^"]+)" expired on (.+?)\.(?: \(in target|$)/,
    values: (match) => ({ name: match[1] ?? "", until: match[2] ?? "" }),
  },
  {
    code: "SIGNING_PROFILE_OTHER_APP",
    steps: COMPILE,
    platform: "ios",
    pattern: /Provisioning profile "([^"]+)" has app ID "([^"]+)", which does not match the bundle ID "([^"]+)"/,
    values: (match) => ({ name: match[1] ?? "", profileId: match[2] ?? "", appId: match[3] ?? "" }),
  },
  {
    code: "SIGNING_PROFILE_OTHER_CERTIFICATE",
    steps: COMPILE,
    platform: "ios",
    pattern: /Provisioning profile "([^"]+)" doesn't include signing certificate "([^"]+)"/,
    values: (match) => ({ name: match[1] ?? "", certificate: match[2] ?? "" }),
  },
  {
    code: "SIGNING_CAPABILITY_MISSING",
    steps: COMPILE,
    platform: "ios",
    // "… the group.com.example.app App Group." is told without the word capability.
    pattern:
      /Provisioning profile "([^"]+)" doesn't (?:support the (.+?)(?: capability)?\.(?:\s|$)|include the (.+?) entitlements?\b)/,
    values: (match) => ({ name: match[1] ?? "", capability: match[2] ?? match[3] ?? "" }),
  },
  {
    code: "SIGNING_ENTITLEMENT_DIFFERS",
    steps: COMPILE,
    platform: "ios",
    pattern:
      /Provisioning profile "([^"]+)" doesn't match the entitlements file's values? for the (.+?) entitlements?\b/,
    values: (match) => ({ name: match[1] ?? "", entitlement: match[2] ?? "", said: match[0] }),
  },
  {
    code: "SIGNING_PROFILE_OTHER_TYPE",
    steps: COMPILE,
    platform: "ios",
    pattern: /Provisioning profile "([^"]+)" is not an? "([^"]+)" profile/,
    values: (match) => ({ name: match[1] ?? "", kind: match[2] ?? "" }),
  },
  {
    code: "SIGNING_ACCOUNT_MISSING",
    steps: COMPILE,
    platform: "ios",
    pattern: /No Accounts: Add a new account in Accounts settings\./,
    values: (match) => ({ said: match[0] }),
  },
  {
    code: "SIGNING_PROFILE_NOT_FOUND",
    steps: COMPILE,
    platform: "ios",
    pattern: [
      /(No profiles for '([^']+)' were found)/,
      /(No profile for team '[^']+' matching '([^']+)' found)/,
      /(No provisioning profile matching ['"]?([\w-]{36})['"]? is installed)/i,
    ],
    values: (match) => ({ said: match[1] ?? "", wanted: match[2] ?? "" }),
  },
  {
    code: "SIGNING_SETTINGS_CONFLICT",
    steps: COMPILE,
    platform: "ios",
    pattern: /(?:error: |Code Signing Error: |^)"?([^":]+?)"? has conflicting provisioning settings\. (.+)/,
    values: (match) => ({ target: match[1]?.trim() ?? "", said: match[2] ?? "" }),
  },
  {
    code: "SIGNING_CERTIFICATE_NOT_FOUND",
    steps: COMPILE,
    platform: "ios",
    pattern: [/No signing certificate "([^"]+)" found(?:: .*?)?(?=\.|$)/, /^(?:error: )?(.+): no identity found$/],
    values: (match) => ({ certificate: match[1] ?? "", said: match[0] }),
  },
  {
    code: "SIGNING_CERTIFICATE_EXPIRED",
    steps: COMPILE,
    platform: "ios",
    pattern: /.*CSSMERR_TP_CERT_EXPIRED.*/,
    values: (match) => ({ said: match[0].trim() }),
  },
  {
    code: "SIGNING_IDENTITY_AMBIGUOUS",
    steps: COMPILE,
    platform: "ios",
    pattern: /^(?:error: )?(.+): ambiguous \(matches .*/,
    values: (match) => ({ identity: match[1] ?? "", said: match[0].trim() }),
  },
  {
    code: "SIGNING_TEAM_MISSING",
    steps: COMPILE,
    platform: "ios",
    pattern: /Signing for "([^"]+)" requires a development team/,
    values: (match) => ({ target: match[1] ?? "" }),
  },
  {
    code: "SIGNING_PROFILE_REQUIRED",
    steps: COMPILE,
    platform: "ios",
    pattern: /"?([\w.-][^":]*?)"? requires a provisioning profile\b/,
    values: (match) => ({ target: match[1] ?? "" }),
  },
  {
    code: "EXPORT_METHOD_UNKNOWN",
    steps: COMPILE,
    platform: "ios",
    pattern: /exportOptionsPlist error for key "method".*: (expected one of \{.*\},? but found (\S+))/,
    values: (match) => ({ method: group(match, 2, "asked for"), said: match[1] ?? "" }),
  },
  {
    code: "EXPORT_ICLOUD_ENVIRONMENT",
    steps: COMPILE,
    platform: "ios",
    pattern: /exportOptionsPlist error for key ["']iCloudContainerEnvironment["'].*/,
    values: (match) => ({ said: match[0].trim() }),
  },
];
