import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isAlive } from "../../../src/base/processes/alive.ts";
import { findMarked } from "../../../src/base/processes/marked.ts";
import { trySandbox } from "../../../src/build/toolchain/sandbox.ts";
import { jobMarker } from "../../../src/protocol/job-folder/paths.ts";
import { ASKING } from "../../hostile/cases/asking.ts";
import { LEAVING } from "../../hostile/cases/leaving.ts";
import { REACHING } from "../../hostile/cases/reaching.ts";
import { READING } from "../../hostile/cases/reading.ts";
import { RETURNING } from "../../hostile/cases/returning.ts";
import { WRITING } from "../../hostile/cases/writing.ts";
import { type Ground, makeGround } from "../../hostile/ground.ts";
import { play } from "../../hostile/play.ts";
import { realGroup } from "../../support/control-group.ts";
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

const KERNEL = [ASKING[0], ASKING[3], ASKING[5]];
const SMOKE = [
  ...KERNEL,
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

sandboxTest(
  "Tools of builds bear the filter of system calls: a C compiler, git, threads, sockets, processes",
  async () => {
    const uses = `${MAKES_PAGE} import fs from "node:fs";
    import { execSync } from "node:child_process"; import { createServer, connect } from "node:net"; import { Worker } from "node:worker_threads"; import os from "node:os";
    fs.writeFileSync("/tmp/a.c", '#include <stdio.h>\\nint main(void) { puts("COMPILED"); }');
    const has = (name) => { try { execSync("command -v " + name); return true; } catch { return false; } };
    console.log(has("cc") ? execSync("cc -o /tmp/a.out /tmp/a.c && /tmp/a.out").toString() : "COMPILED not at all");
    console.log(execSync("git init -q /tmp/r && git -C /tmp/r -c user.name=A -c user.email=a@b.c commit -q --allow-empty -m x && git -C /tmp/r log --oneline | wc -l").toString());
    console.log("ADDRESSES", Object.keys(os.networkInterfaces()).length > 0, fs.readFileSync("/proc/self/status", "utf8").match(/^Seccomp:.*/m)[0]);
    await new Promise((done) => new Worker("1", { eval: true }).on("exit", done));
    const server = createServer((socket) => socket.end()).listen(0, "127.0.0.1", () => connect(server.address().port, "127.0.0.1").on("close", () => { console.log("CONNECTED"); server.close(); }).resume());`;
    const job = await runToEnd({ spec: { gitUrl: makeRepository(webApp(uses)).folder, commit: "main" } });
    expect(job.end.outcome).toBe("success");
    for (const said of [/^COMPILED/m, /^1$/m, /^ADDRESSES true Seccomp:\t2/m, /^CONNECTED/m])
      expect(job.log()).toMatch(said);
    expect(job.log()).toMatch(/Contained by bubblewrap .* filtered system calls/);
  },
);

sandboxTest("A host whose filter is off runs builds in a sandbox without it, and the log says so", async () => {
  const tells = `${MAKES_PAGE} import fs from "node:fs"; console.log(fs.readFileSync("/proc/self/status", "utf8").match(/^Seccomp:.*/m)[0]);`;
  const isolation = { ...ISOLATION, ...(await trySandbox(true, "off")) };
  const spec = { gitUrl: makeRepository(webApp(tells)).folder, commit: "main" };
  const job = await runToEnd({ spec, host: { isolation } });
  expect(job.log()).toMatch(/^Seccomp:\t0/m);
  expect(job.log()).toContain("System calls aren't filtered. isolation.seccomp is off in the agent's configuration.");
});

sandboxTest("A contained command is in the control group of its job, and ends with it", async () => {
  const folder = realGroup();
  const group = folder ? join(folder, "agent") : mkdtempSync(join(temporaryFolder(), "group-"));
  const deaf = 'process.on("SIGTERM", () => {}); console.log("READY"); setInterval(() => {}, 1000);';
  const spec = { gitUrl: makeRepository(webApp(deaf)).folder, commit: "main" };
  const job = await startJob({ spec, host: { controlGroup: group } });
  await eventually("the web build runs", () => job.log().includes("READY"), 30_000);
  const inside = readFileSync(join(group, "cgroup.procs"), "utf8").split("\n").filter(Boolean);
  // Without a group of the kernel it is a file, which holds what was asked for: "this process".
  if (folder === undefined) expect(inside).toEqual(["0"]);
  else expect(inside.length).toBeGreaterThan(3);
  expect(inside).not.toContain(String(job.child.pid));
  if (folder === undefined) job.child.kill("SIGTERM");
  else writeFileSync(join(group, "cgroup.kill"), "1");
  expect((await job.result()).outcome).toBe(folder === undefined ? "canceled" : "failed");
});

sandboxTest(
  "A command that the kernel ended for want of memory is told as that, with the limit and its name",
  async () => {
    const group = mkdtempSync(join(temporaryFolder(), "group-"));
    const tell = (kills: number) => {
      writeFileSync(
        join(group, "memory.events"),
        `low 0\nhigh 0\nmax 7\noom ${kills}\noom_kill ${kills}\noom_group_kill ${kills}\n`,
      );
      writeFileSync(join(group, "pids.events"), `max ${kills}\n`);
      writeFileSync(join(group, "memory.peak"), "1073741824\n");
    };
    tell(0);
    const waits = `console.log("READY"); setInterval(() => fs.existsSync("/tmp/die") && process.kill(process.pid, "SIGKILL"), 50); import fs from "node:fs";`;
    const isolation = { ...ISOLATION, maxMemoryBytes: 2 ** 30, maxProcesses: 4000 };
    const spec = { gitUrl: makeRepository(webApp(waits)).folder, commit: "main" };
    const job = await startJob({ spec, host: { isolation, controlGroup: group } });
    await eventually("the web build runs", () => job.log().includes("READY"), 30_000);
    tell(1);
    writeFileSync(join(job.paths.folder, "tmp", "die"), "");
    const { failure } = await job.result();
    expect(failure).toMatchObject({ code: "BUILD_OVER_LIMIT", blame: "user" });
    expect(failure?.what).toContain("1.0 GiB of memory");
    expect(failure?.next).toContain("isolation.maxMemory");
    expect(job.log()).toContain("limits kept by the kernel");
    expect(job.log()).toContain("the kernel refused more than 4000 processes");
  },
);

/** As sandbox-exec takes its words; keeps the profile that it was given. */
const SANDBOX_EXEC = `#!/bin/sh
[ "$1" = -f ] && [ -r "$2" ] || { echo "sandbox-exec: usage" >&2; exit 64; }
profile=$2; shift 2
cp "$profile" "$(dirname "$0")/profile.sb"
case $1 in /*) ;; *) echo "sandbox-exec: execvp() of '$1' failed: No such file or directory" >&2; exit 71 ;; esac
exec "$@"
`;

test("On a Mac commands are started by sandbox-exec, if it is wanted, with a profile of their job", async () => {
  const program = join(temporaryFolder(), "sandbox-exec");
  writeFileSync(program, SANDBOX_EXEC, { mode: 0o755 });
  const isolation = { ...UNCONTAINED, lacking: "", required: true, network: false, sandboxExec: program };
  const spec = { gitUrl: makeRepository(webApp(MAKES_PAGE)).folder, commit: "main" };
  const job = await runToEnd({ spec, host: { isolation: { ...isolation, hidden: ["/opt/agent.key"] } } });
  expect(job.end.outcome).toBe("success");
  expect(job.log()).toContain("Contained by sandbox-exec");
  const profile = readFileSync(join(program, "../profile.sb"), "utf8");
  const [before, hidden = "", shown = ""] = profile.split(/^\((?:deny|allow) file-read-data$/m);
  const writable = before?.split("(allow file-write*")[1];
  expect(before).toContain("(deny network*)");
  for (const folder of [job.host.worktree, job.host.scratch]) {
    expect(writable).toContain(`(subpath "${folder}")`);
    expect(shown).toContain(`(subpath "${folder}")`);
  }
  expect(hidden).toContain(`(subpath "${join(job.paths.folder, "../..")}")`);
  expect(hidden).toContain('(subpath "/opt/agent.key")');
});

test("A profile that macOS doesn't take is a fault of the host, told with its words", async () => {
  const program = join(temporaryFolder(), "sandbox-exec");
  writeFileSync(program, "#!/bin/sh\necho 'sandbox-exec: profile: syntax error' >&2\nexit 65\n", { mode: 0o755 });
  const isolation = { ...UNCONTAINED, lacking: "", sandboxExec: program };
  const spec = { gitUrl: makeRepository(webApp(MAKES_PAGE)).folder, commit: "main" };
  const job = await runToEnd({ spec, host: { isolation } });
  expect(job.end.failure).toMatchObject({ code: "ISOLATION_FAILED", why: "sandbox-exec: profile: syntax error." });
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
