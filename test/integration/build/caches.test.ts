import { appendFileSync, existsSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findEntries } from "../../../src/protocol/cache-entries.ts";
import { readCacheUse } from "../../../src/protocol/cache-use.ts";
import { readEvents } from "../../../src/protocol/job-folder/events.ts";
import type { HostCaches } from "../../../src/protocol/job-folder/spec.ts";
import { hostCaches } from "./host-caches.ts";
import { npmPackageServer } from "./npm-package-server.ts";
import { makeRepository } from "./repositories.ts";
import { type RunningJob, runToEnd } from "./supervisor.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const LONG = 240_000;

function openHost(overrides: Partial<HostCaches> = {}) {
  const root = temporaryFolder();
  const caches = hostCaches(root, overrides);
  const build = (gitUrl: string, commit = "main") => runToEnd({ root, spec: { gitUrl, commit }, host: { caches } });
  const kept = (kind: string) => findEntries(caches.entries).filter(({ header }) => header?.kind === kind);
  return { build, kept, storing: caches.storing };
}

/** `node-modules hit`, in order. */
function usesOf(job: RunningJob): string[] {
  return readEvents(job.paths.events, 0).flatMap(({ kind, detail }) => {
    const use = kind === "cache" ? readCacheUse(detail) : undefined;
    return use ? [`${use.cache} ${use.result}`] : [];
  });
}

test("the second build of a lock file asks no registry, and finds what npm would have made", {
  timeout: LONG,
}, async () => {
  const { asked, appFiles } = await npmPackageServer();
  const build = "node -p \"require('tiny')\" > www/said.txt";
  const repository = makeRepository(appFiles({ build }));
  const host = openHost();
  const first = await host.build(repository.folder);
  expect(first.end, first.log()).toMatchObject({ outcome: "success" });
  expect(usesOf(first)).toEqual(["node-modules miss", "npm miss"]);
  expect(asked).toEqual(["/tiny.tgz"]);
  expect(host.kept("node-modules")[0]?.header).toMatchObject({ scope: "default", app: { name: "Hello" }, files: 3 });
  expect(host.kept("npm")).toHaveLength(1);
  expect(existsSync(join(host.storing, first.leaseId))).toBe(false);

  repository.commit({ "src/page.txt": "another page" });
  const second = await host.build(repository.folder);
  expect(second.end, second.log()).toMatchObject({ outcome: "success" });
  expect(usesOf(second)).toEqual(["node-modules hit"]);
  expect(second.log()).toMatch(/Cache: node_modules restored: 3 files, .* instead of /);
  expect(second.log()).not.toContain("$ npm ci");
  expect(asked).toHaveLength(1);

  // Another package.json is another key; the packages themselves come from npm's cache.
  repository.commit({
    "package.json": JSON.stringify({ name: "x", version: "1.0.0", dependencies: { tiny: "1.0.0" } }),
  });
  const third = await host.build(repository.folder);
  expect(usesOf(third)).toEqual(["node-modules miss", "npm hit"]);
  expect(asked).toHaveLength(1);
});

test("an entry that was truncated, changed or lost a file is thrown away, and the build goes on", {
  timeout: LONG,
}, async () => {
  const { appFiles } = await npmPackageServer();
  const repository = makeRepository(appFiles());
  const host = openHost();
  await host.build(repository.folder);
  const file = (name: string) => join(host.kept("node-modules")[0]?.folder ?? "", name);
  for (const damage of [
    () => truncateSync(file("tree/tiny/index.js"), 3),
    () => appendFileSync(file("tree/tiny/index.js"), "poison()"),
    () => rmSync(file("tree/tiny/package.json")),
    () => truncateSync(file("entry.json"), 10),
  ]) {
    damage();
    const job = await host.build(repository.folder);
    expect(job.end, job.log()).toMatchObject({ outcome: "success" });
    expect(usesOf(job)).toEqual(["node-modules broken", "npm hit"]);
    expect(job.log()).toContain("! what was kept of node_modules is thrown away");
    expect(readFileSync(file("tree/tiny/index.js"), "utf8")).toBe('module.exports = "tiny";\n'); // kept anew
  }
});

