import { accessSync, constants } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorOf } from "../base/errors/millwright-error.ts";
import { takePidLock } from "../base/processes/pid-lock.ts";
import { STORING_FOLDER } from "../protocol/cache-entries.ts";
import { machineId } from "./host/identity.ts";

const FOLDERS = ["jobs", "mirrors", "worktrees", "scratch", "tools", "caches", STORING_FOLDER, "logs"];

/** Makes the agent's work folder and takes it for this process. Throws WORK_FOLDER_UNUSABLE or WORK_FOLDER_TAKEN. */
export async function takeWorkFolder(folder: string): Promise<{ release: () => void }> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK | constants.X_OK);
    for (const name of FOLDERS) await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw errorOf("WORK_FOLDER_UNUSABLE", { folder, reason: (cause as Error).message }, { cause });
  }
  const lock = takePidLock(join(folder, "lock"));
  if ("heldBy" in lock) throw errorOf("WORK_FOLDER_TAKEN", { folder, pid: lock.heldBy });
  return lock;
}

/** Unix sockets have short names (104 bytes on macOS): a deep work folder gets its socket elsewhere, under its own mark. */
export function materialSocket(workFolder: string): string {
  const near = join(workFolder, "agent.sock");
  return near.length < 100 ? near : join(tmpdir(), `millwright-${machineId(workFolder)}.sock`);
}
