import { join } from "node:path";
import { expect, test } from "vitest";
import type { Build } from "../../../src/protocol/api.ts";
import { temporaryFolder, testController } from "../../support/controller.ts";
import { agentWithApp, begunBuild, DEPLOY } from "../../support/finished-build.ts";
import { person } from "../../support/people.ts";
import { addOwnRemote, buildsOf, Clone, withLogin } from "../../support/pushing.ts";
import { QueueGround } from "../../support/queue-ground.ts";

const SHA = "0123456789abcdef0123456789abcdef01234567";

test("a build is asked for again with all its settings and the very commit, in the name of who asks", async () => {
  const controller = await testController();
  const agent = await agentWithApp(controller);
  const anna = await person(controller, "anna@example.com", { default: "developer" });
  for (const [path, body] of [
    ["/environments/staging", { variables: {} }],
    ["/native-configs/beta", { appName: "Beta" }],
  ] as const)
    expect((await controller.api("PUT", path, body)).status).toBeLessThan(300);
  const request = {
    ...{ kind: "package", platform: "android", buildType: "debug", packageType: "aab", commit: "main" },
    ...{ environment: "staging", nativeConfig: "beta", targetPlatform: "Linux - 2026.10", buildFileName: "shop" },
  };
  const { id, lease, jobToken } = await begunBuild(controller, agent, request);
  await agent.fetched(lease, jobToken, SHA);
  await agent.complete(lease, jobToken, "", { lastEventSeq: 2 });
  const { status, body } = await anna.api("POST", `/builds/${id}/retry`);
  expect([status, body]).toEqual([
    201,
    expect.objectContaining({ ...request, commit: SHA, id: id + 1, requestedBy: anna.email, attempt: 0 }),
  ]);
  expect((body as Build).status).toBe("queued");
});

test("a build that no agent has fetched is asked for by its commit as it was named; a deploy build stays one", async () => {
  const controller = await testController();
  const ground = new QueueGround(controller);
  await ground.account("shop", null, "till");
  const answer = await controller.api("POST", "/apps/till/builds", DEPLOY);
  const again = await controller.api("POST", `/builds/${(answer.body as Build).id}/retry`);
  expect(again.body).toMatchObject({ kind: "deploy", platform: "web", buildType: "", commit: "main" });
});

test("what can't be built any more is refused, as is who may not build, and nothing is told of other accounts", async () => {
  const controller = await testController();
  const ground = new QueueGround(controller);
  await ground.account("shop", null, "till");
  await controller.api("PUT", "/environments/staging?account=shop", { variables: {} });
  const id = await ground.ask("till", { environment: "staging" });
  const viewer = await person(controller, "vera@example.com", { shop: "viewer" });
  const stranger = await person(controller, "bert@example.com", { bank: "admin" });
  const codeOf = async (api: typeof viewer.api, build: number) => {
    const { status, body } = await api("POST", `/builds/${build}/retry`);
    return [status, (body as { error?: { code: string } }).error?.code];
  };
  expect(await codeOf(viewer.api, id)).toEqual([403, "NOT_ALLOWED"]);
  expect(await codeOf(stranger.api, id)).toEqual([404, "NOT_FOUND"]);
  expect(await codeOf(stranger.api, 99)).toEqual([404, "NOT_FOUND"]);
  await controller.api("DELETE", "/environments/staging?account=shop");
  expect(await codeOf(controller.api, id)).toEqual([404, "NOT_FOUND"]);
  expect(((await controller.api("GET", "/builds")).body as { builds: Build[] }).builds).toHaveLength(1);
});

test("the retry of a push's build keeps branch and message, and a newer push doesn't cancel it", async () => {
  const controller = await testController();
  const app = await addOwnRemote(controller, "shop", { cancelOlder: true });
  const clone = await new Clone(join(temporaryFolder(), "shop")).init();
  await clone.git("remote", "add", "millwright", withLogin(app.gitUrl, "ann", controller.adminToken));
  const sha = await clone.commit("Fix the till");
  await clone.git("push", "millwright", "HEAD:refs/heads/main");
  const again = await controller.api("POST", "/builds/1/retry");
  const kept = { id: 2, branch: "main", commitNote: "Fix the till", commit: sha, requestedBy: "admin" };
  expect(again.body).toMatchObject(kept);
  await clone.commit("Newer");
  await clone.git("push", "millwright", "HEAD:refs/heads/main");
  const builds = await buildsOf(controller, "shop");
  expect(builds.map(({ id, status }) => `${id} ${status}`)).toEqual(["1 canceled", "2 queued", "3 queued"]);
});
