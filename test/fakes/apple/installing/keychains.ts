import { readFileSync } from "node:fs";
import { authorityOf } from "../certificates/authority.ts";
import { certificateOf } from "../certificates/certificate.ts";
import { emptyKeychain, writeKeychain } from "../keychain/keychain-file.ts";
import { noteUse } from "../keychain/lock-state.ts";
import { loginKeychain, systemKeychain } from "../keychain/paths.ts";
import { setDefaultKeychain, setUserSearchList } from "../keychain/search-list.ts";
import type { Machine } from "../machine/machine.ts";
import { readSettings } from "../machine/settings.ts";

export const LOGIN_PASSWORD = "login-password";

/** The system's keychain with Apple's certificates, and the account's login keychain: unlocked, without timeout. */
export function installKeychains(root: string): void {
  const machine: Machine = { root, settings: readSettings(root), env: {}, cwd: root };
  const { wwdr, root: apple } = authorityOf(root);
  const certificates = [wwdr, apple].map(({ certificate }) => certificateOf(readFileSync(certificate)));
  const lasting = { lockOnSleep: false, timeoutSeconds: null };
  const stored = certificates.map(({ der }) => der.toString("base64"));
  writeKeychain(systemKeychain(machine), { ...emptyKeychain("system"), ...lasting, certificates: stored });
  const login = loginKeychain(machine);
  writeKeychain(login, { ...emptyKeychain(LOGIN_PASSWORD), ...lasting });
  noteUse(machine, login);
  setUserSearchList(machine, [login]);
  setDefaultKeychain(machine, login);
}
