import type { Selectable } from "kysely";
import { errorOf } from "../../base/errors/millwright-error.ts";
import type { HostPlatform } from "../../protocol/build-types.ts";
import { type Requirement, requirementOfName, requirementText } from "../../protocol/requirement.ts";
import { platformsOf } from "../agents/capability.ts";
import { type Need, targetOffer, targetPlatformsOf, whatIsLacking, whyNot } from "../agents/target-platforms.ts";
import type { Services } from "../services.ts";
import type { AgentRow, TargetPlatformRow } from "../store/tables.ts";

/** What a request's target platform came to, as the columns of its build. */
export interface TargetChoice {
  target_platform: string | null;
  requirement: string | null;
  notice: string | null;
}

/**
 * What the target platform of a request asks for: as the operator defined it, as an agent promises it, or as its name says.
 * A request that names none gets the preferred one. Throws TARGET_PLATFORM_RETIRED, TARGET_PLATFORM_UNSUITABLE, and what no
 * agent that ever joined could build: NO_AGENT_FOR_PLATFORM, TARGET_PLATFORM_UNAVAILABLE, TARGET_PLATFORM_UNKNOWN. With no
 * agent at all a build waits for the first.
 */
export async function chooseTarget(
  { store }: Pick<Services, "store">,
  platform: HostPlatform,
  asked: string | undefined,
): Promise<TargetChoice> {
  const { agents: some, defined, row, requirement } = await whatIsAsked(store, platform, asked);
  const name = row?.name ?? asked;
  const need = { platform, requirement };
  const agents = some.some((agent) => whyNot(agent, need) === undefined) ? some : await store.agents.list(); // to name them
  mustBeBuildable(agents, need, (able, lacking) => {
    if (row) throw errorOf("TARGET_PLATFORM_UNAVAILABLE", { name: row.name, reason: lacking });
    throw errorOf(
      "TARGET_PLATFORM_UNKNOWN",
      { name: name ?? "", reason: whatThereIs(able, defined) },
      { detail: lacking },
    );
  });
  return { target_platform: name ?? null, requirement: requirementText(requirement), notice: row?.notice || null };
}

/** What a request for this target platform needs of a host, whether an agent has it or not. Throws as `chooseTarget` does. */
export async function needOfTarget(
  { store }: Pick<Services, "store">,
  platform: HostPlatform,
  asked: string | undefined,
): Promise<Need> {
  const { requirement } = await whatIsAsked(store, platform, asked);
  return { platform, requirement };
}

/** Agents that can do the same are looked at once. */
async function whatIsAsked(store: Services["store"], platform: HostPlatform, asked: string | undefined) {
  const agents = await store.agents.oneOfEachKind();
  const defined = await store.targetPlatforms.list();
  const row = asked === undefined ? preferredOf(platform, defined) : defined.find(({ name }) => name === asked);
  const name = row?.name ?? asked;
  if (row?.retired) throw errorOf("TARGET_PLATFORM_RETIRED", { name: row.name, notice: noticeOf(row) });
  const requirement = row ? requirementOf(row) : requirementOfRequest(name, agents, defined);
  if (platform === "ios" && requirement.os === "linux") {
    throw errorOf("TARGET_PLATFORM_UNSUITABLE", { name: name ?? "", platform, reason: "It needs a Mac with Xcode." });
  }
  return { agents, defined, row, requirement };
}

/** What a defined target platform asks of a host. */
export function requirementOf(row: Selectable<TargetPlatformRow>): Requirement {
  const os = row.os === "macos" || row.os === "linux" ? { os: row.os } : {};
  return {
    ...os,
    ...(row.xcode ? { xcode: row.xcode } : {}),
    ...(row.label ? { label: row.label } : {}),
  } as Requirement;
}

/** Apple's builds have the Mac as their home, the others Linux; one for any system stands behind. */
function preferredOf(
  platform: HostPlatform,
  defined: readonly Selectable<TargetPlatformRow>[],
): Selectable<TargetPlatformRow> | undefined {
  const home = platform === "ios" ? "macos" : "linux";
  const marked = defined.filter(({ preferred, retired }) => preferred && !retired);
  return marked.find(({ os }) => os === home) ?? marked.find(({ os }) => os === "any");
}

function requirementOfRequest(
  name: string | undefined,
  agents: readonly Selectable<AgentRow>[],
  defined: readonly Selectable<TargetPlatformRow>[],
): Requirement {
  if (name === undefined) return {};
  const isPromised = agents.some((agent) => targetOffer(agent).names.includes(name));
  const requirement = requirementOfName(name, isPromised);
  if (requirement) return requirement;
  throw errorOf("TARGET_PLATFORM_UNKNOWN", { name, reason: whatThereIs(agents, defined) });
}

/** Calls `refuse` when agents build for the platform but none has what else is needed. */
function mustBeBuildable(
  agents: readonly Selectable<AgentRow>[],
  need: Need,
  refuse: (able: readonly Selectable<AgentRow>[], lacking: string) => never,
): void {
  if (agents.length === 0) return;
  const { platform } = need;
  const able = agents.filter((agent) => platformsOf(agent).includes(platform));
  if (able.length === 0) throw errorOf("NO_AGENT_FOR_PLATFORM", { platform, reason: whatIsLacking(agents, need) });
  if (able.every((agent) => whyNot(agent, need) !== undefined)) refuse(able, whatIsLacking(able, need));
}

/** The names that may be asked for. */
function whatThereIs(
  agents: readonly Selectable<AgentRow>[],
  defined: readonly Selectable<TargetPlatformRow>[],
): string {
  const names = defined.filter(({ retired }) => !retired).map(({ name }) => name);
  const offered = targetPlatformsOf(agents).filter((name) => !names.includes(name));
  const ofAgents = offered.length > 0 ? `The agents offer: ${offered.join(", ")}.` : "The agents offer none by name.";
  return names.length > 0 ? `There are: ${names.join(", ")}. ${ofAgents}` : ofAgents;
}

function noticeOf(row: Selectable<TargetPlatformRow>): string {
  return row.notice || "It is no longer offered.";
}
