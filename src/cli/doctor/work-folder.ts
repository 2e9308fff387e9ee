import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { freeBytes } from "../../agent/host/disk.ts";
import { failureOf } from "../../base/errors/millwright-error.ts";
import { readJson } from "../../base/files.ts";
import { newId } from "../../base/ids.ts";
import { isAlive } from "../../base/processes/alive.ts";
import { formatSize } from "../../base/units.ts";
import { broken, type Check, ok, wrong } from "./check.ts";

const NAMED = { id: "work-folder", title: "Work folder" };
const DISK = { id: "disk", title: "Disk" };

/** Looks whether the agent can write its work folder, and whether there is room for a build. Leaves nothing there. */
export async function checkWorkFolder(folder: string, minFree: number, host: string): Promise<Check[]> {
  const nearest = nearestFolder(folder);
  return [writable(folder, nearest), await disk(nearest, minFree, host)];
}

function writable(folder: string, nearest: string): Check {
  const probe = join(nearest, newId(".millwright-doctor-"));
  try {
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    return broken(NAMED, failureOf("WORK_FOLDER_UNUSABLE", { folder, reason: `${(error as Error).message}.` }));
  }
  if (nearest !== folder) return ok(NAMED, `${folder}, which the agent makes`);
  const owner = statSync(folder).uid;
  if (owner !== process.getuid?.()) {
    const found = `${folder} belongs to the user ${owner}, and this command runs as ${process.getuid?.()}.`;
    return wrong(NAMED, "warning", found, "Run millwright doctor as the user that the agent runs as.");
  }
  const pid = agentIn(folder);
  return ok(NAMED, `${folder}${pid === undefined ? "" : `, where an agent works (process ${pid})`}`);
}

async function disk(nearest: string, minFree: number, host: string): Promise<Check> {
  const free = await freeBytes(nearest);
  const sizes = { free: formatSize(free), needed: formatSize(minFree) };
  if (free >= minFree) return ok(DISK, `${sizes.free} free, a build needs ${sizes.needed}`);
  return broken(DISK, failureOf("DISK_NEARLY_FULL", { host, folder: nearest, ...sizes }));
}

function agentIn(folder: string): number | undefined {
  try {
    const pid = readJson<{ pid: number }>(join(folder, "lock"))?.pid;
    return pid !== undefined && isAlive(pid) ? pid : undefined;
  } catch {
    return undefined; // a lock that was never written whole is nobody's
  }
}

function nearestFolder(path: string): string {
  let folder = path;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
