import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What every installed program has baked in, so that it works in an environment of which only PATH is left. */
export interface Programs {
  root: string;
  log: string;
  repository: string;
  node: string;
}

const TOOLS = [
  "codesign",
  "defaults",
  "ioreg",
  "ios-deploy",
  "launchctl",
  "mdfind",
  "plutil",
  "PlistBuddy",
  "pod",
  "security",
  "sw_vers",
  "sysctl",
  "xcode-select",
  "xcodebuild",
  "xcrun",
];

/** Writes the programs to `bin`, and PlistBuddy also where it is on a Mac. */
export function installPrograms(programs: Programs, bin: string): void {
  for (const tool of TOOLS) writeProgram(programs, join(bin, tool), tool);
  writeProgram(programs, join(programs.root, "usr/libexec/PlistBuddy"), "PlistBuddy");
}

/** Writes one program; `more` are further variables that it gets. */
export function writeProgram(programs: Programs, file: string, tool: string, more: Record<string, string> = {}): void {
  const main = join(programs.repository, "dist-tools/test/fakes/apple", tool.toLowerCase(), "main.js");
  const variables = { FAKE_APPLE_ROOT: programs.root, FAKE_APPLE_LOG: programs.log, ...more };
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`);
  const script = `#!/bin/sh\n${assignments.join(" \\\n")} \\\nexec ${quoted(programs.node)} ${quoted(main)} "$@"\n`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, script);
  chmodSync(file, 0o755);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
