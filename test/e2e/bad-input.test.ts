import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { sampleRepository } from "../demo/playground.mjs";
import { serveRepositories } from "../support/git-http.ts";
import { type Ground, openGround } from "../support/playground.ts";

// Everything here is refused, or fails before anything is installed: no network, no SDK.
let ground: Ground;
let close: () => Promise<void>;
let count = 0;

beforeAll(async () => {
  ({ ground, close } = await openGround());
});
afterAll(() => close());

/** Registers an app whose only commit was edited, builds it, and answers what person, API and log are told. */
async function tryBuild(change: (folder: string) => void, args = ["deploy", "build"], set: string[] = []) {
  count += 1;
  const name = `app-${count}`;
  const folder = join(ground.folder, name);
  const url = sampleRepository(folder, change);
  const added = await ground.millwright(ground.folder, "apps", "add", name, "--git-url", url);
  expect(added.exit, added.text).toBe(0);
  if (set.length > 0) {
    const changed = await ground.millwright(ground.folder, "apps", "set", name, ...set);
    expect(changed.exit, changed.text).toBe(0);
  }
  const ran = await ground.millwright(folder, ...args, "--app", name);
  const id = Number(/Build (\d+)/.exec(ran.text)?.[1]);
  return { ran, build: await ground.build(id), log: await ground.log(id) };
}

/** An app that needs nothing from npm. */
function withoutInstall(folder: string): void {
  rmSync(join(folder, "package-lock.json"), { force: true });
  const scripts = { build: "mkdir -p www && echo hello > www/index.html" };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "x", version: "1.0.0", scripts }));
}

function expectFailure(tried: Awaited<ReturnType<typeof tryBuild>>, code: string, step: string) {
  const { ran, build, log } = tried;
  expect(build.failure, ran.text).toMatchObject({ code, step, blame: "user" });
  expect(build.status).toBe("failed");
  expect(ran.exit).toBe(1);
  expect(ran.text).toContain(code);
  expect(ran.text).toContain(build.failure?.next);
  expect(log).toContain(code);
  expect(build.steps.map((each) => each.id)).not.toContain("install");
}

test("a committed platforms/ folder fails before any checkout, with its explanation", async () => {
  const tried = await tryBuild((folder) => {
    rmSync(join(folder, ".gitignore"), { force: true });
    mkdirSync(join(folder, "platforms/android"), { recursive: true });
    writeFileSync(join(folder, "platforms/android/keep"), "x");
  });
  expectFailure(tried, "COMMITTED_PLATFORMS", "inspect");
  expect(tried.build.steps.map((step) => step.id)).toEqual(["fetch", "inspect"]);
  expect(tried.build.failure?.next).toContain("git rm -r --cached platforms");
});

test("no package.json, a broken one, a broken config.xml: each is named with its place", async () => {
  expectFailure(await tryBuild((folder) => rmSync(join(folder, "package.json"))), "PACKAGE_JSON_MISSING", "inspect");
  const broken = await tryBuild((folder) => writeFileSync(join(folder, "package.json"), '{\n  "name": "x",\n}\n'));
  expectFailure(broken, "PACKAGE_JSON_BROKEN", "inspect");
  expect(broken.build.failure?.why).toMatch(/package\.json:3/);
});

test("an app in a subfolder is built from there, and a wrong subfolder is named", async () => {
  expectFailure(
    await tryBuild(() => {}, ["deploy", "build"], ["--subfolder", "apps/none"]),
    "SUBFOLDER_MISSING",
    "inspect",
  );
});

test("a commit that was not pushed, a repository that isn't there and one that can't be reached are told apart", async () => {
  const missing = await tryBuild(() => {}, ["deploy", "build", "--commit", "0123456789012345678901234567890123456789"]);
  expectFailure(missing, "COMMIT_NOT_FOUND", "fetch");
  expectFailure(
    await tryBuild(() => {}, ["deploy", "build", "--commit", "no-such-branch"]),
    "COMMIT_NOT_FOUND",
    "fetch",
  );
  const at = (url: string) => tryBuild(() => {}, ["deploy", "build"], ["--git-url", url]);
  expectFailure(await at(join(ground.folder, "nowhere.git")), "REPOSITORY_NOT_FOUND", "fetch");
  expectFailure(await at("http://127.0.0.1:9/x.git"), "REPOSITORY_UNREACHABLE", "fetch");
});

