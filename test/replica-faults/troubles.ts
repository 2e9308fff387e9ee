import { setTimeout as rest } from "node:timers/promises";
import type { Random } from "../model/random.ts";
import { eventually } from "../support/eventually.ts";
import type { Ground } from "./ground.ts";
import type { Replica } from "./replica.ts";

const OVERDUE_MS = 2_000;
/** Also with PostgreSQL away, and on a machine that others keep busy. */
const READY_MS = 90_000;

export type Trouble =
  | { kind: "kill"; atMs: number; replicas: number[]; downMs: number }
  | { kind: "postgres"; atMs: number; signal: "SIGINT" | "SIGKILL"; downMs: number };

/** What happens in so many seconds, by seed: kills of one, two or all controllers, and PostgreSQL ends twice. */
export function plannedTroubles(random: Random, seconds: number, replicas: number): Trouble[] {
  const troubles: Trouble[] = [];
  for (let atMs = 4_000 + random.below(4_000); atMs < seconds * 1000; atMs += 6_000 + random.below(12_000)) {
    const all = Array.from({ length: replicas }, (_, index) => index);
    const count = random.chance(0.75) ? 1 : random.chance(0.8) ? 2 : replicas;
    const chosen = Array.from({ length: count }, () => all.splice(random.below(all.length), 1)[0] as number);
    troubles.push({ kind: "kill", atMs, replicas: chosen, downMs: 300 + random.below(5_000) });
  }
  const first = random.chance(0.5) ? "SIGINT" : "SIGKILL";
  for (const [from, signal] of [[0.25, first] as const, [0.6, first === "SIGINT" ? "SIGKILL" : "SIGINT"] as const]) {
    const atMs = Math.round(seconds * 1000 * (from + random.below(100) / 700));
    troubles.push({ kind: "postgres", atMs, signal, downMs: 200 + random.below(4_000) });
  }
  return troubles.sort((a, b) => a.atMs - b.atMs);
}

/**
 * Does them, each at its time; tells what it does. Resolves when the last one is over and everything is up again. On a busy
 * machine a controller takes long to start: a kill waits until one is ready, and what comes due meanwhile is left out.
 */
export async function makeTrouble(
  ground: Ground,
  troubles: readonly Trouble[],
  tell: (text: string) => void,
): Promise<void> {
  const began = Date.now();
  const effects: Promise<void>[] = [];
  for (const trouble of troubles) {
    await rest(Math.max(0, began + trouble.atMs - Date.now()));
    if (trouble.kind === "kill" && Date.now() - began - trouble.atMs > OVERDUE_MS) continue;
    if (trouble.kind === "kill")
      await eventually("a controller is ready", () => ground.replicas.some(({ ready }) => ready), READY_MS);
    effects.push(trouble.kind === "kill" ? kill(ground, trouble, tell) : endPostgres(ground, trouble, tell));
  }
  await Promise.all(effects);
}

async function kill(
  ground: Ground,
  { replicas, downMs }: Trouble & { kind: "kill" },
  tell: (text: string) => void,
): Promise<void> {
  const chosen = replicas.map((index) => ground.replicas[index] as Replica).filter((replica) => replica.running);
  if (chosen.length === 0) return tell("no controller to kill: it is starting");
  const leader = leaderOf(ground);
  tell(`kill -9 of ${chosen.map(({ name }) => (name === leader ? `${name}, which leads,` : name)).join(" and ")}`);
  await Promise.all(chosen.map((replica) => replica.kill()));
  await rest(downMs);
  for (const replica of chosen) replica.start();
}

async function endPostgres(
  { postgres }: Ground,
  { signal, downMs }: Trouble & { kind: "postgres" },
  tell: (text: string) => void,
): Promise<void> {
  tell(signal === "SIGINT" ? "restart of PostgreSQL" : "kill -9 of PostgreSQL");
  const began = Date.now();
  await postgres.stop(signal);
  await rest(downMs);
  await postgres.launch();
  tell(`PostgreSQL answers again after ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

/** The name of the controller that was the last to lead. */
function leaderOf({ replicas }: Ground): string | undefined {
  const all = replicas.flatMap((replica) => replica.leads().map((at) => ({ at, name: replica.name })));
  return all.sort((a, b) => a.at - b.at).at(-1)?.name;
}
