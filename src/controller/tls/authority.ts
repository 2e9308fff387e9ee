import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { makePrivateFolder, writeFileAtomically } from "../../base/files.ts";
import { issueCertificate } from "./issue.ts";

const YEAR_MS = 365.25 * 86_400_000;
const LIFE_MS = 10 * YEAR_MS;
/** A host whose clock is a little behind must not find a certificate that isn't valid yet. */
const BACKDATED_MS = 3_600_000;

/** The controller's own certificate authority: `ca.pem` and `ca.key` in a folder of its data. */
export class Authority {
  readonly pem: string;
  private readonly key: KeyObject;
  private readonly name: string;

  private constructor(pem: string, key: string) {
    this.pem = pem;
    this.key = createPrivateKey(key);
    this.name = new X509Certificate(pem).subject.replace(/^CN=/, "");
  }

  /** Opens the authority of the folder; makes it when there is none. Throws when its files are broken. */
  static open(folder: string, now: number): Authority {
    const files = { pem: join(folder, "ca.pem"), key: join(folder, "ca.key") };
    if (!existsSync(files.pem)) {
      makePrivateFolder(folder);
      const made = make(now);
      writeFileAtomically(files.key, made.key); // first: a certificate without its key would be of no use for ever
      writeFileAtomically(files.pem, made.pem, 0o644);
    }
    const authority = new Authority(readFileSync(files.pem, "utf8"), readFileSync(files.key, "utf8"));
    if (new X509Certificate(authority.pem).checkPrivateKey(authority.key)) return authority;
    throw new Error(`${files.key} is not the key of ${files.pem}`);
  }

  /** A certificate for a server of these names, and its key, both PEM. */
  issue(names: readonly string[], now: number, lifeMs: number): { certificate: string; key: string } {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const certificate = issueCertificate({
      commonName: "Millwright controller",
      publicKey,
      issuerName: this.name,
      issuerKey: this.key,
      issuerPublicKey: createPublicKey(this.key),
      from: now - BACKDATED_MS,
      to: now + lifeMs,
      names,
    });
    return { certificate, key: pemOf(privateKey) };
  }
}

function make(now: number): { pem: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = `Millwright CA of ${hostname()}`.slice(0, 64); // the most that a common name may have
  const pem = issueCertificate({
    commonName: name,
    publicKey,
    issuerName: name,
    issuerKey: privateKey,
    issuerPublicKey: publicKey,
    from: now - BACKDATED_MS,
    to: now + LIFE_MS,
  });
  return { pem, key: pemOf(privateKey) };
}

function pemOf(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}
