import { SpanKind, SpanStatusCode, TraceFlags } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { detectResources, envDetector, type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { VERSION } from "../../protocol/version.ts";
import type { PlainSpan, SendSpans } from "./plain-span.ts";

const KINDS = { server: SpanKind.SERVER, internal: SpanKind.INTERNAL };
const SCOPE = { name: "millwright", version: VERSION };
const OK = 0;

/**
 * The exporter of OpenTelemetry, set by its environment variables. Loaded only where traces are wanted: this file is the
 * only one that brings its packages in.
 */
export function openExporter(): SendSpans {
  const exporter = new OTLPTraceExporter();
  const own = resourceFromAttributes({ "service.name": "millwright-controller", "service.version": VERSION });
  const resource = own.merge(detectResources({ detectors: [envDetector] }));
  return (spans) =>
    new Promise((resolve, reject) => {
      exporter.export(
        spans.map((span) => readable(span, resource)),
        ({ code, error }) => {
          if (code === OK) resolve();
          else reject(error ?? new Error("The exporter doesn't say why."));
        },
      );
    });
}

function readable(span: PlainSpan, resource: Resource): ReadableSpan {
  const { traceId, spanId, parentId, name, kind, startMs, endMs, attributes, error } = span;
  const inTrace = (id: string) => ({ traceId, spanId: id, traceFlags: TraceFlags.SAMPLED });
  return {
    name,
    kind: KINDS[kind],
    spanContext: () => inTrace(spanId),
    ...(parentId === undefined ? {} : { parentSpanContext: inTrace(parentId) }),
    startTime: highResolution(startMs),
    endTime: highResolution(endMs),
    duration: highResolution(endMs - startMs),
    status: error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error },
    attributes,
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Seconds and nanoseconds. */
function highResolution(ms: number): [number, number] {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1_000_000)];
}
