import { existsSync, rmSync } from "node:fs";
import { takeLock } from "../../base/processes/ticket-lock.ts";
import { endNaming } from "../../base/processes/tree.ts";
import { applePlaces, uuidOfFile } from "./places.ts";
import { editSearchList, withoutKeychain } from "./search-list.ts";
import { type SecurityHost, security } from "./security.ts";
import { isOwned, readRecords, removeRecord, type SigningRecord, writeRecord } from "./signing-record.ts";

const LOCK_PATIENCE_MS = 30_000;

/**
 * Takes back what a job changed for its signing: the entry in the search list, the keychain, the provisioning profiles that
 * no other job needs. Answers whether there was anything. May be broken off anywhere and begun again. Throws KEYCHAIN_FAILED;
 * the record stays then, for the next try.
 */
export async function undoSigning(home: string, leaseId: string): Promise<boolean> {
  const release = await takeLock(applePlaces(home).lock, AbortSignal.timeout(LOCK_PATIENCE_MS));
  try {
    const records = readRecords(home);
    const record = records.find((each) => each.leaseId === leaseId);
    if (!record) return false;
    await removeKeychain(home, record);
    const others = records.filter((each) => each !== record);
    for (const file of record.made) giveUpFile(home, file, others);
    removeRecord(home, leaseId);
    return true;
  } finally {
    release();
  }
}

/**
 * As `undoSigning`, for every job of this user whose supervisor is gone, or for the one of `leaseId`. Ends what it left
 * behind first: a child that was about to write the search list would bring the entry back. Answers the leases.
 */
export async function undoSigningOfDead(home: string, leaseId?: string): Promise<string[]> {
  const dead = readRecords(home).filter((record) => (leaseId ? record.leaseId === leaseId : !isOwned(record)));
  for (const record of dead) {
    await endNaming(record.keychain, 1_000);
    await undoSigning(home, record.leaseId);
  }
  return dead.map((record) => record.leaseId);
}

async function removeKeychain(home: string, { keychain, path }: SigningRecord): Promise<void> {
  const host: SecurityHost = { environment: { HOME: home, PATH: path } };
  await editSearchList(host, (list) => withoutKeychain(list, keychain));
  // macOS adds `-db` to the names of keychains in its own folder.
  for (const file of [keychain, `${keychain}-db`]) {
    if (!existsSync(file)) continue;
    await security(host, ["delete-keychain", file]);
    rmSync(file, { force: true });
  }
}

/** The next job that needs the file removes it; without one it goes now. */
function giveUpFile(home: string, file: string, others: readonly SigningRecord[]): void {
  const heir = others.find(({ profiles }) => profiles.includes(uuidOfFile(file)));
  if (!heir) rmSync(file, { force: true });
  else if (!heir.made.includes(file)) {
    heir.made.push(file);
    writeRecord(home, heir);
  }
}
