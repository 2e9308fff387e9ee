import { existsSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { absolute, type Machine } from "../machine/machine.ts";
import type { XcodeState } from "../machine/settings.ts";
import { Refusal } from "../machine/tool.ts";

export interface SelectedXcode extends XcodeState {
  developerDir: string;
}

/** DEVELOPER_DIR as it is set (an Xcode's folder means the one inside it), else what `xcode-select -s` has set. */
export function activeDeveloperDir(machine: Machine): string {
  const { FAKE_APPLE_DEVELOPER_DIR: own, DEVELOPER_DIR: wished } = machine.env;
  if (own) return own;
  if (!wished) return readlinkSync(join(machine.root, "var/db/xcode_select_link"));
  const inside = join(absolute(machine, wished), "Contents/Developer");
  if (existsSync(inside)) return inside;
  if (!existsSync(absolute(machine, wished))) {
    throw new Refusal(1, `xcrun: error: missing DEVELOPER_DIR path: ${wished}`);
  }
  return absolute(machine, wished);
}

/** The Xcode that runs `tool`. Refuses where only the command line tools are selected. */
export function selectedXcode(machine: Machine, tool: string): SelectedXcode {
  const developerDir = activeDeveloperDir(machine);
  const folder = basename(join(developerDir, "../.."));
  const state = machine.settings.xcodes[folder];
  if (!state || !existsSync(developerDir)) {
    const what = "is a command line tools instance";
    const text = `tool '${tool}' requires Xcode, but active developer directory '${developerDir}' ${what}`;
    throw new Refusal(1, `xcode-select: error: ${text}`);
  }
  return { ...state, developerDir };
}

/** Refuses, as everything of an Xcode does whose licence nobody agreed to. */
export function checkLicense({ licenseAccepted, version }: SelectedXcode): void {
  if (licenseAccepted) return;
  const old =
    "Agreeing to the Xcode/iOS license requires admin privileges, please run “sudo xcodebuild -license” and then retry this command.";
  const now =
    "You have not agreed to the Xcode license agreements. Please run 'sudo xcodebuild -license' from within a Terminal window to review and agree to the Xcode and Apple SDKs license.";
  throw new Refusal(69, `\n${isAtLeast(version, "14") ? now : old}\n`);
}

/** Compares versions like 15.4 and 16. */
export function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [version, least].map((each) => each.split(".").map(Number));
  for (const [index, wanted] of (b ?? []).entries()) {
    const has = a?.[index] ?? 0;
    if (has !== wanted) return has > wanted;
  }
  return true;
}
