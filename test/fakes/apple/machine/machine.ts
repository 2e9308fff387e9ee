import { isAbsolute, join, resolve } from "node:path";
import { readSettings, type Settings } from "./settings.ts";

/** The faked Mac as one call of a tool sees it. */
export interface Machine {
  root: string;
  settings: Settings;
  env: NodeJS.ProcessEnv;
  cwd: string;
}

/** The Mac of FAKE_APPLE_ROOT, which the installed programs set themselves. */
export function thisMachine(): Machine {
  const root = process.env["FAKE_APPLE_ROOT"];
  if (!root) throw new Error("FAKE_APPLE_ROOT is not set: call the program of an installed fake");
  return { root, settings: readSettings(root), env: process.env, cwd: process.cwd() };
}

export function nowMs(machine: Machine): number {
  return Date.now() + machine.settings.clockOffsetSeconds * 1000;
}

export function accountHome({ root, settings }: Machine): string {
  return join(root, "Users", settings.user);
}

export function keychainHome(machine: Machine): string {
  return homeBy(machine, machine.settings.keychainHome);
}

export function profileHome(machine: Machine): string {
  return homeBy(machine, machine.settings.profileHome);
}

function homeBy(machine: Machine, policy: "account" | "environment"): string {
  const { HOME } = machine.env as { HOME?: string };
  return policy === "environment" && HOME ? HOME : accountHome(machine);
}

export function absolute(machine: Machine, path: string): string {
  return isAbsolute(path) ? path : resolve(machine.cwd, path);
}

/** The first number of the macOS version. */
export function macOSMajor({ settings }: Machine): number {
  return Number(settings.macOS.version.split(".")[0]);
}
