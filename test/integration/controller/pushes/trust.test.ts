import { join } from "node:path";
import { expect, test } from "vitest";
import type { Build } from "../../../../src/protocol/api.ts";
import type { JobSpec } from "../../../../src/protocol/job-folder/spec.ts";
import { openStoreOf, type TestController, temporaryFolder, testController } from "../../../support/controller.ts";
import { headersOf, post, pushOf } from "../../../support/hooks.ts";
import { addOwnRemote, addPerson, buildsOf, Clone, pushesOf, withLogin } from "../../../support/pushing.ts";
import { ScriptedAgent } from "../../../support/scripted-agent.ts";
import { keystore } from "../../../support/signing-files.ts";
import { toolTest } from "../../../support/tool-test.ts";
import { askMaterial } from "../given-material.ts";
import { refusal } from "../refusal.ts";

const DEPLOY = { kind: "deploy", environment: "Prod" };
const SECRETS = { variables: { PLAIN: "1" }, secrets: { KEY: "the-secret" } };

/** Takes the next build: its spec, and what the controller gives it of the environment and of the fetch. */
async function taken(agent: ScriptedAgent) {
  const lease = (await agent.sync()).offers[0]?.lease;
  if (!lease) throw new Error("there is no offer");
  const { spec, jobToken } = await agent.accept(lease);
  const ask = (name: "environment" | "signing" | "git") =>
    askMaterial(agent, { lease, jobToken }, name).then(
      ({ material }) => material as unknown,
      (error: Error) => error.message,
    );
  return {
    spec: spec as JobSpec,
    environment: await ask("environment"),
    signing: await ask("signing"),
    git: await ask("git"),
  };
}

async function ground(more: object = {}) {
  const controller = await testController();
  await controller.api("PUT", "/environments/Prod", SECRETS);
  await controller.api("POST", "/apps", {
    name: "shop",
    gitUrl: "https://example.test/x.git",
    gitPassword: "fetch",
    ...more,
  });
  const trust = (trustedBranches: string[] | null) => controller.api("PATCH", "/apps/shop", { trustedBranches });
  const ask = async (commit: string, request: object = DEPLOY) =>
    (await controller.api("POST", "/apps/shop/builds", { ...request, commit })) as { status: number; body: Build };
  const agent = async () => {
    const made = new ScriptedAgent(controller);
    await made.open();
    return made;
  };
  return { controller, trust, ask, agent };
}

test("without a rule every commit that is asked for gets the secrets of its environment, as ever", async () => {
  const { controller, ask, agent } = await ground();
  expect((await controller.api("GET", "/apps/shop")).body).toMatchObject({ trustedBranches: null });
  const { body } = await ask("feature/x");
  expect(body.untrusted).toBeUndefined();
  const { spec, environment } = await taken(await agent());
  expect(spec).toMatchObject({ commit: "feature/x", materials: ["git", "environment"] });
  expect(environment).toMatchObject({ secrets: { KEY: "the-secret" } });
});

test("a commit of no trusted branch is built without secrets, whatever its agent asks for", async () => {
  const { trust, ask, agent } = await ground();
  expect(await trust(["main", "release/*"])).toMatchObject({ status: 200 });
  for (const commit of ["feature/x", "HEAD", "refs/tags/main", "a".repeat(40)]) {
    const { status, body } = await ask(commit);
    expect({ status, untrusted: body.untrusted }, commit).toEqual({ status: 201, untrusted: true });
  }
  const { spec, environment, signing, git } = await taken(await agent());
  expect(spec).toMatchObject({ untrusted: true, commit: "feature/x", materials: ["git"] });
  expect(spec.environment).toEqual({ name: "Prod", variables: { PLAIN: "1" } });
  expect(JSON.stringify([environment, signing])).not.toContain("the-secret");
  expect(environment).toContain("The build has none.");
  expect(git).toMatchObject({ password: "fetch" });
});

test("a trusted branch is built as that branch, so that no tag of its name takes the secrets", async () => {
  const { trust, ask, agent } = await ground();
  await trust(["main"]);
  expect((await ask("main")).body.untrusted).toBeUndefined();
  const { spec, environment } = await taken(await agent());
  expect(spec).toMatchObject({ commit: "refs/heads/main", materials: ["git", "environment"] });
  expect(environment).toMatchObject({ secrets: { KEY: "the-secret" } });
});

