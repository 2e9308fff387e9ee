import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Automation } from "../../../../src/protocol/push-api.ts";
import { temporaryFolder, testController } from "../../../support/controller.ts";
import { addOwnRemote, addPerson, buildsOf, Clone, pushesOf, withLogin } from "../../../support/pushing.ts";
import { refusal } from "../refusal.ts";

const DEBUG = { kind: "package", platform: "android", buildType: "debug" };

async function ground(more: object = {}) {
  const controller = await testController();
  const app = await addOwnRemote(controller, "shop", { deployOnPush: false, ...more });
  const clone = await new Clone(join(temporaryFolder(), "shop")).init();
  await clone.git("remote", "add", "millwright", withLogin(app.gitUrl, "ann", controller.adminToken));
  const add = (name: string, branches: string[], request: object = DEBUG, enabled = true) =>
    controller.api("POST", "/apps/shop/automations", { name, branches, request, enabled });
  const push = async (branch: string) => {
    await clone.commit(`to ${branch}`);
    return clone.git("push", "millwright", `HEAD:refs/heads/${branch}`);
  };
  return { controller, app, clone, add, push };
}

test("a push starts a build for each enabled automation that is for its branch, beside the deploy build", async () => {
  const { controller, add, push } = await ground({ deployOnPush: true });
  await controller.api("PUT", "/environments/staging", { variables: { A: "1" } });
  await add("apk", ["main", "release/*"], {
    ...DEBUG,
    packageType: "apk",
    environment: "staging",
    buildFileName: "shop",
  });
  await add("previews", ["feature/*"], { kind: "deploy", environment: "staging" });
  await add("off", ["*"], DEBUG, false);
  await push("release/1/2");
  await push("feature/x");
  await push("other");
  const told = (await buildsOf(controller, "shop")).map(({ kind, platform, environment }) => [
    kind,
    platform,
    environment,
  ]);
  expect(told).toEqual([
    ["deploy", "web", undefined],
    ["package", "android", "staging"],
    ["deploy", "web", undefined],
    ["deploy", "web", "staging"],
    ["deploy", "web", undefined],
  ]);
  expect((await controller.api("GET", "/builds/2")).body).toMatchObject({ buildFileName: "shop", packageType: "apk" });
  expect((await pushesOf(controller, "shop"))[1]).toMatchObject({
    branch: "feature/x",
    builds: [3, 4],
    outcome: "deploy build: started build 3; automation previews: started build 4",
  });
});

test("an automation whose setting is gone is said to be so, and the others start", async () => {
  const { controller, add, push } = await ground();
  await controller.api("PUT", "/environments/staging", { variables: {} });
  await add("broken", ["*"], { ...DEBUG, environment: "staging" });
  await add("whole", ["*"]);
  await controller.api("DELETE", "/environments/staging");
  expect(await push("main")).toContain("automation broken: not started: There is no environment staging.");
  expect(await buildsOf(controller, "shop")).toHaveLength(1);
  expect((await pushesOf(controller, "shop"))[0]?.outcome).toMatch(/not started.*; automation whole: started build 1/);
  const { automations } = (await controller.api("GET", "/apps/shop/automations")).body as { automations: Automation[] };
  expect(automations.map(({ name, fault }) => [name, fault?.slice(0, 34)])).toEqual([
    ["broken", "There is no environment staging. T"],
    ["whole", undefined],
  ]);
});

