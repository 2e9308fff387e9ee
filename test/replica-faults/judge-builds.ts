import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildDetails } from "../../src/protocol/api.ts";
import { wrongInLog } from "../faults/log-oracle.ts";
import { logOf, productOf, sha256 } from "../faults/plan.ts";
import { unzip } from "../faults/unzip.ts";
import type { Asked } from "./asker.ts";
import type { Findings } from "./findings.ts";
import type { Ground } from "./ground.ts";
import { judgeFollower } from "./judge-followers.ts";

interface BuildRow {
  id: number;
  commit: string;
  state: string;
  attempt: number;
}

interface LeaseRow {
  id: string;
  fence: number;
  ended: string | null;
  logLength: number;
}

/** Looks at each build that was asked for: in the store, by the API, and in what the build itself wrote down. */
export async function judgeBuilds(ground: Ground, asked: readonly Asked[], findings: Findings): Promise<void> {
  const rows = await ground.query<BuildRow>("select id, commit_ref as commit, state, attempt from builds order by id");
  for (const one of asked) {
    const builds = rows.filter(({ commit }) => commit === one.plan.seed);
    if (builds.length === 0) findings.add("lost builds", `${one.plan.seed}, as build ${one.id}, isn't there`);
    if (builds.length > 1 && !one.repeated)
      findings.add("doubled builds", `one request for ${one.plan.seed} made builds ${builds.map(({ id }) => id)}`);
    if (one.id !== undefined && !builds.some(({ id }) => id === one.id))
      findings.add("lost builds", `build ${one.id} of ${one.plan.seed} isn't there`);
    for (const build of builds) await judgeBuild(ground, one, build, findings);
    judgeLedger(ground, one, builds, findings);
  }
  const known = new Set(asked.map(({ plan }) => plan.seed));
  for (const { id, commit } of rows) {
    if (!known.has(commit)) findings.add("doubled builds", `nobody asked for build ${id} of ${commit}`);
  }
}

async function judgeBuild(ground: Ground, asked: Asked, row: BuildRow, findings: Findings): Promise<void> {
  findings.compared.builds += 1;
  const build = await ground.api.get<BuildDetails>(`/builds/${row.id}`);
  if (build.finishedAt === undefined)
    return findings.add("lost builds", `build ${row.id} has not ended: it is ${row.state} at attempt ${row.attempt}`);
  for (const problem of wrongEnd(asked, build)) findings.add("wrong ends", `build ${row.id} ${problem}`);
  await judgeStory(ground, build, findings);
  const log = await judgeLog(ground, asked, build, findings);
  await judgeProduct(ground, asked, build, findings);
  if (asked.follower && asked.id === row.id) {
    findings.compared.followers += 1;
    for (const problem of judgeFollower(asked, asked.follower, build, log))
      findings.add("followers", `build ${row.id}: ${problem}`);
  }
}

function wrongEnd({ plan, cancel }: Asked, { status, failure, attempt }: BuildDetails): string[] {
  const said = `is ${status} ${failure ? `(${failure.code}: ${failure.why})` : ""} at attempt ${attempt}, ${plan.behaviour}`;
  if (cancel === "taken") return status === "canceled" ? [] : [`${said}, though its cancel was taken`];
  if (cancel === "maybe" && status === "canceled") return [];
  const expected = plan.behaviour === "fails" ? "failed" : "success";
  if (status !== expected) return [`${said}: expected ${expected}`];
  if (status === "failed" && failure?.code !== "WEB_BUILD_FAILED") return [`${said}: expected WEB_BUILD_FAILED`];
  return attempt === 1 ? [] : [`${said}: no agent was away, so one attempt is enough`];
}