toolTest(["keytool"], "what would be signed is refused at once, and a debug build is not", async () => {
  const { controller, trust, ask } = await ground();
  await trust(["main"]);
  await controller.api("PUT", "/profiles/Play", { type: "production", android: keystore(temporaryFolder()) });
  const release = { kind: "package", platform: "android", buildType: "release", securityProfile: "Play" };
  const refused = await refusal(controller, "POST", "/apps/shop/builds", { ...release, commit: "feature/x" });
  expect(refused).toMatchObject({ status: 400, code: "REF_UNTRUSTED", blame: "user" });
  expect(refused.why).toContain("feature/x is in no branch that the app trusts");
  expect(refused.next).toContain("millwright apps trust shop");
  expect(await ask("main", release)).toMatchObject({ status: 201 });
  const debug = { kind: "package", platform: "android", buildType: "debug" };
  expect(await ask("feature/x", debug)).toMatchObject({ status: 201, body: { untrusted: true } });
});

test("a push that a signed webhook told of makes its commit known as one of its branch", async () => {
  const { controller, trust, ask } = await ground();
  await trust(["main"]);
  const { secret, url } = (await controller.api("POST", "/apps/shop/push-secret")).body as {
    secret: string;
    url: string;
  };
  const payload = pushOf("github") as { after: string };
  const send = async (ref: string, after: string) => {
    const body = JSON.stringify({ ...payload, ref, after });
    return post(url, body, headersOf("github", body, secret));
  };
  await send("refs/heads/main", payload.after);
  await send("refs/heads/feature/x", "b".repeat(40));
  const begun = await buildsOf(controller, "shop");
  expect(begun.map(({ branch, untrusted }) => [branch, untrusted])).toEqual([
    ["main", undefined],
    ["feature/x", true],
  ]);
  expect((await ask(payload.after)).body.untrusted).toBeUndefined();
  expect((await ask("b".repeat(40))).body.untrusted).toBe(true);

  const store = await openStoreOf(controller.data);
  await store.updateTable("pushes").set({ branch: "main" }).where("branch", "=", "feature/x").execute();
  await store.destroy();
  expect((await ask("b".repeat(40))).body.untrusted, "a push that was changed in the store").toBe(true);
});

test("of its own repository the controller knows which branches hold a commit", async () => {
  const controller: TestController = await testController();
  const app = await addOwnRemote(controller, "own", { deployOnPush: false });
  const clone = await new Clone(join(temporaryFolder(), "own")).init();
  await clone.git("remote", "add", "millwright", withLogin(app.gitUrl, "ann", controller.adminToken));
  const first = await clone.commit("first");
  await clone.commit("second");
  await clone.git("tag", "v1");
  await clone.git("push", "millwright", "main", "v1");
  await clone.git("checkout", "-q", "-b", "feature");
  const other = await clone.commit("other");
  await controller.api("PATCH", "/apps/own", { trustedBranches: ["main"] });
  const add = { name: "apk", branches: ["*"], request: { kind: "package", platform: "android", buildType: "debug" } };
  await controller.api("POST", "/apps/own/automations", add);
  await clone.git("push", "millwright", "feature");
  expect((await pushesOf(controller, "own"))[0]?.outcome).toBe("automation apk: started build 1");

  const ask = async (commit: string) =>
    (await controller.api("POST", "/apps/own/builds", { kind: "deploy", commit })).body as Build;
  const asked = [await ask("main"), await ask(first), await ask("v1"), await ask("feature"), await ask(other)];
  expect(asked.map(({ untrusted }) => untrusted ?? false)).toEqual([false, false, false, true, true]);
  expect(asked[2]?.commit).toMatch(/^[0-9a-f]{40}$/); // not what the tag may be moved to
  expect((await buildsOf(controller, "own"))[0]?.untrusted).toBe(true);
});

test("only who manages an app says which branches it trusts; a retry asks anew", async () => {
  const { controller, trust, ask } = await ground();
  const developer = await addPerson(controller, "dev@example.com", "developer");
  const answer = await controller.as(developer)("PATCH", "/apps/shop", { trustedBranches: null });
  expect(answer.status).toBe(403);
  expect(await refusal(controller, "PATCH", "/apps/shop", { trustedBranches: ["refs/heads/x"] })).toMatchObject({
    code: "PATTERN_INVALID",
  });
  const { body } = await ask("feature/x");
  await controller.api("POST", `/builds/${body.id}/cancel`);
  await trust(["main"]);
  const again = (await controller.api("POST", `/builds/${body.id}/retry`)).body as Build;
  expect(again.untrusted).toBe(true);
  await trust(null);
  expect((await ask("feature/x")).body.untrusted).toBeUndefined();
});
