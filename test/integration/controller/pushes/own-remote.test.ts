import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder, testController } from "../../../support/controller.ts";
import { addOwnRemote, buildsOf, Clone, pushesOf, withLogin } from "../../../support/pushing.ts";

async function ground(more: object = {}, options: { mostPushBytes?: number } = {}) {
  const controller = await testController({}, temporaryFolder(), undefined, options);
  const app = await addOwnRemote(controller, "shop", more);
  const clone = await new Clone(join(temporaryFolder(), "shop")).init();
  await clone.git("remote", "add", "millwright", withLogin(app.gitUrl, "ann", controller.adminToken));
  return { controller, app, clone, repository: join(controller.data, "git", `${app.id}.git`) };
}

test("a push to the controller's own remote starts a deploy build of exactly that commit, and says so to the pusher", async () => {
  const { controller, app, clone } = await ground();
  expect(app).toMatchObject({ ownRemote: true, gitUrl: `${controller.httpUrl}/git/${app.id}.git` });
  const sha = await clone.commit("The first page\n\nmore about it");
  const said = await clone.git("push", "millwright", "main");
  expect(said).toContain("remote: main: deploy build: started build 1");
  expect(await buildsOf(controller, "shop")).toMatchObject([
    { id: 1, kind: "deploy", commit: sha, commitNote: "The first page", requestedBy: "push", branch: "main" },
  ]);
  expect(await pushesOf(controller, "shop")).toMatchObject([
    { branch: "main", commit: sha, note: "The first page", source: "own remote", pushedBy: "admin", builds: [1] },
  ]);
  const folder = temporaryFolder();
  await new Clone(folder).git("clone", "--quiet", withLogin(app.gitUrl, "x", controller.adminToken), "copy");
  expect(await new Clone(join(folder, "copy")).git("rev-parse", "HEAD")).toBe(sha);
});

test("every branch that is new or moved begins a build; tags, deleted branches and pushes of nothing begin none", async () => {
  const { controller, clone } = await ground();
  const first = await clone.commit("one");
  await clone.git("branch", "feature/login");
  await clone.git("tag", "-a", "v1", "-m", "v1");
  await clone.git("push", "millwright", "main", "feature/login", "v1");
  await clone.git("push", "millwright", "main");
  await clone.git("push", "millwright", ":feature/login");
  const second = await clone.commit("two");
  await clone.git("push", "millwright", "main");
  await clone.git("reset", "--quiet", "--hard", first);
  expect((await clone.try("push", "millwright", "main")).text).toContain("rejected");
  await clone.git("push", "--force", "millwright", "main");
  const builds = await buildsOf(controller, "shop");
  expect(builds.map(({ commit }) => commit)).toEqual([first, first, second, first]);
  expect((await pushesOf(controller, "shop")).map(({ branch, outcome }) => `${branch}: ${outcome}`)).toEqual([
    "main: deploy build: started build 4",
    "main: deploy build: started build 3",
    "feature/login: ignored: the branch was deleted",
    "main: deploy build: started build 2",
    "feature/login: deploy build: started build 1",
  ]);
});

test("two pushes at once of two branches begin one build each", async () => {
  const { controller, clone } = await ground();
  await clone.commit("base");
  await clone.git("push", "millwright", "main");
  await clone.git("branch", "left");
  await clone.git("branch", "right");
  await Promise.all([clone.git("push", "millwright", "left"), clone.git("push", "millwright", "right")]);
  const pushes = await pushesOf(controller, "shop");
  expect(pushes.map(({ branch, builds }) => [branch, builds.length]).sort()).toEqual([
    ["left", 1],
    ["main", 1],
    ["right", 1],
  ]);
  expect(await buildsOf(controller, "shop")).toHaveLength(3);
});

test("of a whole history that is pushed at once no more than twenty branches begin builds", async () => {
  const { controller, clone } = await ground();
  await clone.commit("base");
  for (let number = 0; number < 23; number += 1) await clone.git("branch", `b${number}`);
  await clone.git("push", "--all", "millwright");
  expect(await buildsOf(controller, "shop")).toHaveLength(20);
  const ignored = (await pushesOf(controller, "shop")).filter(({ outcome }) =>
    outcome.startsWith("ignored: more than"),
  );
  expect(ignored).toHaveLength(4);
});

test("with deployOnPush off a push is recorded and begins nothing", async () => {
  const { controller, clone } = await ground({ deployOnPush: false });
  await clone.commit("one");
  await clone.git("push", "millwright", "main");
  expect(await buildsOf(controller, "shop")).toEqual([]);
  expect((await pushesOf(controller, "shop"))[0]?.outcome).toContain("nothing to start");
});

