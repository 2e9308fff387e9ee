import { changeKeychain, opens, type StoredKey, writeKeychain } from "../keychain/keychain-file.ts";
import { noteUse } from "../keychain/lock-state.ts";
import { keychainPath } from "../keychain/paths.ts";
import { defaultKeychain } from "../keychain/search-list.ts";
import { readOptions } from "../machine/options.ts";
import { type Call, out, Refusal } from "../machine/tool.ts";
import { failed } from "./status.ts";

const USAGE = "Usage: set-key-partition-list [options...] -S partition-list [-k password] [keychain]";

/** Unlocks the keychain, sets who may use its keys without asking, and prints each key. */
export function setKeyPartitionList({ machine, argv }: Call): void {
  const options = readOptions("a:c:C:dD:e:j:l:r:stuS:k:", argv, USAGE);
  const list = options.value("S");
  if (list === undefined) throw new Refusal(2, USAGE);
  const path = keychainPath(machine, options.rest[0] ?? defaultKeychain(machine) ?? "");
  changeKeychain(path, (keychain) => {
    if (!keychain) throw failed("SecKeychainUnlock", -25294, 1);
    if (!opens(keychain, options.value("k") ?? "")) throw failed("SecKeychainUnlock", -25293, 1);
    noteUse(machine, path);
    if (keychain.keys.length === 0) throw failed("SecItemCopyMatching", -25300, 1);
    const partitions = list.split(",").map((each) => each.trim());
    writeKeychain(path, { ...keychain, keys: keychain.keys.map((key) => ({ ...key, partitions })) });
    for (const key of keychain.keys) out(dumpOf(path, key));
  });
}

function dumpOf(path: string, { label }: StoredKey): string {
  return `keychain: "${path}"
version: 512
class: 0x00000010 
attributes:
    0x00000000 <uint32>=0x00000010 
    0x00000001 <blob>="${label}"
    0x00000002 <blob>=<NULL>
    0x00000003 <uint32>=0x00000001 
    0x00000004 <uint32>=0x00000000 `;
}
