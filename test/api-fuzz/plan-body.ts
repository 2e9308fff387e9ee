import type { Random } from "../model/random.ts";
import { oneOf } from "../secrets/random-secrets.ts";
import type { JsonSchema, Operation } from "./document.ts";
import { wellFormed } from "./odd-values.ts";

const FORM = "application/x-www-form-urlencoded";
const BROKEN = [
  "{",
  '{"a":',
  "[1,2",
  "nul",
  "\u0000",
  "{}{}",
  '"text"',
  "42",
  "null",
  "[]",
  '{"a":1,"a":2}',
  "\ufeff{}",
];
const MIB = 2 ** 20;

export interface PlannedBody {
  headers: Record<string, string>;
  bytes: Buffer | undefined;
}

/** A body for the operation: what `valueFor` makes of its schema, now and then no JSON, too much, or where none belongs. */
export function bodyOf(random: Random, operation: Operation, valueFor: (schema: JsonSchema) => unknown): PlannedBody {
  const { body, method } = operation;
  if (!body) return method === "GET" || random.chance(0.8) ? NONE : typed("application/json", oneOf(random, BROKEN));
  if (random.chance(0.03)) return NONE;
  if (random.chance(0.05)) return typed(body.type, oneOf(random, BROKEN));
  if (random.chance(0.004)) return typed(body.type, JSON.stringify({ name: "x".repeat(MIB + random.below(2 * MIB)) }));
  const value = valueFor(body.schema);
  const text = body.type === FORM ? formOf(value) : (JSON.stringify(value) ?? "");
  return typed(random.chance(0.03) ? "text/plain" : body.type, text);
}

const NONE: PlannedBody = { headers: {}, bytes: undefined };

function typed(type: string, text: string): PlannedBody {
  return { headers: { "content-type": type }, bytes: Buffer.from(text) };
}

function formOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return `${JSON.stringify(value)}`;
  const pairs = Object.entries(value).map(([name, each]): [string, string] => [
    name,
    typeof each === "string" ? wellFormed(each) : `${JSON.stringify(each)}`,
  ]);
  return new URLSearchParams(pairs).toString();
}
