import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { temporaryFolder } from "../../support/controller.ts";
import { type Ran, ran } from "../../support/ran.ts";

/** A Linux host in a folder: the scripts write below `root`; what would change this machine only takes notes. */
export interface LinuxHost {
  root: string;
  /** Where Millwright is on it, with the real scripts and units. */
  prefix: string;
  bin: string;
  /** Runs linux/NAME as this user id. */
  script(name: string, words: string[], uid?: number): Promise<Ran>;
  /** All calls of systemctl, useradd, userdel and chown so far. */
  calls(): string[];
  file(path: string): string;
  has(path: string): boolean;
}

export function linuxHost(): LinuxHost {
  const folder = temporaryFolder();
  const [root, prefix, bin] = [join(folder, "root"), join(folder, "opt/millwright"), join(folder, "bin")];
  const notes = join(folder, "calls");
  const users = join(folder, "users");
  for (const each of [root, bin, join(prefix, "dist/cli")]) mkdirSync(each, { recursive: true });
  for (const each of [notes, users]) writeFileSync(each, "");
  writeFileSync(join(prefix, "dist/cli/main.js"), "");
  cpSync(resolve("linux"), join(prefix, "linux"), { recursive: true });
  const program = (name: string, script: string) =>
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  program("systemctl", `echo "systemctl $*" >>'${notes}'`);
  program("chown", `echo "chown $*" >>'${notes}'`);
  program("useradd", `echo "useradd $*" >>'${notes}'; echo millwright >>'${users}'`);
  program("userdel", `echo "userdel $*" >>'${notes}'; : >'${users}'`);
  program("getent", `grep -q "^$2$" '${users}'`);
  program("uname", 'echo "${FAKE_SYSTEM:-Linux}"');
  program("id", 'echo "$FAKE_UID"');
  program("node", `exec '${process.execPath}' "$@"`);
  program("millwright", "exit 0");
  return {
    root,
    prefix,
    bin,
    script: (name, words, uid = 0) => {
      const env = { PATH: `${bin}:/usr/bin:/bin`, FAKE_UID: `${uid}`, DESTDIR: root };
      return ran(join(prefix, "linux", name), words, env);
    },
    calls: () => readFileSync(notes, "utf8").split("\n").filter(Boolean),
    file: (path) => readFileSync(join(root, path), "utf8"),
    has: (path) => existsSync(join(root, path)),
  };
}
