import { existsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isAlive } from "../../../src/base/processes/alive.ts";
import { findMarked } from "../../../src/base/processes/marked.ts";
import { jobMarker } from "../../../src/protocol/job-folder/paths.ts";
import { LEAVING } from "../../hostile/cases/leaving.ts";
import { REACHING } from "../../hostile/cases/reaching.ts";
import { READING } from "../../hostile/cases/reading.ts";
import { RETURNING } from "../../hostile/cases/returning.ts";
import { WRITING } from "../../hostile/cases/writing.ts";
import { type Ground, makeGround } from "../../hostile/ground.ts";
import { play } from "../../hostile/play.ts";
import { eventually } from "../../support/eventually.ts";
import { MAKES_PAGE, makeRepository, webApp } from "./repositories.ts";
import { ISOLATION, runToEnd, startJob, UNCONTAINED } from "./supervisor.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Without a sandbox these tests are skipped with the reason, and fail when CI=true. */
function sandboxTest(title: string, run: () => Promise<void>): void {
  test(title, async (context) => {
    if (ISOLATION.lacking === "") return run();
    if (process.env["CI"] === "true") throw new Error(ISOLATION.lacking);
    return context.skip(ISOLATION.lacking);
  });
}

async function ground(): Promise<Ground> {
  const made = await makeGround(tmpdir());
  onTestFinished(() => made.close());
  return made;
}

const SMOKE = [
  READING[1],
  READING[9],
  LEAVING[5],
  WRITING[0],
  WRITING[2],
  RETURNING[1],
  RETURNING[6],
  REACHING[1],
  REACHING[5],
];

for (const each of SMOKE) {
  if (!each) throw new Error("the corpus of hostile repositories has become smaller");
  sandboxTest(`Contained: a build that ${each.name}`, async () => {
    const { wrong } = await play(await ground(), each, { ...ISOLATION, maxProcesses: 4096 });
    expect(wrong).toEqual([]);
  });
}

sandboxTest("Without a sandbox the same builds are seen to get what they want", async () => {
  const [reads, stays] = [READING[1], LEAVING[5]];
  if (!reads || !stays) throw new Error("the corpus of hostile repositories has become smaller");
  const host = await ground();
  expect((await play(host, reads, UNCONTAINED)).wrong).toContain("a secret of the host stands in the log");
  expect((await play(host, stays, UNCONTAINED)).wrong).toContain("it still runs");
});

sandboxTest("A cancel lets a contained command end by itself, and leaves nothing of its sandbox", async () => {
  const tells =
    'process.on("SIGTERM", () => { console.log("HEARD TERM"); process.exit(0); }); console.log("READY"); setInterval(() => {}, 1000);';
  const job = await startJob({ spec: { gitUrl: makeRepository(webApp(tells)).folder, commit: "main" } });
  await eventually("the web build runs", () => job.log().includes("READY"), 30_000);
  job.child.kill("SIGTERM");
  expect((await job.result()).outcome).toBe("canceled");
  expect(job.log()).toContain("HEARD TERM");
  expect(findMarked(jobMarker(job.leaseId))).toEqual([]);
});

sandboxTest("A supervisor that is killed takes its sandbox with it, also what is deaf", async () => {
  const deaf = 'process.on("SIGTERM", () => {}); console.log("READY"); setInterval(() => {}, 1000);';
  const job = await startJob({ spec: { gitUrl: makeRepository(webApp(deaf)).folder, commit: "main" } });
  await eventually("the web build runs", () => job.log().includes("READY"), 30_000);
  job.child.kill("SIGKILL");
  await eventually("nothing of it lives", () => findMarked(jobMarker(job.leaseId)).length === 0, 10_000);
  expect(isAlive(job.child.pid ?? 0)).toBe(false);
});

sandboxTest("A signal that ends a command is told as without a sandbox; what it left is gone", async () => {
  const dies = `${MAKES_PAGE} process.kill(process.pid, "SIGKILL");`;
  const job = await runToEnd({ spec: { gitUrl: makeRepository(webApp(dies)).folder, commit: "main" } });
  const bare = await runToEnd({
    spec: { gitUrl: makeRepository(webApp(dies)).folder, commit: "main" },
    host: { isolation: UNCONTAINED },
  });
  expect(job.end.failure?.what).toContain("was killed from outside");
  expect(bare.end.failure?.what).toBe(job.end.failure?.what);
  expect(job.log()).toContain("Contained by bubblewrap");
  expect(existsSync(job.host.scratch)).toBe(false);
});

sandboxTest("On a terminal a contained command sees one", async () => {
  const tells = `${MAKES_PAGE} console.log("TERMINAL", process.stdout.isTTY, process.env.TERM);`;
  const spec = { gitUrl: makeRepository(webApp(tells)).folder, commit: "main" };
  const job = await runToEnd({ spec, host: { terminal: true } });
  expect(job.log()).toMatch(/TERMINAL true xterm-256color/);
});

test("A host that demands a sandbox and has none runs nothing of a build", async () => {
  const isolation = { ...UNCONTAINED, required: true };
  const spec = { gitUrl: makeRepository(webApp('console.log("RAN")')).folder, commit: "main" };
  const job = await runToEnd({ spec, host: { isolation } });
  expect(job.end.failure).toMatchObject({ code: "ISOLATION_UNAVAILABLE", blame: "host" });
  expect(job.log()).not.toContain("RAN");
});

test("A sandbox that can't be set up is a fault of the host, told with bubblewrap's words", async () => {
  const program = join(temporaryFolder(), "bwrap");
  writeFileSync(program, '#!/bin/sh\necho "bwrap: Can\'t find source path /x" >&2\nexit 1\n', { mode: 0o755 });
  const isolation = { ...ISOLATION, program, lacking: "" };
  const spec = { gitUrl: makeRepository(webApp(MAKES_PAGE)).folder, commit: "main" };
  const job = await runToEnd({ spec, host: { isolation } });
  expect(job.end.failure).toMatchObject({ code: "ISOLATION_FAILED", why: "bwrap: Can't find source path /x." });
});
