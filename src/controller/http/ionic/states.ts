import semver from "semver";
import type { BuildStatus } from "../../../protocol/build-types.ts";
import type { IonicState } from "../../../protocol/ionic-api.ts";

/** `pending` and `created` are Appflow's own words on the wire: the CLIs say of `created` that the limit is reached. */
const WIRE: Record<BuildStatus, IonicState> = {
  pending: "created",
  queued: "pending",
  running: "running",
  success: "success",
  failed: "failed",
  canceled: "canceled",
};

/** The state as this client must be told it. */
export function wireState(status: BuildStatus, canceledEnds: boolean): IonicState {
  return status === "canceled" && !canceledEnds ? "failed" : WIRE[status];
}

/**
 * Whether a client that polls a package or deploy build stops at `canceled`. Older CLIs than 6.12.1 poll for ever; those
 * before 6.8 don't even say that they are one (`node-superagent/4.1.0`).
 */
export function canceledEndsBuild(userAgent: string | undefined): boolean {
  const version = /\bIonic CLI (\S+)/.exec(userAgent ?? "")?.[1];
  return version !== undefined && semver.valid(version) !== null && semver.gte(version, "6.12.1");
}

/** Whether a client of `builds/:build` stops at `canceled`: no Ionic CLI does there, the GitHub action does. */
export function canceledEndsAnyBuild(userAgent: string | undefined): boolean {
  return !/superagent|Ionic CLI/i.test(userAgent ?? "");
}
