import { expect, test } from "vitest";
import { isAlive } from "../../../src/base/processes/alive.ts";
import { findMarked } from "../../../src/base/processes/marked.ts";
import { jobMarker } from "../../../src/protocol/job-folder/paths.ts";
import { MAKES_PAGE, makeRepository, webApp } from "./repositories.ts";
import { type RunningJob, runToEnd, startJob, UNCONTAINED } from "./supervisor.ts";

/** A web build that leaves a child deaf to TERM, one in a session of its own, tells their pids, and never ends. */
const STUBBORN = `
import { spawn } from "node:child_process";
const deaf = spawn("sh", ["-c", "trap '' TERM INT HUP; while :; do sleep 0.2; done"], { stdio: "inherit" });
const away = spawn("setsid", ["sh", "-c", "trap '' TERM; while :; do sleep 0.2; done"], { stdio: "inherit" });
console.log("PIDS", deaf.pid, away.pid);
process.on("SIGTERM", () => {});
setInterval(() => {}, 1000);
`;

async function pidsOf(job: RunningJob): Promise<number[]> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const found = /^PIDS (\d+) (\d+)$/m.exec(job.log());
    if (found) return [Number(found[1]), Number(found[2])];
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the web build did not begin: ${job.log()}`);
}

test("A cancel ends the whole tree of a build, also what is deaf to TERM and what left the session", async () => {
  const repository = makeRepository(webApp(STUBBORN));
  // In a sandbox the processes have other numbers, and end with it: containment.test.ts.
  const host = { isolation: UNCONTAINED };
  const job = await startJob({ spec: { gitUrl: repository.folder, commit: "main" }, host });
  const pids = await pidsOf(job);
  expect(pids.map(isAlive)).toEqual([true, true]);
  const startedAt = Date.now();
  job.child.kill("SIGHUP");
  job.child.kill("SIGINT");
  job.child.kill("SIGTERM");
  const end = await job.result();
  expect(end.outcome).toBe("canceled");
  expect(end.failure).toBeUndefined();
  expect(Date.now() - startedAt).toBeLessThan(15_000);
  expect(pids.map(isAlive)).toEqual([false, false]);
  expect(findMarked(jobMarker(job.leaseId))).toEqual([]);
  expect(job.steps().at(-1)).toBe("web-build: canceled");
  expect(job.log()).toMatch(/Build canceled in/);
});

test("A step that prints nothing for too long is stopped and named", async () => {
  const repository = makeRepository(webApp("setInterval(() => {}, 1000)"));
  const job = await runToEnd({ spec: { gitUrl: repository.folder, commit: "main" }, host: { silenceMs: 3_000 } });
  expect(job.end.failure).toMatchObject({ code: "STEP_STALLED", step: "web-build" });
  expect(job.end.failure?.what).toContain("Build the web app");
});

test("A build that takes too long is stopped, although it prints", async () => {
  const repository = makeRepository(webApp("setInterval(() => console.log('working'), 100)"));
  const job = await runToEnd({ spec: { gitUrl: repository.folder, commit: "main" }, host: { timeoutMs: 4_000 } });
  expect(job.end.failure).toMatchObject({ code: "BUILD_TIMED_OUT", step: "web-build" });
});

test("An app's own time limit counts where the host allows more, and the failure says whose it was", async () => {
  const repository = makeRepository(webApp("setInterval(() => console.log('working'), 100)"));
  const spec = { gitUrl: repository.folder, commit: "main", timeoutMs: 3_000 };
  const job = await runToEnd({ spec });
  expect(job.end.failure).toMatchObject({ code: "BUILD_TIMED_OUT", step: "web-build" });
  expect(job.end.failure?.next).toContain("millwright apps set");
});

test("What a successful build left running is ended, and the log says so", async () => {
  const leaves = `import { spawn } from "node:child_process";
    spawn("setsid", ["sleep", "300"], { stdio: "ignore", detached: true }).unref();`;
  const repository = makeRepository(webApp(MAKES_PAGE + leaves));
  const host = { isolation: UNCONTAINED };
  const job = await runToEnd({ spec: { gitUrl: repository.folder, commit: "main" }, host });
  expect(job.end.outcome, job.log()).toBe("success");
  expect(job.log()).toContain("Ended 1 process that the build left behind");
  expect(findMarked(jobMarker(job.leaseId))).toEqual([]);
});
