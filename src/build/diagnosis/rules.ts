import { ANDROID_CODE_RULES } from "./android-code-rules.ts";
import { COCOAPODS_RULES } from "./cocoapods-rules.ts";
import { CORDOVA_LAST, CORDOVA_RULES, PLUGIN_RULES } from "./cordova-rules.ts";
import { DEPENDENCY_SCRIPT_RULES } from "./dependency-script-rules.ts";
import { GRADLE_RULES } from "./gradle-rules.ts";
import { HOST_RULES } from "./host-rules.ts";
import { NPM_RULES } from "./npm-rules.ts";
import type { Rule } from "./rule.ts";
import { ANDROID_SIGNING_RULES, APPLE_SIGNING_RULES } from "./signing-rules.ts";
import { WEB_RULES } from "./web-rules.ts";
import { XCODE_RULES } from "./xcode-rules.ts";
import { YARN_PNPM_RULES } from "./yarn-pnpm-rules.ts";

/** All known failures, the special before the general: a host that ran out of something, then who spoke. */
export const RULES: readonly Rule[] = [
  ...HOST_RULES,
  ...PLUGIN_RULES,
  ...NPM_RULES,
  ...YARN_PNPM_RULES,
  ...CORDOVA_RULES,
  ...COCOAPODS_RULES,
  ...ANDROID_SIGNING_RULES,
  ...APPLE_SIGNING_RULES,
  ...GRADLE_RULES,
  ...ANDROID_CODE_RULES,
  ...XCODE_RULES,
  ...WEB_RULES,
  ...DEPENDENCY_SCRIPT_RULES,
  ...CORDOVA_LAST,
];
