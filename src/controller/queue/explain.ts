import type { HostPlatform } from "../../protocol/build-types.ts";
import type { BuildExplanation } from "../../protocol/queue-api.ts";
import { needOf } from "../agents/target-platforms.ts";
import type { Services } from "../services.ts";
import type { BuildWithApp } from "../store/build-store.ts";
import { agentFits } from "./agent-fit.ts";
import { inWords, type Told } from "./explain-words.ts";
import { isTerminal } from "./states.ts";

/** Why a build isn't running: its account's limit, its place in the queue, and what each agent has for it. */
export async function explain(services: Services, build: BuildWithApp): Promise<BuildExplanation> {
  const { id, status, state } = build;
  const alone = { build: id, status, agents: [], remedies: [] };
  if (isTerminal(state)) return { ...alone, summary: `It has ended: ${status}.` };
  if (status === "running") return { ...alone, summary: await whereItRuns(services, build) };
  if (state === "offered" || state === "accepted") return { ...alone, summary: "An agent is about to begin it." };
  const told = await whatIsKnown(services, build);
  return { ...alone, ...told, ...inWords(told) };
}

/** The same in a sentence or some, for builds that wait. */
export async function explainWaiting(services: Services, build: BuildWithApp): Promise<string> {
  return (await explain(services, build)).summary;
}

async function whatIsKnown(services: Services, build: BuildWithApp): Promise<Told> {
  const { store } = services;
  const need = needOf(build);
  const account = await store.accounts.find(build.account_id);
  const limit = account?.concurrency_limit ?? undefined;
  const live = limit === undefined ? [] : await store.builds.live(build.account_id);
  const { orLabel: _, ...requirement } = need.requirement;
  return {
    status: build.status,
    ...(limit === undefined ? {} : { limit: { limit, live: live.length, builds: live } }),
    ahead: await store.builds.ahead(build),
    requirement: {
      platform: build.platform as HostPlatform,
      ...(build.target_platform === null ? {} : { targetPlatform: build.target_platform }),
      ...requirement,
    },
    agents: await agentFits(services, need),
  };
}

async function whereItRuns({ store }: Services, build: BuildWithApp): Promise<string> {
  const lease = build.lease_id === null ? undefined : await store.leases.find(build.lease_id);
  const agent = lease && (await store.agents.find(lease.agent_id));
  const where = agent ? ` on ${agent.name}` : "";
  return build.cancel_requested === 1 ? `It is being canceled${where}.` : `It runs${where}.`;
}
