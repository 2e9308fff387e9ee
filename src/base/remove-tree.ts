import { execFileSync } from "node:child_process";
import { lstatSync, rmSync } from "node:fs";

/**
 * Removes a folder whatever a hostile program made of it: closed to its owner, or deeper than a path can name. Links in it
 * aren't followed. Throws when something is left.
 */
export function removeTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    if (!lstatSync(path, { throwIfNoEntry: false })) return;
  } catch {
    // The system's own programs go down folder by folder.
  }
  try {
    execFileSync("chmod", ["-R", "u+rwX", "--", path], { stdio: "ignore" });
  } catch {
    // What could not be opened is seen by rm.
  }
  execFileSync("rm", ["-rf", "--", path], { stdio: "pipe" });
}
