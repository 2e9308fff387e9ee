import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { newId, newSecret } from "../../base/ids.ts";
import { processStartTime } from "../../base/processes/alive.ts";
import { takeLock } from "../../base/processes/ticket-lock.ts";
import { reencodeP12 } from "../../credentials/apple/reencode-p12.ts";
import { writePkcs12 } from "../../credentials/pkcs12/write-pkcs12.ts";
import { applePlaces } from "../../protocol/apple-host/places.ts";
import { editSearchList, withKeychain } from "../../protocol/apple-host/search-list.ts";
import type { SecurityHost } from "../../protocol/apple-host/security.ts";
import { writeRecord } from "../../protocol/apple-host/signing-record.ts";
import type { TrialOrder } from "../../protocol/apple-host/signing-trial.ts";
import { undoSigning } from "../../protocol/apple-host/undo-signing.ts";
import { checkIdentity, importP12, type JobKeychain, makeKeychain } from "../signing/ios/keychain.ts";
import { type ThrowawayIdentity, throwawayIdentity } from "./throwaway-identity.ts";
import { type Signer, signBy, smallProgram, verifySignature } from "./trial-signature.ts";
import { difference, userKeychains } from "./user-keychains.ts";

/** One trial: what a job would have, made the same way. */
interface Trial {
  leaseId: string;
  home: string;
  host: SecurityHost;
  signer: Signer;
  keychain: JobKeychain;
  identity: ThrowawayIdentity;
  signal: AbortSignal;
}

/**
 * Signs a copy of a small program as a job signs an app: a keychain of its own with a random name and password, on the user's
 * search list under the lock of all jobs, a p12 that was written anew, `codesign` with the user's HOME. All of it is taken
 * back, also after a kill by the next start of an agent, and that is proven. Throws KEYCHAIN_FAILED,
 * SIGNING_TRIAL_FAILED, SIGNING_TRIAL_LEFT_TRACES and the reason of `stop`.
 */
export async function trySigning(order: TrialOrder, stop: AbortSignal): Promise<void> {
  const patience = AbortSignal.timeout(order.patienceMs);
  const trial = prepare(order, AbortSignal.any([stop, patience]));
  try {
    const before = await userKeychains(trial.host, trial.keychain.file, trial.signal);
    try {
      await signLikeJob(trial);
    } finally {
      await undoSigning(trial.home, trial.leaseId);
    }
    const changed = difference(before, await userKeychains(trial.host, trial.keychain.file));
    const left = existsSync(trial.keychain.file) ? `The keychain ${trial.keychain.file} is still there.` : changed;
    if (left !== "") throw errorOf("SIGNING_TRIAL_LEFT_TRACES", { reason: left });
  } catch (error) {
    if (!patience.aborted || stop.aborted) throw error;
    const seconds = order.patienceMs / 1000;
    const reason = `There was no answer within ${seconds} s: most likely macOS shows a dialog that nobody sees.`;
    throw errorOf("SIGNING_TRIAL_FAILED", { reason }, { cause: error });
  }
}

function prepare({ home, folder, environment }: TrialOrder, signal: AbortSignal): Trial {
  const leaseId = newId("l");
  const own = { CI: "1", ...environment, HOME: folder, TMPDIR: folder };
  return {
    leaseId,
    home,
    host: { environment: { ...own, PATH: environment["PATH"] ?? "", HOME: home } },
    signer: { folder, environment: { ...own, HOME: home }, signal },
    keychain: { file: join(folder, `${newId(`millwright-${leaseId}-`)}.keychain-db`), password: newSecret() },
    identity: throwawayIdentity(`Millwright trial ${leaseId}`, Date.now()),
    signal,
  };
}

async function signLikeJob(trial: Trial): Promise<void> {
  const { home, leaseId, host, signer, keychain, identity, signal } = trial;
  const startTime = processStartTime(process.pid);
  const owner = { pid: process.pid, ...(startTime === undefined ? {} : { startTime }) };
  const path = host.environment.PATH;
  writeRecord(home, { leaseId, owner, path, keychain: keychain.file, profiles: [], made: [] });
  await makeKeychain(host, keychain, signal);
  await importP12(host, keychain, p12File(trial), signal);
  await putOnSearchList(trial);
  await checkIdentity(host, keychain, identity, signal);
  const program = smallProgram(signer.folder);
  await signBy(signer, program, identity.sha1, keychain.file);
  await verifySignature(signer, program, identity.sha1);
  // xcodebuild names no keychain: it has to find the key as codesign does here.
  await signBy(signer, program, identity.sha1);
  await verifySignature(signer, program, identity.sha1);
}

/** In two steps, as a person's p12 takes: written, then read and written anew under another password. */
function p12File({ identity, signer }: Trial): { file: string; password: string } {
  const given = newSecret();
  const { commonName: name, certificate, pkcs8, sha1 } = identity;
  const bytes = writePkcs12({ identities: [{ name, certificate, pkcs8 }], others: [] }, given);
  const password = newSecret();
  const file = join(signer.folder, "trial.p12");
  const anew = reencodeP12("doctor", { fileName: "trial.p12", bytes, password: given }, [sha1], password);
  writeFileSync(file, anew, { mode: 0o600 });
  return { file, password };
}

async function putOnSearchList({ home, host, keychain, signal }: Trial): Promise<void> {
  const release = await takeLock(applePlaces(home).lock, signal);
  try {
    await editSearchList(host, (list) => withKeychain(list, keychain.file), signal);
  } finally {
    release();
  }
}
