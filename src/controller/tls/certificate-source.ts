import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { dirname, join } from "node:path";
import { rootCertificates } from "node:tls";
import { writeFileAtomically } from "../../base/files.ts";
import type { Authority } from "./authority.ts";

/** What the controller shows: certificates from its own up to that of the CA, and its key, all PEM. */
export interface Identity {
  chain: string;
  key: string;
  /** The certificate of the CA alone. */
  ca: string;
}

/** Where the identity comes from. */
export interface CertificateSource {
  /** As it should be now; the same object as long as nothing changed. Throws when it can't be had. */
  current(now: number): Identity;
}

const LIFE_MS = 90 * 86_400_000;
const RENEWED_AT = 2 / 3;

/** Certificates of the controller's own CA: a new one at 2/3 of its life, and when the names have changed. */
export class OwnCertificates implements CertificateSource {
  private readonly authority: Authority;
  private readonly files: { certificate: string; key: string };
  private readonly names: () => string[];
  private identity: Identity | undefined;

  constructor(authority: Authority, folder: string, names: () => string[]) {
    this.authority = authority;
    this.files = { certificate: join(folder, "server.pem"), key: join(folder, "server.key") };
    this.names = names;
  }

  current(now: number): Identity {
    const names = this.names();
    this.identity ??= this.stored();
    if (this.identity && isGood(this.identity, names, now)) return this.identity;
    const { certificate, key } = this.authority.issue(names, now, LIFE_MS);
    mkdirSync(dirname(this.files.key), { recursive: true, mode: 0o700 });
    writeFileAtomically(this.files.key, key);
    writeFileAtomically(this.files.certificate, certificate, 0o644);
    this.identity = this.identityOf(certificate, key);
    return this.identity;
  }

  private stored(): Identity | undefined {
    const { certificate, key } = this.files;
    if (!existsSync(certificate) || !existsSync(key)) return undefined;
    const stored = this.identityOf(readFileSync(certificate, "utf8"), readFileSync(key, "utf8"));
    const ca = new X509Certificate(stored.ca);
    const own = new X509Certificate(stored.chain);
    // A crash between the two files, or another CA: it is made anew.
    return own.verify(ca.publicKey) && own.checkPrivateKey(createPrivateKey(stored.key)) ? stored : undefined;
  }

  private identityOf(certificate: string, key: string): Identity {
    return { chain: certificate + this.authority.pem, key, ca: this.authority.pem };
  }
}

/** The operator's certificate and key, read again when their files change. */
export class OperatorCertificates implements CertificateSource {
  private readonly files: { certificate: string; key: string; ca?: string | undefined };
  private identity: Identity | undefined;
  private seen = "";

  /** `ca` is the file of the CA's certificate, where it is neither in the chain nor one of the public ones. */
  constructor(files: { certificate: string; key: string; ca?: string | undefined }) {
    this.files = files;
  }

  current(): Identity {
    const all = [this.files.certificate, this.files.key, ...(this.files.ca ? [this.files.ca] : [])];
    const stats = all.map((file) => statSync(file));
    const seen = stats.map(({ mtimeMs, ino }) => `${mtimeMs} ${ino}`).join();
    if (this.identity && seen === this.seen) return this.identity;
    const chain = readFileSync(this.files.certificate, "utf8");
    const key = readFileSync(this.files.key, "utf8");
    if (!new X509Certificate(chain).checkPrivateKey(createPrivateKey(key))) {
      throw new Error(`${this.files.key} is not the key of ${this.files.certificate}`);
    }
    const ca = this.files.ca ? readFileSync(this.files.ca, "utf8") : anchorOf(chain);
    this.identity = { chain: `${chain.trimEnd()}\n${ca}`, key, ca };
    this.seen = seen; // only now: what is half written is looked at again
    return this.identity;
  }
}

/** The CA at the end of a chain: in the file itself, or a public one. Throws when it is neither. */
function anchorOf(chain: string): string {
  const certificates = chain.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const last = new X509Certificate(certificates.at(-1) ?? "");
  if (last.checkIssued(last)) return last.toString();
  const root = rootCertificates.find((pem) => {
    const candidate = new X509Certificate(pem);
    return last.checkIssued(candidate) && last.verify(candidate.publicKey);
  });
  if (root) return `${root}\n`;
  throw new Error(`its CA (${last.issuer.replaceAll("\n", ", ")}) is not a public one: name it with --tls-ca FILE`);
}

function isGood({ chain }: Identity, names: readonly string[], now: number): boolean {
  const certificate = new X509Certificate(chain);
  const from = Date.parse(certificate.validFrom);
  const to = Date.parse(certificate.validTo);
  if (now < from || now > from + (to - from) * RENEWED_AT) return false;
  const covers = (name: string) =>
    isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name, { subject: "never" });
  const known = (certificate.subjectAltName ?? "").split(", ").length;
  return known === names.length && names.every((name) => name.startsWith("*.") || covers(name) !== undefined);
}
