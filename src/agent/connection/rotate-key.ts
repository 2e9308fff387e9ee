import type { KeyObject } from "node:crypto";
import { existsSync, renameSync, rmSync } from "node:fs";
import { type ServiceError, status } from "@grpc/grpc-js";
import { errorOf, MillwrightError } from "../../base/errors/millwright-error.ts";
import { writeFileAtomically } from "../../base/files.ts";
import { takePidLock } from "../../base/processes/pid-lock.ts";
import { publicKeyDer, signReplacement, writeAssertion } from "../../protocol/key-assertion.ts";
import { keepCertificate } from "./certificate-file.ts";
import { type ControllerClient, call } from "./controller-client.ts";
import { makeHostKey, nameOf, nextKeyFile, readKey } from "./host-key.ts";
import { askPatiently } from "./patient-call.ts";

type Enrollment = ControllerClient["enrollment"];

/**
 * Replaces the key of this host by a new one that the old one signs for, and answers the names of both. It may be ended at
 * any point, and done again: a new key is on the disk before the controller hears of it, the old one is good until the new
 * one was used, and then the new one takes its place on the disk. Throws KEY_ROTATION_BUSY, KEY_NOT_ROTATED,
 * KEY_FILES_UNWRITABLE, AGENT_KEY_UNUSABLE, and what the controller says.
 */
export async function rotateKey(
  { address, keyFile: file }: { address: string; keyFile: string },
  { enrollment }: Pick<ControllerClient, "enrollment">,
): Promise<{ before: string; after: string }> {
  const old = readKey(file);
  const lock = writing(file, () => takePidLock(`${file}.rotating`));
  if ("heldBy" in lock) throw errorOf("KEY_ROTATION_BUSY", { file, pid: lock.heldBy });
  try {
    const next = writing(file, () => nextKey(file));
    await announce(address, enrollment, old, next).catch((error: unknown) => {
      if (isUnknownCall(error)) rmSync(nextKeyFile(file), { force: true });
      // One that was broken off came so far that its key has been used: the rest is still to be done.
      if (codeOf(error) !== "AGENT_KEY_REPLACED") throw isUnknownCall(error) ? tooOld(error) : error;
    });
    const { certificatePem } = await use(address, enrollment, next).catch((error: unknown) => {
      // The old key was replaced, and not by this one: somebody else did it.
      if (codeOf(error) === "AGENT_KEY_REPLACED") rmSync(nextKeyFile(file), { force: true });
      throw error;
    });
    writing(file, () => renameSync(nextKeyFile(file), file));
    keepCertificate(file, certificatePem);
    return { before: nameOf(old), after: nameOf(next) };
  } finally {
    lock.release();
  }
}

/** The key of an attempt that was broken off, or a new one. */
function nextKey(file: string): KeyObject {
  const next = nextKeyFile(file);
  if (!existsSync(next)) writeFileAtomically(next, makeHostKey().pem);
  return readKey(next);
}

function announce(address: string, enrollment: Enrollment, old: KeyObject, next: KeyObject) {
  const newPublicKey = publicKeyDer(next);
  return askPatiently(address, () => {
    const [signature, proof] = [signReplacement(old, newPublicKey), signReplacement(next, newPublicKey)];
    const request = { assertion: writeAssertion(old, Date.now()), newPublicKey, signature, proof };
    return call(enrollment.rotateCredential.bind(enrollment), request, "");
  });
}

/** From this call on the old key is good for nothing. */
function use(address: string, enrollment: Enrollment, next: KeyObject) {
  return askPatiently(address, () =>
    call(enrollment.getCertificate.bind(enrollment), { assertion: writeAssertion(next, Date.now()) }, ""),
  ).catch((error: unknown) => {
    throw codeOf(error) === "AGENT_REFUSED" ? errorOf("AGENT_KEY_REPLACED", {}, { cause: error }) : error;
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof MillwrightError ? error.failure.code : undefined;
}

/** A controller of a release before this one doesn't know the call. */
function isUnknownCall(error: unknown): boolean {
  return ((error as Error).cause as ServiceError | undefined)?.code === status.UNIMPLEMENTED;
}

function tooOld(cause: unknown): MillwrightError {
  return errorOf(
    "KEY_NOT_ROTATED",
    { reason: "The controller is of an older release and doesn't know how." },
    { cause },
  );
}

function writing<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (cause) {
    if (cause instanceof MillwrightError) throw cause;
    throw errorOf("KEY_FILES_UNWRITABLE", { file, reason: `${(cause as Error).message}.` }, { cause });
  }
}
