import type { AgentFit, BuildExplanation } from "../../protocol/queue-api.ts";

/** What is known of a build that waits. */
export type Told = Required<Pick<BuildExplanation, "status" | "agents" | "ahead" | "requirement">> &
  Pick<BuildExplanation, "limit">;

/** Why a build waits, in a sentence or some, and what would change it. */
export function inWords(told: Told): Pick<BuildExplanation, "summary" | "remedies"> {
  const { limit, agents } = told;
  const held = told.status === "pending" && limit ? [theLimit(limit)] : [];
  if (agents.length === 0) {
    const start = "Start one: millwright agent --config FILE";
    return { summary: [...held, `No agent has joined yet. ${start}`].join(" "), remedies: [...ofLimit(told), start] };
  }
  const able = agents.filter(({ fits }) => fits);
  const summary = able.length === 0 ? noneIsAble(told) : whoIsAwaited(told, able);
  return { summary: [...held, summary].join(" "), remedies: [...ofLimit(told), ...ofAgents(told, able)] };
}

function theLimit({ limit, live, builds }: NonNullable<Told["limit"]>): string {
  const which = live === 0 ? "" : ` (${builds.join(", ")})`;
  return `The account may have ${limit} ${limit === 1 ? "build" : "builds"} at a time: ${live} ${live === 1 ? "runs" : "run"}${which}, and others wait before it.`;
}

function noneIsAble(told: Told): string {
  return `No agent can build for ${wanted(told)}. ${lacking(told)}`;
}

function whoIsAwaited(told: Told, able: readonly AgentFit[]): string {
  const { ahead } = told;
  const states = able.map(({ agent, state, reason }) => `${agent} ${reason || `is ${state}`}`).join(", ");
  const before = ahead === 0 ? "It is the next." : `${ahead} ${ahead === 1 ? "build is" : "builds are"} before it.`;
  const unable = lacking(told);
  const others = unable === "" ? "" : ` Others can't take it: ${unable}`;
  return `Waiting for an agent that builds for ${wanted(told)}: ${states}. ${before}${others}`;
}

function wanted({ requirement: { platform, targetPlatform } }: Told): string {
  return targetPlatform === undefined ? platform : `${platform} on ${targetPlatform}`;
}

function lacking({ agents }: Told): string {
  return agents.flatMap(({ fits, agent, reason }) => (fits ? [] : [`${agent}: ${reason}`])).join("; ");
}

function ofLimit({ status, limit }: Told): string[] {
  if (status !== "pending" || !limit) return [];
  const ends = limit.live > 0 ? "A build of the account ends, or its" : "The account's";
  return [`${ends} limit of ${limit.limit} is raised.`];
}

function ofAgents({ requirement }: Told, able: readonly AgentFit[]): string[] {
  if (able.length === 0) {
    const other = requirement.targetPlatform === undefined ? "" : ", or another target platform is asked for";
    return [`One of the agents gets what it lacks, or another one joins that has it${other}.`];
  }
  if (able.some(({ state }) => state === "ready")) return [];
  const ways: [AgentFit["state"], (names: string) => string][] = [
    ["busy", (names) => `A build on ${names} ends, or it gets more slots.`],
    ["offline", (names) => `The agent on ${names} is started, or can reach the controller again.`],
    ["draining", (names) => `The agent on ${names} is started again after it has stopped.`],
    ["unhealthy", (names) => `What makes ${names} unhealthy is mended: see millwright agents.`],
  ];
  const inWindow = able.flatMap(({ agent, hold, maintenance }) =>
    maintenance && !hold ? [{ agent, maintenance }] : [],
  );
  const others = ways.flatMap(([state, way]) => {
    const named = able.filter((each) => each.state === state && (!each.hold || state === "offline"));
    return named.length > 0 ? [way(named.map(({ agent }) => agent).join(" or "))] : [];
  });
  const held = able.filter(({ hold }) => hold).map(({ agent }) => agent);
  return [
    ...others,
    ...held.map((agent) => `An operator lets ${agent} go on: millwright agents resume ${agent}`),
    ...inWindow.map(
      ({ agent, maintenance: { id, untilInWords } }) =>
        `The maintenance of ${agent} ends, ${untilInWords}, or an operator ends it: millwright agents maintenance remove ${id}`,
    ),
  ];
}
