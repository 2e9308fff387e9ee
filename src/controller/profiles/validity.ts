import { type Failure, MillwrightError } from "../../base/errors/millwright-error.ts";
import { checkProvisioning } from "../../credentials/apple/check-provisioning.ts";
import { checkValidity } from "../../credentials/certificate.ts";
import type { Platform } from "../../protocol/build-types.ts";
import type { StoredProfile } from "./stored-profile.ts";

/** What the calendar does to a profile. */
export interface Validity {
  /** What has run out, or is not valid yet: it can't sign. */
  failure?: Failure;
  /** What runs out soon. */
  warnings: string[];
}

/** Looks at the dates that are known of a profile, for one platform or for all; nothing is opened. */
export function validityOf(name: string, { report }: StoredProfile, nowMs: number, platform?: Platform): Validity {
  const checks: (() => string[])[] = [];
  const { android, ios } = report ?? {};
  if (android && platform !== "ios") checks.push(() => [checkValidity(name, android.certificate, nowMs) ?? ""]);
  if (ios && platform !== "android") {
    checks.push(() => checkProvisioning(name, ios.identities, ios.provisioningProfiles, nowMs));
  }
  const warnings: string[] = [];
  try {
    for (const check of checks) warnings.push(...check().filter((warning) => warning !== ""));
  } catch (error) {
    if (error instanceof MillwrightError) return { failure: error.failure, warnings };
    throw error;
  }
  return { warnings };
}