test("wrong credentials are told, right ones work, and neither appears anywhere", async () => {
  const folder = join(ground.folder, "private");
  sampleRepository(folder, withoutInstall);
  const server = await serveRepositories(ground.folder, "builder:hunter2-secret");
  onTestFinished(() => server.close());
  const token = join(ground.folder, "git.token");
  const url = `${server.url}/private.git`;
  const login = ["--git-username", "builder", "--git-token-file", token];
  const at = () => tryBuild(withoutInstall, ["deploy", "build", "--commit", "main"], ["--git-url", url, ...login]);
  writeFileSync(token, "wrong-password\n");
  const refused = await at();
  expectFailure(refused, "REPOSITORY_CREDENTIALS", "fetch");
  writeFileSync(token, "hunter2-secret\n");
  const taken = await at();
  expect(taken.build.steps.find((step) => step.id === "fetch")?.state).toBe("ok");
  for (const { log, ran, build } of [refused, taken]) {
    expect(`${log}${ran.text}${JSON.stringify(build)}`).not.toMatch(/hunter2-secret|wrong-password/);
  }
});

test("unknown options, platforms, build types and names are refused with what exists", async () => {
  const folder = join(ground.folder, "app-1");
  const run = (...args: string[]) => ground.millwright(folder, ...args, "--app", "app-1");
  for (const [args, expected] of [
    [["package", "build", "windows", "debug"], /android.*ios/s],
    [["package", "build", "android", "debg"], /debug/],
    [["package", "build", "android", "debug", "--comit", "x"], /--commit/],
    [["deploy", "build", "--environment", "Nope"], /There is no environment/],
    [["package", "build", "ios", "development"], /macOS/],
    [["package", "build", "android", "debug"], /ANDROID_HOME/],
  ] as const) {
    const ran = await run(...args);
    expect(ran.exit, ran.text).toBe(2);
    expect(ran.text).toMatch(expected);
  }
  expect((await ground.millwright(folder, "deploy", "build", "--app", "app-x")).text).toMatch(/app-1/);
});

test("a failing script fails the build with its own words, and the log is kept", async () => {
  const tried = await tryBuild((folder) => {
    const file = join(folder, "package.json");
    const manifest = { name: "x", version: "1.0.0", scripts: { build: "echo Error: the tree is on fire && exit 3" } };
    writeFileSync(file, JSON.stringify(manifest));
    rmSync(join(folder, "package-lock.json"));
  });
  expect(tried.build.failure).toMatchObject({ code: "WEB_BUILD_FAILED", step: "web-build", blame: "user" });
  expect(tried.log).toContain("the tree is on fire");
  expect(`${tried.build.failure?.why} ${tried.build.failure?.detail}`).toContain("the tree is on fire");
});

test("a wrong token and a silent controller have their own exit code", async () => {
  const { environment } = ground;
  const wrong = { ...environment, MILLWRIGHT_TOKEN: "wrong" };
  const before = { ...environment };
  Object.assign(environment, wrong);
  expect((await ground.millwright(ground.folder, "builds")).exit).toBe(4);
  Object.assign(environment, before);
  expect((await ground.millwright(ground.folder, "builds", "--url", "http://127.0.0.1:9")).exit).toBe(4);
});

test("the agent says that it is alive, ready, and what it counted", async () => {
  const health = /"health":"([^"]+)"/.exec(readFileSync(join(ground.folder, "agent-1.log"), "utf8"))?.[1];
  expect((await fetch(`${health}/healthz`)).status).toBe(200);
  expect(await (await fetch(`${health}/readyz`)).json()).toMatchObject({ ready: true, reasons: [] });
  const metrics = await (await fetch(`${health}/metrics`)).text();
  expect(metrics).toMatch(
    /millwright_agent_jobs_total\{platform="web",outcome="failed",code="COMMITTED_PLATFORMS",blame="user"\} 1/,
  );
});
