import { errorOf } from "../../base/errors/millwright-error.ts";
import type { Agent } from "../../protocol/api.ts";
import type { HoldKind, HoldRequest } from "../../protocol/page-api.ts";
import type { AgentFit } from "../../protocol/queue-api.ts";
import { fitLines } from "../building/explain.ts";
import { untilInterrupted } from "../building/interruption.ts";
import { HOST_PLATFORMS } from "../building/list.ts";
import { segment } from "../client/api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { unknownWord } from "../usage.ts";
import { untilDrained } from "./until-drained.ts";

export interface HoldOptions {
  reason?: string;
  wait?: boolean;
}

export interface WhyOptions {
  platform: string;
  targetPlatform?: string;
}

/** `millwright agents pause` and `drain`. Throws AGENT_RESUMED when somebody resumes it while its end is awaited. */
export async function holdAgent(session: Session, key: string, kind: HoldKind, options: HoldOptions): Promise<number> {
  const api = await session.connect();
  const request: HoldRequest = { kind, reason: options.reason ?? "" };
  const agent = await api.send<Agent>("PUT", `/agents/${segment(key)}/hold`, request);
  if (!options.wait || agent.hold?.done) {
    session.answer(agent, (output) => output.line(whatIsSo(agent)));
    return EXIT.success;
  }
  session.output.line(whatIsSo(agent));
  const outcome = await untilInterrupted((signal) => untilDrained(session, api, agent, signal));
  if ("value" in outcome && outcome.value !== undefined) {
    const drained = outcome.value;
    session.answer(drained, (output) => output.line(whatIsSo(drained)));
    return EXIT.success;
  }
  session.output.note(
    `Stopped waiting. ${agent.name} gets no new builds until: millwright agents resume ${agent.name}`,
  );
  return "exitCode" in outcome ? outcome.exitCode : EXIT.interrupted;
}

/** `millwright agents resume`. */
export async function resumeAgent(session: Session, key: string): Promise<number> {
  const agent = await (await session.connect()).send<Agent>("DELETE", `/agents/${segment(key)}/hold`);
  session.answer(agent, (output) => output.line(`${agent.name} gets builds again. It is ${agent.state}.`));
  return EXIT.success;
}

/** `millwright agents why`. Throws NOT_FOUND for an agent that there isn't, and what is wrong with the target platform. */
export async function whyNot(
  session: Session,
  command: string,
  name: string | undefined,
  { platform, targetPlatform }: WhyOptions,
): Promise<number> {
  if (!HOST_PLATFORMS.includes(platform)) throw unknownWord(command, "platform", platform, HOST_PLATFORMS);
  const api = await session.connect();
  const { agents } = await api.get<{ agents: AgentFit[] }>("/target-platforms/fit", { platform, targetPlatform });
  const asked = name === undefined ? agents : agents.filter(({ agent }) => agent === name);
  if (name !== undefined && asked.length === 0) {
    const known = agents.map(({ agent }) => agent).join(", ");
    throw errorOf("NOT_FOUND", { kind: "agent", name, reason: known ? `There are: ${known}.` : "There is none yet." });
  }
  session.answer({ agents: asked }, (output) => {
    if (asked.length === 0) return output.note("No agents. Let a build host join: millwright agents invite");
    for (const line of fitLines(asked, output.style)) output.line(line);
  });
  return EXIT.success;
}

function whatIsSo({ name, hold, running }: Agent): string {
  if (hold?.done) return `${name} is drained: nothing runs on it, and it gets no new builds.`;
  const how = hold?.kind === "drain" ? `Draining ${name}` : `Paused ${name}`;
  if (running.length === 0) return `${how}: it gets no new builds.`;
  return `${how}: it gets no new builds, and ${running.length === 1 ? "build" : "builds"} ${running.join(", ")} ${running.length === 1 ? "goes" : "go"} on.`;
}
