import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** git holds such a lock for milliseconds. */
const STALE_MS = 60_000;

/**
 * Removes the `*.lock` files of refs that a git left which was killed or lost its power: every later push to that branch
 * would be refused.
 */
export async function removeStaleLocks(repository: string, olderThanMs = STALE_MS): Promise<void> {
  const names = (await readdir(join(repository, "refs"), { recursive: true })).map((name) => join("refs", name));
  for (const name of [...names, "HEAD.lock", "packed-refs.lock"].filter((each) => each.endsWith(".lock"))) {
    const file = join(repository, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY })); // given back meanwhile
    if (mtimeMs < Date.now() - olderThanMs) await rm(file, { force: true });
  }
}
