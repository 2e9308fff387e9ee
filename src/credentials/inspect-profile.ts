import type { AndroidSigning, AppleSigning, SigningMaterial } from "../protocol/material.ts";
import { type KeystoreFacts, readKeystore } from "./android/read-keystore.ts";
import { checkProvisioning } from "./apple/check-provisioning.ts";
import { readP12 } from "./apple/read-p12.ts";
import { type ProvisioningFacts, readProvisioningProfile } from "./apple/read-provisioning-profile.ts";
import type { AppleIdentity } from "./apple/signing-certificate.ts";
import { checkValidity } from "./certificate.ts";

/** What the signing material of a profile is; it holds no secret. */
export interface ProfileReport {
  android?: KeystoreFacts;
  ios?: { identities: AppleIdentity[]; provisioningProfiles: ProvisioningFacts[] };
  /** Sentences about what will stop working soon. */
  warnings: string[];
}

/**
 * Reads all signing material of the security profile named `profile`. Throws the first thing that can't work, always a
 * MillwrightError of the signing catalogue.
 */
export function inspectProfile(profile: string, material: SigningMaterial, nowMs: number): ProfileReport {
  const report: ProfileReport = { warnings: [] };
  if (material.android) report.android = inspectAndroid(profile, material.android, nowMs, report.warnings);
  if (material.ios) report.ios = inspectIos(profile, material.ios, nowMs, report.warnings);
  return report;
}

function inspectAndroid(profile: string, signing: AndroidSigning, nowMs: number, warnings: string[]): KeystoreFacts {
  const { keystoreBase64, ...input } = signing;
  const facts = readKeystore(profile, { ...input, bytes: Buffer.from(keystoreBase64, "base64") });
  const warning = checkValidity(profile, facts.certificate, nowMs);
  if (warning) warnings.push(warning);
  return facts;
}

function inspectIos(
  profile: string,
  signing: AppleSigning,
  nowMs: number,
  warnings: string[],
): NonNullable<ProfileReport["ios"]> {
  const { fileName, password, p12Base64 } = signing;
  const { identities } = readP12(profile, { fileName, password, bytes: Buffer.from(p12Base64, "base64") });
  const provisioningProfiles = signing.provisioningProfiles.map((file) => readProvisioningProfile(profile, file));
  warnings.push(...checkProvisioning(profile, identities, provisioningProfiles, nowMs));
  return { identities, provisioningProfiles };
}
