import { lstatSync, realpathSync } from "node:fs";
import { relative, sep } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";

/** Whether what a path finally leads to, links followed, lies in `root`. A path that leads nowhere doesn't. */
export function staysInside(root: string, path: string): boolean {
  try {
    const [inner, outer] = [realpathSync(path), realpathSync(root)];
    return inner === outer || inner.startsWith(outer + sep);
  } catch {
    return false; // it isn't there, or its links go in a circle
  }
}

/**
 * The supervisor isn't contained: before it reads or writes what a build could have made a link, it asks. Throws LEADS_OUTSIDE
 * when the path leads out of the checkout, and what the file system says where there is nothing.
 */
export function mustStayInside(worktree: string, path: string): void {
  lstatSync(path);
  if (!staysInside(worktree, path)) throw errorOf("LEADS_OUTSIDE", { path: relative(worktree, path) });
}
