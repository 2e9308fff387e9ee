import { z } from "zod";

export type JsonSchema = { [key: string]: unknown };

export interface Parameter {
  name: string;
  in: "path" | "query";
  required?: boolean;
  schema: JsonSchema;
}

interface Content {
  [type: string]: { schema: JsonSchema };
}

/** One method of one path of the document. */
export interface Operation {
  /** `GET /api/v1/apps/{app}` */
  title: string;
  method: string;
  path: string;
  tag: string;
  parameters: Parameter[];
  body?: { type: string; schema: JsonSchema };
  security: "anyone" | "token" | "git";
  stream: boolean;
  answers: Record<string, Content>;
}

export interface ApiDocument {
  openapi: string;
  paths: Record<string, Record<string, JsonSchema>>;
  components: { schemas: Record<string, JsonSchema> };
}

export function operationsOf(document: ApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, said]) => operationOf(method.toUpperCase(), path, said)),
  );
}

function operationOf(method: string, path: string, said: JsonSchema): Operation {
  const [[type, content] = []] = Object.entries(
    (said["requestBody"] as { content?: Content } | undefined)?.content ?? {},
  );
  const answers = said["responses"] as Record<string, { content?: Content }>;
  const [scheme = {}] = said["security"] as object[];
  return {
    title: `${method} ${path}`,
    method,
    path,
    tag: (said["tags"] as string[])[0] ?? "",
    parameters: (said["parameters"] as Parameter[] | undefined) ?? [],
    ...(type !== undefined && content ? { body: { type, schema: content.schema } } : {}),
    security: "token" in scheme ? "token" : "git" in scheme ? "git" : "anyone",
    stream: said["x-stream"] === true,
    answers: Object.fromEntries(Object.entries(answers).map(([status, { content = {} }]) => [status, content])),
  };
}

/** Checks answers against the document's schemas. */
export class Answers {
  private readonly document: ApiDocument;
  private readonly checks = new Map<string, z.ZodType>();

  constructor(document: ApiDocument) {
    this.document = document;
  }

  /** What is wrong with this body; undefined when it is as the schema says. */
  faultOf(schema: JsonSchema, body: unknown): string | undefined {
    const key = JSON.stringify(schema);
    const check = this.checks.get(key) ?? this.checkOf(key);
    this.checks.set(key, check);
    const { success, error } = check.safeParse(body);
    return success ? undefined : z.prettifyError(error).slice(0, 500);
  }

  private checkOf(schema: string): z.ZodType {
    const whole = { ...(JSON.parse(schema) as object), $defs: this.document.components.schemas };
    const local = JSON.stringify(whole).replaceAll('"#/components/schemas/', '"#/$defs/');
    return z.fromJSONSchema(JSON.parse(local) as Parameters<typeof z.fromJSONSchema>[0]);
  }
}
