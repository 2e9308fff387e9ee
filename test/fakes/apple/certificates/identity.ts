import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { authorityOf, issue, type KeyKind, type Signer } from "./authority.ts";
import { type Certificate, certificateOf } from "./certificate.ts";

export type IdentityKind = "Apple Distribution" | "iPhone Distribution" | "Apple Development" | "iPhone Developer";

export interface IdentityWish {
  kind?: IdentityKind;
  /** In the common name. */
  owner?: string;
  team?: string;
  key?: KeyKind;
  fromMs?: number;
  untilMs?: number;
  /** Issued by an intermediate that no keychain holds. */
  unknownIssuer?: boolean;
}

export interface MadeIdentity extends Signer {
  facts: Certificate;
}

export const TEAM = "ABCDE12345";

/** A developer's certificate with its key, as Apple issues them; both as PEM files below the faked Mac's root. */
export function makeIdentity(machineRoot: string, wish: IdentityWish = {}): MadeIdentity {
  const { kind = "Apple Distribution", owner = "Example Ltd", team = TEAM, unknownIssuer = false } = wish;
  const authority = authorityOf(machineRoot);
  const folder = join(machineRoot, "apple-inc", `issued-${process.hrtime.bigint()}`);
  mkdirSync(folder, { recursive: true });
  const into = { certificate: join(folder, "certificate.pem"), key: join(folder, "certificate.key") };
  const by = unknownIssuer ? strangerIn(folder) : authority.wwdr;
  const personal = /Develop/.test(kind);
  const commonName = `${kind}: ${owner} (${personal ? "X1Y2Z3A4B5" : team})`;
  const subject = `/UID=${personal ? "X1Y2Z3A4B5" : team}/CN=${commonName}/OU=${team}/O=${owner}/C=US`;
  const { key = "rsa", ...span } = wish;
  const extensions = personal ? `${LEAF}\n${DEVELOPMENT}` : `${LEAF}\n${DISTRIBUTION}`;
  const dates = { ...(span.fromMs && { fromMs: span.fromMs }), ...(span.untilMs && { untilMs: span.untilMs }) };
  issue({ subject, extensions, into, by, kind: key, ...dates });
  return { ...into, facts: certificateOf(readFileSync(into.certificate)) };
}

function strangerIn(folder: string): Signer {
  const into = { certificate: join(folder, "issuer.pem"), key: join(folder, "issuer.key") };
  issue({ subject: "/CN=Another Certification Authority", extensions: "basicConstraints=critical,CA:TRUE", into });
  return into;
}

const LEAF =
  "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,codeSigning";
/** Apple's marks of what a certificate is for. */
const DEVELOPMENT = "1.2.840.113635.100.6.1.2=critical,DER:0500";
const DISTRIBUTION = "1.2.840.113635.100.6.1.4=critical,DER:0500";
