import { join } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { JobContext } from "../job/context.ts";
import { OK, type Step } from "../job/step.ts";
import { gitQuietly } from "./git.ts";
import { ensureMirror, hasCommit, withMirror } from "./mirror.ts";
import { Remote } from "./remote.ts";
import { mirrorName, parseAddress } from "./repository-address.ts";
import { chooseRef, isSha, type Wanted } from "./resolve-commit.ts";

/** Gets the exact commit into the bare mirror of its repository, without the network when it is there already. */
export const fetchStep: Step = {
  id: "fetch",
  async run(context) {
    const address = parseAddress(context.spec.app.gitUrl);
    if (address.login) context.log.redactor.add([address.login.password]);
    const mirror = join(context.host.mirrorsFolder, mirrorName(address));
    const remote = new Remote(context, address, mirror);
    try {
      const wanted = await withMirror(context, mirror, async () => {
        await ensureMirror(context, mirror);
        return await bringCommit(context, mirror, remote);
      });
      const message = await subjectOf(context, mirror, wanted.sha);
      context.found.commit = { ...wanted, message, mirror };
      context.log.line(`Commit ${wanted.sha} ${message}`);
    } finally {
      remote.close();
    }
    return OK;
  },
};

async function bringCommit(context: JobContext, mirror: string, remote: Remote): Promise<Wanted> {
  const { commit } = context.spec;
  const wanted: Wanted = isSha(commit)
    ? { sha: commit.toLowerCase(), ref: commit, refType: "commit" }
    : chooseRef(context, await remote.list(), remote.url);
  if (await hasCommit(context, mirror, wanted.sha)) {
    context.log.line(`The mirror has ${wanted.sha.slice(0, 12)} already: nothing to fetch`);
    return wanted;
  }
  await remote.fetch(wanted);
  if (!(await hasCommit(context, mirror, wanted.sha))) {
    throw errorOf("COMMIT_NOT_FOUND", { commit, repository: remote.url });
  }
  return wanted;
}

async function subjectOf(context: JobContext, mirror: string, sha: string): Promise<string> {
  const args = ["log", "-1", "--format=%s", sha];
  const { stdout } = await gitQuietly(context, { step: "fetch", args, cwd: mirror });
  return context.log.redactor.text(stdout.toString().trim().slice(0, 500));
}
