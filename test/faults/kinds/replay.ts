import { readdirSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { bearer, ControllerClient, call } from "../../../src/agent/connection/controller-client.ts";
import { readTrust } from "../../../src/agent/connection/trust.ts";
import type { JournalEntry } from "../../../src/agent/jobs/lease-journal.ts";
import { readJson } from "../../../src/base/files.ts";
import type { Trial } from "../trial.ts";

/**
 * Plays captured messages again, beside the agent and after it: pieces of the log that were sent before, and an end that
 * says success at once. Nothing of it may change what is stored.
 */
export async function replay(trial: Trial): Promise<void> {
  const { link, work } = trial.agent();
  const address = `127.0.0.1:${link.port}`;
  const caFile = join(trial.world.data, "ca.pem");
  const client = new ControllerClient(address, [], readTrust({ address, tls: true, caFile }));
  const captured = new Map<string, JournalEntry>();
  try {
    while (trial.builds.some((build) => !build.final)) {
      for (const entry of journal(work)) captured.set(entry.lease.leaseId, entry);
      for (const entry of captured.values()) await sendAgain(client, entry, trial);
      await trial.rest(50, 300);
    }
    for (const entry of captured.values()) await sendAgain(client, entry, trial);
  } finally {
    client.close();
  }
}

async function sendAgain(client: ControllerClient, entry: JournalEntry, trial: Trial): Promise<void> {
  const build = trial.builds.find((each) => each.id === entry.lease.buildId);
  const glimpse = build?.glimpses.at(-1) ?? Buffer.alloc(0);
  const offset = trial.random.below(Math.max(1, glimpse.length));
  await append(client, entry, offset, glimpse.subarray(offset, offset + 5_000));
  const early = {
    lease: entry.lease,
    outcome: "success",
    failure: Buffer.alloc(0),
    startedAtMs: 0,
    finishedAtMs: 0,
    logLength: glimpse.length,
    logSha256: Buffer.alloc(32),
    logTruncated: false,
    artifactIds: [],
    lastEventSeq: 0,
  };
  const { lease } = client;
  await call(lease.complete.bind(lease), early, entry.jobToken).catch(() => {}); // refused, as it should be
}

function append(client: ControllerClient, entry: JournalEntry, offset: number, data: Buffer): Promise<void> {
  const stream = client.log.append(bearer(entry.jobToken), { deadline: Date.now() + 2_000 });
  stream.write({ lease: entry.lease, offset, data, crc32: crc32(data) });
  return new Promise((resolve) => {
    stream.once("data", () => stream.cancel());
    stream.once("error", () => resolve()).once("end", () => resolve());
  });
}

function journal(work: string): JournalEntry[] {
  return readdirSync(join(work, "jobs")).flatMap((name) => {
    const entry = readJson<JournalEntry>(join(work, "jobs", name, "lease.json"));
    return entry ? [entry] : [];
  });
}
