import { shownState } from "../agents/shown-state.ts";
import { whatIsLacking, whyNot } from "../agents/target-platforms.ts";
import type { Services } from "../services.ts";
import type { BuildWithApp } from "../store/build-store.ts";

/** Why a build in the queue isn't running, in a sentence or some: also which agents can't take it, and why. */
export async function explainWaiting(services: Services, build: BuildWithApp): Promise<string> {
  if (build.state === "offered" || build.state === "accepted") return "An agent is about to begin it.";
  const agents = await services.store.agents.list();
  if (agents.length === 0) return "No agent has joined yet. Start one: millwright agent --config FILE";
  const able = agents.filter((agent) => whyNot(agent, build) === undefined);
  const wanted = build.target_platform === null ? build.platform : `${build.platform} on ${build.target_platform}`;
  const lacking = whatIsLacking(agents, build);
  if (able.length === 0) return `No agent can build for ${wanted}. ${lacking}`;
  const states = await Promise.all(able.map(async (agent) => `${agent.name} is ${await shownState(services, agent)}`));
  const ahead = await services.store.builds.ahead(build);
  const before = ahead === 0 ? "It is the next." : `${ahead} ${ahead === 1 ? "build is" : "builds are"} before it.`;
  const others = lacking === "" ? "" : ` Others can't take it: ${lacking}`;
  return `Waiting for an agent that builds for ${wanted}: ${states.join(", ")}. ${before}${others}`;
}
