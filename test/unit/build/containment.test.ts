import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { sandboxArguments } from "../../../src/build/containment/sandbox-arguments.ts";
import { containmentLine } from "../../../src/build/containment/tell.ts";
import { useBelow } from "../../../src/build/containment/use.ts";
import type { JobContext } from "../../../src/build/job/context.ts";
import { mustStayInside, staysInside } from "../../../src/build/job/stay-inside.ts";
import { jobPaths } from "../../../src/protocol/job-folder/paths.ts";
import type { Isolation } from "../../../src/protocol/job-folder/spec.ts";

const ISOLATION: Isolation = {
  program: "/usr/bin/bwrap",
  version: "0.8.0",
  lacking: "",
  required: false,
  network: true,
  readable: [],
  writable: [],
  maxProcesses: 4096,
  maxMemoryBytes: 2 ** 30,
  maxDiskBytes: 0,
};

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "millwright-containment-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Of a host whose agent works in `root`/work and whose user lives in `root`/home. */
function optionsOf(root: string, environment: Record<string, string>, app: Record<string, string> = {}): string[] {
  const work = (...names: string[]) => join(root, "work", ...names);
  for (const path of [
    "jobs/l1",
    "jobs/l2",
    "worktrees/l1",
    "scratch/l1",
    "tools",
    "mirrors/app.git",
    "mirrors/other.git",
  ]) {
    mkdirSync(work(path), { recursive: true });
  }
  const context = {
    paths: jobPaths(work("jobs", "l1")),
    spec: { lease: { leaseId: "l1" }, platform: "android" },
    found: { tools: [], mirrors: new Set([work("mirrors", "app.git")]) },
    host: {
      worktree: work("worktrees", "l1"),
      scratch: work("scratch", "l1"),
      npmCache: work("caches", "npm"),
      toolsFolder: work("tools"),
      mirrorsFolder: work("mirrors"),
      userHome: join(root, "home"),
      environment,
    },
  } as unknown as JobContext;
  const wanted = { command: "/usr/bin/npm", cwd: work("worktrees", "l1"), environment: app };
  return sandboxArguments(context, ISOLATION, wanted, work("jobs", "l1", "tmp"));
}

/** The paths that are mounted with this option. */
function mounted(options: readonly string[], option: string): string[] {
  return options.flatMap((each, index) => (each === option ? [options[index + 1] ?? ""] : []));
}

test("what the operator's environment names is shown read-only, and its Gradle home to be written", () => {
  const root = folder();
  for (const path of ["sdk/platforms", "node/bin", "gradle", "home/.ssh", "cert"]) {
    mkdirSync(join(root, path), { recursive: true });
  }
  writeFileSync(join(root, "cert", "ca.pem"), "");
  const options = optionsOf(root, {
    ANDROID_HOME: join(root, "sdk"),
    GRADLE_USER_HOME: join(root, "gradle"),
    JAVA_OPTS: `-Djavax.net.ssl.trustStore=${join(root, "cert", "ca.pem")}`,
    PATH: `${join(root, "node", "bin")}:/usr/bin`,
  });
  const readable = mounted(options, "--ro-bind");
  for (const path of ["sdk", "node", "cert/ca.pem", "work/tools"]) expect(readable).toContain(join(root, path));
  const writable = ["gradle", "work/scratch/l1", "work/worktrees/l1"].map((path) => join(root, path));
  const shown = mounted(options, "--bind").filter((path) => path.startsWith(root));
  expect(shown).toEqual([join(root, "work", "jobs", "l1", "tmp"), ...writable]);
});

test("nothing shows a home, the work folder or other jobs, whatever names them", () => {
  const root = folder();
  mkdirSync(join(root, "home", ".ssh"), { recursive: true });
  mkdirSync(join(root, "home", "bin"), { recursive: true });
  const names = {
    HOME: join(root, "home"),
    A: join(root, "work"),
    B: join(root, "work", "jobs", "l2"),
    C: root,
    D: "/",
  };
  const options = optionsOf(root, { ...names, PATH: join(root, "home", "bin") }, { APP: join(root, "home", ".ssh") });
  const shown = [...mounted(options, "--ro-bind"), ...mounted(options, "--bind")].filter((path) =>
    path.startsWith(root),
  );
  expect(shown.sort()).toEqual(
    ["home/bin", "work/jobs/l1/tmp", "work/mirrors/app.git", "work/scratch/l1", "work/tools", "work/worktrees/l1"].map(
      (path) => join(root, path),
    ),
  );
  expect(mounted(options, "--ro-bind")).not.toContain("/");
});

test("of /etc there are names and certificates, and no keys", () => {
  const options = optionsOf(folder(), {});
  const etc = mounted(options, "--ro-bind").filter((path) => path.startsWith("/etc"));
  expect(etc).toContain("/etc/passwd");
  expect(etc.filter((path) => /shadow|sudoers|ssh$|private|millwright|^\/etc$|^\/etc\/ssl$/.test(path))).toEqual([]);
});

test("a link that leads out of the checkout isn't followed", () => {
  const root = folder();
  mkdirSync(join(root, "checkout", "www"), { recursive: true });
  mkdirSync(join(root, "home"));
  expect(staysInside(join(root, "checkout"), join(root, "checkout", "www"))).toBe(true);
  expect(staysInside(join(root, "checkout"), root)).toBe(false);
  expect(staysInside(join(root, "check"), join(root, "checkout"))).toBe(false);
  expect(() => mustStayInside(join(root, "checkout"), join(root, "checkout", "..", "home"))).toThrow(/leads out/);
});

test("the log says how a build is contained, or why it isn't", () => {
  const web = { platform: "web" } as const;
  expect(containmentLine(web, { isolation: ISOLATION })).toBe(
    "Contained by bubblewrap 0.8.0: own processes, files of this build only, with network, 1.0 GiB of memory, 4096 processes",
  );
  expect(containmentLine(web, { isolation: { ...ISOLATION, program: "", lacking: "It is away." } })).toContain(
    "It is away.",
  );
  expect(containmentLine({ platform: "ios" }, { isolation: ISOLATION })).toContain("Not contained");
});

test("what a process started is counted, with its memory", () => {
  const use = useBelow(process.ppid);
  expect(use.processes).toBeGreaterThan(0);
  expect(use.memoryBytes).toBeGreaterThan(2 ** 20);
});
