import { expect, test } from "vitest";
import { currentRelease } from "../../../../src/agent/releases/prefix.ts";
import { heldBuild, WHOLE } from "./held-build.ts";
import { releaseHost } from "./release-host.ts";

test("an agent is upgraded during a build, which notices nothing", { timeout: 240_000 }, async () => {
  const host = await releaseHost();
  const first = currentRelease(host.paths);
  const build = await heldBuild(host.controller, host.folder);
  const upgraded = await host.upgrade(await host.pack("1.1.0"), "--force");
  expect(upgraded, upgraded.stderr + host.log()).toMatchObject({ code: 0 });
  expect(upgraded.stdout).toMatch(/^1\.1\.0-[0-9a-f]{12} is in use, and good\. Before: 1\.0\.0-/);
  await host.runs("1.1.0");
  expect(currentRelease(host.paths)).not.toBe(first);
  expect((await host.controller.build(build.id)).status).toBe("running");
  expect(await build.finish()).toEqual(WHOLE);
});
