import { createPrivateKey, X509Certificate } from "node:crypto";
import { FROM_PEM, NO_KEY, type Recognizer, THE_KEYSTORE } from "./kind.ts";

/** The bytes that stand for "not text" after a program has read a binary file as UTF-8. */
const REPLACEMENT = Buffer.from("efbfbd", "hex");
/** The object identifier of signed data (RFC 5652). */
const SIGNED_DATA = Buffer.from("06092a864886f70d010702", "hex");

/** Binary files; the first that fits counts. */
export const BINARY_KINDS: readonly Recognizer[] = [
  {
    what: "an Android app (.apk or .aab)",
    advice: "Give the keystore that signs it.",
    fits: (bytes) => isZip(bytes) && bytes.includes("AndroidManifest.xml"),
  },
  { what: "an iOS app (.ipa)", advice: THE_KEYSTORE, fits: (bytes) => isZip(bytes) && bytes.includes("Payload/") },
  { what: "a zip archive", advice: "Unpack it: unzip FILE", fits: isZip },
  { what: "a gzip archive", advice: "Unpack it: gunzip FILE", fits: (bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b },
  { what: "a JKS keystore", advice: NO_KEY, fits: (bytes) => bytes.subarray(0, 4).toString("hex") === "feedfeed" },
  {
    what: "a binary file that some program has read and saved as text, which destroyed it",
    advice: "Take the original file, and copy it as binary or as base64.",
    fits: (bytes) => bytes.subarray(0, 64).includes(REPLACEMENT),
  },
  {
    what: "a provisioning profile (.mobileprovision)",
    advice: NO_KEY,
    fits: (bytes) => isSignedData(bytes) && bytes.includes("<plist"),
  },
  { what: "a chain of certificates (.p7b)", advice: NO_KEY, fits: isSignedData },
  {
    what: "a certificate without its private key (.cer, .der)",
    advice: NO_KEY,
    fits: (bytes) => bytes[0] === 0x30 && opens(() => new X509Certificate(bytes)),
  },
  {
    what: "a private key without its certificate",
    advice: FROM_PEM,
    fits: (bytes) => opens(() => createPrivateKey({ key: bytes, format: "der", type: "pkcs8" })),
  },
  // Whether the password fits is not asked here.
  { what: "a PKCS12 keystore (.p12, .pfx)", advice: NO_KEY, fits: isPkcs12 },
];

function isZip(bytes: Buffer): boolean {
  return bytes.subarray(0, 4).toString("latin1") === "PK\x03\x04";
}

function isSignedData(bytes: Buffer): boolean {
  return bytes[0] === 0x30 && bytes.subarray(0, 32).includes(SIGNED_DATA);
}

/** A sequence that begins with the version 3 and another sequence. */
export function isPkcs12(bytes: Buffer): boolean {
  const length = bytes[1] ?? 0;
  const at = 2 + (length > 0x80 ? length & 0x7f : 0);
  return bytes[0] === 0x30 && bytes.subarray(at, at + 4).toString("hex") === "02010330";
}

function opens(open: () => unknown): boolean {
  try {
    open();
    return true;
  } catch {
    return false; // it is none
  }
}
