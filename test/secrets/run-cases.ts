import { join } from "node:path";
import { Redactor } from "../../src/base/redaction/redactor.ts";
import { Random } from "../model/random.ts";
import { leakIn } from "./oracle.ts";
import { makePlan } from "./plan.ts";
import { play } from "./play.ts";

export interface Tally {
  cases: number;
  /** Bytes that steps printed. */
  bytes: number;
  secrets: number;
  encodings: Map<string, number>;
  /** The first case in which something of a secret was seen. */
  leak?: { seed: number; what: string };
}

/** Plays `count` cases, each from its own seed, in folders below `folder`; stops at the first leak. */
export async function runCases(
  count: number,
  firstSeed: number,
  folder: string,
  makeRedactor: () => Redactor = () => new Redactor(),
): Promise<Tally> {
  const tally: Tally = { cases: 0, bytes: 0, secrets: 0, encodings: new Map() };
  for (let i = 0; i < count; i += 1) {
    const seed = (firstSeed + i) >>> 0;
    const random = new Random(seed);
    const plan = makePlan(random);
    const seen = await play(plan, random, makeRedactor(), join(folder, String(seed)));
    tally.cases += 1;
    tally.secrets += plan.secrets.length;
    for (const { text } of [...plan.stdout, ...plan.stderr]) tally.bytes += Buffer.byteLength(text);
    for (const name of plan.encodings) tally.encodings.set(name, (tally.encodings.get(name) ?? 0) + 1);
    const what = leakIn(plan, seen);
    if (what !== undefined) return { ...tally, leak: { seed, what } };
  }
  return tally;
}
