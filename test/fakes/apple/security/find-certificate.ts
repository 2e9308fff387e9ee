import { createHash } from "node:crypto";
import { type Certificate, pemOf } from "../certificates/certificate.ts";
import { certificatesIn } from "../keychain/identities.ts";
import { keychainPath } from "../keychain/paths.ts";
import { wholeSearchList } from "../keychain/search-list.ts";
import { type Options, readOptions } from "../machine/options.ts";
import { type Call, out } from "../machine/tool.ts";
import { failed } from "./status.ts";

const USAGE = "Usage: find-certificate [-h] [-a] [-c name] [-e emailAddress] [-m] [-p] [-Z] [keychain...]";

export function findCertificate({ machine, argv }: Call): void {
  const options = readOptions("hac:e:mpZ", argv, USAGE);
  const named = options.rest.map((name) => keychainPath(machine, name));
  const found = (named.length > 0 ? named : wholeSearchList(machine)).flatMap((path) =>
    certificatesIn([path]).flatMap((facts) => (matches(facts, options) ? [{ ...facts, path }] : [])),
  );
  const shown = options.has("a") ? found : found.slice(0, 1);
  if (shown.length === 0 && !options.has("a")) throw failed("SecKeychainSearchCopyNext", -25300);
  for (const each of shown) tell(each, options);
}

function matches({ commonName }: Certificate, options: Options): boolean {
  return commonName.includes(options.value("c") ?? "");
}

function tell(certificate: Certificate & { path: string }, options: Options): void {
  if (options.has("Z")) {
    out(`SHA-256 hash: ${createHash("sha256").update(certificate.der).digest("hex").toUpperCase()}`);
    out(`SHA-1 hash: ${certificate.sha1}`);
  }
  if (options.has("p")) out(pemOf(certificate.der).trimEnd());
  else
    out(
      `keychain: "${certificate.path}"\nversion: 512\nclass: 0x80001000 \nattributes:\n    "alis"<blob>="${certificate.commonName}"`,
    );
}
