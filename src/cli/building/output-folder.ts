import { accessSync, constants, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";

/** The folder, made when it is missing. Throws FILE_UNWRITABLE: better now than after the build. */
export function readyOutputFolder(folder: string, current: string): string {
  const path = resolve(current, folder);
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw errorOf("FILE_UNWRITABLE", { file: path, reason: (cause as Error).message }, { cause });
  }
  return path;
}
