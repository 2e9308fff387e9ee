import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { fromBufferPromise } from "yauzl";
import { newId } from "../../src/base/ids.ts";
import { findMarked } from "../../src/base/processes/marked.ts";
import { jobMarker, jobPaths } from "../../src/protocol/job-folder/paths.ts";
import type { JobResult } from "../../src/protocol/job-folder/result.ts";
import type { HostSettings, Isolation, JobSpec } from "../../src/protocol/job-folder/spec.ts";
import type { Aftermath, HostileCase } from "./case.ts";
import { type Ground, snapshot } from "./ground.ts";

const MAIN = resolve("dist/build/main.js");
const PAGE = 'import fs from "node:fs"; fs.mkdirSync("www"); fs.writeFileSync("www/index.html", "<h1>Hello</h1>");';

export interface Verdict {
  name: string;
  contained: boolean;
  how: string;
  said: string;
  /** How the build ended, with the code of its failure. */
  end: string;
  wrong: string[];
  seconds: number;
}

/** Builds one hostile repository by a real supervisor and asks host, log, artifacts and the next build what came of it. */
export async function play(ground: Ground, wanted: HostileCase, isolation: Isolation): Promise<Verdict> {
  const began = performance.now();
  const before = snapshot(ground);
  const knocks = ground.knocks();
  const job = await build(ground, wanted.files(ground), { ...isolation, ...isolationOf(ground, wanted) }, wanted);
  const after = await aftermath(ground, job);
  const wrong: string[] = [];
  if (after.log.includes(ground.canary)) wrong.push("a secret of the host stands in the log");
  if (after.artifacts.some(({ bytes }) => bytes.includes(ground.canary)))
    wrong.push("a secret of the host is in an artifact");
  const changed = difference(before, snapshot(ground));
  if (changed.length > 0) wrong.push(`the host changed: ${changed.slice(0, 5).join(", ")}`);
  if (ground.daemon.exitCode !== null || ground.daemon.signalCode !== null) wrong.push("the daemon was ended");
  if (ground.knocks() !== knocks) wrong.push("the agent's socket was reached");
  if (findMarked(jobMarker(job.leaseId)).length > 0) wrong.push("processes were left");
  if (!wanted.says.test(after.log)) wrong.push(`the log doesn't say ${wanted.says}`);
  const special = await wanted.wrong?.(after);
  if (special) wrong.push(special);
  const next = await nextBuild(ground, isolation);
  if (next) wrong.push(next);
  const said = (wanted.says.exec(after.log)?.[0] ?? "").trim().replaceAll(ground.root, "…").slice(0, 90);
  const seconds = (performance.now() - began) / 1000;
  return {
    name: wanted.name,
    contained: wrong.length === 0,
    how: wanted.how,
    said,
    end: `${after.outcome} ${after.code}`.trim(),
    wrong,
    seconds,
  };
}

function isolationOf(ground: Ground, { isolation }: HostileCase): Partial<Isolation> | undefined {
  return typeof isolation === "function" ? isolation(ground) : isolation;
}

/** The next build of this host must be as if nothing had been. */
async function nextBuild(ground: Ground, isolation: Isolation): Promise<string | undefined> {
  const files = { "build.mjs": `${PAGE} console.log("TMP", fs.readdirSync("/tmp").join(), "END");` };
  const { end, log } = await build(ground, files, isolation);
  if (end?.outcome !== "success") return `the next build failed: ${log().slice(-400)}`;
  if (isolation.program !== "" && !/^TMP \S* END$/m.test(log())) return "the next build found files in /tmp";
  return undefined;
}

interface Played {
  leaseId: string;
  paths: ReturnType<typeof jobPaths>;
  end: JobResult | undefined;
  log(): string;
}

async function build(
  ground: Ground,
  files: Record<string, string>,
  isolation: Isolation,
  wanted?: HostileCase,
): Promise<Played> {
  const gitUrl = commit(ground, files, wanted?.links?.(ground) ?? {}, wanted?.modes ?? {});
  const leaseId = newId("l");
  const paths = jobPaths(join(ground.work, "jobs", leaseId));
  mkdirSync(paths.folder, { recursive: true, mode: 0o700 });
  const spec: JobSpec = {
    lease: { leaseId, buildId: 7, attempt: 1, fence: 1 },
    kind: "deploy",
    platform: "web",
    buildType: "",
    app: { id: "a1", name: "Hostile", gitUrl, subfolder: "" },
    commit: "main",
    materials: [],
    ...wanted?.spec?.(ground),
  };
  writeFileSync(paths.spec, JSON.stringify(spec));
  writeFileSync(paths.host, JSON.stringify({ ...hostOf(ground, leaseId), ...wanted?.host, isolation }));
  if (ground.user !== undefined) execFileSync("chown", ["-R", `${ground.user}:${ground.user}`, paths.folder]);
  const supervisor = startSupervisor(ground, paths.supervisorLog);
  const exited = new Promise<void>((done) => supervisor.once("exit", () => done()));
  supervisor.stdin?.end(`${JSON.stringify({ folder: paths.folder })}\n`);
  await exited;
  const end = existsSync(paths.result) ? (JSON.parse(readFileSync(paths.result, "utf8")) as JobResult) : undefined;
  return { leaseId, paths, end, log: () => (existsSync(paths.log) ? readFileSync(paths.log, "utf8") : "") };
}

