import type { Random } from "../model/random.ts";
import { oneOf } from "../secrets/random-secrets.ts";
import type { JsonSchema } from "./document.ts";

/** Texts of all shapes that schemas ask for; the ones that fit are taken. */
const CANDIDATES: readonly string[] = [
  "main",
  "demo",
  "Production",
  "release/1.0",
  "1.2.3",
  "26.0",
  "ana@example.com",
  "correct horse battery",
  "https://git.example.test/app.git",
  "http://127.0.0.1:1/hook",
  "http://127.0.0.1:8100/callback",
  "com.example.app",
  "aGVsbG8=",
  "0123456789abcdef0123456789abcdef01234567",
  "A-0_".repeat(11).slice(0, 43),
  "android",
  "web",
  "debug",
  "release",
  "12",
  "A_VARIABLE",
];

/** A value that the schema takes; names in `known` are given values that mean something here. */
export function validValue(random: Random, schema: JsonSchema, known: KnownValues, field = ""): unknown {
  const named = known(field);
  if (named !== undefined && random.chance(0.7)) return named;
  const either = (schema["anyOf"] ?? schema["oneOf"]) as JsonSchema[] | undefined;
  if (either) return validValue(random, oneOf(random, either), known, field);
  if ("const" in schema) return schema["const"];
  if (schema["enum"]) return oneOf(random, schema["enum"] as unknown[]);
  switch (schema["type"]) {
    case "object":
      return validObject(random, schema, known);
    case "array":
      return Array.from({ length: random.below(3) + ((schema["minItems"] as number) ?? 0) }, () =>
        validValue(random, (schema["items"] as JsonSchema) ?? {}, known, field),
      );
    case "integer":
    case "number":
      return validNumber(random, schema);
    case "boolean":
      return random.chance(0.5);
    case "null":
      return null;
    default:
      return validText(random, schema);
  }
}

/** What stands for a field of this name; undefined where nothing is known of it. */
export type KnownValues = (field: string) => string | number | undefined;

function validObject(random: Random, schema: JsonSchema, known: KnownValues): object {
  const required = (schema["required"] as string[] | undefined) ?? [];
  const properties = Object.entries((schema["properties"] as Record<string, JsonSchema> | undefined) ?? {});
  const chosen = properties.filter(([name]) => required.includes(name) || random.chance(0.4));
  const fields = chosen.map(([name, each]) => [name, validValue(random, each, known, name)]);
  const more = schema["additionalProperties"];
  if (typeof more !== "object" || more === null) return Object.fromEntries(fields);
  const keys = Array.from({ length: random.below(4) }, () =>
    validText(random, (schema["propertyNames"] as JsonSchema) ?? {}),
  );
  return Object.fromEntries([...fields, ...keys.map((key) => [key, validValue(random, more as JsonSchema, known)])]);
}

function validNumber(random: Random, schema: JsonSchema): number {
  const least = (schema["minimum"] as number) ?? ((schema["exclusiveMinimum"] as number) ?? -1) + 1;
  const most = (schema["maximum"] as number) ?? 1e6;
  return random.chance(0.2) ? oneOf(random, [least, most]) : least + random.below(Math.min(50, most - least + 1));
}

function validText(random: Random, schema: JsonSchema): string {
  const {
    pattern,
    minLength = 0,
    maxLength = 1e5,
  } = schema as { pattern?: string; minLength?: number; maxLength?: number };
  const shape = pattern === undefined ? undefined : new RegExp(pattern, "u");
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength && (shape?.test(text) ?? true);
  const fresh = `v${random.below(1e6).toString(36)}`;
  const fitting = [fresh, ...CANDIDATES].filter(fits);
  if (fitting.length === 0) return "a".repeat(Math.max(1, minLength));
  return random.chance(0.3) && fits(fresh) ? fresh : oneOf(random, fitting);
}
