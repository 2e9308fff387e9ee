import { z } from "zod";
import type { ShapeName } from "./shapes.ts";
import type { Told } from "./told.ts";

type JsonSchema = Record<string, unknown>;

/** How refusals look, by the beginning of the path; the first that fits. */
const REFUSALS: readonly [prefix: string, content: Record<string, JsonSchema>][] = [
  ["/ionic/", json("IonicRefusal")],
  ["/oauth/token", json("OAuthRefusal")],
  ["/oauth/", { "text/html": { schema: { type: "string" } } }],
  ["/install/", { "text/html": { schema: { type: "string" } } }],
  ["/git/", { "text/plain": { schema: { type: "string" } }, ...json("Refusal") }],
  ["/", json("Refusal")],
];

/** One operation of the document. `path` has its parameters in braces. */
export function operationOf(method: string, path: string, told: Told): JsonSchema {
  const security = { anyone: [], git: [{ git: [] }], token: [{ token: [] }] }[told.access ?? "token"];
  const parameters = [...pathParameters(path), ...(told.query ? queryParameters(told.query) : [])];
  return {
    operationId: idOf(method, path),
    summary: told.summary,
    tags: [tagOf(path)],
    security,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(told.body ? { requestBody: bodyOf(told.body, told.bodyType) } : {}),
    responses: responsesOf(path, told),
    ...(told.stream ? { "x-stream": true } : {}),
  };
}

function responsesOf(path: string, told: Told): JsonSchema {
  const { status = 200, answer, also = [] } = told;
  const content = answer === undefined ? undefined : typeof answer === "string" ? json(answer) : other(answer.type);
  const good = { description: told.summary, ...(content ? { content } : {}) };
  const refused = {
    description: "Refused, and why",
    content: REFUSALS.find(([prefix]) => path.startsWith(prefix))?.[1],
  };
  if (status >= 400) return { [status]: refused, "4XX": refused };
  return {
    [status]: good,
    ...Object.fromEntries(also.map((each) => [each, each === 303 ? { description: "Leads on" } : good])),
    ...(told.access === undefined ? { "401": refused } : {}),
    "4XX": refused,
  };
}

function bodyOf(schema: z.ZodType, type = "application/json"): JsonSchema {
  return { required: true, content: { [type]: { schema: inputSchema(schema) } } };
}

function pathParameters(path: string): JsonSchema[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  return names.map((name) => ({ name, in: "path", required: true, schema: { type: "string", minLength: 1 } }));
}

function queryParameters(query: z.ZodType): JsonSchema[] {
  const { properties = {}, required = [] } = inputSchema(query) as { properties?: JsonSchema; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    ...(required.includes(name) ? { required: true } : {}),
    schema,
  }));
}

/** What may be sent; what the schema turns it into is of no interest. */
function inputSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest;
}

function json(name: ShapeName): Record<string, JsonSchema> {
  return { "application/json": { schema: { $ref: `#/components/schemas/${name}` } } };
}

function other(types: string | readonly string[]): Record<string, JsonSchema> {
  return Object.fromEntries([types].flat().map((type) => [type, { schema: { type: "string" } }]));
}

/** Below /api/v1 and /ionic what comes next, elsewhere the first part. */
function tagOf(path: string): string {
  const [, first = "", second, third] = path.split("/");
  if (first === "api") return third ?? first;
  return first === "ionic" ? `ionic ${second}` : first;
}

function idOf(method: string, path: string): string {
  return `${method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+/g, "_").replace(/_$/, path.endsWith("/") ? "_slash" : "")}`;
}
