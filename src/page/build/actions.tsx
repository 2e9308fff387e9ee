import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { Build, BuildDetails } from "../../protocol/api.ts";
import { call } from "../client/api.ts";
import { useAction } from "../client/use-action.ts";
import { Confirm } from "../controls/confirm.tsx";
import { FailureBox } from "../controls/failure-box.tsx";
import { say } from "../frame/notices.tsx";
import { mayDo } from "../session/session.ts";
import { hasEnded } from "./use-build.ts";

/** What may be done with a build: cancel it while it goes on, ask for it again. */
export function Actions({ build }: { build: BuildDetails }) {
  const { route } = useLocation();
  const [asking, setAsking] = useState(false);
  const retry = useAction(async () => {
    const again = await call<Build>("POST", `/builds/${build.id}/retry`);
    say(`Build ${again.id} was asked for.`);
    route(`/builds/${again.id}`);
  });
  if (!mayDo("build", build.account)) return null;
  return (
    <div class="row">
      <FailureBox failure={retry.failure} />
      {!hasEnded(build) && (
        <button type="button" class="danger" disabled={build.cancelRequested} onClick={() => setAsking(true)}>
          Cancel
        </button>
      )}
      <button type="button" disabled={retry.running} onClick={() => retry.run()}>
        {hasEnded(build) ? "Build again" : "Build the same"}
      </button>
      {asking && (
        <Confirm
          title={`Cancel build ${build.id}?`}
          verb="Cancel the build"
          onConfirm={() => call("POST", `/builds/${build.id}/cancel`)}
          onClose={() => setAsking(false)}
        >
          What it has done so far is lost; its log stays.
        </Confirm>
      )}
    </div>
  );
}
