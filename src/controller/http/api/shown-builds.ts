import type { Build } from "../../../protocol/api.ts";
import type { Services } from "../../services.ts";
import type { BuildWithApp } from "../../store/build-store.ts";
import { toBuild } from "./build-view.ts";

/** Builds as lists show them, with the agents that took them last. */
export async function shownBuilds({ store }: Pick<Services, "store">, rows: readonly BuildWithApp[]): Promise<Build[]> {
  const agents = await store.leases.agentsOf(rows.map(({ id }) => id));
  return rows.map((row) => toBuild(row, agents.get(row.id)));
}