/** What the store tells of its way: it ends once, and one lease completed it. */
async function judgeStory(ground: Ground, { id, status }: BuildDetails, findings: Findings): Promise<void> {
  const states = await ground.query<{ state: string }>(
    `select to_state as state from transitions where build_id = ${id} order by id`,
  );
  const way = states.map(({ state }) => state);
  const ends = way.filter((state) => /^(success|failed|canceled)$/.test(state));
  if (ends.length !== 1 || way.at(-1) !== ends[0])
    findings.add("doubled builds", `build ${id} went ${way.join(" → ")}`);
  const leases = await ground.query<LeaseRow>(
    `select id, fence, ended, log_length as "logLength" from leases where build_id = ${id} order by fence`,
  );
  findings.compared.attempts += leases.length;
  const story = leases.map(({ fence, ended }) => `${fence}:${ended}`).join(" ");
  const wrong = leases.filter(({ ended }) => ended !== "completed" && ended !== "lapsed" && ended !== "withdrawn");
  if (wrong.length > 0) findings.add("wrong ends", `build ${id} has leases ${story}`);
  const completed = leases.filter(({ ended }) => ended === "completed").length;
  if (completed > 1 || (status !== "canceled" && completed !== 1))
    findings.add("doubled builds", `build ${id} was completed ${completed} times: leases ${story}`);
  if (new Set(leases.map(({ fence }) => fence)).size !== leases.length)
    findings.add("doubled builds", `build ${id} has a fence twice: leases ${story}`);
}

async function judgeLog(ground: Ground, asked: Asked, build: BuildDetails, findings: Findings): Promise<Buffer> {
  const log = await ground.api.bytes(`/builds/${build.id}/log`);
  findings.compared.logs += 1;
  findings.compared.logBytes += log.length;
  const add = (what: string) => findings.add("wrong log bytes", `build ${build.id}: ${what}`);
  if (log.length !== build.logLength) add(`${log.length} bytes are read, and its length is told as ${build.logLength}`);
  const whole = build.status !== "canceled";
  for (const { what } of wrongInLog(log, asked.plan, whole)) add(what);
  const expected = logOf(asked.plan);
  const at = log.indexOf(`BEGIN ${asked.plan.seed}\n`);
  const printed = log.subarray(Math.max(0, at), Math.max(0, at) + expected.length);
  if (whole && sha256(printed) !== sha256(expected)) add("what it printed has another SHA-256");
  if (log.indexOf(`BEGIN ${asked.plan.seed}\n`, at + 1) >= 0) add("what it printed is there twice");
  return log;
}

async function judgeProduct(
  ground: Ground,
  { plan, way, follower }: Asked,
  { id, status, artifacts }: BuildDetails,
  findings: Findings,
): Promise<void> {
  const add = (what: string) => findings.add("wrong artifacts", `build ${id}: ${what}`);
  const artifact = artifacts.find((each) => each.kind === "www");
  if (!artifact) return status === "success" ? add("it has no artifact") : undefined;
  if (artifacts.filter((each) => each.kind === "www").length > 1) add("it has its artifact twice");
  const bytes = await ground.api.bytes(`/builds/${id}/artifacts/${artifact.id}`);
  findings.compared.artifacts += 1;
  findings.compared.artifactBytes += bytes.length;
  if (sha256(bytes) !== artifact.sha256) return add(`its artifact's SHA-256 is not ${artifact.sha256}`);
  const found = await unzip(bytes);
  const expected = productOf(plan);
  const wrong = [...expected].filter(([name, hash]) => found.get(name) !== hash).map(([name]) => name);
  if (found.size !== expected.size) wrong.push(`${found.size} files instead of ${expected.size}`);
  if (wrong.length > 0) add(`its artifact is wrong in ${wrong.join(", ")}`);
  if (way !== "deploy" || !follower || status !== "success") return;
  const file = join(ground.options.folder, `${plan.seed}-files`, artifact.name);
  if (!existsSync(file) || sha256(readFileSync(file)) !== artifact.sha256)
    add(`the CLI's ${artifact.name} is not the same`);
}

/** What the build itself wrote down: it ran once, under the lease that completed it, and not twice at the same time. */
function judgeLedger({ ledger }: Ground, { plan }: Asked, builds: readonly BuildRow[], findings: Findings): void {
  const file = join(ledger, plan.seed);
  const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  const begins = lines.filter((line) => line.startsWith("begin "));
  const ends = lines.filter((line) => line.startsWith("end "));
  const ran = builds.filter(({ state }) => state === "success" || state === "failed").length;
  const most = builds.length;
  if (begins.length > most || ends.length > most)
    findings.add("doubled builds", `${plan.seed} ran ${begins.length} times: ${lines.join("; ")}`);
  if (ends.length < ran)
    findings.add("lost builds", `${plan.seed} has ended and never ran to its end: ${lines.join("; ")}`);
}
