import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createLogger } from "../../../../src/base/observe/logger.ts";
import { type Clock, systemClock } from "../../../../src/base/time/clock.ts";
import { FolderBlobs } from "../../../../src/controller/blobs/folder-blobs.ts";
import { Sweeper } from "../../../../src/controller/retention/sweeper.ts";
import { DEFAULT_POLICY, DEFAULT_TIMING } from "../../../../src/controller/services.ts";
import { createStore } from "../../../../src/controller/store/store.ts";
import { openStoreOf, temporaryFolder, testController } from "../../../support/controller.ts";
import { agentWithApp, finishedBuild } from "../../../support/finished-build.ts";
import { refusal } from "../refusal.ts";

/** A year from now and a bit. */
const LATER: Clock = { now: () => Date.now() + 400 * 86_400_000, monotonic: () => systemClock.monotonic() };

/** Blobs of which one can't be removed: before it has gone, or after. */
function failingBlobs(folder: string, at: number, after: boolean): FolderBlobs {
  let count = 0;
  const blobs = new FolderBlobs(folder);
  const remove = blobs.remove.bind(blobs);
  blobs.remove = async (key) => {
    count += 1;
    if (count !== at) return remove(key);
    if (after) await remove(key);
    throw new Error("the power has failed");
  };
  return blobs;
}

async function openParts(data: string, blobs: FolderBlobs) {
  const store = createStore(await openStoreOf(data), LATER);
  const logger = createLogger("test", "silent");
  return { store, blobs, clock: LATER, logger, policy: DEFAULT_POLICY, timing: DEFAULT_TIMING };
}

const filesBelow = (folder: string) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length
    : 0;

async function oldBuilds() {
  const data = temporaryFolder();
  const controller = await testController({}, data);
  const agent = await agentWithApp(controller);
  const shared = { name: "a-shared.zip", kind: "www" as const, bytes: "in all" };
  const artifacts: string[] = [];
  for (const own of ["one", "two", "three"]) {
    const files = [shared, { name: `own-${own}.zip`, kind: "reports" as const, bytes: own }];
    artifacts.push(...(await finishedBuild(controller, agent, { files, log: `log ${own}\n` })).artifacts);
  }
  await controller.close();
  return { data, artifacts };
}

test.each([
  [1, false],
  [2, true],
  [4, false],
  [5, true],
  [7, false],
  [8, true],
])(
  "a removal that broke off at blob %i (gone already: %s) is finished by the next sweep, and serves nothing meanwhile",
  async (at, after) => {
    const { data, artifacts } = await oldBuilds();
    const folder = join(data, "blobs");
    const broken = await openParts(data, failingBlobs(folder, at, after));
    await expect(new Sweeper(broken).sweep()).rejects.toThrow("the power has failed");
    await broken.store.close();

    const between = await testController({ retentionMs: 3_600_000 }, data);
    for (const [index, artifact] of artifacts.entries()) {
      const build = Math.floor(index / 2) + 1;
      expect(await refusal(between, "GET", `/builds/${build}/artifacts/${artifact}`)).toMatchObject({
        code: "ARTIFACT_REMOVED",
      });
      expect(await refusal(between, "GET", `/builds/${build}/log`)).toMatchObject({ code: "LOG_REMOVED" });
    }
    await between.close();

    const parts = await openParts(data, new FolderBlobs(folder));
    onTestFinished(() => parts.store.close());
    await new Sweeper(parts).sweep();
    expect([filesBelow(join(folder, "content")), filesBelow(join(folder, "logs"))]).toEqual([0, 0]);
    expect(await new Sweeper(parts).sweep()).toEqual({ artifacts: 0, logs: 0, deliveries: 0, uploads: 0 });
  },
);
