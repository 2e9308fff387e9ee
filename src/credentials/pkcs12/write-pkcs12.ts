import { createCipheriv, createHmac, randomBytes } from "node:crypto";
import { bytes, type Der, integer, nothing, octets, oid, sequence, set, tagged, wideText } from "./der.ts";
import { PURPOSE, passwordForms, pkcs12Key, Stretching } from "./key-derivation.ts";

export interface Pkcs12Content {
  /** `pkcs8` and `certificate` as DER; what belongs together is tied by its place in the list. */
  identities: readonly { name: string; pkcs8: Buffer; certificate: Buffer }[];
  /** DER: certificates of authorities. */
  others: readonly Buffer[];
}

const ROUNDS = 2048;

const DATA = "1.2.840.113549.1.7.1";
const ENCRYPTED_DATA = "1.2.840.113549.1.7.6";
const TRIPLE_DES = "1.2.840.113549.1.12.1.3";
const SHROUDED_KEY = "1.2.840.113549.1.12.10.1.2";
const CERTIFICATE = "1.2.840.113549.1.12.10.1.3";
const X509 = "1.2.840.113549.1.9.22.1";
const FRIENDLY_NAME = "1.2.840.113549.1.9.20";
const LOCAL_KEY_ID = "1.2.840.113549.1.9.21";
const SHA1 = "1.3.14.3.2.26";

/**
 * A PKCS12 file (RFC 7292) with the algorithms that every tool reads, old and weak as they are: triple DES and a SHA-1 MAC.
 * node-forge writes RSA keys only. The password must be a random one, not empty.
 */
export function writePkcs12({ identities, others }: Pkcs12Content, password: string): Buffer {
  const certificates = [
    ...identities.map(({ name, certificate }, index) => certificateBag(certificate, attributes(name, index))),
    ...others.map((certificate) => certificateBag(certificate)),
  ];
  const keys = identities.map(({ name, pkcs8 }, index) => {
    const { algorithm, encrypted } = encrypt(pkcs8, password);
    return bag(SHROUDED_KEY, sequence(algorithm, octets(encrypted)), attributes(name, index));
  });
  const safe = bytes(
    sequence(encryptedData(bytes(sequence(...certificates)), password), data(bytes(sequence(...keys)))),
  );
  return bytes(sequence(integer(3), data(safe), mac(safe, password)));
}

function data(content: Buffer): Der {
  return sequence(oid(DATA), tagged(0, octets(content)));
}

function encryptedData(content: Buffer, password: string): Der {
  const { algorithm, encrypted } = encrypt(content, password);
  const info = sequence(oid(DATA), algorithm, tagged(0, encrypted));
  return sequence(oid(ENCRYPTED_DATA), tagged(0, sequence(integer(0), info)));
}

function certificateBag(der: Buffer, attributeSet?: Der): Der {
  return bag(CERTIFICATE, sequence(oid(X509), tagged(0, octets(der))), attributeSet);
}

function bag(type: string, content: Der, attributeSet?: Der): Der {
  return sequence(oid(type), tagged(0, content), ...(attributeSet ? [attributeSet] : []));
}

/** Keychains show the name; the id ties key and certificate together. */
function attributes(name: string, index: number): Der {
  const id = Buffer.from([index + 1]);
  return set(sequence(oid(FRIENDLY_NAME), set(wideText(name))), sequence(oid(LOCAL_KEY_ID), set(octets(id))));
}

function encrypt(plain: Buffer, password: string): { algorithm: Der; encrypted: Buffer } {
  const salt = randomBytes(8);
  const cipher = createCipheriv(
    "des-ede3-cbc",
    derive(password, salt, 24, PURPOSE.key),
    derive(password, salt, 8, PURPOSE.iv),
  );
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { algorithm: sequence(oid(TRIPLE_DES), sequence(octets(salt), integer(ROUNDS))), encrypted };
}

function mac(content: Buffer, password: string): Der {
  const salt = randomBytes(8);
  const digest = createHmac("sha1", derive(password, salt, 20, PURPOSE.mac))
    .update(content)
    .digest();
  return sequence(sequence(sequence(oid(SHA1), nothing()), octets(digest)), octets(salt), integer(ROUNDS));
}

function derive(text: string, salt: Buffer, length: number, purpose: number): Buffer {
  const [password] = passwordForms(text);
  if (!password) throw new Error("a password has at least one form");
  return pkcs12Key(new Stretching(), password, salt, ROUNDS, length, "sha1", purpose);
}
