import { formatSize } from "../../base/units.ts";
import type { Agent, AgentToolchain } from "../../protocol/api.ts";
import type { Session } from "../session.ts";
import { ago } from "../terminal/ago.ts";
import type { Output } from "../terminal/output.ts";
import { type Column, tableLines } from "../terminal/table.ts";
import { harmless } from "../terminal/text.ts";
import { keyLines, keyWord } from "./agent-keys.ts";

/** `millwright agents`. */
export async function listAgents(session: Session): Promise<number> {
  const answer = await (await session.connect()).get<{ agents: Agent[] }>("/agents");
  session.answer(answer, (output) => {
    if (answer.agents.length === 0) {
      return output.note("No agents. Let a build host join: millwright agents invite");
    }
    for (const line of tableLines(answer.agents, columns(output), output.style)) output.line(line);
    for (const line of xcodes(answer.agents)) output.line(line);
    for (const line of keyLines(answer.agents)) output.line(line);
    for (const line of held(answer.agents)) output.line(line);
    for (const line of inMaintenance(answer.agents)) output.line(line);
    for (const line of lacking(answer.agents)) output.line(line);
  });
  return 0;
}

function columns(output: Output): Column<Agent>[] {
  const { style } = output;
  const tones = {
    ready: "good",
    busy: "accent",
    paused: "warn",
    draining: "warn",
    maintenance: "warn",
    unhealthy: "bad",
    offline: "quiet",
  } as const;
  return [
    { title: "AGENT", cell: (agent) => agent.name },
    {
      title: "STATE",
      cell: (agent) => (agent.state === "draining" && agent.hold?.done ? "drained" : agent.state),
      paint: (text, agent) => style.tone(tones[agent.state] ?? "quiet", text),
    },
    { title: "SLOTS", cell: (agent) => `${agent.running.length} of ${agent.slots}` },
    { title: "BUILDS", cell: (agent) => supported(agent).join(", ") },
    { title: "RUNNING", cell: (agent) => agent.running.join(", ") },
    { title: "DISK FREE", cell: (agent) => formatSize(agent.diskFreeBytes), side: "right", leaveOut: 1 },
    {
      title: "SEEN",
      cell: (agent) => ago(agent.lastContactAt, Date.now()),
      leaveOut: 2,
    },
    { title: "KEY", cell: keyWord, leaveOut: 5 },
    { title: "OS", cell: ({ os, arch }) => [os, arch].filter(Boolean).join(" "), least: 6, leaveOut: 3 },
    { title: "VERSION", cell: (agent) => agent.version, leaveOut: 4 },
  ];
}

/** Who keeps an agent from new builds, and why. */
function held(agents: readonly Agent[]): string[] {
  return agents.flatMap(({ name, hold }) => {
    if (!hold) return [];
    const how = hold.kind === "pause" ? "paused" : hold.done ? "drained" : "being drained";
    const why = hold.reason === "" ? "" : `: ${hold.reason}`;
    return [harmless(`${name} is ${how} by ${hold.by}, ${ago(hold.at, Date.now())}${why}`)];
  });
}

/** Until when agents take no new builds, and why. */
function inMaintenance(agents: readonly Agent[]): string[] {
  return agents.flatMap(({ name, maintenance }) => {
    if (!maintenance) return [];
    const { untilInWords, by, reason } = maintenance;
    return [harmless(`${name} is in maintenance until ${untilInWords}, by ${by}${reason === "" ? "" : `: ${reason}`}`)];
  });
}

function supported(agent: Agent): string[] {
  return agent.platforms.filter((platform) => platform.supported).map((platform) => platform.platform);
}

/** The Xcodes of each agent, the one for builds that ask for none first, and those that builds can't use. */
function xcodes(agents: readonly Agent[]): string[] {
  return agents.flatMap((agent) => {
    const all = agent.toolchains.filter(({ kind }) => kind === "xcode");
    const named = ({ version, build, beta, preferred }: AgentToolchain) =>
      `${version} (${[build, beta ? "beta" : "", preferred ? "default" : ""].filter(Boolean).join(", ")})`;
    const ready = all.filter(({ lacking }) => !lacking);
    return [
      ...(ready.length > 0 ? [`${agent.name} has Xcode ${ready.map(named).join(", ")}`] : []),
      ...all
        .filter(({ lacking }) => lacking)
        .map((each) => `${agent.name} can't use Xcode ${named(each)} at ${each.path}: ${each.lacking}`),
    ].map(harmless);
  });
}

/** Why an agent can't build what it doesn't build. */
function lacking(agents: readonly Agent[]): string[] {
  return agents.flatMap((agent) => [
    ...agent.reasons.map((reason) => harmless(`${agent.name} is ${agent.state}: ${reason}`)),
    ...agent.platforms
      .filter((platform) => !platform.supported)
      .map((platform) => harmless(`${agent.name} can't build for ${platform.platform}: ${platform.lacking}`)),
  ]);
}
