import { APPLE_SIGNING_FAILURES } from "./catalogue-known-apple-signing.ts";
import { CORDOVA_FAILURES } from "./catalogue-known-cordova.ts";
import { GRADLE_FAILURES } from "./catalogue-known-gradle.ts";
import { ANDROID_CODE_FAILURES } from "./catalogue-known-gradle-code.ts";
import { HOST_FAILURES } from "./catalogue-known-host.ts";
import { PACKAGE_FAILURES } from "./catalogue-known-packages.ts";
import { WEB_FAILURES } from "./catalogue-known-web.ts";
import { XCODE_FAILURES } from "./catalogue-known-xcode.ts";

/** Failures of other tools that their output tells: what they mean and what mends them. Grouped by who speaks. */
export const KNOWN_FAILURES = {
  ...HOST_FAILURES,
  ...PACKAGE_FAILURES,
  ...WEB_FAILURES,
  ...CORDOVA_FAILURES,
  ...GRADLE_FAILURES,
  ...ANDROID_CODE_FAILURES,
  ...APPLE_SIGNING_FAILURES,
  ...XCODE_FAILURES,
};
