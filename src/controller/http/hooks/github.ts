import { z } from "zod";
import { branchOf, notABranch, optionalText, ref, sha } from "./payload-fields.ts";
import { type HookedEvent, header, NOTHING, type Provider, shaOrNone } from "./provider.ts";
import { isHmacOf } from "./signatures.ts";

const commit = z.object({ id: sha, message: optionalText });

/** The payload `push` of GitHub; that of Gitea and Forgejo has the same fields. */
const PUSH = z.object({
  ref,
  before: sha,
  after: sha,
  head_commit: commit.nullish(),
  commits: z.array(commit).nullish(),
  pusher: z.object({ name: optionalText, login: optionalText, username: optionalText }).nullish(),
});

/** Webhooks of GitHub, also of one's own server. */
export const GITHUB: Provider = {
  name: "GitHub",
  sends: (headers) => header(headers, "x-github-event") !== undefined,
  proof: (headers) => header(headers, "x-hub-signature-256"),
  verify: isHmacOf,
  delivery: (headers) => header(headers, "x-github-delivery"),
  read: (headers, payload) => readLikeGitHub(header(headers, "x-github-event") ?? "", payload),
};

/** For all hosts that send GitHub's shapes. */
export function readLikeGitHub(event: string, payload: unknown): HookedEvent {
  if (event === "ping") return { ...NOTHING, ping: true };
  if (event !== "push") return { ...NOTHING, ignored: [`the event ${event.slice(0, 100)}`] };
  const push = PUSH.parse(payload);
  const branch = branchOf(push.ref);
  if (branch === undefined) return { ...NOTHING, ignored: [notABranch(push.ref)] };
  const head = push.head_commit ?? push.commits?.find(({ id }) => id === push.after);
  const { name = "", login = "", username = "" } = push.pusher ?? {};
  const moved = { branch, sha: shaOrNone(push.after), before: shaOrNone(push.before) };
  return { ...NOTHING, branches: [{ ...moved, note: head?.message ?? "", by: login || username || name }] };
}
