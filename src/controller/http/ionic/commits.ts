import type { IonicCommit } from "../../../protocol/ionic-api.ts";
import { notFound } from "../../queue/build-requests.ts";
import type { Services } from "../../services.ts";

/** One page of the GitHub action, which asks for the same page again and again when there are more. */
const MOST = 100;

/** The commits of an app that were pushed or built, the latest first; of others a controller doesn't know. */
export async function commitsOf({ store }: Services, appId: string): Promise<IonicCommit[]> {
  return (await store.commits.ofApp(appId, MOST)).map(({ sha, note, branch }) => ({
    id: idOf(sha),
    sha,
    short_sha: sha.slice(0, 8),
    note,
    ref: branch,
  }));
}

/** The 40 digits of the commit of that number. Throws NOT_FOUND. */
export async function commitOfId(services: Services, appId: string, id: number): Promise<string> {
  const known = await commitsOf(services, appId);
  const commit = known.find((each) => each.id === id);
  if (commit) return commit.sha;
  const latest = known.slice(0, 10).map((each) => `${each.id} (${each.short_sha})`);
  throw notFound("commit", `${id}`, latest);
}

/** Of 48 bits: numbers of JSON hold no more than 53. */
function idOf(sha: string): number {
  return Number.parseInt(sha.slice(0, 12), 16);
}
