import { generateKeyPairSync, randomBytes } from "node:crypto";
import forge from "node-forge";
import { certificateFacts } from "../../credentials/certificate.ts";

/** A certificate that nobody knows, with its key: DER both. */
export interface ThrowawayIdentity {
  commonName: string;
  certificate: Buffer;
  pkcs8: Buffer;
  /** Of the certificate, lower-case hex. */
  sha1: string;
}

const MINUTE_MS = 60_000;

/**
 * Makes a self-signed certificate for an hour that may sign code. macOS calls such an identity not trusted, and leaves it out
 * of `find-identity -v`; codesign takes it all the same when it is named by its SHA-1 and has the extended key usage
 * codeSigning.
 */
export function throwawayIdentity(commonName: string, nowMs: number): ThrowawayIdentity {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey.export({ type: "spki", format: "pem" }).toString());
  certificate.serialNumber = `00${randomBytes(8).toString("hex")}`; // the first byte keeps it positive
  certificate.validity.notBefore = new Date(nowMs - 5 * MINUTE_MS);
  certificate.validity.notAfter = new Date(nowMs + 60 * MINUTE_MS);
  const name = [{ name: "commonName", value: commonName }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: "basicConstraints", critical: true, cA: false },
    { name: "keyUsage", critical: true, digitalSignature: true },
    { name: "extKeyUsage", critical: true, codeSigning: true },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(pem), forge.md.sha256.create());
  const der = Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes(), "binary");
  const pkcs8 = privateKey.export({ type: "pkcs8", format: "der" });
  return { commonName, certificate: der, pkcs8, sha1: certificateFacts(der).sha1 };
}
