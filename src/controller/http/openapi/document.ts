import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { VERSION } from "../../../protocol/version.ts";
import { operationOf } from "./operation.ts";
import { SHAPES } from "./shapes.ts";
import { type Told, told } from "./told.ts";

interface KnownRoute {
  method: string;
  /** With its parameters in braces. */
  path: string;
  told: Told;
}

/**
 * `GET /openapi.json`: all routes that are registered after this call, as OpenAPI 3.1. Throws for a route that doesn't say
 * what it is: it could not be in the document.
 */
export function documentRoute(server: FastifyInstance): void {
  const routes: KnownRoute[] = [];
  server.addHook("onRoute", ({ method, url, config }) => {
    const methods = [method].flat().filter((each) => each !== "HEAD" && each !== "OPTIONS");
    if (methods.length === 0 || typeof config?.told === "string") return;
    if (!config?.told) throw new Error(`${methods} ${url} doesn't say what it is: give the route its told(…)`);
    for (const each of methods) routes.push({ method: each, path: inBraces(url), told: config.told });
  });
  let document: object | undefined;
  server.get("/openapi.json", told("This document", { answer: "Document", access: "anyone" }), async () => {
    document ??= documentOf(routes);
    return document;
  });
}

/** `:name` as `{name}`; what a `*` stands for is called `rest`. */
function inBraces(url: string): string {
  return url.replace(/:(\w+)/g, "{$1}").replace(/\*$/, "{rest}");
}

function documentOf(routes: readonly KnownRoute[]): object {
  const paths: Record<string, Record<string, object>> = {};
  const byPath = routes.toSorted((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
  for (const { method, path, told: said } of byPath) {
    const operations = paths[path] ?? {};
    operations[method.toLowerCase()] = operationOf(method, path, said);
    paths[path] = operations;
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Millwright",
      version: VERSION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      description: "The HTTP API of a Millwright controller.",
    },
    servers: [{ url: "/" }],
    paths,
    components: { schemas: schemas(), securitySchemes: SECURITY },
  };
}

const SECURITY = {
  token: { type: "http", scheme: "bearer", description: "The token of a login, or one that was made for a program." },
  git: { type: "http", scheme: "basic", description: "Any name and a token, or e-mail and password." },
};

function schemas(): Record<string, object> {
  const registry = z.registry<{ id: string }>();
  for (const [id, shape] of Object.entries(SHAPES)) registry.add(shape, { id });
  const uri = (id: string) => `#/components/schemas/${id}`;
  const all = z.toJSONSchema(registry, { uri, io: "output", unrepresentable: "any" }).schemas;
  return Object.fromEntries(Object.entries(all).map(([id, { $schema: _, $id: __, ...rest }]) => [id, rest]));
}
