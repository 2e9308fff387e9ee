import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makePrivateFolder, readJson, writeFileAtomically } from "../../base/files.ts";
import { isAlive, processStartTime } from "../../base/processes/alive.ts";
import { applePlaces } from "./places.ts";

/**
 * What a job that signs changes outside of its own folders, written before it does. It is kept in the user's home, so that
 * it outlives the job's folders, and so that the jobs of all agents of the user know of each other.
 */
export interface SigningRecord {
  leaseId: string;
  /** The supervisor. */
  owner: { pid: number; startTime?: string };
  /** PATH by which `security` is found. */
  path: string;
  keychain: string;
  /** UUIDs of the provisioning profiles that the job needs. */
  profiles: string[];
  /** Files of provisioning profiles that jobs put there, not people: removed with the last job that needs them. */
  made: string[];
}

export function writeRecord(home: string, record: SigningRecord): void {
  makePrivateFolder(applePlaces(home).records);
  writeFileAtomically(fileOf(home, record.leaseId), JSON.stringify(record));
}

/** Also a file that was on its way to another place when the job died. */
export function removeRecord(home: string, leaseId: string): void {
  rmSync(nextFileOf(home, leaseId), { force: true });
  rmSync(fileOf(home, leaseId), { force: true });
}

/** Where a job writes a file before it renames it to its place, so that nobody sees a part of it. */
export function nextFileOf(home: string, leaseId: string): string {
  return join(applePlaces(home).records, `${leaseId}.next`);
}

/** The records of all jobs of this user. One that a dying disk has damaged tells nothing and is passed over. */
export function readRecords(home: string): SigningRecord[] {
  return namesIn(applePlaces(home).records).flatMap((name) => {
    if (!name.endsWith(".json")) return [];
    try {
      return readJson<SigningRecord>(join(applePlaces(home).records, name)) ?? [];
    } catch (error) {
      if (error instanceof SyntaxError) return [];
      throw error;
    }
  });
}

/** Whether the supervisor that wrote it still runs. */
export function isOwned({ owner }: SigningRecord): boolean {
  return isAlive(owner.pid) && (owner.startTime === undefined || owner.startTime === processStartTime(owner.pid));
}

function fileOf(home: string, leaseId: string): string {
  return join(applePlaces(home).records, `${leaseId}.json`);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // no job of this user ever signed
  }
}