test("what can't be built is refused when an automation is written, with the names that exist", async () => {
  const { controller, add } = await ground();
  await controller.api("PUT", "/environments/staging", { variables: {} });
  const refused = (name: string, branches: string[], request: object) =>
    refusal(controller, "POST", "/apps/shop/automations", { name, branches, request });
  expect(await refused("a", ["*"], { ...DEBUG, environment: "Staging" })).toMatchObject({
    status: 404,
    why: "There are: staging.",
  });
  const cases: [string[], object, string][] = [
    [["*"], { ...DEBUG, nativeConfig: "x" }, "NOT_FOUND"],
    [["*"], { ...DEBUG, securityProfile: "x" }, "NOT_FOUND"],
    [["*"], { ...DEBUG, buildType: "nightly" }, "BUILD_TYPE_UNKNOWN"],
    [["*"], { ...DEBUG, buildType: "release" }, "SIGNING_MATERIAL_MISSING"],
    [["*"], { ...DEBUG, platform: "windows" }, "REQUEST_INVALID"],
    [["*"], { ...DEBUG, commit: "main" }, "REQUEST_INVALID"],
    [["*"], { ...DEBUG, buildFileName: "../x" }, "REQUEST_INVALID"],
    [[], DEBUG, "REQUEST_INVALID"],
    [["refs/heads/main"], DEBUG, "PATTERN_INVALID"],
  ];
  for (const [branches, request, code] of cases) expect((await refused("a", branches, request)).code).toBe(code);
  await add("a", ["main"]);
  expect(await refused("a", ["main"], DEBUG)).toMatchObject({ status: 409, code: "NAME_TAKEN" });
  expect((await controller.api("GET", "/apps/shop/automations")).body).toMatchObject({ automations: [{ name: "a" }] });
});

test("automations are changed, switched and removed by who manages the app, and read by all who may", async () => {
  const { controller, add, push } = await ground();
  await add("one", ["main"]);
  await add("two", ["main"]);
  const path = "/apps/shop/automations";
  expect(await refusal(controller, "PATCH", `${path}/one`, { name: "two" })).toMatchObject({ code: "NAME_TAKEN" });
  expect((await refusal(controller, "PATCH", `${path}/none`, {})).why).toContain("one, two");
  const changed = await controller.api("PATCH", `${path}/one`, {
    name: "uno",
    branches: ["dev", "dev"],
    enabled: false,
  });
  expect(changed.body).toMatchObject({ name: "uno", branches: ["dev"], enabled: false, request: DEBUG });
  expect((await controller.api("DELETE", `${path}/two`)).status).toBe(204);
  await push("dev");
  await push("main");
  expect(await buildsOf(controller, "shop")).toEqual([]);
  await controller.api("PATCH", `${path}/uno`, { enabled: true });
  await push("dev");
  expect(await buildsOf(controller, "shop")).toHaveLength(1);

  const token = await addPerson(controller, "dev@example.com", "developer");
  const as = async (method: string, where: string) =>
    (await fetch(`${controller.httpUrl}/api/v1${where}`, { method, headers: { authorization: `Bearer ${token}` } }))
      .status;
  expect(await as("GET", path)).toBe(200);
  expect(await as("GET", "/apps/shop/pushes")).toBe(200);
  expect(await as("DELETE", `${path}/uno`)).toBe(403);
  const { accounts } = (await controller.api("GET", "/accounts")).body as { accounts: { id: string }[] };
  expect(accounts).toHaveLength(1);
  await controller.api("DELETE", `/accounts/default/members/dev@example.com`);
  expect(await as("GET", path)).toBe(404);
  expect(await as("DELETE", `${path}/uno`)).toBe(404);
});

test("with cancelOlder each automation cancels only its own older builds", async () => {
  const { controller, add, push } = await ground({ cancelOlder: true });
  await add("a", ["main"]);
  await add("b", ["*"]);
  await push("main");
  await push("other");
  await push("main");
  const builds = await buildsOf(controller, "shop");
  expect(builds.map(({ id, status }) => `${id} ${status}`)).toEqual([
    "1 canceled",
    "2 canceled",
    "3 queued",
    "4 queued",
    "5 queued",
  ]);
});

test("an app with automations and pushes can be removed when it has no builds, and takes its repository along", async () => {
  const { controller, app, add, push } = await ground();
  await add("never", ["none"]);
  await push("main");
  expect((await controller.api("DELETE", "/apps/shop")).status).toBe(204);
  expect(existsSync(join(controller.data, "git", `${app.id}.git`))).toBe(false);
});
