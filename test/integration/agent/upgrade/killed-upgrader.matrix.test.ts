import { existsSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { currentRelease, readOrder, releaseInUse, writeOrder } from "../../../../src/agent/releases/prefix.ts";
import { STEPS } from "../../../../src/agent/releases/upgrade.ts";
import { eventually } from "../../../support/eventually.ts";
import { ran } from "../../../support/ran.ts";
import { heldBuild, WHOLE } from "./held-build.ts";
import { releaseHost } from "./release-host.ts";

const RUNNER = "test/integration/agent/upgrade/killed-upgrader.mjs";

test("an upgrade that is killed at any step leaves the release before, or a trial that goes back by itself", async () => {
  const host = await releaseHost();
  const { paths, config, service } = host;
  const first = currentRelease(paths) ?? "";
  const build = await heldBuild(host.controller, host.folder);
  const broken = await host.pack("1.1.0", (edit) =>
    edit("agent/main.js", /^/, 'if (process.env.MILLWRIGHT_PREFIX) throw new TypeError("half of it is missing");\n'),
  );
  const options = {
    prefix: paths.prefix,
    file: broken,
    config,
    restart: service.restartCommand,
    trial: { good: 2, tries: 2, limit: 60 },
    force: true,
  };
  for (const step of STEPS) {
    const killed = await ran(process.execPath, [RUNNER, step, JSON.stringify(options)], process.env, process.cwd());
    expect(killed.code, `${step}: ${killed.stderr}`).toBeNull();
    const told = await host.ownCommand("agent", "releases");
    expect(told.stdout).toContain(`An upgrade to ${broken} was ended while it was ${step}`);
    const switched = step === "restarting the agent" || step === "watching";
    expect(currentRelease(paths) === first, step).toBe(!switched);
    if (STEPS.indexOf(step) >= STEPS.indexOf("switching")) await service.restart(); // an operator, or a reboot
    if (switched) {
      await eventually(`${step}: it went back`, () => releaseInUse(paths) === first, 30_000);
      const why = (await host.ownCommand("agent", "releases")).stdout;
      expect(why).toMatch(/1\.1\.0-\S+ is given up: it ended 2 times before it was good: .*half of it is missing/);
    }
    await host.runs("1.0.0");
  }

  // Between the order and the link.
  const release = readOrder(paths)?.release ?? "";
  await host.millwright("rollback", first, "--no-restart");
  writeOrder(paths, { trial: "t1", release, before: first, good: 2, tries: 2, limit: 60 });
  await service.restart();
  await host.runs("1.0.0");
  expect(host.log()).not.toContain("could not");

  const upgraded = await host.upgrade(await host.pack("1.2.0"));
  expect(upgraded, upgraded.stderr).toMatchObject({ code: 0 });
  await host.runs("1.2.0");
  expect(await build.finish()).toEqual(WHOLE);
  expect(existsSync(paths.underWay)).toBe(false);
  expect(readdirSync(paths.releases).filter((name) => name.startsWith("."))).toEqual([]);
});
