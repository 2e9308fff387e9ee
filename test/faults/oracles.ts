import { readdirSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { findMarked } from "../../src/base/processes/marked.ts";
import { endMarked } from "../../src/base/processes/tree.ts";
import { jobMarker } from "../../src/protocol/job-folder/paths.ts";
import { eventually } from "../support/eventually.ts";
import { wrongInLog } from "./log-oracle.ts";
import { productOf, sha256 } from "./plan.ts";
import type { TrialBuild } from "./trial.ts";
import { unzip } from "./unzip.ts";
import type { World } from "./world.ts";

/** What went wrong in a trial: counts for the table, and sentences. */
export interface Findings {
  lost: number;
  doubled: number;
  missingBytes: number;
  wrongArtifacts: number;
  survivors: number;
  other: number;
  problems: string[];
}

export const NOTHING_FOUND: Findings = {
  lost: 0,
  doubled: 0,
  missingBytes: 0,
  wrongArtifacts: 0,
  survivors: 0,
  other: 0,
  problems: [],
};

const SETTLE_MS = 40_000;

/** Looks at everything that the builds of a trial left, from outside: API, database, files and processes. */
export async function judge(world: World, builds: readonly TrialBuild[]): Promise<Findings> {
  const findings: Findings = { ...NOTHING_FOUND, problems: [] };
  const add = (kind: keyof Omit<Findings, "problems">, problem: string, count = 1) => {
    findings[kind] += count;
    findings.problems.push(problem);
  };
  for (const build of builds) {
    if (!build.final) {
      add("lost", `build ${build.id} has not ended: ${JSON.stringify(await world.api.build(build.id))}`);
      continue;
    }
    for (const problem of wrongEnd(build)) add("other", `build ${build.id} ${problem}`);
    for (const { bytes, what } of await wrongLog(world, build))
      add("missingBytes", `build ${build.id}: ${what}`, bytes);
    for (const problem of await wrongProduct(world, build)) add("wrongArtifacts", `build ${build.id}: ${problem}`);
    for (const problem of doubledEnds(world, build.id)) add("doubled", `build ${build.id}: ${problem}`);
  }
  const leases = leasesOf(
    world,
    builds.map((build) => build.id),
  );
  const left = await settled(() => leases.flatMap((lease) => findMarked(jobMarker(lease))));
  if (left.length > 0) add("survivors", `processes ${left.join(", ")} are left`, left.length);
  for (const lease of leases) await endMarked(jobMarker(lease), 0);
  const folders = await settled(() => leftFolders(world));
  if (folders.length > 0) add("other", `folders are left: ${folders.join(", ")}`);
  await world.untilReady().catch((error: Error) => add("other", `slots are not free: ${error.message}`));
  return findings;
}

function wrongEnd({ final, allowed, cancel, plan }: TrialBuild): string[] {
  if (!final) return [];
  const { status, failure, attempt } = final;
  const said = `is ${status} ${failure ? `(${failure.code}: ${failure.why})` : ""} at attempt ${attempt}, ${plan.behaviour}`;
  if (cancel === "taken") return status === "canceled" ? [] : [`${said}, though its cancel was taken`];
  if (cancel === "maybe" && status === "canceled") return [];
  const problems: string[] = [];
  if (!allowed.statuses.includes(status)) problems.push(`${said}: expected ${allowed.statuses.join(" or ")}`);
  else if (attempt > allowed.attempts) problems.push(`${said}: at most ${allowed.attempts} expected`);
  if (failure && allowed.codes && !allowed.codes.test(failure.code))
    problems.push(`${said}: expected ${allowed.codes}`);
  return problems;
}

async function wrongLog(world: World, build: TrialBuild): Promise<{ bytes: number; what: string }[]> {
  const log = await world.api.log(build.id);
  const problems = wrongInLog(log, build.plan, build.final?.status === "success");
  if (build.shrank) problems.push({ bytes: 1, what: "the length of its log went down" });
  if (log.length < build.longest) {
    problems.push({
      bytes: build.longest - log.length,
      what: `${log.length} bytes, ${build.longest} were acknowledged`,
    });
  }
  for (const glimpse of build.glimpses) {
    if (!log.subarray(0, glimpse.length).equals(glimpse)) {
      problems.push({ bytes: 1, what: "bytes that were acknowledged have changed" });
    }
  }
  return problems;
}

async function wrongProduct(world: World, { id, plan, final }: TrialBuild): Promise<string[]> {
  const artifact = final?.artifacts.find((each) => each.kind === "www");
  if (!artifact) return final?.status === "success" ? ["it has no artifact"] : [];
  const bytes = await world.api.bytes(`/builds/${id}/artifacts/${artifact.id}`);
  if (sha256(bytes) !== artifact.sha256) return [`the artifact's SHA-256 is not ${artifact.sha256}`];
  const expected = productOf(plan);
  const found = await unzip(bytes);
  const wrong = [...expected].filter(([name, hash]) => found.get(name) !== hash).map(([name]) => name);
  if (found.size !== expected.size) wrong.push(`${found.size} files instead of ${expected.size}`);
  return wrong.length > 0 ? [`the artifact is wrong in ${wrong.join(", ")}`] : [];
}

/** Each build is told to have ended exactly once, and nothing happens to it after that. */
function doubledEnds(world: World, buildId: number): string[] {
  const rows = query<{ to_state: string }>(
    world,
    `select to_state from transitions where build_id = ${buildId} order by id`,
  ).map((row) => row.to_state);
  const ends = rows.filter((state) => /^(success|failed|canceled)$/.test(state));
  return ends.length === 1 && rows.at(-1) === ends[0] ? [] : [`it went ${rows.join(" → ")}`];
}

function leasesOf(world: World, builds: readonly number[]): string[] {
  const rows = query<{ id: string }>(world, `select id from leases where build_id in (${builds.join(", ")})`);
  return rows.map((row) => row.id);
}

function query<R>(world: World, text: string): R[] {
  const db = new Database(join(world.data, "millwright.db"), { timeout: 5000 });
  try {
    return db.prepare(text).all() as R[];
  } finally {
    db.close();
  }
}

/** Folders of jobs that ended. */
function leftFolders(world: World): string[] {
  return world.agents.flatMap(({ work }) =>
    ["jobs", "worktrees", "scratch"].flatMap((kind) => readdirSync(join(work, kind)).map((name) => join(kind, name))),
  );
}

/** Asks until nothing is left, for as long as agents may need to notice what happened. */
async function settled<T>(look: () => T[]): Promise<T[]> {
  await eventually("nothing is left", () => look().length === 0, SETTLE_MS).catch(() => {}); // answered below
  return look();
}
