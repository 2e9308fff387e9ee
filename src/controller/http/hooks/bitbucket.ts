import { z } from "zod";
import { branchName, branchOf, notABranch, optionalText, ref, sha } from "./payload-fields.ts";
import { type HookedBranch, type HookedEvent, header, NOTHING, type Provider, shaOrNone } from "./provider.ts";
import { isHmacOf } from "./signatures.ts";

const TEST = "diagnostics:ping";

const side = z.object({
  type: z.string(),
  name: z.string().max(300),
  target: z.object({ hash: sha, message: optionalText }),
});

/** `repo:push` of Bitbucket Cloud: one delivery for all branches of a push. */
const CLOUD_PUSH = z.object({
  push: z.object({ changes: z.array(z.object({ old: side.nullish(), new: side.nullish() })).max(1000) }),
  actor: z.object({ nickname: optionalText, display_name: optionalText }).nullish(),
});

/** `repo:refs_changed` of Bitbucket Server and Data Center. */
const SERVER_PUSH = z.object({
  changes: z.array(z.object({ ref: z.object({ id: ref }), fromHash: sha, toHash: sha })).max(1000),
  actor: z.object({ name: optionalText }).nullish(),
  toCommit: z.object({ id: sha, message: optionalText }).nullish(),
});

/** Webhooks of Bitbucket, of both kinds. */
export const BITBUCKET: Provider = {
  name: "Bitbucket",
  sends: (headers) => header(headers, "x-event-key") !== undefined,
  proof: (headers) => header(headers, "x-hub-signature"),
  verify: isHmacOf,
  delivery: (headers) => header(headers, "x-request-uuid") ?? header(headers, "x-request-id"),
  isBareTest: (headers) => header(headers, "x-event-key") === TEST,
  read(headers, payload) {
    const event = header(headers, "x-event-key") ?? "";
    if (event === TEST) return { ...NOTHING, ping: true };
    if (event === "repo:push") return readCloud(payload);
    if (event === "repo:refs_changed") return readServer(payload);
    return { ...NOTHING, ignored: [`the event ${event.slice(0, 100)}`] };
  },
};

function readCloud(payload: unknown): HookedEvent {
  const { push, actor } = CLOUD_PUSH.parse(payload);
  const branches: HookedBranch[] = [];
  const ignored: string[] = [];
  for (const change of push.changes) {
    const named = change.new ?? change.old;
    if (named?.type !== "branch") {
      if (named) ignored.push(`the ${named.type.slice(0, 50)} ${named.name}`);
      continue;
    }
    branches.push({
      branch: branchName.parse(named.name),
      sha: change.new ? shaOrNone(change.new.target.hash) : "",
      before: change.old ? shaOrNone(change.old.target.hash) : "",
      note: change.new?.target.message ?? "",
      by: actor?.nickname || actor?.display_name || "",
    });
  }
  return { branches, ignored };
}

function readServer(payload: unknown): HookedEvent {
  const { changes, actor, toCommit } = SERVER_PUSH.parse(payload);
  const branches: HookedBranch[] = [];
  const ignored: string[] = [];
  for (const { ref: where, fromHash, toHash } of changes) {
    const branch = branchOf(where.id);
    if (branch === undefined) {
      ignored.push(notABranch(where.id));
      continue;
    }
    const note = toCommit?.id === toHash ? toCommit.message : "";
    branches.push({ branch, sha: shaOrNone(toHash), before: shaOrNone(fromHash), note, by: actor?.name ?? "" });
  }
  return { branches, ignored };
}
