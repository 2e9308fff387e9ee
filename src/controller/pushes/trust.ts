import type { Selectable } from "kysely";
import { matchesBranch } from "../automations/branch-patterns.ts";
import type { Services } from "../services.ts";
import type { AppRow } from "../store/tables.ts";

/**
 * What was decided of a build: empty where its app has no rule, by what its commit is trusted (`branch`: whatever the named
 * branch holds when it is built), or `untrusted`.
 */
export type Trust = "" | "branch" | "commit" | "untrusted";

export interface Decided {
  trust: Trust;
  /** Why it is untrusted. */
  reason: string;
  /** The digits that are trusted, where a name was given that may lead elsewhere by the time of the build. */
  commit?: string;
}

/** The rule of an app: patterns of branches; undefined where it has none. */
export function trustedBranches(app: Pick<Selectable<AppRow>, "trusted_branches">): string[] | undefined {
  return app.trusted_branches === null ? undefined : (JSON.parse(app.trusted_branches) as string[]);
}

/**
 * Whether a commit belongs to a branch that the app trusts, by what the controller knows itself: its own repository, the pushes
 * that signed webhooks told of, and names, which the build host takes for branches only. What it can't know isn't trusted.
 * `pushedTo`: the branch of the push that begins the build.
 */
export async function decideTrust(
  services: Services,
  app: Selectable<AppRow>,
  commit: string,
  pushedTo?: string,
): Promise<Decided> {
  const patterns = trustedBranches(app);
  if (!patterns) return { trust: "", reason: "" };
  const isTrusted = (branch: string) => patterns.some((pattern) => matchesBranch(pattern, branch));
  const trusted = (trust: Trust) => ({ trust, reason: "" });
  const name = branchNamed(commit);
  if (name !== undefined && isTrusted(name)) return trusted("branch");
  if (name === undefined && pushedTo !== undefined && isTrusted(pushedTo)) return trusted("commit");
  const sha = app.own_remote === 1 ? await shaOf(services, app.id, commit) : commit;
  const holding = await (app.own_remote === 1 ? branchesHolding : branchesPushed)(services, app.id, sha);
  if (holding.some(isTrusted)) return { ...trusted("commit"), commit: sha };
  const rule = patterns.length > 0 ? `those are: ${patterns.join(", ")}` : "it trusts none";
  return { trust: "untrusted", reason: `${commit} is in no branch that the app trusts, as far as is known (${rule}).` };
}

/** For a build that is trusted by its branch: a tag of that name, made meanwhile, is not what was trusted. */
export function asBranch(commit: string): string {
  return commit.startsWith("refs/") ? commit : `refs/heads/${commit}`;
}

/** Undefined for what names no branch: digits, a tag, HEAD. */
function branchNamed(commit: string): string | undefined {
  const isOther = /^[0-9a-f]{40}$/i.test(commit) || commit === "HEAD" || /^refs\/(?!heads\/)/.test(commit);
  return isOther ? undefined : commit.replace(/^refs\/heads\//, "");
}

async function shaOf({ repositories }: Services, appId: string, commit: string): Promise<string> {
  const { stdout } = await repositories.ask(appId, ["rev-parse", "--verify", "--end-of-options", `${commit}^{commit}`]);
  return stdout.trim();
}

async function branchesHolding({ repositories }: Services, appId: string, commit: string): Promise<string[]> {
  if (commit === "") return [];
  const args = ["for-each-ref", "--format=%(refname:lstrip=2)", "--contains", commit, "refs/heads"];
  const { ok, stdout } = await repositories.ask(appId, args);
  return ok ? stdout.split("\n").filter((name) => name !== "") : [];
}

async function branchesPushed({ store }: Services, appId: string, commit: string): Promise<string[]> {
  return /^[0-9a-f]{40}$/i.test(commit) ? await store.pushes.branchesOf(appId, commit.toLowerCase()) : [];
}
