import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Check } from "../../../src/cli/doctor/check.ts";
import { type FakeMac, installFakeMac, type MacWish } from "../../fakes/apple/install.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";

export interface Examined {
  exitCode: number | null;
  ok: boolean;
  checks: Check[];
  /** The first check of that id. */
  check(id: string): Check | undefined;
}

/** Runs `millwright doctor --json` in a folder. */
export async function examine(folder: string, environment: Record<string, string> = {}): Promise<Examined> {
  const { exitCode, stdout, stderr } = await runCli(["doctor", "--json"], { folder, environment });
  if (!stdout.startsWith("{")) throw new Error(stderr);
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Check[] };
  return { exitCode, ok, checks, check: (id) => checks.find((each) => each.id === id) };
}

/** A folder with a configuration that names these Xcodes. */
export function macFolder(mac: FakeMac): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "token"), "a token\n", { mode: 0o600 });
  const controller = "controller:\n  address: 127.0.0.1:1\n  tokenFile: token\n";
  writeFileSync(join(folder, "agent.config.yaml"), `${controller}xcode:\n  folders: [${mac.applications}]\n`);
  return folder;
}

export function doctorMac(wish?: MacWish): FakeMac {
  return installFakeMac(join(temporaryFolder(), "mac"), wish);
}

/** What a shell on that Mac has; `first` are folders in front of its PATH. */
export function environmentOf(mac: FakeMac, ...first: string[]): Record<string, string> {
  return { HOME: mac.home, PATH: [...first, mac.bin, process.env["PATH"]].join(":") };
}

/**
 * A folder with a `security` that does `script` for one subcommand, and what the Mac's does for all others. In `script`,
 * "$real" is the Mac's.
 */
export function otherSecurity(mac: FakeMac, subcommand: string, script: string): string {
  const folder = temporaryFolder();
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const real = join(mac.bin, "security");
  const text = `#!/bin/sh\nreal='${real}'\nif [ "$1" = ${subcommand} ]; then\n${script}\nfi\nexec "$real" "$@"\n`;
  writeFileSync(join(bin, "security"), text);
  chmodSync(join(bin, "security"), 0o755);
  return bin;
}