test("with cancelOlder a newer push cancels the builds of its branch that a push began, and no others", async () => {
  const { controller, clone } = await ground({ cancelOlder: true });
  await clone.commit("one");
  await clone.git("branch", "other");
  await clone.git("push", "millwright", "main");
  await clone.git("push", "millwright", "other");
  await controller.api("POST", "/apps/shop/builds", { kind: "deploy", commit: "main" });
  await clone.commit("two");
  expect(await clone.git("push", "millwright", "main")).toContain("started build 4; canceled build 1");
  const builds = await buildsOf(controller, "shop");
  expect(builds.map(({ status }) => status)).toEqual(["canceled", "queued", "queued", "queued"]);
});

test("hooks in the repository are never run, and a broken commit is refused", async () => {
  const { clone, repository } = await ground();
  await clone.commit("one");
  const ran = join(temporaryFolder(), "ran");
  mkdirSync(join(repository, "hooks"), { recursive: true });
  for (const name of ["pre-receive", "update", "post-receive", "post-update", "reference-transaction"]) {
    writeFileSync(join(repository, "hooks", name), `#!/bin/sh\ntouch ${ran}\n`);
    chmodSync(join(repository, "hooks", name), 0o755);
  }
  await clone.git("push", "millwright", "main");
  expect(existsSync(ran)).toBe(false);

  const tree = await clone.git("rev-parse", "HEAD^{tree}");
  writeFileSync(join(clone.folder, "commit"), `tree ${tree}\nauthor A <a@b.c> 1 +0000\n\nno committer\n`);
  const broken = await clone.git("hash-object", "-t", "commit", "-w", "--literally", "commit");
  const refused = await clone.try("push", "millwright", `${broken}:refs/heads/broken`);
  expect(refused.exit).not.toBe(0);
  expect(refused.text).toContain("missingCommitter");
});

test("a push that is larger than the limit is refused, and leaves nothing", async () => {
  const { controller, clone, repository } = await ground({}, { mostPushBytes: 100_000 });
  await clone.commit("large", "large.bin", randomBytes(300_000).toString("base64"));
  const refused = await clone.try("push", "millwright", "main");
  expect(refused.exit).not.toBe(0);
  expect(refused.text).toContain("maximum allowed size");
  expect(await pushesOf(controller, "shop")).toEqual([]);
  expect((await clone.try("--git-dir", repository, "count-objects", "-v")).text).toContain("size-pack: 0");
});

test("megabytes go both ways unchanged", async () => {
  const { controller, app, clone } = await ground();
  for (let number = 0; number < 3; number += 1) {
    await clone.commit(`large ${number}`, `large${number}.bin`, randomBytes(4_000_000).toString("base64"));
  }
  const sha = await clone.git("rev-parse", "HEAD");
  await clone.git("push", "millwright", "main");
  const folder = temporaryFolder();
  await new Clone(folder).git("clone", "--quiet", withLogin(app.gitUrl, "x", controller.adminToken), "copy");
  const copy = new Clone(join(folder, "copy"));
  expect(await copy.git("rev-parse", "HEAD")).toBe(sha);
  expect(await copy.git("fsck", "--full")).not.toContain("error");
});

test("a lock that a killed git left doesn't refuse pushes for ever, and one that is held now is respected", async () => {
  const { clone, repository } = await ground();
  await clone.commit("one");
  await clone.git("push", "millwright", "main");
  await clone.commit("two");
  const lock = join(repository, "refs/heads/main.lock");
  writeFileSync(lock, "");
  expect((await clone.try("push", "millwright", "main")).text).toContain("cannot lock ref");
  const old = new Date(Date.now() - 120_000);
  utimesSync(lock, old, old);
  expect(await clone.git("push", "millwright", "main")).toContain("started build 2");
});

test("an app moves between a git host and a remote of its own", async () => {
  const { controller, app, clone } = await ground();
  const change = (body: object) => controller.api("PATCH", "/apps/shop", body);
  expect((await change({ gitUsername: "ci" })).status).toBe(400);
  expect((await change({ ownRemote: true, gitUrl: "/x" })).status).toBe(400);
  const far = { gitUrl: "https://git.example.com/shop.git", gitUsername: "ci", gitPassword: "secret" };
  expect((await change(far)).body).toMatchObject({ ownRemote: false, gitUrl: far.gitUrl, hasGitPassword: true });
  await clone.commit("one");
  const refused = await clone.try("push", "millwright", "main");
  expect(refused.text).toContain("remote: The app shop has no remote here. It is built from https://git.example.com");
  expect((await change({ ownRemote: true })).body).toMatchObject({
    ownRemote: true,
    gitUrl: app.gitUrl,
    gitUsername: "",
    hasGitPassword: false,
  });
  expect(await clone.git("push", "millwright", "main")).toContain("started build 1");
  expect((await controller.api("POST", "/apps", { name: "x", gitPassword: "y" })).status).toBe(400);
});

test("the repository is made again when it is gone", async () => {
  const { controller, app, clone, repository } = await ground();
  await clone.commit("one");
  rmSync(repository, { recursive: true });
  expect(await clone.git("push", "millwright", "main")).toContain("started build 1");
  expect(await pushesOf(controller, app.id)).toHaveLength(1);
});
