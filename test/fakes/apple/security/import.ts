import { existsSync, readFileSync } from "node:fs";
import { certificateOf } from "../certificates/certificate.ts";
import { publicKeyOf } from "../keychain/identities.ts";
import { changeKeychain, type Keychain, type StoredKey, writeKeychain } from "../keychain/keychain-file.ts";
import { isUnlocked, noteUse } from "../keychain/lock-state.ts";
import { keychainPath } from "../keychain/paths.ts";
import { defaultKeychain } from "../keychain/search-list.ts";
import { absolute, type Machine, macOSMajor } from "../machine/machine.ts";
import { type Options, readOptions } from "../machine/options.ts";
import { type Call, out, Refusal } from "../machine/tool.ts";
import { openP12, type P12Content } from "./read-p12.ts";
import { failed, type Status } from "./status.ts";

const USAGE =
  "Usage: import inputfile [-k keychain] [-t type] [-f format] [-w] [-P passphrase] [-x] [-a attrName attrValue] [-A] [-T appPath]";

type Items = Pick<P12Content, "certificates" | "keys">;

/** `security import`: a p12, or a certificate as PEM or DER. */
export function importItems({ machine, argv }: Call): void {
  const [name, ...rest] = argv;
  if (name === undefined || name.startsWith("-")) throw new Refusal(2, USAGE);
  const options = readOptions("k:t:f:wP:xa:AT:", rest, USAGE);
  const file = absolute(machine, name);
  if (!existsSync(file)) throw new Refusal(1, `security: Error reading infile ${name}: No such file or directory`);
  const path = keychainPath(machine, options.value("k") ?? defaultKeychain(machine) ?? "");
  changeKeychain(path, (keychain) => {
    if (!keychain) throw refused(-25294);
    const items = itemsIn(machine, readFileSync(file), options);
    if (!isUnlocked(machine, path, keychain)) throw refused(-25308);
    writeKeychain(path, withItems(keychain, items, options));
    noteUse(machine, path);
    tell(items);
  });
}

function refused(status: Status): Refusal {
  return failed("SecKeychainItemImport", status, 1);
}

function itemsIn(machine: Machine, bytes: Buffer, options: Options): Items {
  const certificate = certificateIn(bytes);
  if (certificate) return { certificates: [certificate], keys: [] };
  if (bytes[0] !== 0x30) throw refused(-25257);
  const password = options.value("P");
  if (password === undefined) throw refused(-25308);
  // From macOS 15 on, -f pkcs12 goes another way, which names a wrong password otherwise.
  const newWay = macOSMajor(machine) >= 15 && options.value("f") === "pkcs12";
  const content = openP12(bytes, password);
  if (content === "format") throw refused(-25257);
  if (content === "password") throw refused(newWay ? -25293 : -25264);
  if (content.modern && macOSMajor(machine) < 15) throw refused(-25264);
  return content;
}

function certificateIn(bytes: Buffer): string | undefined {
  try {
    return certificateOf(bytes).der.toString("base64");
  } catch {
    return undefined; // Not a certificate: it may be a p12.
  }
}

function withItems(keychain: Keychain, items: Items, options: Options): Keychain {
  const known = (publicKey: string) => keychain.keys.some((key) => key.publicKey === publicKey);
  const fresh = items.certificates.filter((der) => !keychain.certificates.includes(der));
  const freshKeys = items.keys.filter(({ publicKey }) => !known(publicKey));
  if (fresh.length === 0 && freshKeys.length === 0) throw refused(-25299);
  const access = { everyone: options.has("A"), programs: options.values("T"), partitions: [] };
  const keys: StoredKey[] = freshKeys.map((key) => ({ ...key, ...access }));
  return { ...keychain, certificates: [...keychain.certificates, ...fresh], keys: [...keychain.keys, ...keys] };
}

function tell({ certificates, keys }: Items): void {
  const facts = certificates.map((der) => publicKeyOf(certificateOf(Buffer.from(der, "base64"))));
  const identities = facts.filter((publicKey) => keys.some((key) => key.publicKey === publicKey)).length;
  const counted = (count: number, one: string, many: string) => {
    if (count > 0) out(`${count} ${count === 1 ? one : many} imported.`);
  };
  counted(identities, "identity", "identities");
  counted(keys.length - identities, "key", "keys");
  counted(certificates.length - identities, "certificate", "certificates");
}
