import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { makePrivateFolder, writeFileAtomically } from "../../base/files.ts";
import { type Issuer, issueCertificate, keyId, nameOf } from "./issue.ts";
import { keyIdIn, subjectOf } from "./issuer-names.ts";

const YEAR_MS = 365.25 * 86_400_000;
const LIFE_MS = 10 * YEAR_MS;
/** A host whose clock is a little behind must not find a certificate that isn't valid yet. */
const BACKDATED_MS = 3_600_000;

/** A certificate authority: the controller's own, `ca.pem` and `ca.key` in a folder of its data, or one of the operator's. */
export class Authority {
  readonly pem: string;
  private readonly issuer: Issuer;

  private constructor(pem: string, key: string) {
    this.pem = pem;
    const certificate = new X509Certificate(pem);
    this.issuer = { name: subjectOf(certificate), keyId: keyIdIn(certificate), key: createPrivateKey(key) };
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
    return Authority.read(files);
  }

  /** The authority of these files. Throws when they can't be used. */
  static read(files: { pem: string; key: string }): Authority {
    const authority = new Authority(readFileSync(files.pem, "utf8"), readFileSync(files.key, "utf8"));
    const certificate = new X509Certificate(authority.pem);
    const { key } = authority.issuer;
    if (!certificate.checkPrivateKey(key)) throw new Error(`${files.key} is not the key of ${files.pem}`);
    if (!certificate.ca) throw new Error(`${files.pem} is not the certificate of a CA`);
    if (!["ec", "rsa"].includes(key.asymmetricKeyType ?? "")) {
      throw new Error(`${files.key} is a key of the kind ${key.asymmetricKeyType}: a CA needs ECDSA or RSA here`);
    }
    return authority;
  }

  /** Until when it is good, in milliseconds since 1970. */
  get until(): number {
    return Date.parse(new X509Certificate(this.pem).validTo);
  }

  /** A certificate (PEM) for the holder of this key as a client. */
  issueClient(commonName: string, publicKey: KeyObject, now: number, lifeMs: number): string {
    const times = { from: now - BACKDATED_MS, to: Math.min(now + lifeMs, this.until) };
    return issueCertificate({ commonName, publicKey, issuer: this.issuer, ...times, use: "client" });
  }

  /** A certificate for a server of these names, and its key, both PEM. */
  issue(names: readonly string[], now: number, lifeMs: number): { certificate: string; key: string } {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const certificate = issueCertificate({
      commonName: "Millwright controller",
      publicKey,
      issuer: this.issuer,
      from: now - BACKDATED_MS,
      to: now + lifeMs,
      use: { server: names },
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
    issuer: { name: nameOf(name), keyId: keyId(publicKey), key: privateKey },
    from: now - BACKDATED_MS,
    to: now + LIFE_MS,
  });
  return { pem, key: pemOf(privateKey) };
}

function pemOf(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}
