import { hash } from "node:crypto";
import { wait } from "../../base/time/wait.ts";
import { gitQuietly } from "../checkout/git.ts";
import { Logins } from "../checkout/login.ts";
import { appOrigin } from "../checkout/origin.ts";
import { Remote } from "../checkout/remote.ts";
import { readRefs } from "../checkout/resolve-commit.ts";
import type { JobContext } from "../job/context.ts";
import { known } from "../job/findings.ts";

/** Whose entries a build reads, best first; it writes only the first. */
export interface Scopes {
  own: string;
  readable: readonly string[];
}

export const DEFAULT_SCOPE = "default";
/** Of builds that nothing is kept of; no build reads it. */
const UNTRUSTED_SCOPE = "untrusted";
/** A server that is slow or away costs no more than this, and some entries. */
const PATIENCE_MS = 5_000;

/**
 * A commit that the default branch holds belongs to the scope of that branch, which all builds of the app may read; any other
 * reads and writes what is of its own branch or commit. So nothing of a branch gets into a build of the default branch before
 * it was merged. What the server can't tell counts as not merged. An untrusted build only reads, and only what was merged.
 */
export async function scopesOf(context: JobContext): Promise<Scopes> {
  if (context.spec.untrusted) return { own: UNTRUSTED_SCOPE, readable: [DEFAULT_SCOPE] };
  const refs = context.found.refs ?? (await refsOfServer(context));
  if (await isOfDefaultBranch(context, refs.get("HEAD"))) return { own: DEFAULT_SCOPE, readable: [DEFAULT_SCOPE] };
  const own = ownScope(context, refs);
  return { own, readable: [own, DEFAULT_SCOPE] };
}

/** The name of a scope as a folder's. */
export function scopeFolder(scope: string): string {
  return `${scope.replaceAll(/[^A-Za-z0-9]+/g, "-").slice(0, 40)}-${hash("sha256", scope).slice(0, 16)}`;
}

function ownScope(context: JobContext, refs: ReadonlyMap<string, string>): string {
  const { sha, ref, refType } = known(context.found, "commit");
  if (refType === "branch") return `branch ${ref}`;
  if (refType === "tag") return `tag ${ref}`;
  const branches = [...refs].filter(([name, tip]) => name.startsWith("refs/heads/") && tip === sha);
  const [branch] = branches[0] ?? [];
  return branches.length === 1 && branch ? `branch ${branch.slice("refs/heads/".length)}` : `commit ${sha}`;
}

async function isOfDefaultBranch(context: JobContext, tip: string | undefined): Promise<boolean> {
  const { sha, mirror } = known(context.found, "commit");
  if (tip === undefined || tip === sha) return tip !== undefined;
  const args = ["merge-base", "--is-ancestor", sha, tip];
  return (await gitQuietly(context, { step: "install", args, cwd: mirror })).ok; // not when the mirror hasn't the tip
}

/** Only where the fetch had no need to ask: the build names a commit by its digits. */
async function refsOfServer(context: JobContext): Promise<ReadonlyMap<string, string>> {
  const { mirror } = known(context.found, "commit");
  const logins = new Logins(context);
  const remote = new Remote(context, logins, appOrigin(context), mirror, "install");
  const listed = remote
    .list()
    .catch(() => "")
    .finally(() => logins.close());
  const text = await Promise.race([listed, wait(PATIENCE_MS, context.stop.signal).then(() => "")]);
  context.stop.check();
  return readRefs(text);
}
