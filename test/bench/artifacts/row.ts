import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ControllerProcess } from "../fleet/controller-process.ts";
import { MemoryOf, mostMib } from "../logs/memory.ts";
import { OneAgent, whereIs } from "../one-agent.ts";
import type { Figures, Prepared, Row, Way } from "../row.ts";
import { forkReceiver, receiverHere } from "./receiver.ts";
import { forkSender, senderHere } from "./sender.ts";

const MIB = 2 ** 20;
const NAMES = {
  millwright: "Millwright",
  put: "HTTP PUT to a file",
  hashed: "HTTP PUT to a file, hashed on both ends",
};
const FILE = "app-release.aab";
const MOST_MORE_MIB = 64;

export interface ArtifactSizes {
  mib: number;
  /** Whether sender and receiver are processes of their own, as in the product. */
  processes: boolean;
}

/** A large file on its way from the agent to the controller's folder. */
export function artifactsRow(sizes: ArtifactSizes = { mib: 1024, processes: true }): Row {
  const more = new Map<string, number>();
  const speed = (figures: ReadonlyMap<string, Figures>, name: string) => figures.get(name)?.median;
  return {
    name: "artifacts",
    measures: "a file hashed on the agent, sent, hashed on the controller and safe in its folder",
    unit: "MB/s",
    rounds: 3,
    goals: [
      {
        says: "≥ 0.8 × HTTP PUT to a file",
        isReached: (figures) => {
          const [own, put] = [speed(figures, NAMES.millwright), speed(figures, NAMES.put)];
          return own === undefined || put === undefined ? undefined : own >= 0.8 * put;
        },
      },
      {
        says: `no process takes more than ${MOST_MORE_MIB} MiB above what it had`,
        isReached: () => (more.size === 0 ? undefined : mostMib(more) <= MOST_MORE_MIB),
      },
    ],
    prepare: (folder) => prepare(folder, sizes, more),
  };
}

async function prepare(
  folder: string,
  { mib, processes }: ArtifactSizes,
  more: Map<string, number>,
): Promise<Prepared> {
  const artifacts = join(folder, "artifacts");
  const received = join(folder, "received");
  const data = join(folder, "controller");
  for (const each of [artifacts, received, data]) mkdirSync(each, { mode: 0o700 });
  const file = join(artifacts, FILE);
  const controller = await ControllerProcess.start(data);
  const agent = await OneAgent.connect(controller, data);
  const receiver = await (processes ? forkReceiver() : receiverHere());
  const sender = processes ? forkSender() : senderHere();
  const notes = [
    `${mib} MiB of random bytes, new in each round: what is known already isn't sent again`,
    "sender and receiver are processes of their own; every way ends when the file is synced to the disk",
  ];
  const own: Way = {
    name: NAMES.millwright,
    measure: async () => {
      writeRandom(file, mib);
      const taken = await agent.take();
      const memory = new MemoryOf(controller.child.pid ?? 0);
      const began = performance.now();
      const sent = await sender.send({
        how: "uplink",
        ...whereIs(controller),
        ...taken,
        folder: artifacts,
        name: FILE,
      });
      const took = performance.now() - began;
      await agent.end(taken, { artifactIds: [sent.id] });
      note(more, notes, { agent: sent.mib, controller: memory.more() });
      rmSync(join(data, "blobs"), { recursive: true, force: true });
      mkdirSync(join(data, "blobs", "incoming"), { recursive: true, mode: 0o700 });
      return [(mib * MIB) / 1000 / took];
    },
  };
  const put = (name: string, hashed: boolean): Way => ({
    name,
    measure: async () => {
      writeRandom(file, mib);
      const target = join(received, FILE);
      const began = performance.now();
      await sender.send({
        how: "put",
        url: `${receiver.url}?hashed=${hashed}&to=${encodeURIComponent(target)}`,
        file,
        hashed,
      });
      const took = performance.now() - began;
      if (statSync(target).size !== mib * MIB) throw new Error("the file didn't arrive whole");
      rmSync(target);
      return [(mib * MIB) / 1000 / took];
    },
  });
  return {
    ways: [own, put(NAMES.put, false), put(NAMES.hashed, true)],
    missing: [],
    notes,
    [Symbol.asyncDispose]: async () => {
      agent.close();
      await Promise.all([sender.close(), receiver.close()]);
      await controller.stop();
    },
  };
}

function writeRandom(file: string, mib: number): void {
  rmSync(file, { force: true });
  for (let at = 0; at < mib; at += 16) writeFileSync(file, randomBytes(Math.min(16, mib - at) * MIB), { flag: "a" });
}

function note(more: Map<string, number>, notes: string[], now: Record<string, number>): void {
  for (const [name, mib] of Object.entries(now)) more.set(name, Math.max(mib, more.get(name) ?? 0));
  notes[2] = `MiB more at most: ${[...more].map(([name, mib]) => `${name} ${mib.toFixed(0)}`).join(", ")}`;
}
