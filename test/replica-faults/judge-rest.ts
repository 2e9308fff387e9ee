import { findMarked } from "../../src/base/processes/marked.ts";
import { endMarked } from "../../src/base/processes/tree.ts";
import { jobMarker } from "../../src/protocol/job-folder/paths.ts";
import { eventually } from "../support/eventually.ts";
import type { Findings } from "./findings.ts";
import type { Ground } from "./ground.ts";
import { errorsIn, failedStartsIn } from "./said.ts";

const SETTLE_MS = 60_000;
/** What must be nowhere in the store when no build is live. */
const HANGING = {
  "live leases": "select count(*) as left from leases where ended is null",
  "builds that have not ended": "select count(*) as left from builds where finished_at is null",
  "uploads to the bucket": "select count(*) as left from bucket_uploads",
  "artifacts that were not stored": "select count(*) as left from artifacts where stored = 0",
  "deliveries of webhooks": "select count(*) as left from deliveries",
};

/** What is left behind when all has ended: in the store, as processes, in folders; and what the programs took for errors. */
export async function judgeRest(ground: Ground, findings: Findings): Promise<void> {
  for (const [what, text] of Object.entries(HANGING)) {
    const count = async () => (await ground.query<{ left: number }>(text))[0]?.left ?? 0;
    await eventually(what, async () => (await count()) === 0, SETTLE_MS).catch(() => {}); // counted once more below
    const left = await count();
    if (left > 0) findings.add("left behind", `${left} ${what}`);
  }
  await ground.untilIdle(SETTLE_MS).catch((error: Error) => findings.add("left behind", error.message));
  await judgeProcesses(ground, findings);
  const folders = () => ground.hosts.flatMap((host) => host.leftFolders());
  await eventually("no folder is left", () => folders().length === 0, SETTLE_MS).catch(() => {}); // told below
  if (folders().length > 0) findings.add("left behind", `folders: ${folders().join(", ")}`);
  const locks = `select count(*) as held from pg_locks
    where locktype = 'advisory' and granted and mode = 'ExclusiveLock' and objid = x'6c6c7702'::bigint`;
  const leading = (await ground.query<{ held: number }>(locks))[0]?.held;
  if (leading !== 1) findings.add("programs", `${leading} controllers lead`);
  judgePrograms(ground, findings);
}

async function judgeProcesses(ground: Ground, findings: Findings): Promise<void> {
  const leases = (await ground.query<{ id: string }>("select id from leases")).map(({ id }) => id);
  let left = leases;
  const look = () => {
    left = left.filter((lease) => findMarked(jobMarker(lease)).length > 0);
    return left.length === 0;
  };
  await eventually("no process is left", look, SETTLE_MS).catch(() => {}); // told below
  for (const lease of left) {
    findings.add("left behind", `processes ${findMarked(jobMarker(lease)).join(", ")} of lease ${lease}`);
    await endMarked(jobMarker(lease), 0);
  }
}

function judgePrograms({ replicas, hosts }: Ground, findings: Findings): void {
  for (const replica of replicas) {
    if (replica.crashes > 0) findings.add("programs", `${replica.name} ended by itself ${replica.crashes} times`);
  }
  for (const { name, program } of hosts)
    if (!program.running) findings.add("programs", `the agent of ${name} has ended`);
  const files = [...replicas.map(({ logFile }) => logFile), ...hosts.map(({ program }) => program.logFile)];
  for (const file of files)
    for (const code of failedStartsIn(file)) findings.add("programs", `${file}: a start ended with ${code}`);
  for (const file of files) for (const error of errorsIn(file)) findings.add("programs", `${file}: ${error}`);
}
