import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { provisioningFiles } from "../../../protocol/apple-host/places.ts";
import { nextFileOf, type SigningRecord, writeRecord } from "../../../protocol/apple-host/signing-record.ts";
import type { PlannedProfile } from "./plan-signing.ts";

/**
 * Writes the job's record, and then the provisioning profiles to where every Xcode finds them; the caller holds the lock of
 * `applePlaces`. Files that are there already are left as they are. Answers those that hold something else.
 */
export function claimProfiles(home: string, record: SigningRecord, profiles: readonly PlannedProfile[]): string[] {
  const wanted = profiles.flatMap(({ facts, bytes }) =>
    provisioningFiles(home, facts.uuid).map((file) => ({ file, bytes })),
  );
  const missing = wanted.filter(({ file }) => !existsSync(file));
  record.made = missing.map(({ file }) => file);
  writeRecord(home, record);
  for (const { file, bytes } of missing) {
    mkdirSync(dirname(file), { recursive: true });
    const next = nextFileOf(home, record.leaseId);
    writeFileSync(next, bytes, { mode: 0o600 });
    renameSync(next, file); // Xcodes of other jobs may be reading the folder
  }
  return wanted.filter(({ file, bytes }) => !readFileSync(file).equals(bytes)).map(({ file }) => file);
}
