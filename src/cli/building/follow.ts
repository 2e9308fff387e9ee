import type { BuildDetails } from "../../protocol/api.ts";
import type { Api } from "../client/api.ts";
import { followBuild } from "../client/follow-build.ts";
import { watchBuild } from "../client/watch-build.ts";
import type { Session } from "../session.ts";
import { type Interruptible, untilInterrupted } from "./interruption.ts";
import { BuildView, type Shown } from "./view.ts";

/** How long a controller may be away while a build is followed: long enough for its upgrade. */
export const PATIENCE_MS = 10 * 60_000;

/**
 * Shows a build until its end, with as much of it as `shown` says. When it is interrupted it says how to go on; the build goes
 * on by itself.
 */
export async function followToEnd(
  session: Session,
  api: Api,
  id: number,
  shown: Shown,
): Promise<Interruptible<BuildDetails>> {
  const view = new BuildView(session.output, shown);
  const onState = (build: BuildDetails) => view.show(build);
  const onLog = (bytes: Buffer) => session.output.log(bytes);
  const outcome = await untilInterrupted(async (signal) => {
    const patience = { signal, patienceMs: PATIENCE_MS, onOutage: view.showOutage.bind(view) };
    const followed =
      shown === "log" ? followBuild(api, id, { onLog, onState }, patience) : watchBuild(api, id, onState, patience);
    return followed.finally(() => view.end());
  });
  if ("value" in outcome && outcome.value !== undefined) return { value: outcome.value };
  session.output.note(`Stopped following. Build ${id} goes on.`);
  session.output.note(`  millwright logs ${id} --follow   to follow it again`);
  session.output.note(`  millwright cancel ${id}          to cancel it`);
  return { exitCode: "exitCode" in outcome ? outcome.exitCode : 130 };
}
