import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inScratchFolder, openssl } from "./openssl.ts";

/** Apple's own certificates on a faked Mac, with their keys: below FAKE_APPLE_ROOT/apple-inc, where no Mac has anything. */
export interface Authority {
  root: Signer;
  /** Issues the certificates of developers: "Apple Worldwide Developer Relations Certification Authority". */
  wwdr: Signer;
  /** Signs provisioning profiles. */
  profileSigner: Signer;
}

export interface Signer {
  certificate: string;
  key: string;
}

export type KeyKind = "rsa" | "ec";

const WWDR = "/CN=Apple Worldwide Developer Relations Certification Authority/OU=G3/O=Apple Inc./C=US";
const DAY_MS = 86_400_000;

/** The authority of a faked Mac; it is made when first asked for. */
export function authorityOf(machineRoot: string): Authority {
  const folder = join(machineRoot, "apple-inc");
  const signer = (name: string): Signer => ({
    certificate: join(folder, `${name}.pem`),
    key: join(folder, `${name}.key`),
  });
  const authority = { root: signer("root"), wwdr: signer("wwdr"), profileSigner: signer("profiles") };
  if (existsSync(authority.profileSigner.certificate)) return authority;
  mkdirSync(folder, { recursive: true });
  const ca = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign";
  const root = "/CN=Apple Root CA/OU=Apple Certification Authority/O=Apple Inc./C=US";
  issue({ subject: root, extensions: ca, into: authority.root });
  issue({ subject: WWDR, extensions: ca, into: authority.wwdr, by: authority.root });
  const signing = "/CN=Apple iPhone OS Provisioning Profile Signing/O=Apple Inc./C=US";
  const leaf = "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature";
  issue({ subject: signing, extensions: leaf, into: authority.profileSigner, by: authority.root });
  return authority;
}

interface Issued {
  subject: string;
  extensions: string;
  into: Signer;
  /** Signs itself where nobody is given. */
  by?: Signer;
  kind?: KeyKind;
  fromMs?: number;
  untilMs?: number;
}

/** Makes a key and a certificate for it, valid in any span of time, and writes both as PEM. */
export function issue(what: Issued): void {
  const { subject, extensions, into, by, kind = "rsa" } = what;
  const { fromMs = Date.now() - DAY_MS, untilMs = Date.now() + 3650 * DAY_MS } = what;
  inScratchFolder((folder) => {
    const algorithm = kind === "rsa" ? ["rsa:2048"] : ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
    const request = ["req", "-new", "-nodes", "-newkey", ...algorithm, "-subj", subject, "-out", "request"];
    openssl([...request, "-keyout", into.key], undefined, folder);
    writeFileSync(join(folder, "ca.cnf"), `${CA_CONFIG}\n[ext]\n${extensions}\n`);
    writeFileSync(join(folder, "index"), "");
    writeFileSync(join(folder, "serial"), `00${randomBytes(8).toString("hex")}\n`);
    const span = ["-startdate", asn1Time(fromMs), "-enddate", asn1Time(untilMs)];
    const issuer = by ? ["-cert", by.certificate, "-keyfile", by.key] : ["-selfsign", "-keyfile", into.key];
    const ca = ["ca", "-batch", "-notext", "-config", "ca.cnf", "-in", "request", "-out", "certificate"];
    openssl([...ca, ...span, ...issuer], undefined, folder);
    writeFileSync(into.certificate, readFileSync(join(folder, "certificate")));
  });
}

const CA_CONFIG = `[ca]
default_ca = own
[own]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
preserve = yes
email_in_dn = no
unique_subject = no
x509_extensions = ext
[any]
UID = optional
CN = optional
OU = optional
O = optional
C = optional`;

function asn1Time(ms: number): string {
  return `${new Date(ms).toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;
}
