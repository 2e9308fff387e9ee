import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
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

/** What the controller knows this host by: the work folder's mark and the hardware's. */
export function machineMark(workFolder: string): string {
  return `${machineId(workFolder)}.${hardwareMark()}`;
}

/** What tells this host from a copy of its disk: a hash of what the system says of the machine, or empty. */
export function hardwareMark(): string {
  const told = process.platform === "darwin" ? platformUuid() : read("/etc/machine-id");
  return told === "" ? "" : createHash("sha256").update(`millwright:${told}`).digest("hex").slice(0, 16);
}

/** A Mac's own number, which stays when its disk is copied to another. */
function platformUuid(): string {
  try {
    const told = execFileSync("/usr/sbin/ioreg", ["-rd1", "-c", "IOPlatformExpertDevice"], { timeout: 5_000 });
    return /"IOPlatformUUID" = "([^"]+)"/.exec(told.toString())?.[1] ?? "";
  } catch {
    return ""; // without it the agent goes by the work folder's mark
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return ""; // a container may have none
  }
}

/** Differs after each boot of the host, also where there is no /proc (there by the minute of the boot). */
export function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return `boot-${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
  }
}
