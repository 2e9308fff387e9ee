import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { platform } from "node:os";
import { join, resolve } from "node:path";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import type { SupervisorProcess } from "../../../src/agent/jobs/supervisor-process.ts";
import { Supervisors, type SupervisorsOptions } from "../../../src/agent/jobs/supervisors.ts";
import { isAlive } from "../../../src/base/processes/alive.ts";
import { findNaming } from "../../../src/base/processes/marked.ts";
import type { JobResult } from "../../../src/protocol/job-folder/result.ts";
import { eventually } from "../../support/eventually.ts";
import { temporaryFolder } from "../cli/run-cli.ts";

const PROGRAM = resolve("dist/build/main.js");

/** Supervisors of a work folder of their own; none is left at the end of the test. */
function supervisorsFor(options: Partial<SupervisorsOptions> = {}) {
  const workFolder = temporaryFolder();
  mkdirSync(join(workFolder, "logs"));
  const logger = pino({ level: "silent" });
  const times = { restMs: 0 };
  const supervisors = new Supervisors({ program: PROGRAM, workFolder, spares: () => 1, logger, times, ...options });
  const waiting = () => findNaming(join(workFolder, "spares"));
  onTestFinished(async () => {
    supervisors.close();
    await eventually("no supervisor is left", () => waiting().length === 0);
  });
  const whenReady = (count = 1) => eventually("they are ready", () => supervisors.ready === count, 30_000);
  return { supervisors, workFolder, waiting, whenReady };
}

/** A job folder without a job: whoever gets it says that in its result. */
async function expectToWork(supervisor: SupervisorProcess, workFolder: string): Promise<void> {
  const folder = join(workFolder, `job-${supervisor.handle.pid}`);
  mkdirSync(folder);
  supervisor.order(folder);
  await eventually("it has a result", () => existsSync(join(folder, "result.json")), 30_000);
  const result = JSON.parse(readFileSync(join(folder, "result.json"), "utf8")) as JobResult;
  expect(result).toMatchObject({ outcome: "failed", failure: { code: "INTERNAL_ERROR" } });
  await eventually("it has ended", () => supervisor.hasEnded);
}

test("A spare supervisor is taken over, does its job, and is replaced by another one", async () => {
  const { supervisors, workFolder, waiting, whenReady } = supervisorsFor();
  await whenReady();
  const [spare] = waiting();
  const taken = supervisors.take();
  expect(taken.handle.pid).toBe(spare);
  expect(taken.isReady).toBe(true);
  await expectToWork(taken, workFolder);
  await whenReady();
  expect(waiting()).not.toContain(spare);
});

test("As many are kept as are wanted: none, several, and fewer again after a reload", async () => {
  let wanted = 0;
  const { supervisors, workFolder, waiting, whenReady } = supervisorsFor({ spares: () => wanted });
  expect(waiting()).toEqual([]);
  await expectToWork(supervisors.take(), workFolder);
  wanted = 2;
  supervisors.renew();
  await whenReady(2);
  const before = waiting();
  wanted = 1;
  supervisors.renew();
  await whenReady(1);
  await eventually("the old ones are gone", () => !before.some(isAlive));
  expect(waiting()).toHaveLength(1);
});

test.skipIf(platform() !== "linux")(
  "A spare knows nothing: no variable of the daemon but PATH, no word but the program and its stage, an empty stage, no core dump",
  async () => {
    process.env["MILLWRIGHT_TEST_SECRET"] = "of-the-daemon";
    const { waiting, whenReady, workFolder } = supervisorsFor();
    delete process.env["MILLWRIGHT_TEST_SECRET"];
    await whenReady();
    const read = (name: string) => readFileSync(`/proc/${waiting()[0]}/${name}`, "utf8");
    const names = read("environ")
      .split("\0")
      .flatMap((each) => (each === "" ? [] : [each.slice(0, each.indexOf("="))]));
    const ofTheShell = ["PWD", "OLDPWD", "SHLVL", "_"];
    expect(names.filter((name) => !ofTheShell.includes(name))).toEqual(["PATH"]);
    const [node, program, ...words] = read("cmdline").split("\0");
    expect([node, program]).toEqual([process.execPath, PROGRAM]);
    expect(words.slice(0, 3)).toEqual(["--says", "3", "--rehearse"]);
    expect(words[3]).toContain(join(workFolder, "spares"));
    expect(existsSync(words[3] ?? "")).toBe(false);
    expect(read("limits")).toMatch(/^Max core file size +0 /m);
  },
);

test("A spare that was killed is noticed: the next job gets one that lives", async () => {
  const { supervisors, workFolder, waiting, whenReady } = supervisorsFor();
  await whenReady();
  const [spare = 0] = waiting();
  process.kill(spare, "SIGKILL");
  await eventually("it is missed", () => supervisors.ready === 0);
  const taken = supervisors.take();
  expect(taken.handle.pid).not.toBe(spare);
  await expectToWork(taken, workFolder);
});

test("A spare that stands still is ended when it doesn't take its order", async () => {
  const { supervisors, workFolder, waiting, whenReady } = supervisorsFor({ times: { restMs: 0, takenMs: 200 } });
  await whenReady();
  process.kill(waiting()[0] ?? 0, "SIGSTOP");
  const taken = supervisors.take();
  taken.order(join(workFolder, "job"));
  await eventually("it is ended", () => taken.hasEnded);
});

test("A supervisor that never gets ready is ended, and doesn't keep others from being started", async () => {
  const program = join(temporaryFolder(), "hangs.mjs");
  writeFileSync(program, "setInterval(() => {}, 1000);");
  const { supervisors, waiting } = supervisorsFor({ program, times: { restMs: 0, readyMs: 500 } });
  const [first = 0] = await eventually("it is started", () => (waiting().length > 0 ? waiting() : undefined));
  await eventually("it is ended", () => !isAlive(first));
  await eventually("another one is started", () => waiting().length > 0, 10_000);
  expect(supervisors.ready).toBe(0);
});
