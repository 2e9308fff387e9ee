import { TimeZone } from "../../base/time/time-zone.ts";
import type { Stretch } from "../../base/time/weekly.ts";
import type { Maintenance } from "../../protocol/maintenance-api.ts";
import type { Services } from "../services.ts";
import type { StoredWindow } from "../store/maintenance-store.ts";
import { openTime } from "./open-windows.ts";

/**
 * Looks once, and then answers of each agent in which window it is, of several the one that ends last. Nothing is kept:
 * windows begin and end because they are looked at.
 */
export async function maintenanceNow({
  store,
  clock,
}: Pick<Services, "store" | "clock">): Promise<(agentId: string) => Maintenance | undefined> {
  const now = clock.now();
  const open = (await store.maintenance.list(now)).flatMap((window) => {
    const time = openTime(window, now);
    return time && time.from <= now ? [{ window, time }] : [];
  });
  open.sort((a, b) => b.time.until - a.time.until);
  const shown = open.map(({ window, time }) => ({
    agentId: window.agent_id,
    maintenance: toMaintenance(window, time),
  }));
  return (asked) => shown.find(({ agentId }) => agentId === null || agentId === asked)?.maintenance;
}

/** `in maintenance until Sun 2026-11-22 04:00 Europe/Berlin: new disk`. */
export function maintenanceInWords({ untilInWords, reason }: Maintenance): string {
  return `in maintenance until ${untilInWords}${reason === "" ? "" : `: ${reason.replace(/[.\s]+$/, "")}`}`;
}

function toMaintenance({ id, reason, time_zone: zone, created_by: by }: StoredWindow, time: Stretch): Maintenance {
  return {
    id,
    from: new Date(time.from).toISOString(),
    until: new Date(time.until).toISOString(),
    untilInWords: `${new TimeZone(zone).inWords(time.until)} ${zone}`,
    reason,
    by,
  };
}
