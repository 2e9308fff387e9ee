import { realpathSync } from "node:fs";
import { relative, sep } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { JobContext } from "../job/context.ts";

/**
 * The same path, when it leads to a place inside of the checkout: an install script may have put a link there since the commit
 * was looked into. Throws LINK_LEAVES_REPOSITORY, and what the file system says where there is nothing.
 */
export function insideCheckout(context: JobContext, file: string): string {
  const root = realpathSync(context.host.worktree);
  const target = realpathSync(file);
  if (!target.startsWith(`${root}${sep}`)) {
    throw errorOf("LINK_LEAVES_REPOSITORY", { path: relative(context.host.worktree, file), target });
  }
  return file;
}
