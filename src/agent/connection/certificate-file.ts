import { type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeFileAtomically } from "../../base/files.ts";
import { publicKeyDer } from "../../protocol/key-assertion.ts";

/** A client certificate of this host. Times are milliseconds since 1970. */
export interface OwnCertificate {
  pem: string;
  from: number;
  to: number;
}

/** Beside the key: `agent.key` has `agent.cert.pem`. */
export function certificateFile(keyFile: string): string {
  return `${keyFile.replace(/\.key$/, "")}.cert.pem`;
}

/** Reads a certificate for this key; undefined when it is one of another key, or none at all. */
export function certificateOf(pem: string, key: KeyObject): OwnCertificate | undefined {
  try {
    const { publicKey, validFrom, validTo } = new X509Certificate(pem);
    if (!publicKey.export({ type: "spki", format: "der" }).equals(publicKeyDer(key))) return undefined;
    return { pem, from: Date.parse(validFrom), to: Date.parse(validTo) };
  } catch {
    return undefined; // a file that is half, or a controller that answers nonsense: another one is asked for
  }
}

/** The certificate that was kept beside the key; undefined when there is none for it. */
export function keptCertificate(keyFile: string, key: KeyObject): OwnCertificate | undefined {
  try {
    return certificateOf(readFileSync(certificateFile(keyFile), "utf8"), key);
  } catch {
    return undefined; // not there
  }
}

/** Keeps a certificate for the next start; empty is none. It is asked for again where the folder can't be written. */
export function keepCertificate(keyFile: string, pem: string): void {
  if (pem === "") return;
  try {
    writeFileAtomically(certificateFile(keyFile), pem, 0o644);
  } catch {
    // The folder of the configuration is often read-only for the agent: it has the certificate in memory.
  }
}
