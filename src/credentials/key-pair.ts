import { createPrivateKey, type KeyObject } from "node:crypto";
import { openCertificate } from "./certificate.ts";

/** Whether a certificate (DER) belongs to a private key (PKCS#8). Undefined when OpenSSL doesn't know that kind of key. */
export function belongTogether(certificate: Buffer, pkcs8: Buffer): boolean | undefined {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  } catch {
    return undefined; // a rare algorithm: not for this check to refuse
  }
  return openCertificate(certificate).checkPrivateKey(key);
}