function startSupervisor({ user }: Ground, logFile: string): ChildProcess {
  const output = openSync(logFile, "a");
  const who = user === undefined ? {} : { uid: user, gid: user };
  const env = { PATH: "/usr/bin:/bin" };
  return spawn(process.execPath, [MAIN], { cwd: "/", detached: true, env, stdio: ["pipe", output, output], ...who });
}

function commit(
  ground: Ground,
  files: Record<string, string>,
  links: Record<string, string>,
  modes: Record<string, number>,
): string {
  const folder = join(ground.root, "repositories", newId("r"));
  const target = { ...ground.secrets, work: ground.work, home: ground.home, socket: ground.socket, root: ground.root };
  const scripts = { build: "node build.mjs" };
  const all: Record<string, string> = {
    "package.json": JSON.stringify({ name: "hostile", version: "1.0.0", scripts }),
    "target.json": JSON.stringify({ ...target, daemon: ground.daemon.pid }),
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { mode: modes[path] ?? (path.endsWith(".sh") ? 0o755 : 0o644) });
  }
  for (const [path, to] of Object.entries(links)) symlinkSync(to, join(folder, path));
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Ann", "-c", "user.email=a@b.c", ...args], { cwd: folder });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all", "--force");
  git("commit", "--quiet", "--message", "Hostile");
  if (ground.user !== undefined) execFileSync("chown", ["-R", `${ground.user}:${ground.user}`, dirname(folder)]);
  return folder;
}

function hostOf({ work, home }: Ground, leaseId: string): HostSettings {
  return {
    agentName: "hostile-ground",
    mirrorsFolder: join(work, "mirrors"),
    worktree: join(work, "worktrees", leaseId),
    toolsFolder: join(work, "tools"),
    scratch: join(work, "scratch", leaseId),
    npmCache: join(work, "caches", "npm"),
    environment: { PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin` },
    nodeFolders: [],
    xcodeFolders: [],
    preferredXcode: "",
    targetPlatforms: [],
    userHome: home,
    cordovaVersion: "12.0.0",
    platformVersions: {},
    minFreeBytes: 1,
    cancelGraceMs: 1_000,
    timeoutMs: 60_000,
    silenceMs: 60_000,
    keepWorktree: false,
    terminal: false,
    logLimitBytes: 2 ** 20,
    logTailBytes: 2 ** 16,
    materialSocket: join(work, "agent.sock"),
    materialKey: "the-key",
  };
}

/** What is in an archive too: its bytes alone wouldn't show it. */
async function unpacked(bytes: Buffer, name: string): Promise<Buffer> {
  if (name.endsWith(".tgz")) return Buffer.concat([bytes, gunzipSync(bytes)]);
  if (!name.endsWith(".zip")) return bytes;
  const parts = [bytes];
  const zip = await fromBufferPromise(bytes);
  for await (const entry of zip.eachEntry()) {
    parts.push(Buffer.from(`${entry.fileName}\n`));
    for await (const chunk of await zip.openReadStreamPromise(entry)) parts.push(chunk as Buffer);
  }
  return Buffer.concat(parts);
}

async function aftermath(ground: Ground, { end, paths, log }: Played): Promise<Aftermath> {
  const names = existsSync(paths.artifacts) ? readdirSync(paths.artifacts) : [];
  const contents = names.map(async (name) => {
    return { name: basename(name), bytes: await unpacked(readFileSync(join(paths.artifacts, name)), name) };
  });
  const artifacts = await Promise.all(contents);
  return { log: log(), outcome: end?.outcome ?? "none", code: end?.failure?.code ?? "", artifacts, ground };
}

function difference(before: readonly string[], after: readonly string[]): string[] {
  const [was, is] = [new Set(before), new Set(after)];
  return [...before.filter((each) => !is.has(each)), ...after.filter((each) => !was.has(each))];
}
