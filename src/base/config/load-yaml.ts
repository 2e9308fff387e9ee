import { readFileSync } from "node:fs";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { errorOf } from "../errors/millwright-error.ts";
import { closest } from "./closest.ts";

/**
 * Reads a YAML file into the shape of `schema`.
 * Throws CONFIG_FILE_UNREADABLE, or CONFIG_INVALID whose text names file, line and what was expected for every fault.
 */
export function loadYaml<S extends z.ZodType>(file: string, schema: S): z.output<S> {
  return parseYaml(file, readText(file), schema);
}

/** Same as `loadYaml` for text that is there already; `file` only appears in errors. */
export function parseYaml<S extends z.ZodType>(file: string, text: string, schema: S): z.output<S> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const syntax = document.errors.map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    return `${file}:${line}:${col}: ${error.message.split("\n")[0]}`;
  });
  if (syntax.length > 0) throw errorOf("CONFIG_INVALID", { file, reason: syntax.join("\n") });

  const result = schema.safeParse(document.toJS() ?? {});
  if (result.success) return result.data;
  const reasons = result.error.issues.flatMap((issue) => explain(issue, file, document, lines, schema));
  throw errorOf("CONFIG_INVALID", { file, reason: reasons.join("\n") }, { cause: result.error });
}

/** `FILE:LINE` of what stands at the path in a YAML file, or of the nearest above it. The file was read before. */
export function lineIn(file: string, path: (string | number)[]): string {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: lines });
  return where(path, file, document, lines).replace(/:\d+$/, "");
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw errorOf("CONFIG_FILE_UNREADABLE", { file, reason: (cause as Error).message }, { cause });
  }
}

function explain(issue: z.core.$ZodIssue, file: string, document: Document, lines: LineCounter, schema: z.ZodType) {
  const path = issue.path.filter((part) => typeof part !== "symbol");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const known = keysAt(schema, path);
      const like = closest(key, known);
      const hint = like ? ` Did you mean ${like}?` : known.length ? ` Known here: ${known.join(", ")}.` : "";
      return `${where([...path, key], file, document, lines)}: unknown key ${[...path, key].join(".")}.${hint}`;
    });
  }
  const name = path.length ? `${path.join(".")}: ` : "";
  return [`${where(path, file, document, lines)}: ${name}${issue.message}`];
}

/** `file:line:col` of the deepest node on the path that the file holds. */
function where(path: (string | number)[], file: string, document: Document, lines: LineCounter): string {
  for (let length = path.length; length > 0; length -= 1) {
    const pair = findKey(document, path.slice(0, length));
    if (pair !== undefined) {
      const { line, col } = lines.linePos(pair);
      return `${file}:${line}:${col}`;
    }
  }
  return `${file}:1:1`;
}

function findKey(document: Document, path: (string | number)[]): number | undefined {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  const last = path.at(-1);
  const items = (parent as { items?: unknown[] } | null)?.items ?? [];
  if (typeof last === "number") {
    const item = items[last];
    return isNode(item) ? item.range?.[0] : undefined;
  }
  const pair = items.find((item) => String((item as { key?: { value?: unknown } }).key?.value) === last);
  return (pair as { key?: { range?: [number] } } | undefined)?.key?.range?.[0];
}

function keysAt(schema: z.ZodType, path: (string | number)[]): string[] {
  let at: unknown = schema;
  for (const part of path) at = shapeOf(at)?.[String(part)];
  return Object.keys(shapeOf(at) ?? {});
}

function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  const definition = schema as { shape?: Record<string, unknown>; def?: { innerType?: unknown; in?: unknown } };
  if (!definition) return undefined;
  return definition.shape ?? shapeOf(definition.def?.innerType ?? definition.def?.in);
}
