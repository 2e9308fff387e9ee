import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../../src/base/time/clock.ts";
import { createStore } from "../../../../src/controller/store/store.ts";
import { type KeyFile, SpecKeys } from "../../../../src/controller/trust/spec-keys.ts";
import type { Build } from "../../../../src/protocol/api.ts";
import type { App } from "../../../../src/protocol/app-api.ts";
import { openStoreOf, temporaryFolder, testController } from "../../../support/controller.ts";
import { eventually } from "../../../support/eventually.ts";
import { addOwnRemote, buildsOf, Clone, pushesOf, withLogin } from "../../../support/pushing.ts";

const CLI = resolve("dist/cli/main.js");

/** Leaves in the store of a controller that is down what one leaves that is killed between the builds of a push. */
async function recordHalf(data: string, appId: string, sha: string): Promise<void> {
  const db = await openStoreOf(data);
  const store = createStore(db, systemClock);
  store.signatures.use(new SpecKeys(JSON.parse(readFileSync(join(data, "spec.key"), "utf8")) as KeyFile));
  const before = (await store.pushes.refs(appId)).get("main") ?? "";
  const half = { branch: "main", sha, before_sha: before, note: "two", pushed_by: "", at: 1, outcome: "" };
  const push = await store.pushes.moved(appId, { ...half, delivery: "p1", source: "own remote" });
  const { id: _, ...like } = await db.selectFrom("builds").selectAll().where("id", "=", 1).executeTakeFirstOrThrow();
  await db
    .insertInto("builds")
    .values({ ...like, commit_ref: sha, push_id: push?.id ?? null })
    .execute();
  await store.close();
}

async function pushedOnce() {
  const data = temporaryFolder();
  const first = await testController({}, data);
  const app = await addOwnRemote(first, "shop");
  const clone = await new Clone(join(temporaryFolder(), "shop")).init();
  await clone.commit("one");
  await clone.git("push", withLogin(app.gitUrl, "ann", first.adminToken), "main");
  await first.close();
  return { data, app, clone, repository: join(data, "git", `${app.id}.git`) };
}

test("what arrived in the repository and was not seen before the controller ended is built once after its start", async () => {
  const { data, clone, repository } = await pushedOnce();
  const sha = await clone.commit("two");
  await clone.git("push", repository, "main");
  for (let start = 0; start < 2; start += 1) {
    const controller = await testController({}, data);
    await eventually("the push is acted upon", async () => {
      const [push] = await pushesOf(controller, "shop");
      return push?.commit === sha && push.outcome !== "";
    });
    const builds = await buildsOf(controller, "shop");
    expect(builds.map(({ commit }) => commit).filter((commit) => commit === sha)).toHaveLength(1);
    expect(builds).toHaveLength(2);
    await controller.close();
  }
});

test("a push that was recorded and broke off half-way gets the builds that it lacks, and none twice", async () => {
  const { data, app, clone, repository } = await pushedOnce();
  const earlier = await testController({}, data);
  for (const name of ["apk", "web"]) {
    const request = name === "apk" ? { kind: "package", platform: "android", buildType: "debug" } : { kind: "deploy" };
    await earlier.api("POST", "/apps/shop/automations", { name, branches: ["*"], request });
  }
  await earlier.close();
  const sha = await clone.commit("two");
  await clone.git("push", repository, "main");
  await recordHalf(data, app.id, sha);
  const controller = await testController({}, data);
  await eventually("the push is acted upon", async () => (await pushesOf(controller, "shop"))[0]?.outcome);
  expect((await pushesOf(controller, "shop"))[0]).toMatchObject({
    outcome: "deploy build: started build 2; automation apk: started build 3; automation web: started build 4",
    builds: [2, 3, 4],
  });
});

interface Running {
  url: string;
  token: string;
  kill(): Promise<void>;
}

async function startProcess(data: string): Promise<Running> {
  const file = join(data, "addresses.json");
  rmSync(file, { force: true });
  const args = [CLI, "controller", "--data", data, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  await eventually("the controller is ready", () => existsSync(file), 30_000);
  const { http } = JSON.parse(readFileSync(file, "utf8")) as { http: string };
  return {
    url: http,
    token: readFileSync(join(data, "admin.token"), "utf8").trim(),
    kill: () => {
      child.kill("SIGKILL");
      return ended;
    },
  };
}

async function get<T>({ url, token }: Running, path: string, init: RequestInit = {}): Promise<T> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return (await (await fetch(`${url}/api/v1${path}`, { ...init, headers })).json()) as T;
}

test("kill -9 at any moment of a push loses no build and starts none twice", async () => {
  const data = temporaryFolder();
  let running = await startProcess(data);
  const app = await get<App>(running, "/apps", { method: "POST", body: JSON.stringify({ name: "shop" }) });
  const clone = await new Clone(join(temporaryFolder(), "shop")).init();
  const repository = join(data, "git", `${app.id}.git`);
  for (let trial = 0; trial < 6; trial += 1) {
    await clone.commit(`commit ${trial}`);
    await clone.git("branch", `b${trial}`);
    const address = withLogin(`${running.url}/git/${app.id}.git`, "ann", running.token);
    const pushing = clone.try("push", address, `b${trial}`);
    await eventually("the push is on its way", () => existsSync(join(repository, "refs/heads", `b${trial}`)));
    await new Promise((done) => setTimeout(done, trial * 6)); // each time a little later
    await running.kill();
    await pushing;
    running = await startProcess(data);
  }
  const all = async () => (await get<{ builds: Build[] }>(running, "/builds?app=shop&limit=500")).builds;
  const pushed = (
    await clone.git("--git-dir", repository, "for-each-ref", "--format=%(objectname)", "refs/heads")
  ).split("\n");
  expect(pushed).toHaveLength(6);
  await eventually("every branch is built", async () => (await all()).length >= 6);
  await running.kill();
  running = await startProcess(data);
  expect((await all()).map(({ commit }) => commit).sort()).toEqual([...pushed].sort());
});
