import type { JobContext } from "../job/context.ts";
import { OK, type Step } from "../job/step.ts";
import { checkAdmission } from "../trust/admission.ts";
import { bringCommit } from "./bring-commit.ts";
import { gitQuietly } from "./git.ts";
import { Logins } from "./login.ts";
import { openMirror } from "./mirror.ts";
import { appOrigin } from "./origin.ts";
import { Remote } from "./remote.ts";
import { chooseRef, isSha, readRefs, type Wanted } from "./resolve-commit.ts";

/** Gets the exact commit into the bare mirror of its repository, without the network when it is there already. */
export const fetchStep: Step = {
  id: "fetch",
  async run(context) {
    checkAdmission(context.host, context.spec);
    const origin = appOrigin(context);
    if (origin.login) context.log.redactor.add([origin.login.password]);
    const mirror = await openMirror(context, origin);
    const logins = new Logins(context);
    const remote = new Remote(context, logins, origin, mirror, "fetch");
    try {
      const wanted = await resolve(context, remote);
      await bringCommit(context, remote, wanted.sha, { commit: context.spec.commit, branch: context.spec.branch });
      const message = await subjectOf(context, mirror, wanted.sha);
      context.found.commit = { ...wanted, message, mirror };
      context.log.line(`Commit ${wanted.sha} ${message}`);
    } finally {
      logins.close();
    }
    return OK;
  },
};

async function resolve(context: JobContext, remote: Remote): Promise<Wanted> {
  const { commit } = context.spec;
  if (isSha(commit)) return { sha: commit.toLowerCase(), ref: commit, refType: "commit" };
  context.found.refs = readRefs(await remote.list());
  return chooseRef(context, context.found.refs, remote.origin.url);
}

async function subjectOf(context: JobContext, mirror: string, sha: string): Promise<string> {
  const args = ["log", "-1", "--no-show-signature", "--format=%s", sha];
  const { stdout } = await gitQuietly(context, { step: "fetch", args, cwd: mirror });
  return context.log.redactor.text(stdout.toString().trim().slice(0, 500));
}
