import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { locked } from "../machine/lock.ts";
import type { Machine } from "../machine/machine.ts";
import { writeWhole } from "../machine/settings.ts";

/** A job that launchd knows. */
export interface Service {
  label: string;
  plist: string;
  program: string[];
  keepAlive: boolean;
  runAtLoad: boolean;
  /** Of the faked process; 0 where none runs. */
  pid: number;
  runs: number;
}

/** What launchd remembers, in FAKE_APPLE_ROOT/launchd.json. Nothing is ever started. */
export interface Launchd {
  /** User ids with a session at the screen. */
  guiSessions: number[];
  /** By domain and label: gui/501/com.example.agent. */
  services: Record<string, Service>;
  /** The same names, also of services that aren't loaded. */
  disabled: string[];
  nextPid: number;
  /** So many calls of `bootstrap` after a `bootout` fail, as launchd lets a label go only after seconds. */
  settling: number;
  /** How many of them are left, by name. */
  leaving: Record<string, number>;
}

const FRESH: Launchd = { guiSessions: [501], services: {}, disabled: [], nextPid: 4200, settling: 0, leaving: {} };

export function readLaunchd(root: string): Launchd {
  const file = fileOf(root);
  return existsSync(file)
    ? { ...FRESH, ...(JSON.parse(readFileSync(file, "utf8")) as Partial<Launchd>) }
    : { ...FRESH };
}

/** Changes what launchd remembers while no other process does. */
export function changeLaunchd<T>({ root }: Pick<Machine, "root">, change: (launchd: Launchd) => T): T {
  return locked(fileOf(root), () => {
    const launchd = structuredClone(readLaunchd(root));
    const answer = change(launchd);
    writeWhole(fileOf(root), `${JSON.stringify(launchd, null, 2)}\n`);
    return answer;
  });
}

function fileOf(root: string): string {
  return join(root, "launchd.json");
}
