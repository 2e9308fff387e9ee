import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { onTestFinished, vi } from "vitest";

export interface CollectedSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  name: string;
  kind: number;
  startMs: number;
  endMs: number;
  attributes: Record<string, unknown>;
  /** 2 is an error. */
  status: { code: number; message: string | undefined };
  resource: Record<string, unknown>;
}

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number | string; boolValue?: boolean; doubleValue?: number };
}

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attribute[];
  status: { code?: number; message?: string };
}

interface OtlpBody {
  resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: OtlpSpan[] }[] }[];
}

/** Takes traces as an OpenTelemetry collector does (OTLP/HTTP, JSON), and answers as it is told, 200 at first. */
export class Collector {
  readonly spans: CollectedSpan[] = [];
  readonly requests: { path: string; headers: IncomingHttpHeaders; text: string }[] = [];
  answer = 200;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const bytes = Buffer.concat(parts);
        const text = (request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString();
        this.requests.push({ path: request.url ?? "", headers: request.headers, text });
        if (this.answer === 200) this.spans.push(...spansOf(JSON.parse(text) as OtlpBody));
        response.writeHead(this.answer, { "content-type": "application/json" }).end("{}");
      });
    });
  }

  static async open(port = 0): Promise<Collector> {
    const collector = new Collector();
    await new Promise<void>((resolve) => collector.server.listen(port, "127.0.0.1", resolve));
    onTestFinished(() => collector.close());
    return collector;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The variables that name this collector, for this process until the test ends. */
  configure(more: Record<string, string> = {}): void {
    for (const [name, value] of Object.entries({ OTEL_EXPORTER_OTLP_ENDPOINT: this.url, ...more })) {
      vi.stubEnv(name, value);
    }
    onTestFinished(() => void vi.unstubAllEnvs());
  }

  /** The spans of a build, the root first. */
  trace(buildId: number): CollectedSpan[] {
    const root = this.spans.find(({ attributes }) => attributes["millwright.build.id"] === buildId);
    return root
      ? [root, ...this.spans.filter(({ traceId }) => traceId === root.traceId).filter((s) => s !== root)]
      : [];
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

function spansOf({ resourceSpans }: OtlpBody): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map((span) => spanOf(span, named(resource.attributes)))),
  );
}

function spanOf(span: OtlpSpan, resource: Record<string, unknown>): CollectedSpan {
  const { traceId, spanId, parentSpanId, name, kind, attributes, status } = span;
  if (!/^[0-9a-f]{32}$/.test(traceId) || !/^[0-9a-f]{16}$/.test(spanId))
    throw new Error(`no ids: ${traceId} ${spanId}`);
  const ms = (nanoseconds: string) => Number(BigInt(nanoseconds) / 1_000_000n);
  const [startMs, endMs] = [ms(span.startTimeUnixNano), ms(span.endTimeUnixNano)];
  const told = { code: status.code ?? 0, message: status.message };
  const ids = { traceId, spanId, parentSpanId };
  return { ...ids, name, kind, startMs, endMs, attributes: named(attributes), status: told, resource };
}

function named(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.boolValue ?? value.doubleValue ?? Number(value.intValue),
    ]),
  );
}
