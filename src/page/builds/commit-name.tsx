import type { Build } from "../../protocol/api.ts";
import { shortCommit } from "./words.ts";

/** What was built: the message, and branch and hash below it. */
export function CommitName({ build }: { build: Build }) {
  const asked = build.branch ?? (build.commitSha && !build.commitSha.startsWith(build.commit) ? build.commit : "");
  return (
    <>
      {build.commitNote && <div class="cut row-note">{build.commitNote}</div>}
      <div class="quiet">
        <code title={build.commitSha ?? build.commit}>{shortCommit(build)}</code>
        {asked && ` ${asked}`}
      </div>
    </>
  );
}
