import { platformsOf, whatIsLacking } from "../agents/capability.ts";
import { shownState } from "../agents/shown-state.ts";
import type { Services } from "../services.ts";
import type { BuildWithApp } from "../store/build-store.ts";

/** Why a build in the queue isn't running, in a sentence. */
export async function explainWaiting(services: Services, build: BuildWithApp): Promise<string> {
  if (build.state === "offered" || build.state === "accepted") return "An agent is about to begin it.";
  const agents = await services.store.agents.list();
  if (agents.length === 0) return "No agent has joined yet. Start one: millwright agent --config FILE";
  const able = agents.filter((agent) => platformsOf(agent).includes(build.platform));
  if (able.length === 0) return `No agent can build for ${build.platform}. ${whatIsLacking(agents, build.platform)}`;
  const states = await Promise.all(able.map(async (agent) => `${agent.name} is ${await shownState(services, agent)}`));
  const ahead = await services.store.builds.ahead(build);
  const before = ahead === 0 ? "It is the next." : `${ahead} ${ahead === 1 ? "build is" : "builds are"} before it.`;
  return `Waiting for an agent that builds for ${build.platform}: ${states.join(", ")}. ${before}`;
}
