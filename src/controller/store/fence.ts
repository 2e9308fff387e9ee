import type { Transaction } from "kysely";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { whyStale } from "../queue/transitions.ts";
import type { Tables } from "./tables.ts";
import { buildView, leaseView } from "./views.ts";

/** Throws STALE_LEASE unless this lease still holds its build. For the transaction of the write that it protects. */
export async function fenceHolds(tx: Transaction<Tables>, leaseId: string, fence: number): Promise<void> {
  const lease = await tx.selectFrom("leases").selectAll().where("id", "=", leaseId).executeTakeFirst();
  const build =
    lease && (await tx.selectFrom("builds").selectAll().where("id", "=", lease.build_id).executeTakeFirst());
  if (!lease || !build) throw errorOf("STALE_LEASE", { reason: "The controller doesn't know it." });
  if (lease.fence !== fence) throw errorOf("STALE_LEASE", { reason: `Its fence is ${lease.fence}, not ${fence}.` });
  const stale = whyStale(buildView(build), leaseView(lease));
  if (stale) throw errorOf("STALE_LEASE", { reason: `${stale}.` });
}
