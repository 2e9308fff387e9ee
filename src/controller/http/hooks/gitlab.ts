import { z } from "zod";
import { sameSecret } from "../../../base/same-secret.ts";
import { branchOf, notABranch, optionalText, ref, sha } from "./payload-fields.ts";
import { header, NOTHING, type Provider, shaOrNone } from "./provider.ts";

const PUSH = z.object({
  ref,
  before: sha,
  after: sha,
  commits: z.array(z.object({ id: sha, message: optionalText })).nullish(),
  user_username: optionalText,
});

/** Webhooks of GitLab, which shows the secret itself instead of a signature. */
export const GITLAB: Provider = {
  name: "GitLab",
  sends: (headers) => header(headers, "x-gitlab-event") !== undefined,
  proof: (headers) => header(headers, "x-gitlab-token"),
  verify: (proof, _body, secret) => sameSecret(proof, secret),
  delivery: (headers) => header(headers, "idempotency-key") ?? header(headers, "x-gitlab-event-uuid"),
  read(headers, payload) {
    const event = header(headers, "x-gitlab-event") ?? "";
    if (event === "Tag Push Hook") return { ...NOTHING, ignored: ["a tag"] };
    if (event !== "Push Hook") return { ...NOTHING, ignored: [`the event ${event.slice(0, 100)}`] };
    const push = PUSH.parse(payload);
    const branch = branchOf(push.ref);
    if (branch === undefined) return { ...NOTHING, ignored: [notABranch(push.ref)] };
    const note = push.commits?.find(({ id }) => id === push.after)?.message ?? "";
    const moved = { branch, sha: shaOrNone(push.after), before: shaOrNone(push.before) };
    return { ...NOTHING, branches: [{ ...moved, note, by: push.user_username }] };
  },
};
