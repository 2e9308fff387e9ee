import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { JournalEntry } from "../../../../src/agent/jobs/lease-journal.ts";
import type { KeptRelease } from "../../../../src/agent/releases/kept-releases.ts";
import { currentRelease } from "../../../../src/agent/releases/prefix.ts";
import { readJson } from "../../../../src/base/files.ts";
import { eventually } from "../../../support/eventually.ts";
import { heldBuild, WHOLE } from "./held-build.ts";
import { type ReleaseHost, releaseHost } from "./release-host.ts";

async function releasesOf(host: ReleaseHost): Promise<KeptRelease[]> {
  const { stdout } = await host.millwright("releases", "--json");
  return (JSON.parse(stdout) as { releases: KeptRelease[] }).releases;
}

/** The program of the supervisor that has the only build. */
function supervisorOf(host: ReleaseHost): string {
  const jobs = join(host.folder, "work/jobs");
  const [lease = ""] = readdirSync(jobs);
  const pid = readJson<JournalEntry>(join(jobs, lease, "lease.json"))?.supervisor.pid;
  return readFileSync(`/proc/${pid}/cmdline`, "utf8");
}

test("a build goes on through two upgrades on the code that it began with, and its release stays as long", async () => {
  const host = await releaseHost();
  const first = currentRelease(host.paths) ?? "";
  const build = await heldBuild(host.controller, host.folder);
  for (const version of ["1.1.0", "1.2.0"]) {
    const upgraded = await host.upgrade(await host.pack(version));
    expect(upgraded, upgraded.stderr + host.log()).toMatchObject({ code: 0 });
    expect(upgraded.stdout).toMatch(new RegExp(`^${version}-[0-9a-f]{12} is in use, and good\\. Before: 1\\.`));
    await host.runs(version);
  }
  expect(supervisorOf(host)).toContain(`/releases/${first}/`);
  expect((await host.controller.build(build.id)).status).toBe("running");
  expect(await releasesOf(host)).toMatchObject([
    { version: "1.2.0", state: "in use", builds: 0 },
    { version: "1.1.0", state: "before", builds: 0 },
    { version: "1.0.0", state: "old", builds: 1 },
  ]);

  expect(await build.finish()).toEqual(WHOLE);
  await eventually("its supervisor is gone", async () => (await releasesOf(host)).at(-1)?.builds === 0);
  const pruned = await host.millwright("releases", "--prune");
  expect(pruned.stdout).toContain(`Removed ${first}.`);
  expect(readdirSync(host.paths.releases).length).toBe(2);

  expect((await host.millwright("rollback")).stdout).toMatch(/^1\.1\.0-[0-9a-f]{12} is in use\.$/m);
  await host.runs("1.1.0");
  expect((await host.ownCommand("--version")).stdout).toBe("1.1.0\n");
});
