import type { Selectable } from "kysely";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { Services } from "../services.ts";
import type { AppRow } from "../store/tables.ts";
import { remoteAddress } from "./address.ts";
import { firstLine } from "./first-line.ts";
import type { Repositories } from "./repositories.ts";

/** A commit of a request as far as it is known before the build. */
export interface KnownCommit {
  /** All its digits, or the branch or tag as it was named. */
  commit: string;
  /** The first line of its message; empty where it isn't known. */
  note: string;
}

/**
 * Looks a commit up where the controller has the repository itself: a shortened hash gets all its digits, a branch or tag
 * stays. Of other remotes only the build host knows. Throws COMMIT_NOT_PUSHED, COMMIT_AMBIGUOUS.
 */
export async function resolveCommit(services: Services, app: Selectable<AppRow>, commit: string): Promise<KnownCommit> {
  if (app.own_remote === 0) return { commit, note: "" };
  const { repositories } = services;
  const refused = (reason: string) =>
    errorOf("COMMIT_NOT_PUSHED", { commit, app: app.name, reason, remote: remoteAddress(services, app) });
  if (!repositories.has(app.id)) throw refused("Nothing was pushed to its remote yet.");
  const named = await shaOfName(repositories, app.id, commit);
  const { sha, ambiguous } = named ? { sha: named, ambiguous: false } : await shaOfDigits(repositories, app.id, commit);
  if (ambiguous) throw errorOf("COMMIT_AMBIGUOUS", { commit, app: app.name });
  if (!sha) throw refused(await whyUnknown(repositories, app.id, commit));
  return { commit: named ? commit : sha, note: await noteOf(repositories, app.id, sha) };
}

/** The first line of a commit's message; empty when there is no such commit. */
export async function noteOf(repositories: Repositories, appId: string, sha: string): Promise<string> {
  const { stdout } = await repositories.ask(appId, ["log", "-1", "--format=%s", "--end-of-options", sha, "--"]);
  return firstLine(stdout);
}

/** Branches and tags go before digits, as git has it. */
async function shaOfName(repositories: Repositories, appId: string, name: string): Promise<string | undefined> {
  if (/^[0-9a-f]{40}$/i.test(name)) return undefined;
  const names = /^refs\/(heads|tags)\//.test(name) ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  for (const ref of name === "HEAD" ? ["HEAD"] : names) {
    const { ok, stdout } = await repositories.ask(appId, verify(ref));
    if (ok) return stdout.trim();
  }
  return undefined;
}

async function shaOfDigits(repositories: Repositories, appId: string, digits: string) {
  if (!/^[0-9a-f]{4,40}$/i.test(digits)) return { sha: undefined, ambiguous: false };
  const { ok, stdout, stderr } = await repositories.ask(appId, verify(digits.toLowerCase()));
  return { sha: ok ? stdout.trim() : undefined, ambiguous: /is ambiguous/.test(stderr) };
}

function verify(name: string): string[] {
  return ["rev-parse", "--verify", "--end-of-options", `${name}^{commit}`];
}

async function whyUnknown(repositories: Repositories, appId: string, commit: string): Promise<string> {
  const { stdout } = await repositories.ask(appId, ["for-each-ref", "--format=%(refname:short)", "refs/heads"]);
  const branches = stdout.split("\n").filter((name) => name !== "");
  if (branches.length === 0) return "Nothing was pushed to its remote yet.";
  if (/^[0-9a-f]{40}$/i.test(commit)) return "It is in no branch that was pushed to the app's remote.";
  const shown = branches.slice(0, 20).join(", ");
  if (/^[0-9a-f]{4,39}$/i.test(commit)) {
    return `No commit that was pushed begins with ${commit}, and there is no branch or tag of that name.`;
  }
  return `The app's remote has no branch or tag of that name. It has the branches: ${shown}.`;
}
