import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Files below a folder whose bytes hold `text`. The folder may be in use: what vanishes meanwhile is passed over. */
export function filesHolding(folder: string, text: string): string[] {
  const needle = Buffer.from(text);
  return filesBelow(folder).filter((file) => ifStillThere(() => readFileSync(file), Buffer.alloc(0)).includes(needle));
}

function filesBelow(folder: string): string[] {
  return ifStillThere(() => readdirSync(folder, { withFileTypes: true }), []).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

function ifStillThere<T>(read: () => T, gone: T): T {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return gone;
    throw error;
  }
}
