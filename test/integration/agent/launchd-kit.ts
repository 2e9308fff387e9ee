import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { parse } from "plist";
import { type FakeMac, installFakeMac } from "../../fakes/apple/install.ts";
import { temporaryFolder } from "../../support/controller.ts";

const UID = 501;

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A Mac whose account is `builder`, with a configuration of an agent; the scripts write below `root` what belongs to /Library. */
export interface LaunchdHost {
  mac: FakeMac;
  root: string;
  config: string;
  workFolder: string;
  agentPlist: string;
  daemonPlist: string;
  logs: string;
  /** Runs macos/NAME as this user id. */
  script(name: string, words: string[], uid?: number): Promise<Ran>;
  launchctl(words: string[], uid?: number): Promise<Ran>;
}

export function launchdHost(): LaunchdHost {
  const folder = temporaryFolder();
  const mac = installFakeMac(join(folder, "mac"));
  const root = join(folder, "root");
  const own = join(folder, "of the agent & its <owner>");
  mkdirSync(own);
  const config = join(own, "agent.config.yaml");
  writeFileSync(config, "workFolder: work\n");
  otherPrograms(mac, join(folder, "bin"));
  const run = (command: string, words: string[], uid: number) => {
    const PATH = `${join(folder, "bin")}:${mac.bin}:${process.env["PATH"]}`;
    const env = { PATH, HOME: mac.home, FAKE_UID: `${uid}`, MILLWRIGHT_ROOT: root, MILLWRIGHT_TRIES: "3" };
    return ran(command, words, env);
  };
  return {
    mac,
    root,
    config,
    workFolder: join(own, "work"),
    agentPlist: join(mac.home, "Library/LaunchAgents/dev.millwright.agent.plist"),
    daemonPlist: join(root, "Library/LaunchDaemons/dev.millwright.agent.plist"),
    logs: join(mac.home, "Library/Logs/Millwright"),
    script: (name, words, uid = UID) => run(resolve("macos", name), words, uid),
    launchctl: (words, uid = UID) => run(join(mac.bin, "launchctl"), words, uid),
  };
}

export function readPlist(file: string): Record<string, unknown> {
  return parse(readFileSync(file, "utf8")) as Record<string, unknown>;
}

/** What Linux has otherwise than a Mac, or would really do. */
function otherPrograms(mac: FakeMac, bin: string): void {
  const program = (name: string, script: string) => {
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  program("uname", 'if [ "$1" = -s ]; then echo "${FAKE_SYSTEM:-Darwin}"; fi');
  program(
    "id",
    `case "$*" in
      -u) echo "$FAKE_UID" ;;
      -un) if [ "$FAKE_UID" = 0 ]; then echo root; else echo builder; fi ;;
      "-u root") echo 0 ;;
      "-u builder") echo ${UID} ;;
      *) echo "id: $2: no such user" >&2; exit 1 ;;
    esac`,
  );
  program("dscl", `echo "NFSHomeDirectory: ${mac.home}"`);
  program("chown", `echo "$@" >> '${join(mac.root, "chown")}'`);
}

async function ran(command: string, words: string[], env: Record<string, string>): Promise<Ran> {
  const child = spawn(command, words, { env, stdio: ["ignore", "pipe", "pipe"] });
  const code = new Promise<number | null>((done) => child.once("close", done));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}
