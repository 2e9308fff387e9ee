import type { Selectable } from "kysely";
import { remoteAddress } from "../pushes/address.ts";
import type { Services } from "../services.ts";
import type { BuildWithApp } from "../store/build-store.ts";
import type { ArtifactRow, EventRow, LeaseRow, TransitionRow } from "../store/tables.ts";

export interface AttemptFacts {
  lease: Selectable<LeaseRow>;
  /** The name of the agent. */
  agent: string;
  events: Selectable<EventRow>[];
  artifacts: Selectable<ArtifactRow>[];
}

/** All that a trace tells of a build, as the store has it. */
export interface BuildFacts {
  build: BuildWithApp;
  account: string;
  /** Of its app. */
  repository: string;
  /** Its page. */
  url: string;
  transitions: Selectable<TransitionRow>[];
  attempts: AttemptFacts[];
}

/** Undefined when the build is gone. */
export async function factsOf(
  services: Pick<Services, "store" | "publicUrl">,
  buildId: number,
): Promise<BuildFacts | undefined> {
  const { store, publicUrl } = services;
  const build = await store.builds.find(buildId);
  const app = build && (await store.apps.find(build.app_id));
  if (!build || !app) return undefined;
  const agents = new Map((await store.agents.list()).map(({ id, name }) => [id, name]));
  const artifacts = await store.traces.artifacts(buildId);
  const attempts: AttemptFacts[] = [];
  for (const lease of await store.leases.ofBuild(buildId)) {
    attempts.push({
      lease,
      agent: agents.get(lease.agent_id) ?? lease.agent_id,
      events: await store.builds.events(lease.id),
      artifacts: artifacts.filter(({ lease_id }) => lease_id === lease.id),
    });
  }
  return {
    build,
    account: (await store.accounts.find(build.account_id))?.name ?? build.account_id,
    repository: remoteAddress(services, app),
    url: `${publicUrl()}/builds/${buildId}`,
    transitions: await store.traces.transitions(buildId),
    attempts,
  };
}
