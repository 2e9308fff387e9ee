import { createHash } from "node:crypto";
import type { KeystoreEntry } from "../keystore-entry.ts";
import { Unreadable } from "../unreadable.ts";
import { ByteReader } from "./byte-reader.ts";
import { jksPassword, openProtectedKey } from "./key-protector.ts";

const PRIVATE_KEY = 1;
const TRUSTED_CERTIFICATE = 2;

/**
 * Opens Java's own keystore format: magic, version, entries, and a SHA-1 over the password, a fixed phrase and all bytes before.
 * Throws `Unreadable`.
 */
export function openJks(bytes: Buffer, storePassword: string): KeystoreEntry[] {
  const reader = new ByteReader(bytes);
  reader.int(); // the magic number
  const version = reader.int();
  if (version !== 1 && version !== 2) throw new Unreadable("damaged", "Its version is neither 1 nor 2.");
  const count = reader.int();
  const entries: KeystoreEntry[] = [];
  for (let index = 0; index < count; index += 1) entries.push(readEntry(reader, version));
  const content = bytes.subarray(0, reader.position);
  const digest = createHash("sha1").update(jksPassword(storePassword)).update("Mighty Aphrodite").update(content);
  if (!digest.digest().equals(reader.take(20))) throw new Unreadable("password", "");
  return entries;
}

function readEntry(reader: ByteReader, version: number): KeystoreEntry {
  const tag = reader.int();
  if (tag !== PRIVATE_KEY && tag !== TRUSTED_CERTIFICATE) {
    throw new Unreadable("damaged", "It holds an entry that is neither a key nor a certificate.");
  }
  const alias = reader.text();
  reader.take(8); // when it was made
  if (tag === TRUSTED_CERTIFICATE) {
    return { alias, kind: "certificate", certificates: [readCertificate(reader, version)], openKey: () => undefined };
  }
  const key = reader.block();
  const certificates: Buffer[] = [];
  const chain = reader.int();
  for (let index = 0; index < chain; index += 1) certificates.push(readCertificate(reader, version));
  return { alias, kind: "key", certificates, openKey: (password) => openProtectedKey(key, password) };
}

function readCertificate(reader: ByteReader, version: number): Buffer {
  if (version === 2) reader.text(); // always "X.509"
  return reader.block();
}
