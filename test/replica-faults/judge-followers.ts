import { exitCodeOfBuild } from "../../src/cli/exit-codes.ts";
import type { BuildDetails } from "../../src/protocol/api.ts";
import { logOf, sha256 } from "../faults/plan.ts";
import type { Asked } from "./asker.ts";
import type { ChangesFollower } from "./changes-follower.ts";
import type { Findings } from "./findings.ts";
import type { Follower } from "./followers.ts";
import type { Ground } from "./ground.ts";

/** A change must be told so soon to who stays connected, also on a machine that others keep busy. */
const TOLD_MS = 20_000;

/** Lines that `deploy build` may put between those of the log. */
const FOR_PEOPLE = /^(?:Running on|Waiting for an agent|Pending)[^\n]*\n/gm;

/** What is wrong with the bytes and the exit code that a follower of this build came to. */
export function judgeFollower({ plan, way }: Asked, follower: Follower, build: BuildDetails, log: Buffer): string[] {
  const problems: string[] = [];
  const got = follower.got();
  const exit = follower.exitCode();
  const told = `${follower.what} (${follower.said().trim().slice(-400)})`;
  if (exit !== undefined && exit !== exitCodeOfBuild(build))
    problems.push(`${told} ended with ${exit}, and the build is ${build.status}`);
  if (way !== "deploy") {
    if (sha256(got) !== sha256(log))
      problems.push(`${told} has ${got.length} bytes; the log has ${log.length}: ${differ(got, log)}`);
    return problems;
  }
  if (build.status === "canceled") return problems;
  const shown = Buffer.from(got.toString("latin1").replace(FOR_PEOPLE, ""), "latin1");
  const at = shown.indexOf(logOf(plan));
  if (at < 0 || shown.indexOf(`BEGIN ${plan.seed}\n`, at + 1) >= 0)
    problems.push(`${told} doesn't have what the build printed, once and in one piece`);
  return problems;
}

function differ(got: Buffer, log: Buffer): string {
  let at = 0;
  while (at < Math.min(got.length, log.length) && got[at] === log[at]) at += 1;
  return `they differ from byte ${at} on`;
}

/** Followers of all builds: what they show in the end is so, and what ended while they were connected was told at once. */
export async function judgeChanges(
  ground: Ground,
  followers: readonly ChangesFollower[],
  findings: Findings,
): Promise<void> {
  const builds = await ground.query<{ id: number; state: string; finishedAt: number }>(
    `select id, state, finished_at as "finishedAt" from builds order by id`,
  );
  for (const [index, follower] of followers.entries()) {
    const add = (what: string) => findings.add("followers", `follower ${index + 1} of all builds: ${what}`);
    findings.compared.followers += 1;
    for (const problem of follower.problems) add(problem);
    for (const { id, state, finishedAt } of builds) {
      if (follower.shown.get(id) !== state)
        add(`it shows build ${id} as ${follower.shown.get(id)}, and it is ${state}`);
      const seen = follower.endSeen.get(id) ?? Number.POSITIVE_INFINITY;
      if (seen - finishedAt > TOLD_MS && follower.wasConnected(finishedAt, finishedAt + TOLD_MS))
        add(`it was not told the end of build ${id} within ${TOLD_MS / 1000} s, on a connection that lasted`);
    }
  }
}

/** Waits until all followers show all builds as ended, or `ms` are over: what is missing then is told by `judgeChanges`. */
export async function untilShown(followers: readonly ChangesFollower[], builds: number, ms: number): Promise<void> {
  const deadline = Date.now() + ms;
  const done = () => followers.every((follower) => follower.endSeen.size >= builds);
  while (!done() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100));
}
