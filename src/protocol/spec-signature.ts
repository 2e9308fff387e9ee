import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";

/** Before what is signed, so that a signature is good for nothing else. */
const SPEC = "millwright job spec 1:";
const KEY = "millwright spec key 1:";

/** One of the keys that a controller has signed jobs with, as DER (SubjectPublicKeyInfo). */
export interface SpecKey {
  publicKey: Buffer;
  /** Of this key by the one before it; empty for the first. */
  endorsement: Buffer;
}

/** What came with a job. `keys`: from the oldest to the one that signed. */
export interface SignedSpec {
  spec: Buffer;
  signature: Buffer;
  keys: readonly SpecKey[];
}

/** How a key is written down and compared: base64 of its DER. */
export function specKeyText(publicKey: Uint8Array): string {
  return Buffer.from(publicKey).toString("base64");
}

/** What a key is called in logs: the beginning of its SHA-256. */
export function specKeyName(publicKey: Uint8Array): string {
  return createHash("sha256").update(publicKey).digest("hex").slice(0, 16);
}

/** Whether it is an Ed25519 key as `specKeyText` writes it. */
export function isSpecKey(text: string): boolean {
  const key = readKey(Buffer.from(text, "base64"));
  return key?.asymmetricKeyType === "ed25519" && specKeyText(Buffer.from(text, "base64")) === text;
}

export function signSpec(spec: Uint8Array, key: KeyObject): Buffer {
  return sign(null, said(SPEC, spec), key);
}

/** What the key before says of the next one. */
export function endorse(next: Uint8Array, key: KeyObject): Buffer {
  return sign(null, said(KEY, next), key);
}

/**
 * Why a job isn't believed; undefined when it is. It must be signed by the last of its keys, and from the pinned key to that
 * one each must have been endorsed by the one before.
 */
export function specFault({ spec, signature, keys }: SignedSpec, pinned: string): string | undefined {
  const from = keys.findIndex(({ publicKey }) => specKeyText(publicKey) === pinned);
  const last = keys.at(-1);
  if (from < 0 || !last) return "The controller doesn't show the key that this agent knows.";
  for (let at = from + 1; at < keys.length; at += 1) {
    const [before, next] = [keys[at - 1] as SpecKey, keys[at] as SpecKey];
    if (isSigned(said(KEY, next.publicKey), next.endorsement, before.publicKey)) continue;
    return `The key ${specKeyName(next.publicKey)} was not endorsed by the one before it.`;
  }
  const whole = isSigned(said(SPEC, spec), signature, last.publicKey);
  return whole ? undefined : `The key ${specKeyName(last.publicKey)} did not sign it as it is.`;
}

function said(purpose: string, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(purpose), bytes]);
}

function isSigned(bytes: Buffer, signature: Uint8Array, publicKey: Uint8Array): boolean {
  const key = readKey(publicKey);
  return key?.asymmetricKeyType === "ed25519" && verify(null, bytes, key, signature);
}

function readKey(der: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(der), format: "der", type: "spki" });
  } catch {
    return undefined; // not a key
  }
}
