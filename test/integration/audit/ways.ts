import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { hardwareMark } from "../../../src/agent/host/identity.ts";
import { temporaryFolder } from "../../support/controller.ts";
import { begunBuild, sendFiles } from "../../support/finished-build.ts";
import { headersOf, pushOf } from "../../support/hooks.ts";
import { PASSWORD } from "../../support/people.ts";
import { Clone, withLogin } from "../../support/pushing.ts";
import { JoinedAgent } from "../controller/joining/ground.ts";
import { ANNA, NEW_PASSWORD, type World } from "./world.ts";

const DEPLOY = { kind: "deploy", commit: "main" };
const VERIFIER = randomBytes(32).toString("base64url");

export function login(world: World): Promise<Record<string, string>> {
  return world.api("POST", "/session", { email: ANNA, password: PASSWORD }, world.controller.as(undefined));
}

export async function tokenOf(world: World): Promise<string> {
  return (await login(world))["token"] ?? "";
}

export async function pageLogout(world: World): Promise<void> {
  const opened = await world.send("POST", "/page/session", { email: ANNA, password: NEW_PASSWORD });
  const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
  const own = { cookie, origin: world.controller.httpUrl, "sec-fetch-site": "same-origin", "x-millwright-page": "1" };
  await world.send("DELETE", "/page/session", undefined, own);
}

export async function ionicLogout(world: World): Promise<void> {
  const answer = await world.send("POST", "/ionic/login", { email: ANNA, password: NEW_PASSWORD });
  const { data } = (await answer.json()) as { data: { token: string } };
  await world.send("POST", "/ionic/logout", undefined, { authorization: `Bearer ${data.token}` });
}

export async function oauthLogin(world: World): Promise<void> {
  const client = { client_id: "cli", redirect_uri: "http://localhost:8123" };
  const challenge = createHash("sha256").update(VERIFIER).digest("base64url");
  const asked = { ...client, response_type: "code", code_challenge: challenge, code_challenge_method: "S256" };
  const page = await world.send("GET", `/oauth/authorize?${new URLSearchParams(asked)}`);
  const request = /name="request" value="([^"]*)"/.exec(await page.text())?.[1] ?? "";
  const cookie = page.headers.get("set-cookie")?.split(";")[0] ?? "";
  const form = new URLSearchParams({ request, email: ANNA, password: NEW_PASSWORD });
  const led = await world.send("POST", "/oauth/authorize", form, { cookie });
  const code = new URL(led.headers.get("location") ?? "").searchParams.get("code") ?? "";
  const grant = { ...client, grant_type: "authorization_code", code, code_verifier: VERIFIER };
  await world.send("POST", "/oauth/token", new URLSearchParams(grant));
}

export async function hooked(world: World): Promise<void> {
  const body = JSON.stringify(pushOf("github"));
  await world.send("POST", `/hooks/${world.made["app"]}`, body, headersOf("github", body, world.made["hook"] ?? ""));
}

export async function pushed(world: World): Promise<void> {
  const app = await world.api("POST", "/apps", { name: "own" });
  const clone = await new Clone(join(temporaryFolder(), "own")).init();
  await clone.commit("one");
  await clone.git("push", withLogin(app["gitUrl"] ?? "", "x", world.controller.adminToken), "main");
}

export async function installed(world: World): Promise<void> {
  const { controller, agent } = world;
  for (const { id, status } of (await world.api<{ builds: { id: number; status: string }[] }>("GET", "/builds"))
    .builds) {
    if (status === "queued") await world.api("POST", `/builds/${id}/cancel`);
  }
  const build = await begunBuild(controller, agent, {
    ...DEPLOY,
    kind: "package",
    platform: "android",
    buildType: "debug",
  });
  const [id] = await sendFiles(agent, build, [{ name: "app.apk", kind: "apk", bytes: "bytes" }]);
  await agent.complete(build.lease, build.jobToken, "", { artifactIds: [id as string] });
  await world.api("POST", `/builds/${build.id}/artifacts/${id}/install`);
}

/** A host whose key was shown by another machine too. */
export async function quarantined({ controller }: World): Promise<void> {
  const first = await JoinedAgent.make(controller, "host-1");
  await first.open("", `m1.${hardwareMark() || "aaaa"}`);
  const copy = await JoinedAgent.withKey(controller, first.key);
  copy.instanceId = "p2";
  await copy.open("", "m1.bbbb").catch(() => undefined); // it is refused
}

/** A build that is asked for by the number of its commit: the hook told of one. */
export async function byId(world: World, path: string): Promise<void> {
  const app = `/apps/${world.made["app"]}`;
  const headers = { authorization: `Bearer ${world.controller.adminToken}` };
  const listed = await world.send("GET", `/ionic${app}/commits`, undefined, headers);
  const [commit] = ((await listed.json()) as { data: { id: number }[] }).data;
  await world.ionic(`${app}/${path}`, { commit_id: commit?.id, platform: "ANDROID", build_type: "debug" });
}
