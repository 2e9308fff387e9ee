import { accessSync, constants, mkdirSync } from "node:fs";
import { join } from "node:path";
import { errorOf, type MillwrightError } from "../base/errors/millwright-error.ts";
import { takePidLock } from "../base/processes/pid-lock.ts";

/** Takes the folder for the life of this process. Throws DATA_FOLDER_UNUSABLE, DATA_FOLDER_TAKEN. */
export function takeDataFolder(folder: string): { release: () => void } {
  mustBeUsable(folder);
  const lock = takePidLock(join(folder, "lock"));
  if ("heldBy" in lock) throw errorOf("DATA_FOLDER_TAKEN", { folder, pid: lock.heldBy });
  return lock;
}

/** Makes the folder when there is none. Throws DATA_FOLDER_UNUSABLE. */
export function mustBeUsable(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw unusableFolder(folder, cause);
  }
}

/** A store that is damaged or of a newer release, a key that is none: what is in the folder can't be worked with. */
export function unusableFolder(folder: string, cause: unknown): MillwrightError {
  return errorOf("DATA_FOLDER_UNUSABLE", { folder, reason: (cause as Error).message }, { cause });
}
