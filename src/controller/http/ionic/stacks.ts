import type { Selectable } from "kysely";
import { BUILD_TYPES, type HostPlatform, whyNotAllowed } from "../../../protocol/build-types.ts";
import type { IonicStack } from "../../../protocol/ionic-api.ts";
import { platformsOf } from "../../agents/capability.ts";
import { targetOffer, targetPlatformsOf, whyNot } from "../../agents/target-platforms.ts";
import { notFound } from "../../queue/build-requests.ts";
import { requirementOf } from "../../queue/target-choice.ts";
import type { Services } from "../../services.ts";
import type { AgentRow, TargetPlatformRow } from "../../store/tables.ts";
import { numericId } from "./numeric-id.ts";

const PLATFORMS = ["android", "ios", "web"] as const;
const WIRE = { ios: "IOS", android: "ANDROID", web: "WEB" } as const;

/** How "the preferred one, or any agent that can build for the platform" is called where a name must be shown. */
export const LATEST = "Latest";

/** The target platforms by platform: for each one `Latest`, then those that the operator named, then what agents offer. */
export async function stacksOf({ store }: Services): Promise<IonicStack[]> {
  const agents = await store.agents.list();
  const defined = (await store.targetPlatforms.list()).filter(({ retired }) => !retired);
  return PLATFORMS.flatMap((platform) => {
    const able = agents.filter((agent) => platformsOf(agent).includes(platform));
    const named = defined.filter((row) => suits(row, platform, able)).map(({ name }) => name);
    const offered = targetPlatformsOf(able).filter((name) => platform === "ios" || isPromised(able, name));
    return [...new Set([LATEST, ...named, ...offered])].map((name) => stackOf(platform, name));
  });
}

/** The target platform of that number, undefined for `Latest`. Throws NOT_FOUND with those that exist. */
export async function stackOfId(services: Services, platform: HostPlatform, id: number): Promise<string | undefined> {
  const stacks = (await stacksOf(services)).filter((stack) => stack.platform === WIRE[platform]);
  const stack = stacks.find((each) => each.id === id);
  if (stack) return targetPlatform(stack.friendly_name);
  const known = stacks.map((each) => `${each.id} (${each.friendly_name})`);
  throw notFound(`target platform for ${platform}`, `${id}`, known);
}

/** What a request that names a stack asks for. */
export function targetPlatform(name: string | undefined): string | undefined {
  return name === undefined || name.toLowerCase() === LATEST.toLowerCase() ? undefined : name;
}

/** Before the first agent that builds for the platform there is, the system says what a target platform is for. */
function suits(
  row: Selectable<TargetPlatformRow>,
  platform: HostPlatform,
  able: readonly Selectable<AgentRow>[],
): boolean {
  if (able.length === 0) return row.os === "any" || (row.os === "macos") === (platform === "ios");
  return able.some((agent) => whyNot(agent, { platform, requirement: requirementOf(row) }) === undefined);
}

/** An agent's configuration names it; Xcodes are of no use to other platforms. */
function isPromised(agents: readonly Selectable<AgentRow>[], name: string): boolean {
  return agents.some((agent) => targetOffer(agent).names.includes(name));
}

function stackOf(platform: HostPlatform, name: string): IonicStack {
  const types = platform === "web" ? [] : BUILD_TYPES[platform];
  return {
    id: numericId(`stack of ${platform}`, name),
    friendly_name: name,
    platform: WIRE[platform],
    latest: name === LATEST,
    build_types: types.map((type) => ({
      name: type,
      friendly_name: type,
      profile_type: whyNotAllowed("development", platform, type) === undefined ? "development" : "production",
    })),
  };
}
