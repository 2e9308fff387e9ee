import { type Call, err, type Tool } from "../machine/tool.ts";
import { cms } from "./cms.ts";
import { findCertificate } from "./find-certificate.ts";
import { findIdentity } from "./find-identity.ts";
import { importItems } from "./import.ts";
import { createKeychain, deleteKeychain, lockKeychain, unlockKeychain } from "./keychains.ts";
import { setKeyPartitionList } from "./partition-list.ts";
import { defaultKeychainCommand, listKeychains } from "./search-list-commands.ts";
import { setKeychainSettings, showKeychainInfo } from "./settings-commands.ts";

const COMMANDS: Record<string, (call: Call) => void> = {
  "create-keychain": createKeychain,
  "delete-keychain": deleteKeychain,
  "unlock-keychain": unlockKeychain,
  "lock-keychain": lockKeychain,
  "set-keychain-settings": setKeychainSettings,
  "show-keychain-info": showKeychainInfo,
  "list-keychains": listKeychains,
  "default-keychain": defaultKeychainCommand,
  import: importItems,
  "set-key-partition-list": setKeyPartitionList,
  "find-identity": findIdentity,
  "find-certificate": findCertificate,
  cms,
};

/** The tool: answers its exit code, or throws its refusal. */
export function security({ machine, argv }: Call): ReturnType<Tool> {
  const [name = "", ...rest] = argv;
  const command = COMMANDS[name];
  if (!command) {
    err(`security: unknown command "${name}"`);
    return 2;
  }
  command({ machine, argv: rest });
  return 0;
}
