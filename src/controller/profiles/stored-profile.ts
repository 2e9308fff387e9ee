import type { CertificateFacts } from "../../credentials/certificate.ts";
import type { ProfileReport } from "../../credentials/inspect-profile.ts";
import type { ProfileRequest, ShownCertificate, ShownProfile } from "../../protocol/api.ts";
import type { ProfileType } from "../../protocol/build-types.ts";
import type { AppleProfileFacts } from "../../protocol/job-folder/spec.ts";
import { validityOf } from "./validity.ts";

/** The part of a profile's row that isn't sealed. Rows of older releases have neither report nor notes. */
export interface StoredProfile {
  type: ProfileType;
  android?: { fileName: string; alias: string };
  ios?: { fileName: string; provisioningFiles: string[] };
  /** What was found inside; nothing of a platform whose file could not be looked into. */
  report?: Omit<ProfileReport, "warnings">;
  /** Warnings that don't depend on the day. */
  notes?: string[];
}

/** What is kept in the open of a profile that was looked into. */
export function storedProfile(
  name: string,
  request: ProfileRequest,
  { warnings, ...report }: ProfileReport,
  nowMs: number,
): StoredProfile {
  const { type, android, ios } = request;
  const stored: StoredProfile = { type, report };
  if (android) stored.android = { fileName: android.fileName, alias: report.android?.alias ?? android.alias };
  if (ios) {
    const provisioningFiles = ios.provisioningProfiles.map((file) => file.fileName);
    stored.ios = { fileName: ios.fileName, provisioningFiles };
  }
  const passing = new Set(validityOf(name, stored, nowMs).warnings);
  return { ...stored, notes: warnings.filter((warning) => !passing.has(warning)) };
}

/** What is shown of a stored profile: the warnings are those of now. */
export function shownProfile(name: string, stored: StoredProfile, nowMs: number): ShownProfile {
  const { type, android, ios, report, notes = [] } = stored;
  const { failure, warnings } = validityOf(name, stored, nowMs);
  const shown: ShownProfile = { type, warnings: [...(failure ? [failure.what] : []), ...warnings, ...notes] };
  if (android) {
    const { format, certificate } = report?.android ?? {};
    shown.android = {
      ...android,
      ...(format ? { format } : {}),
      ...(certificate ? { certificate: shownCertificate(certificate) } : {}),
    };
  }
  if (ios) {
    shown.ios = {
      fileName: ios.fileName,
      identities: (report?.ios?.identities ?? []).map(shownCertificate),
      provisioningProfiles: (report?.ios?.provisioningProfiles ?? []).map((profile, index) => ({
        fileName: ios.provisioningFiles[index] ?? "",
        name: profile.name,
        uuid: profile.uuid,
        teamId: profile.teamId,
        bundleId: profile.bundleId,
        type: profile.type,
        devices: profile.devices,
        validTo: iso(profile.expiresMs),
      })),
    };
  }
  return shown;
}

/** What an agent may know of a profile that signs for ios. */
export function appleFacts({ identities, provisioningProfiles }: NonNullable<ProfileReport["ios"]>): AppleProfileFacts {
  return {
    identities: identities.map(({ sha1, commonName, teamId }) => ({ sha1, commonName, teamId })),
    provisioningProfiles: provisioningProfiles.map(
      ({ name, uuid, teamId, bundleId, type, certificateSha1s, devices, entitlements }) => ({
        name,
        uuid,
        teamId,
        bundleId,
        type,
        certificateSha1s,
        devices,
        ...(entitlements ? { entitlements } : {}),
      }),
    ),
  };
}

function shownCertificate(facts: CertificateFacts): ShownCertificate {
  const { subject, sha256, sha1, key, notBeforeMs, notAfterMs } = facts;
  return { subject, sha256, sha1, key, validFrom: iso(notBeforeMs), validTo: iso(notAfterMs) };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