test("what a branch kept is read by that branch alone; what the default branch kept, by all", {
  timeout: LONG,
}, async () => {
  const { appFiles } = await npmPackageServer();
  const repository = makeRepository(appFiles());
  const host = openHost();
  repository.git("checkout", "--quiet", "-b", "feature");
  const onFeature = repository.commit({ "feature.txt": "1" });
  repository.git("checkout", "--quiet", "main");

  expect(usesOf(await host.build(repository.folder, "feature"))[0]).toBe("node-modules miss");
  expect(host.kept("node-modules").map(({ header }) => header?.scope)).toEqual(["branch feature"]);
  expect(usesOf(await host.build(repository.folder, onFeature))[0]).toBe("node-modules hit"); // its tip
  repository.git("branch", "other", "feature~0");
  repository.git("checkout", "--quiet", "other");
  repository.commit({ "other.txt": "1" });
  repository.git("checkout", "--quiet", "main");
  expect(usesOf(await host.build(repository.folder, "other"))[0]).toBe("node-modules miss");
  expect(usesOf(await host.build(repository.folder, "main"))[0]).toBe("node-modules miss");

  repository.git("checkout", "--quiet", "-b", "late");
  repository.commit({ "late.txt": "1" });
  repository.git("checkout", "--quiet", "main");
  expect(usesOf(await host.build(repository.folder, "late"))).toEqual(["node-modules hit"]); // of the default branch
});

test("a build that writes into a package has it kept as it was installed, from the next build on", {
  timeout: LONG,
}, async () => {
  const { appFiles } = await npmPackageServer();
  const repository = makeRepository(appFiles({ build: "echo '//changed' >> node_modules/tiny/index.js" }));
  const host = openHost();
  await host.build(repository.folder);
  expect(host.kept("node-modules")).toEqual([]);
  await host.build(repository.folder);
  const [entry] = host.kept("node-modules");
  expect(readFileSync(join(entry?.folder ?? "", "tree/tiny/index.js"), "utf8")).toBe('module.exports = "tiny";\n');
  expect(usesOf(await host.build(repository.folder))).toEqual(["node-modules hit"]);
});

test("what an install writes beside node_modules would be missed: then nothing is kept", {
  timeout: LONG,
}, async () => {
  const { appFiles } = await npmPackageServer();
  const repository = makeRepository(appFiles({ postinstall: "echo made > made.txt" }));
  const host = openHost();
  const job = await host.build(repository.folder);
  expect(job.log()).toContain("node_modules isn't kept: the install also wrote made.txt");
  expect(host.kept("node-modules")).toEqual([]);
});

test("what an install puts into HOME, as browsers of test tools, would be missed too", { timeout: LONG }, async () => {
  const { appFiles } = await npmPackageServer();
  const repository = makeRepository(
    appFiles({ postinstall: "mkdir -p ~/.cache/browser && echo made > ~/.cache/browser/one" }),
  );
  const host = openHost();
  const job = await host.build(repository.folder);
  expect(job.log()).toContain("node_modules isn't kept: the install also wrote ~/.cache/browser/one");
  expect(host.kept("node-modules")).toEqual([]);
});

test("with less free space than is to stay free nothing is kept, and the build succeeds", {
  timeout: LONG,
}, async () => {
  const { appFiles } = await npmPackageServer();
  const host = openHost({ keepFreeBytes: 2 ** 60 });
  const job = await host.build(makeRepository(appFiles()).folder);
  expect(job.end).toMatchObject({ outcome: "success" });
  expect(host.kept("node-modules")).toEqual([]);
  expect(existsSync(join(host.storing, job.leaseId))).toBe(false);
});

test("eight builds of one lock file at once all succeed, and leave one whole entry", { timeout: LONG }, async () => {
  const { appFiles } = await npmPackageServer();
  const { folder } = makeRepository(appFiles());
  const host = openHost();
  const eight = () => Promise.all(Array.from({ length: 8 }, () => host.build(folder)));
  for (const job of await eight()) expect(job.end, job.log()).toMatchObject({ outcome: "success" });
  expect(host.kept("node-modules")).toHaveLength(1);
  for (const job of await eight()) expect(usesOf(job)).toEqual(["node-modules hit"]);
});
