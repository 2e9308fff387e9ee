import { createHash, createPublicKey, type KeyObject, randomUUID, sign, verify } from "node:crypto";

/** What a host says with its key, to be given an access token (private_key_jwt, RFC 7523). Times are seconds since 1970. */
export interface Assertion {
  /** The key's thumbprint, twice. */
  iss: string;
  sub: string;
  aud: string;
  iat: number;
  exp: number;
  jti: string;
}

export const ASSERTION_AUDIENCE = "millwright:controller";
const LIFE_S = 120;
const HEADER = { alg: "EdDSA", typ: "JWT" };
/** Before the secret that a new key signs, so that the signature is good for nothing else. */
const ENROL = "millwright enrols this key:";
const REPLACE = "millwright replaces its key by:";

/** What stands before the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410). */
const SPKI = Buffer.from("302a300506032b6570032100", "hex");

/** SHA-256 of the public key (SubjectPublicKeyInfo), hexadecimal: the name of a key. */
export function thumbprint(publicKeyDer: Uint8Array): string {
  return createHash("sha256").update(publicKeyDer).digest("hex");
}

export function publicKeyDer(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: "spki", format: "der" });
}

/** A new assertion of the holder of this Ed25519 key. */
export function writeAssertion(key: KeyObject, nowMs: number): string {
  const me = thumbprint(publicKeyDer(key));
  const iat = Math.floor(nowMs / 1000);
  const claims: Assertion = { iss: me, sub: me, aud: ASSERTION_AUDIENCE, iat, exp: iat + LIFE_S, jti: randomUUID() };
  const signed = `${part(HEADER)}.${part(claims)}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString("base64url")}`;
}

/** What the assertion says, not yet verified; undefined when it is none. */
export function readAssertion(assertion: string): Assertion | undefined {
  const [header = "", claims = ""] = assertion.split(".");
  try {
    const { alg } = JSON.parse(Buffer.from(header, "base64url").toString()) as { alg?: unknown };
    const said = JSON.parse(Buffer.from(claims, "base64url").toString()) as Assertion;
    const texts = [said.iss, said.sub, said.aud, said.jti].every((each) => typeof each === "string");
    return alg === HEADER.alg && texts && Number.isSafeInteger(said.iat) && Number.isSafeInteger(said.exp)
      ? said
      : undefined;
  } catch {
    return undefined; // not JSON
  }
}

/** Whether the holder of this public key signed it. */
export function isSignedBy(assertion: string, publicKey: Uint8Array): boolean {
  const end = assertion.lastIndexOf(".");
  const signature = Buffer.from(assertion.slice(end + 1), "base64url");
  return verify(null, Buffer.from(assertion.slice(0, end)), ed25519(publicKey), signature);
}

/** Shows at enrolment that the host has the key whose public half it sends. */
export function proveKey(key: KeyObject, secret: string): Buffer {
  return sign(null, Buffer.from(ENROL + secret), key);
}

/** Whether it does; false also for a key of another kind. */
export function isProven(publicKey: Uint8Array, secret: string, signature: Uint8Array): boolean {
  try {
    return verify(null, Buffer.from(ENROL + secret), ed25519(publicKey), signature);
  } catch {
    return false; // not a key
  }
}

/** By the old key and by the new one: the one is to be replaced by the other. */
export function signReplacement(key: KeyObject, newPublicKey: Uint8Array): Buffer {
  return sign(null, Buffer.concat([Buffer.from(REPLACE), newPublicKey]), key);
}

/** Whether the holder of `publicKey` says so; false also for a key of another kind. */
export function isReplacement(publicKey: Uint8Array, newPublicKey: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(null, Buffer.concat([Buffer.from(REPLACE), newPublicKey]), ed25519(publicKey), signature);
  } catch {
    return false; // not a key
  }
}

/** Throws when it is no Ed25519 key. Of its 32 bytes alone Node makes a key seven times faster than of the DER around them. */
function ed25519(der: Uint8Array): KeyObject {
  const bytes = Buffer.from(der);
  const raw = bytes.subarray(SPKI.length);
  if (!bytes.subarray(0, SPKI.length).equals(SPKI) || raw.length !== 32) throw new Error("not an Ed25519 key");
  return createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x: raw.toString("base64url") } });
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
