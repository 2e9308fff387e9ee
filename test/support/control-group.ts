import { mkdirSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { KERNEL_SAYS } from "../../src/agent/host/own-group.ts";

/** A control group of this system's own tree as a unit's agent has it; undefined where this user may make none. */
export function realGroup(): string | undefined {
  const mount = /^(?:\S+ ){4}(\S+) .* - cgroup2 /m.exec(readFileSync(KERNEL_SAYS.mounts, "utf8"))?.[1];
  const folder = mount === undefined ? "" : join(mount, `millwright-test-${process.pid}-${Date.now()}`);
  try {
    mkdirSync(join(folder, "agent"), { recursive: true });
  } catch {
    return undefined; // nobody has handed over a part of the tree
  }
  onTestFinished(() => removeAll(folder));
  return folder;
}

function removeAll(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeAll(join(folder, entry.name));
  }
  rmdirSync(folder);
}
