import { type Dirent, lstatSync, readdirSync, type Stats } from "node:fs";
import { join } from "node:path";

/** Below the folder that something was in: there it waits to be removed, out of everybody's way. */
export const TRASH = ".millwright-trash";

export interface Measured {
  /** On the disk. */
  bytes: number;
  /** When a file of it was last read or changed, in milliseconds since 1970. */
  usedAt: number;
}

/** Size and last use of a file or of all in a folder. Links are not followed; what vanishes meanwhile is nothing. */
export function measure(path: string): Measured {
  const found = look(path);
  if (!found) return { bytes: 0, usedAt: 0 };
  let bytes = found.blocks * 512;
  // That a folder is read, as here, says nothing of its use: only what is in it was read for a purpose.
  let usedAt = found.isDirectory() ? found.mtimeMs : lastUse(found);
  if (found.isDirectory()) {
    for (const { name } of entriesOf(path)) {
      const inside = measure(join(path, name));
      bytes += inside.bytes;
      usedAt = Math.max(usedAt, inside.usedAt);
    }
  }
  return { bytes, usedAt };
}

/** Every file below a folder, with size and last use. */
export function* filesBelow(folder: string): Generator<Measured & { path: string }> {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield { path, ...measure(path) };
  }
}

/** The folders in a folder, without the trash and links to such; none when it isn't there, or is itself a link. */
export function foldersIn(folder: string): string[] {
  return entriesOf(folder)
    .filter((entry) => entry.isDirectory() && entry.name !== TRASH)
    .map(({ name }) => name);
}

/** Of a folder that is one, and no link. */
export function entriesOf(folder: string): Dirent[] {
  if (!look(folder)?.isDirectory()) return [];
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // removed, or not for this user
  }
}

/** As `lstat`; undefined when there is nothing, or it can't be looked at. */
export function look(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function lastUse({ atimeMs, mtimeMs }: Stats): number {
  return Math.max(atimeMs, mtimeMs);
}
