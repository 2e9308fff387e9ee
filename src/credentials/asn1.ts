import forge from "node-forge";
import { Unreadable } from "./unreadable.ts";

/** One value of an ASN.1 structure. */
export type Asn1 = forge.asn1.Asn1;

const { Class, Type } = forge.asn1;

/**
 * Reads a whole file in DER or BER. Bytes after its end are passed over, as Java does. Throws `Unreadable`: "truncated" when
 * the file is shorter than it says of itself.
 */
export function parseFile(bytes: Buffer): Asn1 {
  const length = declaredLength(bytes);
  if (length !== undefined && length > bytes.length) {
    throw new Unreadable("truncated", `It says of itself that it has ${length} bytes, and it has ${bytes.length}.`);
  }
  return parse(length === undefined ? bytes : bytes.subarray(0, length));
}

/** Reads an inner structure. Throws `Unreadable`. */
export function parse(bytes: Buffer): Asn1 {
  try {
    return forge.asn1.fromDer(bytes.toString("binary"));
  } catch (cause) {
    throw new Unreadable("damaged", "Its inner structure doesn't hold together.", cause);
  }
}

/** How long a DER file is by its own head, which is whole; undefined for BER of indefinite length. */
function declaredLength(bytes: Buffer): number | undefined {
  const first = bytes[1] ?? 0;
  if (first === 0x80) return undefined;
  if (first < 0x80) return 2 + first;
  const size = first & 0x7f;
  if (size > 6) throw new Unreadable("damaged", "Its first bytes give it an impossible length.");
  if (bytes.length < 2 + size) return 2 + size;
  return 2 + size + bytes.readUIntBE(2, size);
}

/** The parts of a sequence, a set or a tagged value. */
export function partsOf(node: Asn1 | undefined): Asn1[] {
  if (!node || !Array.isArray(node.value)) throw unexpected();
  return node.value;
}

export function oidOf(node: Asn1 | undefined): string {
  if (!node || !isUniversal(node, Type.OID) || Array.isArray(node.value)) throw unexpected();
  return forge.asn1.derToOid(node.value);
}

/** The bytes of an octet string, also of one in pieces, which BER allows. */
export function octetsOf(node: Asn1 | undefined): Buffer {
  if (!node) throw unexpected();
  if (Array.isArray(node.value)) return Buffer.concat(node.value.map((part) => octetsOf(part)));
  return Buffer.from(node.value, "binary");
}

/** A BMPString, as names in PKCS12 are. */
export function wideTextOf(node: Asn1 | undefined): string {
  if (!node || !isUniversal(node, Type.BMPSTRING) || Array.isArray(node.value)) throw unexpected();
  return node.value; // decoded by the parser
}

/** A whole number from 0 on. What is longer than six bytes counts as infinite. */
export function integerOf(node: Asn1 | undefined): number {
  if (!node || !isUniversal(node, Type.INTEGER)) throw unexpected();
  const bytes = octetsOf(node);
  if (bytes.length === 0 || (bytes[0] ?? 0) >= 0x80) throw unexpected();
  return bytes.length > 6 ? Number.POSITIVE_INFINITY : bytes.readUIntBE(0, bytes.length);
}

export function isInteger(node: Asn1 | undefined): boolean {
  return node !== undefined && isUniversal(node, Type.INTEGER);
}

/** The value as DER again. */
export function derOf(node: Asn1): Buffer {
  return Buffer.from(forge.asn1.toDer(node).getBytes(), "binary");
}

function isUniversal(node: Asn1, type: forge.asn1.Type): boolean {
  return node.tagClass === Class.UNIVERSAL && node.type === type;
}

function unexpected(): Unreadable {
  return new Unreadable("damaged", "A part of it is of another kind than its format asks for.");
}
