import type { Parameters } from "../../protocol/generated/millwright/agent/v1/agent.ts";
import type { Services } from "../services.ts";

/** What the controller tells an agent about its pace. */
export function parametersOf(services: Services): Parameters {
  const { timing } = services;
  return {
    syncIdleMs: timing.syncIdleMs,
    syncBusyMs: timing.syncBusyMs,
    leaseTtlMs: timing.leaseTtlMs,
    offlineToleranceMs: timing.offlineToleranceMs,
    logFlushMs: timing.logFlushMs,
    logWindowBytes: 4 * 2 ** 20,
    logLimitBytes: 48 * 2 ** 20,
    logTailBytes: 2 ** 20,
    cancelGraceMs: timing.cancelGraceMs,
  };
}
