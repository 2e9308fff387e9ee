import { createCipheriv, createHash } from "node:crypto";
import type { Random } from "../model/random.ts";

export const BEHAVIOURS = [
  "plain",
  "ignores-term",
  "setsid-child",
  "holds-stdout",
  "silent",
  "kills-supervisor",
  "kills-group",
  "fails",
  "links",
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

/** What one build of the suite prints, makes and does: `app/build.mjs` reads it from the commit. */
export interface Plan {
  seed: string;
  logBytes: number;
  lineBytes: number;
  binary: boolean;
  /** How long it prints. */
  ms: number;
  /** Sizes of the files in www/. */
  files: number[];
  behaviour: Behaviour;
  /** A folder in which the build writes down when it begins and ends. */
  ledger?: string;
}

/** A seeded build: a second or two long, some with megabytes of log or product. */
export function randomPlan(random: Random, seed: string, change: Partial<Plan> = {}): Plan {
  const large = random.chance(0.15);
  return {
    seed,
    logBytes: large ? 4_000_000 + random.below(4_000_000) : 20_000 + random.below(400_000),
    lineBytes: 2 * (20 + random.below(200)),
    binary: random.chance(0.2),
    ms: 600 + random.below(2_000),
    files: [random.below(200_000), random.chance(0.15) ? 18_000_000 : random.below(3_000_000), 0],
    // What a killed supervisor leaves must be there to be swept.
    behaviour: random.chance(0.25) ? "setsid-child" : "plain",
    ...change,
  };
}

/** Every byte that the build of this plan prints, computed again. */
export function logOf(plan: Plan): Buffer {
  const lines = [Buffer.from(`BEGIN ${plan.seed}\n`)];
  for (let number = 0, length = 0; length < plan.logBytes; number += 1) {
    const raw = bytesOf(plan, `line ${number}`, plan.lineBytes / 2);
    const text = plan.binary ? raw.toString("latin1").replaceAll("\n", " ") : raw.toString("hex");
    const line = Buffer.from(`${String(number).padStart(8, "0")} ${text}\n`, "latin1");
    lines.push(line);
    length += line.length;
  }
  lines.push(Buffer.from(`END ${plan.seed}\n`));
  return Buffer.concat(lines);
}

/** SHA-256 of every file of the product, by its name in the zip. */
export function productOf(plan: Plan): Map<string, string> {
  const files = new Map([["index.html", sha256(Buffer.from(`<p>${plan.seed}</p>\n`))]]);
  for (const [number, size] of plan.files.entries()) {
    files.set(`${number}.bin`, sha256(bytesOf(plan, `file ${number}`, size)));
  }
  return files;
}

export function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function bytesOf(plan: Plan, name: string, count: number): Buffer {
  const key = createHash("sha256").update(`${plan.seed} ${name}`).digest();
  return createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(count));
}
