import { existsSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { changeKeychain, emptyKeychain, opens, readKeychain, writeKeychain } from "../keychain/keychain-file.ts";
import { noteLocked, noteUse } from "../keychain/lock-state.ts";
import { keychainPath } from "../keychain/paths.ts";
import { defaultKeychain, setDefaultKeychain, setUserSearchList, userSearchList } from "../keychain/search-list.ts";
import { readOptions } from "../machine/options.ts";
import { type Call, Refusal } from "../machine/tool.ts";
import { failed } from "./status.ts";

/** Makes it unlocked, and leaves the search list as it is. */
export function createKeychain({ machine, argv }: Call): void {
  const usage = "Usage: create-keychain [-P] [-p password] [keychains...]";
  const options = readOptions("Pp:", argv, usage);
  const password = options.value("p");
  if (options.rest.length === 0) throw new Refusal(2, usage);
  for (const name of options.rest) {
    const path = keychainPath(machine, name);
    const what = `SecKeychainCreate ${name}`;
    if (password === undefined) throw failed(what, -25308);
    if (!existsSync(dirname(path))) throw failed(what, 100_002);
    changeKeychain(path, (existing) => {
      if (existing || existsSync(path)) throw failed(what, -25296);
      writeKeychain(path, emptyKeychain(password));
    });
    noteUse(machine, path);
    if (defaultKeychain(machine) === undefined) setDefaultKeychain(machine, path);
  }
}

export function unlockKeychain({ machine, argv }: Call): void {
  const usage = "Usage: unlock-keychain [-u] [-p password] [keychain]";
  const options = readOptions("up:", argv, usage);
  const name = options.rest[0] ?? defaultKeychain(machine) ?? "";
  const path = keychainPath(machine, name);
  const what = `SecKeychainUnlock ${options.rest[0] ?? "<NULL>"}`;
  const keychain = readKeychain(path);
  const password = options.value("p");
  if (!keychain) throw failed(what, -25294);
  if (password === undefined) throw failed(what, -25308);
  if (!opens(keychain, password)) throw failed(what, -25293);
  noteUse(machine, path);
}

export function lockKeychain({ machine, argv }: Call): void {
  const options = readOptions("a", argv, "Usage: lock-keychain [-a | keychain]");
  const named = options.rest.length > 0 ? options.rest : [defaultKeychain(machine) ?? ""];
  const paths = options.has("a") ? userSearchList(machine) : named.map((name) => keychainPath(machine, name));
  for (const [index, path] of paths.entries()) {
    if (!existsSync(path)) throw failed(`SecKeychainLock ${named[index] ?? path}`, -25294);
    noteLocked(machine, path);
  }
}

/** Takes it off the search list, even where the file is gone already. */
export function deleteKeychain({ machine, argv }: Call): void {
  const usage = "Usage: delete-keychain [keychains...]";
  const { rest } = readOptions("", argv, usage);
  if (rest.length === 0) throw new Refusal(2, usage);
  for (const name of rest) {
    const path = keychainPath(machine, name);
    const list = userSearchList(machine);
    if (list.includes(path))
      setUserSearchList(
        machine,
        list.filter((each) => each !== path),
      );
    noteLocked(machine, path);
    if (!existsSync(path)) throw failed("SecKeychainDelete", -25294);
    rmSync(path);
  }
}
