import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { findEntries } from "../../../src/protocol/cache-entries.ts";
import type { HostCaches, HostSettings } from "../../../src/protocol/job-folder/spec.ts";
import { hostCaches } from "./host-caches.ts";
import { npmPackageServer } from "./npm-package-server.ts";
import { makeRepository } from "./repositories.ts";
import { ISOLATION, runToEnd } from "./supervisor.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const LONG = 240_000;

function openHost(overrides: Partial<HostCaches> = {}) {
  const root = temporaryFolder();
  const caches = hostCaches(root, overrides);
  const build = (gitUrl: string, untrusted: boolean, host: Partial<HostSettings> = {}) =>
    runToEnd({
      root,
      spec: { gitUrl, commit: "main", ...(untrusted ? { untrusted } : {}) },
      host: { caches, ...host },
    });
  return {
    root,
    build,
    kept: () => findEntries(caches.entries).map(({ header }) => `${header?.kind} ${header?.scope}`),
  };
}

/** A git that notes how often it lists the refs of a server. */
function countingGit(root: string) {
  const bin = join(root, "bin");
  mkdirSync(bin);
  const note = join(bin, "listed");
  const script = `#!/bin/sh\ncase "$*" in *ls-remote*) echo x >>${note};; esac\nexec /usr/bin/git "$@"\n`;
  writeFileSync(join(bin, "git"), script, { mode: 0o755 });
  const environment = { PATH: `${bin}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin` };
  return { environment, listed: () => (existsSync(note) ? readFileSync(note, "utf8").length / 2 : 0) };
}

test("an untrusted build leaves nothing that another one takes, and takes only what was merged", {
  timeout: LONG,
}, async () => {
  const { appFiles } = await npmPackageServer();
  const poison = "node -e \"require('fs').writeFileSync('node_modules/tiny/index.js', 'module.exports = 666')\"";
  const repository = makeRepository(appFiles({ build: poison }));
  const host = openHost();
  const untrusted = await host.build(repository.folder, true);
  expect(untrusted.end, untrusted.log()).toMatchObject({ outcome: "success" });
  expect(untrusted.log()).toContain("Untrusted: the app's trusted branches don't hold this commit. No secrets");
  expect(host.kept()).toEqual([]);

  repository.commit(appFiles({ build: "node -p \"require('tiny')\" > www/said.txt" }));
  const trusted = await host.build(repository.folder, false);
  expect(trusted.end, trusted.log()).toMatchObject({ outcome: "success" });
  expect(trusted.log()).not.toContain("restored");
  expect(trusted.log()).not.toContain("Untrusted");
  expect(host.kept().sort()).toEqual(["node-modules default", "npm default"]);

  const again = await host.build(repository.folder, true);
  expect(again.log()).toContain("Cache: node_modules restored");
  expect(host.kept()).toHaveLength(2);
});

test("the refs that the fetch was told are not asked for a second time", { timeout: LONG }, async () => {
  const { appFiles } = await npmPackageServer();
  const host = openHost();
  const { environment, listed } = countingGit(host.root);
  const { folder } = makeRepository(appFiles());
  const job = await host.build(folder, false, { environment });
  expect(job.end, job.log()).toMatchObject({ outcome: "success" });
  expect(host.kept().sort()).toEqual(["node-modules default", "npm default"]);
  expect(listed()).toBe(1);
});

test("what builds of a host share an untrusted one reads at most", { timeout: LONG }, async (context) => {
  if (ISOLATION.lacking !== "") return context.skip(ISOLATION.lacking);
  const { appFiles } = await npmPackageServer();
  const host = openHost({ keep: [] });
  const shared = join(host.root, "shared");
  mkdirSync(shared);
  writeFileSync(join(shared, "there.txt"), "of before");
  const script = `const fs = require("fs"); console.log("READS", fs.readFileSync("${shared}/there.txt", "utf8"));
    for (const f of ["${shared}/there.txt", "${host.root}/npm-cache/poison"]) try { fs.writeFileSync(f, "PWNED"); console.log("WROTE", f); } catch (e) { console.log("REFUSED", e.code); }`;
  const files = { ...appFiles({ build: "node attack.cjs" }), "attack.cjs": script };
  const job = await host.build(makeRepository(files).folder, true, { isolation: { ...ISOLATION, writable: [shared] } });
  expect(job.end, job.log()).toMatchObject({ outcome: "success" });
  expect(job.log()).toContain("READS of before");
  expect(job.log()).not.toContain("WROTE");
  expect(job.log().match(/REFUSED (EROFS|ENOENT)/g)).toHaveLength(2);
  expect(readFileSync(join(shared, "there.txt"), "utf8")).toBe("of before");
  const cache = join(host.root, "npm-cache");
  expect(existsSync(cache) ? readdirSync(cache) : []).toEqual([]);
});
