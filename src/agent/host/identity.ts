import { existsSync, readFileSync } from "node:fs";
import { uptime } from "node:os";
import { join } from "node:path";
import { writeFileAtomically } from "../../base/files.ts";
import { newId } from "../../base/ids.ts";

/** The agent's own mark on this host, made once in its work folder. */
export function machineId(workFolder: string): string {
  const file = join(workFolder, "machine-id");
  if (!existsSync(file)) writeFileAtomically(file, newId("m"));
  return readFileSync(file, "utf8").trim();
}

/** Differs after each boot of the host, also where there is no /proc (there by the minute of the boot). */
export function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return `boot-${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
  }
}
