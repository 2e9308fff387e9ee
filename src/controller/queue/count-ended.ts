import type { ControllerMetrics } from "../metrics.ts";
import type { Applied } from "../store/transition-store.ts";
import { statusOf } from "./states.ts";

/** Counts a build that has just ended: as a failure of its user, of the host, of the controller or of Millwright itself. */
export function countEnded(metrics: ControllerMetrics, applied: Extract<Applied, { ok: true }>): void {
  const { build, platform } = applied;
  metrics.buildsEnded.inc({ status: statusOf(build.state), platform, blame: build.failure?.blame ?? "" });
}
