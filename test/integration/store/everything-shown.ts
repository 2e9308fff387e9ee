import { createHash } from "node:crypto";
import type { BuildDetails } from "../../../src/protocol/api.ts";
import type { TestController } from "../../support/controller.ts";
import { documentedRoutes } from "../../support/documented-routes.ts";

/** They have no end, or tell of this moment only. */
const NOT_ASKED = ["/builds/changes", "/builds/:id/watch", "/agents", "/audit/chain"];
const QUERIES: Record<string, string[]> = {
  "/builds": ["?limit=500", "?status=success", "?status=queued"],
  "/builds/:id/log/search": ["?q=1"],
  "/target-platforms/fit": ["?platform=android"],
  "/audit": ["?limit=500"],
  "/profiles": ["", "?account=team"],
  "/environments": ["", "?account=team"],
  "/native-configs": ["", "?account=team"],
};
/** What changes by being asked, with the controller, or because a build goes on. */
const OF_THE_MOMENT = new Set(["lastUsedAt", "lastContactAt", "ms", "totalMs"]);

/** Only who has logged in is shown them. */
const PERSONAL = ["/tokens"];

/**
 * What every GET route of the API says of everything that there is: JSON as it is, bytes by their number and SHA-256. `login` is
 * the token of a person.
 */
export async function everythingShown(controller: TestController, login: string): Promise<Record<string, unknown>> {
  const keys = await keysOf(controller);
  const shown: Record<string, unknown> = {};
  for (const { method, path } of documentedRoutes()) {
    if (method !== "GET" || NOT_ASKED.includes(path)) continue;
    const paths = path.includes(":artifact") ? await artifactsOf(controller, keys["id"] ?? []) : filled(path, keys);
    const token = PERSONAL.includes(path) ? login : controller.adminToken;
    for (const each of paths) {
      for (const query of QUERIES[path] ?? [""]) shown[each + query] = await answerOf(controller, each + query, token);
    }
  }
  return shown;
}

/** What the parameters of paths may be. */
async function keysOf(controller: TestController): Promise<Record<string, string[]>> {
  const idsOf = async (path: string) => {
    const [list = []] = Object.values((await controller.api("GET", path)).body as Record<string, { id: string }[]>);
    return list.map(({ id }) => `${id}`);
  };
  return {
    app: await idsOf("/apps"),
    id: await idsOf("/builds?limit=500"),
    account: await idsOf("/accounts"),
    user: await idsOf("/users"),
    webhook: await idsOf("/webhooks"),
    name: ["main"],
  };
}

function filled(path: string, keys: Record<string, string[]>): string[] {
  const [parameter, name = ""] = /:(\w+)/.exec(path) ?? [];
  if (parameter === undefined) return [path];
  const values = keys[name];
  if (!values) throw new Error(`${path}: the test doesn't know what ${parameter} could be`);
  return values.flatMap((value) => filled(path.replace(parameter, value), keys));
}

async function artifactsOf(controller: TestController, builds: readonly string[]): Promise<string[]> {
  const all = await Promise.all(builds.map(async (id) => (await controller.build(Number(id))) as BuildDetails));
  return all.flatMap(({ id, artifacts }) => artifacts.map((artifact) => `/builds/${id}/artifacts/${artifact.id}`));
}

async function answerOf(controller: TestController, path: string, token: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${controller.httpUrl}/api/v1${path}`, { headers });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.headers.get("content-type")?.startsWith("application/json") && !path.includes("/artifacts/")) {
    const without = (key: string, value: unknown) => (OF_THE_MOMENT.has(key) ? undefined : value);
    return { status: response.status, json: JSON.parse(bytes.toString(), without) as unknown };
  }
  return { status: response.status, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}
