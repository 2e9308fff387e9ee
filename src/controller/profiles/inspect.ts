import { MillwrightError } from "../../base/errors/millwright-error.ts";
import { inspectProfile, type ProfileReport } from "../../credentials/inspect-profile.ts";
import type { ProfileRequest } from "../../protocol/api.ts";
import type { SigningMaterial } from "../../protocol/material.ts";
import { type StoredProfile, storedProfile } from "./stored-profile.ts";

/** A profile that was looked into: what is shown of it, and what is sealed. */
export interface InspectedProfile {
  stored: StoredProfile;
  material: SigningMaterial;
}

/**
 * Opens what a profile holds, as the build that signs will. Throws what keeps it from signing, by its own code. What is
 * locked in a way that only Java's keytool can open is no reason to refuse it: the build host looks into it again.
 */
export function inspectRequest(name: string, request: ProfileRequest, nowMs: number): InspectedProfile {
  const material = materialOf(request);
  const report: ProfileReport = { warnings: [] };
  for (const part of partsOf(material)) {
    try {
      const { warnings, ...facts } = inspectProfile(name, part, nowMs);
      Object.assign(report, facts);
      report.warnings.push(...warnings);
    } catch (error) {
      if (!(error instanceof MillwrightError) || error.code !== "KEYSTORE_ALGORITHM_UNSUPPORTED") throw error;
      report.warnings.push(`not checked: ${error.failure.what} ${error.failure.why}`);
    }
  }
  return { stored: storedProfile(name, request, report, nowMs), material };
}

function materialOf({ android, ios }: ProfileRequest): SigningMaterial {
  return {
    ...(android ? { android: { ...android, keyPassword: android.keyPassword ?? android.storePassword } } : {}),
    ...(ios ? { ios } : {}),
  };
}

/** One by one: when the keystore can't be looked into here, the iOS side is looked into all the same. */
function partsOf({ android, ios }: SigningMaterial): SigningMaterial[] {
  return [...(android ? [{ android }] : []), ...(ios ? [{ ios }] : [])];
}
