import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { newId, newSecret } from "../../../base/ids.ts";
import { processStartTime } from "../../../base/processes/alive.ts";
import { takeLock } from "../../../base/processes/ticket-lock.ts";
import { reencodeP12 } from "../../../credentials/apple/reencode-p12.ts";
import { applePlaces } from "../../../protocol/apple-host/places.ts";
import { editSearchList, withKeychain } from "../../../protocol/apple-host/search-list.ts";
import type { SecurityHost } from "../../../protocol/apple-host/security.ts";
import type { SigningRecord } from "../../../protocol/apple-host/signing-record.ts";
import { undoSigning } from "../../../protocol/apple-host/undo-signing.ts";
import type { AppleSigning } from "../../../protocol/material.ts";
import type { JobContext } from "../../job/context.ts";
import { hostEnvironment } from "../../job/environment.ts";
import { openPrivateFolder } from "../../job/private-folder.ts";
import { claimProfiles } from "./claim-profiles.ts";
import { checkIdentity, importP12, type JobKeychain, makeKeychain } from "./keychain.ts";
import type { SigningPlan } from "./plan-signing.ts";

/** The host made ready to sign one job's app. */
export interface OpenSigning {
  keychain: string;
  /** Puts the keychain back into the user's search list where another program has dropped it. */
  assertSearchList(): Promise<void>;
  /** Takes everything back. Never rejects: what can't be undone now the agent undoes after the job. */
  close(): Promise<void>;
}

/**
 * Makes the keychain of this job, installs the provisioning profiles, and writes down before each what has to be taken back.
 * Whatever goes wrong, nothing stays. Throws KEYCHAIN_FAILED.
 */
export async function openSigning(context: JobContext, signing: AppleSigning, plan: SigningPlan): Promise<OpenSigning> {
  const { leaseId } = context.spec.lease;
  const keychain: JobKeychain = {
    file: join(context.host.scratch, `${newId(`millwright-${leaseId}-`)}.keychain-db`),
    password: newSecret(),
  };
  context.log.redactor.add([keychain.password, signing.password]);
  const open: OpenSigning = {
    keychain: keychain.file,
    assertSearchList: () => assertSearchList(context, keychain),
    close: () => close(context),
  };
  try {
    await withLock(context, async () => claim(context, keychain, plan));
    await makeKeychain(securityHost(context), keychain, context.stop.signal);
    await importIdentities(context, signing, plan, keychain);
    await open.assertSearchList();
    const trouble = await checkIdentity(securityHost(context), keychain, plan.identity, context.stop.signal);
    if (trouble) context.log.line(`Warning: macOS says ${trouble} of the certificate ${plan.identity.commonName}`);
    return open;
  } catch (error) {
    await open.close();
    throw error;
  }
}

function claim(context: JobContext, keychain: JobKeychain, plan: SigningPlan): void {
  const startTime = processStartTime(process.pid);
  const record: SigningRecord = {
    leaseId: context.spec.lease.leaseId,
    owner: { pid: process.pid, ...(startTime === undefined ? {} : { startTime }) },
    path: securityHost(context).environment.PATH,
    keychain: keychain.file,
    profiles: plan.profiles.map(({ facts }) => facts.uuid),
    made: [],
  };
  for (const file of claimProfiles(context.host.userHome, record, plan.profiles)) {
    context.log.line(`Note: ${file} was there before and holds something else; Xcode will use what is there`);
  }
}

/** The user's own password is in no command line: the p12 is written anew under a random one. */
async function importIdentities(
  context: JobContext,
  signing: AppleSigning,
  plan: SigningPlan,
  keychain: JobKeychain,
): Promise<void> {
  const password = newSecret();
  context.log.redactor.add([password]);
  const { fileName, p12Base64 } = signing;
  const input = { fileName, password: signing.password, bytes: Buffer.from(p12Base64, "base64") };
  const sha1s = plan.identities.map(({ sha1 }) => sha1);
  const folder = openPrivateFolder(context, "signing");
  try {
    const file = join(folder.path, "signing.p12");
    writeFileSync(file, reencodeP12(context.spec.securityProfile?.name ?? "", input, sha1s, password), { mode: 0o600 });
    await importP12(securityHost(context), keychain, { file, password }, context.stop.signal);
  } finally {
    folder.close();
  }
}

async function assertSearchList(context: JobContext, keychain: JobKeychain): Promise<void> {
  await withLock(context, () =>
    editSearchList(securityHost(context), (list) => withKeychain(list, keychain.file), context.stop.signal),
  );
}

/** The search list is one for all processes of the user: every change of it is made alone. */
async function withLock<T>(context: JobContext, use: () => Promise<T>): Promise<T> {
  const waiting = () => context.log.line("Waiting for another build that changes the keychain search list");
  const release = await takeLock(applePlaces(context.host.userHome).lock, context.stop.signal, waiting);
  try {
    return await use();
  } finally {
    release();
  }
}

async function close(context: JobContext): Promise<void> {
  try {
    await undoSigning(context.host.userHome, context.spec.lease.leaseId);
  } catch (error) {
    context.log.line(`The signing could not be undone, the agent tries it again: ${String(error)}`);
  }
}

/** Keychain preferences belong to the user, not to the job. */
function securityHost(context: JobContext): SecurityHost {
  const environment = hostEnvironment(context);
  return { environment: { ...environment, PATH: environment["PATH"] ?? "", HOME: context.host.userHome } };
}
