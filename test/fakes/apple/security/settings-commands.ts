import { changeKeychain, readKeychain, writeKeychain } from "../keychain/keychain-file.ts";
import { isUnlocked, noteUse } from "../keychain/lock-state.ts";
import { keychainPath } from "../keychain/paths.ts";
import { defaultKeychain } from "../keychain/search-list.ts";
import { readOptions } from "../machine/options.ts";
import { type Call, err, Refusal } from "../machine/tool.ts";
import { failed } from "./status.ts";

/** Without -t there is no timeout, whatever else is given. */
export function setKeychainSettings({ machine, argv }: Call): void {
  const usage = "Usage: set-keychain-settings [-lu] [-t timeout] [keychain]";
  const options = readOptions("lut:", argv, usage);
  const seconds = options.value("t");
  if (seconds !== undefined && !/^\d+$/.test(seconds)) throw new Refusal(2, usage);
  const path = keychainPath(machine, options.rest[0] ?? defaultKeychain(machine) ?? "");
  const what = `SecKeychainSetSettings ${options.rest[0] ?? "<NULL>"}`;
  changeKeychain(path, (keychain) => {
    if (!keychain) throw failed(what, -25294);
    if (!isUnlocked(machine, path, keychain)) throw failed(what, -25308);
    const timeoutSeconds = seconds === undefined ? null : Number(seconds);
    writeKeychain(path, { ...keychain, lockOnSleep: options.has("l"), timeoutSeconds });
    noteUse(machine, path);
  });
}

/** Prints on stderr, as the real one. */
export function showKeychainInfo({ machine, argv }: Call): void {
  const { rest } = readOptions("", argv, "Usage: show-keychain-info [keychain]");
  const path = keychainPath(machine, rest[0] ?? defaultKeychain(machine) ?? "");
  const keychain = readKeychain(path);
  const what = `SecKeychainCopySettings ${rest[0] ?? "<NULL>"}`;
  if (!keychain) throw failed(what, -25294);
  if (!isUnlocked(machine, path, keychain)) throw failed(what, -25308);
  const sleep = keychain.lockOnSleep ? " lock-on-sleep" : "";
  const { timeoutSeconds } = keychain;
  const timeout = timeoutSeconds === null ? " no-timeout" : ` use-lock-interval timeout=${timeoutSeconds}s`;
  err(`Keychain "${rest[0] ?? path}"${sleep}${timeout}`);
}
