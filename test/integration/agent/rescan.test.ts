import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import pino from "pino";
import { expect, onTestFinished, test } from "vitest";
import { LiveConfig } from "../../../src/agent/config.ts";
import { ToolchainWatch } from "../../../src/agent/host/toolchains.ts";
import type { Capability } from "../../../src/protocol/generated/millwright/agent/v1/agent.ts";
import { temporaryFolder } from "../../support/controller.ts";
import { eventually } from "../../support/eventually.ts";
import { layXcode, makeReady, xcodePrograms } from "../../support/xcode-folders.ts";

const logger = pino({ level: "fatal" });

/** A host whose Xcodes lie in a folder of the test, watched as the agent does. */
async function host(options: { againMs?: number; folders?: string } = {}) {
  const folder = temporaryFolder();
  const applications = join(folder, "Applications");
  mkdirSync(applications);
  xcodePrograms(join(folder, "bin"));
  const file = join(folder, "agent.yaml");
  const configure = (folders: string, more = "") =>
    writeFileSync(file, `xcode:\n  folders: ${folders}\n${more}workFolder: .\n`);
  configure(options.folders ?? "[Applications]");
  const env = { PATH: `${join(folder, "bin")}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin` };
  const live = new LiveConfig(file, env);
  let changes = 0;
  const watch = await ToolchainWatch.begin({
    config: () => live.current,
    onChange: () => {
      changes += 1;
    },
    logger,
    quietMs: 20,
    againMs: options.againMs ?? 600_000,
  });
  onTestFinished(() => watch.close());
  return { folder, applications, configure, watch, changes: () => changes, reload: () => live.reload(env) };
}

const xcodes = ({ toolchains }: Capability) =>
  toolchains
    .filter(({ kind }) => kind === "xcode")
    .map(({ version, lacking }) => version + (lacking ? " lacking" : ""));
const builds = ({ platforms }: Capability) => platforms.find(({ platform }) => platform === "ios")?.supported;

test("An Xcode that comes or goes is told without a restart, as another capability", async () => {
  const { folder, applications, watch, changes } = await host();
  const before = watch.current;
  expect([xcodes(before), builds(before)]).toEqual([[], false]);
  const copied = layXcode(folder, { name: "arriving", version: "26.0", build: "17A324" });
  renameSync(copied, join(applications, "Xcode.app"));
  await eventually("the Xcode is there", () => builds(watch.current));
  expect(xcodes(watch.current)).toEqual(["26.0"]);
  expect(watch.current).not.toBe(before);
  expect(changes()).toBe(1);
  const same = watch.current;
  await watch.lookAgain();
  expect(watch.current).toBe(same);
  rmSync(join(applications, "Xcode.app"), { recursive: true });
  await eventually("the Xcode is gone", () => builds(watch.current) === false);
  expect(xcodes(watch.current)).toEqual([]);
});

test("What changes no watched folder is found by looking again: an accepted licence, a folder that comes later", async () => {
  const { folder, applications, watch } = await host({ againMs: 50, folders: "[Applications, Later]" });
  const path = layXcode(applications, { version: "16.2", state: ["licence"] });
  await eventually("the Xcode lacks its licence", () => xcodes(watch.current).includes("16.2 lacking"));
  makeReady(path, "licence");
  await eventually("the Xcode is ready", () => xcodes(watch.current).includes("16.2"));
  expect(existsSync(join(folder, "Later"))).toBe(false);
  layXcode(join(folder, "Later"), { version: "26.0" });
  await eventually("the one of the new folder is there", () => xcodes(watch.current).join() === "26.0,16.2");
});

test("A configuration that was read anew names other folders and another preferred Xcode", async () => {
  const { folder, applications, configure, reload, watch } = await host();
  layXcode(applications, { version: "26.0" });
  const other = join(folder, "Other");
  layXcode(other, { version: "16.2" });
  configure("[Other, Applications]", "  preferred: Other/Xcode.app\n");
  reload();
  await watch.lookAgain();
  expect(watch.current.toolchains.find(({ kind, preferred }) => kind === "xcode" && preferred)?.version).toBe("16.2");
  renameSync(layXcode(folder, { name: "new", version: "15.4" }), join(other, "Xcode-15.app"));
  await eventually("the new folder is watched", () => xcodes(watch.current).join() === "16.2,26.0,15.4");
});

test("After the end nothing is told any more", async () => {
  const { applications, watch, changes } = await host();
  watch.close();
  layXcode(applications, { version: "26.0" });
  await watch.lookAgain();
  expect(changes()).toBe(0);
});
