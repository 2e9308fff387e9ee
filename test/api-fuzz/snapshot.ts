import type { Build } from "../../src/protocol/api.ts";
import type { Ground } from "./ground.ts";

/** Changes by itself: what others do moves a build that waits, and a token was used when it was used. */
const RESTLESS = new Set(["waitingFor", "lastUsedAt", "triedAt", "nextAt"]);

/** All of the other account as the operator sees it, as lines of text. */
export async function snapshotOf(ground: Ground): Promise<string[]> {
  const { operator, others } = ground;
  const { id, names } = others;
  const lists = ["apps", "builds", "profiles", "environments", "native-configs", "webhooks", "audit"];
  const { builds } = await operator<{ builds: Build[] }>("GET", `/builds?account=${id}`);
  const paths = [
    `/accounts/${id}`,
    `/accounts/${id}/members`,
    ...lists.map((path) => `/${path}?account=${id}`),
    ...(names["user"] ?? []).map((user) => `/users/${user}`),
    ...(names["webhook"] ?? []).map((webhook) => `/webhooks/${webhook}/deliveries`),
    ...[0, 2].flatMap((at) => ["automations", "pushes"].map((path) => `/apps/${names["app"]?.[at]}/${path}`)),
    ...builds.flatMap((build) => [`/builds/${build.id}`, `/builds/${build.id}/log`]),
  ];
  const lines: string[] = [];
  for (const path of paths) {
    const answer = await operator<unknown>("GET", path);
    lines.push(`${path} ${JSON.stringify(answer, (key, value: unknown) => (RESTLESS.has(key) ? undefined : value))}`);
  }
  return lines;
}
